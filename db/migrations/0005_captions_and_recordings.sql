CREATE TABLE "captions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"meeting_id" uuid NOT NULL,
	"language" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "captions_text_length" CHECK (char_length("captions"."text") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "recordings" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"meeting_id" uuid NOT NULL,
	"state" text DEFAULT 'recording' NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seconds" real,
	"bytes" bigint,
	"keep_until" date NOT NULL,
	"removed_at" timestamp with time zone,
	"removed_because" text,
	CONSTRAINT "recordings_state" CHECK ("recordings"."state" in ('recording', 'recorded', 'ready', 'failed', 'removed')),
	CONSTRAINT "recordings_ready_with_length" CHECK ("recordings"."state" <> 'ready' or ("recordings"."seconds" is not null and "recordings"."bytes" is not null)),
	CONSTRAINT "recordings_removed_with_date" CHECK (("recordings"."state" = 'removed') = ("recordings"."removed_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "person_roles" DROP CONSTRAINT "person_roles_role";--> statement-breakpoint
ALTER TABLE "meetings" ADD COLUMN "stage_recorded" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "speakers" ADD COLUMN "is_interpreter" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "captions" ADD CONSTRAINT "captions_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recordings" ADD CONSTRAINT "recordings_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "captions_meeting_id_language_at_index" ON "captions" USING btree ("meeting_id","language","at");--> statement-breakpoint
CREATE INDEX "recordings_meeting_id_index" ON "recordings" USING btree ("meeting_id");--> statement-breakpoint
CREATE INDEX "recordings_unfinished" ON "recordings" USING btree ("state") WHERE "recordings"."state" in ('recording', 'recorded');--> statement-breakpoint
ALTER TABLE "person_roles" ADD CONSTRAINT "person_roles_role" CHECK ("person_roles"."role" in ('moderator', 'staff', 'admin', 'captioner'));