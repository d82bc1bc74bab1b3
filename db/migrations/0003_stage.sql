CREATE TABLE "speakers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"meeting_id" uuid NOT NULL,
	"pseudonym" text NOT NULL,
	"name" text NOT NULL,
	"is_moderator" boolean DEFAULT false NOT NULL,
	"state" text NOT NULL,
	"raised_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "speakers_state" CHECK ("speakers"."state" in ('waiting', 'invited', 'green-room', 'on-air', 'left'))
);
--> statement-breakpoint
ALTER TABLE "meetings" ADD COLUMN "stage_held" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "speakers" ADD CONSTRAINT "speakers_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "speakers_one_way" ON "speakers" USING btree ("meeting_id","pseudonym") WHERE "speakers"."state" <> 'left';