CREATE TABLE "followup_asked" (
	"followup_id" uuid NOT NULL,
	"claim" integer NOT NULL,
	"mark" text NOT NULL,
	"answerer" text NOT NULL,
	"is_asker" boolean NOT NULL,
	CONSTRAINT "followup_asked_followup_id_claim_mark_pk" PRIMARY KEY("followup_id","claim","mark")
);
--> statement-breakpoint
ALTER TABLE "followup_asked" ADD CONSTRAINT "followup_asked_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "news_at_index" ON "news" USING btree ("at");--> statement-breakpoint
CREATE INDEX "notices_done" ON "notices" USING btree ("done_at") WHERE "notices"."done_at" is not null;--> statement-breakpoint
-- A row goes only with what it belongs to (a cascade is a trigger itself, of depth 1): history is not thinned out.
CREATE TRIGGER "followup_events_are_kept" BEFORE DELETE ON "followup_events" FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION "stays_as_it_is"();
--> statement-breakpoint
CREATE TRIGGER "concern_events_are_kept" BEFORE DELETE ON "concern_events" FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION "stays_as_it_is"();
--> statement-breakpoint
CREATE TRIGGER "followup_updates_are_kept" BEFORE DELETE ON "followup_updates" FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND old.published_at IS NOT NULL) EXECUTE FUNCTION "stays_as_it_is"();
--> statement-breakpoint
CREATE TRIGGER "followup_asked_stay" BEFORE UPDATE ON "followup_asked" FOR EACH ROW EXECUTE FUNCTION "stays_as_it_is"();
