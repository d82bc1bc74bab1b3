CREATE TABLE "poll_boxes" (
	"poll_id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"box" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "poll_counts" (
	"poll_id" uuid NOT NULL,
	"choice" jsonb NOT NULL,
	"ballots" integer NOT NULL,
	CONSTRAINT "poll_counts_poll_id_choice_pk" PRIMARY KEY("poll_id","choice"),
	CONSTRAINT "poll_counts_ballots" CHECK ("poll_counts"."ballots" > 0)
);
--> statement-breakpoint
CREATE TABLE "polls" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"meeting_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"question" text NOT NULL,
	"options" text[] NOT NULL,
	"most" integer NOT NULL,
	"scale_to" integer,
	"scale_low" text,
	"scale_high" text,
	"state" text DEFAULT 'draft' NOT NULL,
	"is_shown" boolean DEFAULT false NOT NULL,
	"on_screen" boolean DEFAULT false NOT NULL,
	"opened_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"voted" integer DEFAULT 0 NOT NULL,
	"present" integer,
	"vetted_words" text[],
	CONSTRAINT "polls_meetingId_number_unique" UNIQUE("meeting_id","number"),
	CONSTRAINT "polls_kind" CHECK ("polls"."kind" in ('single', 'multiple', 'ranked', 'scale', 'words')),
	CONSTRAINT "polls_state" CHECK ("polls"."state" in ('draft', 'open', 'closed')),
	CONSTRAINT "polls_shown_when_closed" CHECK (not "polls"."is_shown" or "polls"."state" = 'closed'),
	CONSTRAINT "polls_drafts_are_on_no_screen" CHECK (not "polls"."on_screen" or "polls"."state" <> 'draft'),
	CONSTRAINT "polls_scale" CHECK (("polls"."kind" = 'scale') = ("polls"."scale_to" is not null))
);
--> statement-breakpoint
ALTER TABLE "concern_sources" DROP CONSTRAINT "concern_sources_kind";--> statement-breakpoint
ALTER TABLE "poll_boxes" ADD CONSTRAINT "poll_boxes_poll_id_polls_id_fk" FOREIGN KEY ("poll_id") REFERENCES "public"."polls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "poll_counts" ADD CONSTRAINT "poll_counts_poll_id_polls_id_fk" FOREIGN KEY ("poll_id") REFERENCES "public"."polls"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "polls" ADD CONSTRAINT "polls_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "polls_one_open" ON "polls" USING btree ("meeting_id") WHERE "polls"."state" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "polls_one_on_screen" ON "polls" USING btree ("meeting_id") WHERE "polls"."on_screen";--> statement-breakpoint
ALTER TABLE "concern_sources" ADD CONSTRAINT "concern_sources_kind" CHECK ("concern_sources"."kind" in ('question', 'card', 'pin', 'caption', 'poll'));