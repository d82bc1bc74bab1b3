CREATE TABLE "proxy_votes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"question_id" uuid NOT NULL,
	"counts_for" uuid NOT NULL,
	"channel" text NOT NULL,
	"count" integer NOT NULL,
	"entered_by_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "proxy_votes_channel" CHECK ("proxy_votes"."channel" in ('room', 'phone', 'paper')),
	CONSTRAINT "proxy_votes_count" CHECK ("proxy_votes"."count" between 0 and 5000)
);
--> statement-breakpoint
CREATE TABLE "headcounts" (
	"meeting_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "headcounts_meeting_id_kind_pk" PRIMARY KEY("meeting_id","kind"),
	CONSTRAINT "headcounts_kind" CHECK ("headcounts"."kind" in ('walk-in', 'caller', 'checked-in')),
	CONSTRAINT "headcounts_not_below_zero" CHECK ("headcounts"."count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "room_check_ins" (
	"meeting_id" uuid NOT NULL,
	"visitor" text NOT NULL,
	CONSTRAINT "room_check_ins_meeting_id_visitor_pk" PRIMARY KEY("meeting_id","visitor")
);
--> statement-breakpoint
ALTER TABLE "pins" ADD COLUMN "channel" text DEFAULT 'online' NOT NULL;--> statement-breakpoint
ALTER TABLE "pins" ADD COLUMN "entered_by_id" text;--> statement-breakpoint
ALTER TABLE "attendance" ADD COLUMN "in_room" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "meetings" ADD COLUMN "questions_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "channel" text DEFAULT 'online' NOT NULL;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "entered_by_id" text;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "votes_room" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "votes_phone" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "votes_paper" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "speakers" ADD COLUMN "channel" text DEFAULT 'online' NOT NULL;--> statement-breakpoint
ALTER TABLE "proxy_votes" ADD CONSTRAINT "proxy_votes_question_id_questions_id_fk" FOREIGN KEY ("question_id") REFERENCES "public"."questions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proxy_votes" ADD CONSTRAINT "proxy_votes_counts_for_questions_id_fk" FOREIGN KEY ("counts_for") REFERENCES "public"."questions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "headcounts" ADD CONSTRAINT "headcounts_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_check_ins" ADD CONSTRAINT "room_check_ins_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "proxy_votes_question_id_index" ON "proxy_votes" USING btree ("question_id");--> statement-breakpoint
CREATE INDEX "proxy_votes_counts_for_index" ON "proxy_votes" USING btree ("counts_for");--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_channel" CHECK ("pins"."channel" in ('online', 'room', 'phone', 'paper'));--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_entered" CHECK (("pins"."channel" = 'online') = ("pins"."entered_by_id" is null));--> statement-breakpoint
ALTER TABLE "meetings" ADD CONSTRAINT "meetings_questions_from" CHECK ("meetings"."questions_from" < "meetings"."starts_at");--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_channel" CHECK ("questions"."channel" in ('online', 'room', 'phone', 'paper'));--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_entered" CHECK (("questions"."channel" = 'online') = ("questions"."entered_by_id" is null));--> statement-breakpoint
ALTER TABLE "speakers" ADD CONSTRAINT "speakers_channel" CHECK ("speakers"."channel" in ('online', 'room'));