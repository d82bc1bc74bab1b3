CREATE TABLE "outreach_counts" (
	"meeting_id" uuid NOT NULL,
	"source" text NOT NULL,
	"day" date NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "outreach_counts_meeting_id_source_day_pk" PRIMARY KEY("meeting_id","source","day"),
	CONSTRAINT "outreach_counts_source" CHECK ("outreach_counts"."source" in ('poster', 'flyer', 'school', 'radio', 'social', 'newsletter', 'website')),
	CONSTRAINT "outreach_counts_count" CHECK ("outreach_counts"."count" > 0)
);
--> statement-breakpoint
ALTER TABLE "outreach_counts" ADD CONSTRAINT "outreach_counts_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;