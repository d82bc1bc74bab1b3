ALTER TABLE "meetings" ADD COLUMN "first_time_first" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "meetings" ADD COLUMN "speaking_minutes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "speakers" ADD COLUMN "on_air_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "meetings" ADD CONSTRAINT "meetings_speaking_minutes" CHECK ("meetings"."speaking_minutes" between 0 and 60);