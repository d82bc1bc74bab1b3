CREATE TABLE "feedback_boxes" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"answers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"words" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"were_there" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feedback_counts" (
	"meeting_id" uuid NOT NULL,
	"question" text NOT NULL,
	"answer" integer NOT NULL,
	"people" integer NOT NULL,
	CONSTRAINT "feedback_counts_meeting_id_question_answer_pk" PRIMARY KEY("meeting_id","question","answer"),
	CONSTRAINT "feedback_counts_question" CHECK ("feedback_counts"."question" in ('heard', 'clear', 'again')),
	CONSTRAINT "feedback_counts_answer" CHECK ("feedback_counts"."answer" between 1 and 5)
);
--> statement-breakpoint
CREATE TABLE "feedback_results" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"closed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feedback_words" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"meeting_id" uuid NOT NULL,
	"text" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	CONSTRAINT "feedback_words_state" CHECK ("feedback_words"."state" in ('new', 'published', 'kept'))
);
--> statement-breakpoint
CREATE TABLE "retention_days" (
	"kind" text PRIMARY KEY NOT NULL,
	"days" integer NOT NULL,
	CONSTRAINT "retention_days_kind" CHECK ("retention_days"."kind" in ('recording', 'captions', 'questions', 'registrations', 'feedback')),
	CONSTRAINT "retention_days_days" CHECK ("retention_days"."days" > 0)
);
--> statement-breakpoint
CREATE TABLE "retention_holds" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"held_since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "retention_removals" (
	"meeting_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"last_day" date NOT NULL,
	"removed_at" timestamp with time zone NOT NULL,
	"is_swept" boolean DEFAULT false NOT NULL,
	CONSTRAINT "retention_removals_meeting_id_kind_pk" PRIMARY KEY("meeting_id","kind"),
	CONSTRAINT "retention_removals_kind" CHECK ("retention_removals"."kind" in ('recording', 'captions', 'questions', 'registrations', 'feedback'))
);
--> statement-breakpoint
ALTER TABLE "questions" DROP CONSTRAINT "questions_text_length";--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "words_gone_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "feedback_boxes" ADD CONSTRAINT "feedback_boxes_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_counts" ADD CONSTRAINT "feedback_counts_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_results" ADD CONSTRAINT "feedback_results_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback_words" ADD CONSTRAINT "feedback_words_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_holds" ADD CONSTRAINT "retention_holds_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_removals" ADD CONSTRAINT "retention_removals_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "feedback_words_meeting_id_index" ON "feedback_words" USING btree ("meeting_id");--> statement-breakpoint
CREATE INDEX "retention_removals_unswept" ON "retention_removals" USING btree ("meeting_id") WHERE not "retention_removals"."is_swept";--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_text_length" CHECK (char_length("questions"."text") between 3 and 300 or ("questions"."text" = '' and "questions"."words_gone_at" is not null));