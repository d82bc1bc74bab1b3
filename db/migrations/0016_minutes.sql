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
ALTER TABLE "minutes_versions" ADD CONSTRAINT "minutes_versions_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;