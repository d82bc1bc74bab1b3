CREATE TABLE "minutes_versions" (
	"meeting_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"items" jsonb NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"published_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "minutes_versions_meeting_id_number_pk" PRIMARY KEY("meeting_id","number"),
	CONSTRAINT "minutes_versions_number" CHECK ("minutes_versions"."number" > 0)
);
--> statement-breakpoint
ALTER TABLE "minutes_versions" ADD CONSTRAINT "minutes_versions_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- by hand:
CREATE TRIGGER "minutes_versions_stay" BEFORE UPDATE OF "meeting_id", "number", "items", "note" ON "minutes_versions" FOR EACH ROW EXECUTE FUNCTION "stays_as_it_is"();
--> statement-breakpoint
-- A version goes only with its meeting (a cascade is a trigger itself, of depth 1).
CREATE TRIGGER "minutes_versions_are_kept" BEFORE DELETE ON "minutes_versions" FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION "stays_as_it_is"();
