CREATE TABLE "concern_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "concern_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"concern_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"from" text,
	"to" text,
	"person_id" text,
	"text" text DEFAULT '' NOT NULL,
	"reason" text,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "concern_events_kind" CHECK ("concern_events"."kind" in ('moved', 'taken', 'merged', 'parted')),
	CONSTRAINT "concern_events_reason" CHECK ("concern_events"."reason" in ('not-possible', 'not-legal', 'no-means', 'done-already', 'unclear', 'other'))
);
--> statement-breakpoint
CREATE TABLE "followers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"person_id" text,
	"email" text,
	"locale" text DEFAULT 'en' NOT NULL,
	"period" text DEFAULT 'daily' NOT NULL,
	"confirmed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followers_personId_unique" UNIQUE("person_id"),
	CONSTRAINT "followers_email_unique" UNIQUE("email"),
	CONSTRAINT "followers_one_way" CHECK (num_nonnulls("followers"."person_id", "followers"."email") = 1),
	CONSTRAINT "followers_email_small_letters" CHECK ("followers"."email" = lower("followers"."email")),
	CONSTRAINT "followers_period" CHECK ("followers"."period" in ('at-once', 'daily', 'weekly'))
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"follower_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "follows_follower_id_kind_subject_pk" PRIMARY KEY("follower_id","kind","subject"),
	CONSTRAINT "follows_kind" CHECK ("follows"."kind" in ('concern', 'followup', 'area', 'everything'))
);
--> statement-breakpoint
CREATE TABLE "news" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "news_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"concern_id" uuid,
	"followup_id" uuid,
	"once" text,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "news_once_unique" UNIQUE("once"),
	CONSTRAINT "news_kind" CHECK ("news"."kind" in ('concern-moved', 'concern-merged', 'concern-parted', 'followup-moved', 'followup-due-changed', 'followup-update', 'due-soon', 'overdue', 'assigned'))
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"news_id" bigint NOT NULL,
	"follower_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "notices_news_id_follower_id_channel_pk" PRIMARY KEY("news_id","follower_id","channel"),
	CONSTRAINT "notices_channel" CHECK ("notices"."channel" in ('email', 'in-app'))
);
--> statement-breakpoint
CREATE TABLE "followup_answers" (
	"followup_id" uuid NOT NULL,
	"claim" integer NOT NULL,
	"answerer" text NOT NULL,
	"is_asker" boolean NOT NULL,
	"answer" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followup_answers_followup_id_claim_answerer_pk" PRIMARY KEY("followup_id","claim","answerer"),
	CONSTRAINT "followup_answers_answer" CHECK ("followup_answers"."answer" in ('fixed', 'not-fixed', 'cannot-tell'))
);
--> statement-breakpoint
CREATE TABLE "followup_concerns" (
	"followup_id" uuid NOT NULL,
	"concern_id" uuid NOT NULL,
	CONSTRAINT "followup_concerns_followup_id_concern_id_pk" PRIMARY KEY("followup_id","concern_id")
);
--> statement-breakpoint
CREATE TABLE "followup_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "followup_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"followup_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"from" text,
	"to" text,
	"person_id" text,
	"text" text DEFAULT '' NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "followup_events_kind" CHECK ("followup_events"."kind" in ('proposed', 'moved', 'due-changed', 'changed', 'assigned', 'milestones', 'linked', 'unlinked'))
);
--> statement-breakpoint
CREATE TABLE "followup_links" (
	"followup_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"target_id" uuid NOT NULL,
	CONSTRAINT "followup_links_followup_id_kind_target_id_pk" PRIMARY KEY("followup_id","kind","target_id"),
	CONSTRAINT "followup_links_kind" CHECK ("followup_links"."kind" in ('pin', 'question', 'meeting'))
);
--> statement-breakpoint
CREATE TABLE "followup_milestones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"followup_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"title" text NOT NULL,
	"weight" integer NOT NULL,
	"due_on" date,
	"done_on" date,
	CONSTRAINT "followup_milestones_weight" CHECK ("followup_milestones"."weight" between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "followup_numbers" (
	"year" integer PRIMARY KEY NOT NULL,
	"last" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "followup_photos" (
	"id" uuid PRIMARY KEY NOT NULL,
	"followup_id" uuid NOT NULL,
	"update_id" uuid,
	"claim" integer,
	"answerer" text,
	"bytes" "bytea" NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followup_photos_of_something" CHECK (("followup_photos"."update_id" is null) <> ("followup_photos"."claim" is null) and ("followup_photos"."answerer" is null or "followup_photos"."claim" is not null))
);
--> statement-breakpoint
CREATE TABLE "followup_updates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"followup_id" uuid NOT NULL,
	"text" text NOT NULL,
	"is_public" boolean NOT NULL,
	"author_id" text,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone,
	CONSTRAINT "followup_updates_length" CHECK (char_length("followup_updates"."text") between 1 and 2000)
);
--> statement-breakpoint
CREATE TABLE "followups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'proposed' NOT NULL,
	"unit_id" uuid,
	"owner_id" text,
	"area_id" uuid,
	"topic" text,
	"priority" text DEFAULT 'normal' NOT NULL,
	"due_on" date,
	"first_due_on" date,
	"review_on" date,
	"success_measure" text DEFAULT '' NOT NULL,
	"visibility" text DEFAULT 'public' NOT NULL,
	"claims" integer DEFAULT 0 NOT NULL,
	"claimed_by_id" text,
	"claimed_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followups_number_unique" UNIQUE("number"),
	CONSTRAINT "followups_number" CHECK ("followups"."number" ~ '^FU-[0-9]{4}-[0-9]{5,}$'),
	CONSTRAINT "followups_state" CHECK ("followups"."state" in ('proposed', 'committed', 'in-progress', 'blocked', 'done', 'verified', 'reopened', 'rejected', 'dropped')),
	CONSTRAINT "followups_topic" CHECK ("followups"."topic" in ('traffic', 'lighting', 'crime', 'noise', 'public-space', 'youth', 'policing', 'other')),
	CONSTRAINT "followups_priority" CHECK ("followups"."priority" in ('low', 'normal', 'high', 'urgent')),
	CONSTRAINT "followups_visibility" CHECK ("followups"."visibility" in ('public', 'internal')),
	CONSTRAINT "followups_promised_with_unit_and_day" CHECK ("followups"."state" in ('proposed', 'rejected') or ("followups"."unit_id" is not null and "followups"."due_on" is not null and "followups"."first_due_on" is not null)),
	CONSTRAINT "followups_blocked_until_review" CHECK (("followups"."state" = 'blocked') = ("followups"."review_on" is not null)),
	CONSTRAINT "followups_claimed" CHECK ("followups"."state" not in ('done', 'verified') or "followups"."claims" > 0)
);
--> statement-breakpoint
CREATE TABLE "units" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "units_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "board_cards" ADD COLUMN "claim" text;--> statement-breakpoint
ALTER TABLE "concerns" ADD COLUMN "owner_id" text;--> statement-breakpoint
ALTER TABLE "concerns" ADD COLUMN "topic" text;--> statement-breakpoint
ALTER TABLE "concerns" ADD COLUMN "area_id" uuid;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "unsubscribe" text;--> statement-breakpoint
ALTER TABLE "questions" ADD COLUMN "claim" text;--> statement-breakpoint
ALTER TABLE "concern_events" ADD CONSTRAINT "concern_events_concern_id_concerns_id_fk" FOREIGN KEY ("concern_id") REFERENCES "public"."concerns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followers" ADD CONSTRAINT "followers_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_follower_id_followers_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."followers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "news" ADD CONSTRAINT "news_concern_id_concerns_id_fk" FOREIGN KEY ("concern_id") REFERENCES "public"."concerns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "news" ADD CONSTRAINT "news_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_news_id_news_id_fk" FOREIGN KEY ("news_id") REFERENCES "public"."news"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_follower_id_followers_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."followers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_answers" ADD CONSTRAINT "followup_answers_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_concerns" ADD CONSTRAINT "followup_concerns_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_concerns" ADD CONSTRAINT "followup_concerns_concern_id_concerns_id_fk" FOREIGN KEY ("concern_id") REFERENCES "public"."concerns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_events" ADD CONSTRAINT "followup_events_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_links" ADD CONSTRAINT "followup_links_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_milestones" ADD CONSTRAINT "followup_milestones_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_photos" ADD CONSTRAINT "followup_photos_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_photos" ADD CONSTRAINT "followup_photos_update_id_followup_updates_id_fk" FOREIGN KEY ("update_id") REFERENCES "public"."followup_updates"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_updates" ADD CONSTRAINT "followup_updates_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_updates" ADD CONSTRAINT "followup_updates_author_id_people_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_unit_id_units_id_fk" FOREIGN KEY ("unit_id") REFERENCES "public"."units"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_owner_id_people_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "concern_events_concern_id_at_index" ON "concern_events" USING btree ("concern_id","at");--> statement-breakpoint
CREATE INDEX "concern_events_to_at_index" ON "concern_events" USING btree ("to","at");--> statement-breakpoint
CREATE INDEX "follows_kind_subject_index" ON "follows" USING btree ("kind","subject");--> statement-breakpoint
CREATE INDEX "news_concern_id_index" ON "news" USING btree ("concern_id");--> statement-breakpoint
CREATE INDEX "news_followup_id_index" ON "news" USING btree ("followup_id");--> statement-breakpoint
CREATE INDEX "notices_waiting" ON "notices" USING btree ("channel","due_at") WHERE "notices"."done_at" is null;--> statement-breakpoint
CREATE INDEX "notices_follower_id_channel_index" ON "notices" USING btree ("follower_id","channel");--> statement-breakpoint
CREATE INDEX "followup_concerns_concern_id_index" ON "followup_concerns" USING btree ("concern_id");--> statement-breakpoint
CREATE INDEX "followup_events_followup_id_at_index" ON "followup_events" USING btree ("followup_id","at");--> statement-breakpoint
CREATE INDEX "followup_events_to_at_index" ON "followup_events" USING btree ("to","at");--> statement-breakpoint
CREATE INDEX "followup_links_kind_target_id_index" ON "followup_links" USING btree ("kind","target_id");--> statement-breakpoint
CREATE INDEX "followup_milestones_followup_id_index" ON "followup_milestones" USING btree ("followup_id");--> statement-breakpoint
CREATE INDEX "followup_photos_followup_id_index" ON "followup_photos" USING btree ("followup_id");--> statement-breakpoint
CREATE INDEX "followup_updates_followup_id_published_at_index" ON "followup_updates" USING btree ("followup_id","published_at");--> statement-breakpoint
CREATE INDEX "followups_state_index" ON "followups" USING btree ("state");--> statement-breakpoint
CREATE INDEX "followups_owner_id_index" ON "followups" USING btree ("owner_id");--> statement-breakpoint
ALTER TABLE "concerns" ADD CONSTRAINT "concerns_owner_id_people_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "concerns" ADD CONSTRAINT "concerns_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "board_cards_claim_index" ON "board_cards" USING btree ("claim");--> statement-breakpoint
ALTER TABLE "questions" ADD CONSTRAINT "questions_claim_unique" UNIQUE("claim");--> statement-breakpoint
ALTER TABLE "concerns" ADD CONSTRAINT "concerns_topic" CHECK ("concerns"."topic" in ('traffic', 'lighting', 'crime', 'noise', 'public-space', 'youth', 'policing', 'other'));--> statement-breakpoint
-- A state is changed by the moves that domain/followups.ts and domain/concerns.ts list, and by no others; tests/db compares them.
CREATE FUNCTION "followup_moves"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF new.state <> old.state AND old.state || '>' || new.state <> ALL (ARRAY['proposed>committed', 'proposed>rejected', 'committed>in-progress', 'committed>dropped', 'in-progress>blocked', 'in-progress>done', 'in-progress>dropped', 'blocked>in-progress', 'blocked>dropped', 'done>verified', 'done>reopened', 'reopened>in-progress']) THEN
		RAISE EXCEPTION 'a follow-up does not move from % to %', old.state, new.state USING ERRCODE = 'check_violation', CONSTRAINT = 'followup_moves';
	END IF;
	IF old.first_due_on IS NOT NULL AND new.first_due_on IS DISTINCT FROM old.first_due_on THEN
		RAISE EXCEPTION 'the day that was promised first stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'followup_moves';
	END IF;
	RETURN new;
END $$;
--> statement-breakpoint
CREATE TRIGGER "followup_moves" BEFORE UPDATE ON "followups" FOR EACH ROW EXECUTE FUNCTION "followup_moves"();
--> statement-breakpoint
CREATE FUNCTION "concern_moves"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF new.state <> old.state AND old.state || '>' || new.state <> ALL (ARRAY['published>acknowledged', 'published>merged', 'acknowledged>accepted', 'acknowledged>declined', 'acknowledged>referred', 'acknowledged>merged', 'accepted>in-progress', 'accepted>merged', 'in-progress>resolved', 'in-progress>merged', 'resolved>confirmed', 'resolved>reopened', 'resolved>merged', 'confirmed>reopened', 'reopened>in-progress', 'reopened>merged', 'merged>published', 'merged>acknowledged', 'merged>accepted', 'merged>in-progress', 'merged>resolved', 'merged>reopened']) THEN
		RAISE EXCEPTION 'a concern does not move from % to %', old.state, new.state USING ERRCODE = 'check_violation', CONSTRAINT = 'concern_moves';
	END IF;
	RETURN new;
END $$;
--> statement-breakpoint
CREATE TRIGGER "concern_moves" BEFORE UPDATE ON "concerns" FOR EACH ROW EXECUTE FUNCTION "concern_moves"();
--> statement-breakpoint
CREATE FUNCTION "stays_as_it_is"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'a row of % stays as it is', tg_table_name USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_as_it_is';
END $$;
--> statement-breakpoint
CREATE TRIGGER "followup_events_stay" BEFORE UPDATE ON "followup_events" FOR EACH ROW EXECUTE FUNCTION "stays_as_it_is"();
--> statement-breakpoint
CREATE TRIGGER "concern_events_stay" BEFORE UPDATE ON "concern_events" FOR EACH ROW EXECUTE FUNCTION "stays_as_it_is"();
--> statement-breakpoint
CREATE TRIGGER "followup_updates_stay" BEFORE UPDATE ON "followup_updates" FOR EACH ROW
	WHEN (old.published_at IS NOT NULL AND (old.text, old.is_public, old.published_at) IS DISTINCT FROM (new.text, new.is_public, new.published_at))
	EXECUTE FUNCTION "stays_as_it_is"();
