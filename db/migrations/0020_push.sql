CREATE TABLE "meeting_areas" (
	"meeting_id" uuid NOT NULL,
	"area_id" uuid NOT NULL,
	CONSTRAINT "meeting_areas_meeting_id_area_id_pk" PRIMARY KEY("meeting_id","area_id")
);
--> statement-breakpoint
CREATE TABLE "meeting_invitations" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"is_on" boolean NOT NULL,
	"is_everywhere" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_devices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"endpoint" text NOT NULL,
	"p256dh" text NOT NULL,
	"auth" text NOT NULL,
	"owner" text NOT NULL,
	"person_id" text,
	"locale" text DEFAULT 'en' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "push_devices_endpoint_unique" UNIQUE("endpoint")
);
--> statement-breakpoint
CREATE TABLE "push_messages" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"device_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"meeting_id" uuid,
	"count" integer,
	"needed_by" timestamp with time zone,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	"outcome" text,
	"last_error" text,
	CONSTRAINT "push_messages_deviceId_kind_key_unique" UNIQUE("device_id","kind","key"),
	CONSTRAINT "push_messages_kind" CHECK ("push_messages"."kind" in ('reminder', 'moved', 'called-off', 'news')),
	CONSTRAINT "push_messages_outcome" CHECK ("push_messages"."outcome" in ('sent', 'void', 'refused')),
	CONSTRAINT "push_messages_done" CHECK (("push_messages"."done_at" is null) = ("push_messages"."outcome" is null)),
	CONSTRAINT "push_messages_of_a_meeting" CHECK (("push_messages"."kind" = 'news') = ("push_messages"."meeting_id" is null))
);
--> statement-breakpoint
CREATE TABLE "push_wishes" (
	"device_id" uuid NOT NULL,
	"meeting_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "push_wishes_device_id_meeting_id_pk" PRIMARY KEY("device_id","meeting_id")
);
--> statement-breakpoint
ALTER TABLE "news" DROP CONSTRAINT "news_kind";--> statement-breakpoint
ALTER TABLE "notices" DROP CONSTRAINT "notices_channel";--> statement-breakpoint
ALTER TABLE "news" ADD COLUMN "meeting_id" uuid;--> statement-breakpoint
ALTER TABLE "meeting_areas" ADD CONSTRAINT "meeting_areas_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meeting_areas" ADD CONSTRAINT "meeting_areas_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meeting_invitations" ADD CONSTRAINT "meeting_invitations_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_devices" ADD CONSTRAINT "push_devices_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_messages" ADD CONSTRAINT "push_messages_device_id_push_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."push_devices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_messages" ADD CONSTRAINT "push_messages_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_wishes" ADD CONSTRAINT "push_wishes_device_id_push_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."push_devices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_wishes" ADD CONSTRAINT "push_wishes_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "push_devices_owner_index" ON "push_devices" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "push_devices_person_id_index" ON "push_devices" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "push_messages_waiting" ON "push_messages" USING btree ("next_attempt_at") WHERE "push_messages"."done_at" is null;--> statement-breakpoint
CREATE INDEX "push_wishes_meeting_id_index" ON "push_wishes" USING btree ("meeting_id");--> statement-breakpoint
ALTER TABLE "news" ADD CONSTRAINT "news_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "news_meeting_id_index" ON "news" USING btree ("meeting_id");--> statement-breakpoint
ALTER TABLE "news" ADD CONSTRAINT "news_kind" CHECK ("news"."kind" in ('concern-moved', 'concern-merged', 'concern-parted', 'followup-moved', 'followup-due-changed', 'followup-update', 'due-soon', 'overdue', 'assigned', 'meeting-announced'));--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_channel" CHECK ("notices"."channel" in ('email', 'in-app', 'push'));