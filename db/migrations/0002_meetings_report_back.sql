CREATE TABLE "marks" (
	"name" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "concerns" ADD COLUMN "disposition" text;--> statement-breakpoint
ALTER TABLE "concerns" ADD COLUMN "disposition_note" text;--> statement-breakpoint
ALTER TABLE "meetings" ADD COLUMN "visitors" integer;--> statement-breakpoint
ALTER TABLE "meetings" ADD COLUMN "visitor_minutes" integer;--> statement-breakpoint
CREATE INDEX "concerns_meeting_id_index" ON "concerns" USING btree ("meeting_id");--> statement-breakpoint
CREATE INDEX "concerns_captured_at_index" ON "concerns" USING btree ("captured_at");--> statement-breakpoint
ALTER TABLE "concerns" ADD CONSTRAINT "concerns_disposition" CHECK ("concerns"."disposition" in ('answered', 'follow-up', 'referred', 'declined', 'carried-over'));