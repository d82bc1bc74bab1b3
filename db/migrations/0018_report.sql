CREATE TABLE "area_sums" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"shown" jsonb NOT NULL,
	"others" integer NOT NULL,
	CONSTRAINT "area_sums_others" CHECK ("area_sums"."others" >= 0)
);
--> statement-breakpoint
CREATE TABLE "report_letters" (
	"meeting_id" uuid NOT NULL,
	"mark" text NOT NULL,
	"registration_id" uuid,
	"follower_id" uuid,
	"done_at" timestamp with time zone,
	CONSTRAINT "report_letters_meeting_id_mark_pk" PRIMARY KEY("meeting_id","mark"),
	CONSTRAINT "report_letters_one_way" CHECK (num_nonnulls("report_letters"."registration_id", "report_letters"."follower_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "report_sendings" (
	"meeting_id" uuid PRIMARY KEY NOT NULL,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL,
	"letters" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_stops" (
	"mark" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attendance" ADD COLUMN "area_id" uuid;--> statement-breakpoint
ALTER TABLE "area_sums" ADD CONSTRAINT "area_sums_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_letters" ADD CONSTRAINT "report_letters_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_letters" ADD CONSTRAINT "report_letters_registration_id_registrations_id_fk" FOREIGN KEY ("registration_id") REFERENCES "public"."registrations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_letters" ADD CONSTRAINT "report_letters_follower_id_followers_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."followers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_sendings" ADD CONSTRAINT "report_sendings_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "report_letters_registration_id_index" ON "report_letters" USING btree ("registration_id");--> statement-breakpoint
CREATE INDEX "report_letters_follower_id_index" ON "report_letters" USING btree ("follower_id");--> statement-breakpoint
CREATE INDEX "report_letters_waiting" ON "report_letters" USING btree ("meeting_id") WHERE "report_letters"."done_at" is null;--> statement-breakpoint
ALTER TABLE "attendance" ADD CONSTRAINT "attendance_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE set null ON UPDATE no action;