CREATE TABLE "registration_letters" (
	"registration_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "registration_letters_registration_id_kind_key_pk" PRIMARY KEY("registration_id","kind","key"),
	CONSTRAINT "registration_letters_kind" CHECK ("registration_letters"."kind" in ('confirmed', 'waiting', 'offered', 'lapsed', 'cancelled', 'again', 'moved', 'called-off', 'reminder'))
);
--> statement-breakpoint
CREATE TABLE "registration_set_ups" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"is_open" boolean NOT NULL,
	"places" integer,
	"asks" text[] NOT NULL,
	"reminders" integer[] NOT NULL,
	CONSTRAINT "registration_set_ups_places" CHECK ("registration_set_ups"."places" > 0)
);
--> statement-breakpoint
CREATE TABLE "registrations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"meeting_id" uuid NOT NULL,
	"place" bigint GENERATED ALWAYS AS IDENTITY (sequence name "registrations_place_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"locale" text NOT NULL,
	"way" text NOT NULL,
	"state" text NOT NULL,
	"answers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"registered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"offer_ends_at" timestamp with time zone,
	CONSTRAINT "registrations_meetingId_email_unique" UNIQUE("meeting_id","email"),
	CONSTRAINT "registrations_state" CHECK ("registrations"."state" in ('confirmed', 'waiting', 'offered', 'cancelled', 'lapsed')),
	CONSTRAINT "registrations_way" CHECK ("registrations"."way" in ('room', 'online')),
	CONSTRAINT "registrations_email_small_letters" CHECK ("registrations"."email" = lower("registrations"."email")),
	CONSTRAINT "registrations_offer_ends" CHECK (("registrations"."state" = 'offered') = ("registrations"."offer_ends_at" is not null)),
	CONSTRAINT "registrations_wait_for_the_room" CHECK ("registrations"."way" = 'room' or "registrations"."state" not in ('waiting', 'offered'))
);
--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "calendar" jsonb;--> statement-breakpoint
ALTER TABLE "registration_letters" ADD CONSTRAINT "registration_letters_registration_id_registrations_id_fk" FOREIGN KEY ("registration_id") REFERENCES "public"."registrations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registration_set_ups" ADD CONSTRAINT "registration_set_ups_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registrations" ADD CONSTRAINT "registrations_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "registration_letters_waiting" ON "registration_letters" USING btree ("asked_at") WHERE "registration_letters"."done_at" is null;--> statement-breakpoint
CREATE INDEX "registrations_meeting_id_state_place_index" ON "registrations" USING btree ("meeting_id","state","place");--> statement-breakpoint
CREATE INDEX "registrations_offered" ON "registrations" USING btree ("offer_ends_at") WHERE "registrations"."state" = 'offered';