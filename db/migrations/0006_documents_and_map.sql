CREATE TABLE "document_clients" (
	"document" text NOT NULL,
	"client" bigint NOT NULL,
	"author" text,
	CONSTRAINT "document_clients_document_client_pk" PRIMARY KEY("document","client")
);
--> statement-breakpoint
CREATE TABLE "document_snapshots" (
	"document" text PRIMARY KEY NOT NULL,
	"state" "bytea" NOT NULL,
	"up_to" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "document_updates" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"document" text NOT NULL,
	"update" "bytea" NOT NULL,
	"author" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"name" text PRIMARY KEY NOT NULL,
	"meeting_id" uuid,
	"round_id" uuid,
	CONSTRAINT "documents_of_one_thing" CHECK (num_nonnulls("documents"."meeting_id", "documents"."round_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "activities" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"round_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL,
	"stretch" jsonb,
	"from_day" date NOT NULL,
	"until_day" date NOT NULL,
	"counts" jsonb NOT NULL,
	"note" text NOT NULL,
	"recorded_by_id" text,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "activities_kind" CHECK ("activities"."kind" in ('enforcement', 'patrol', 'signs', 'lighting', 'repair', 'clean-up', 'conversation', 'other')),
	CONSTRAINT "activities_days" CHECK ("activities"."from_day" <= "activities"."until_day")
);
--> statement-breakpoint
CREATE TABLE "activity_pins" (
	"activity_id" uuid NOT NULL,
	"pin_id" uuid NOT NULL,
	CONSTRAINT "activity_pins_activity_id_pin_id_pk" PRIMARY KEY("activity_id","pin_id")
);
--> statement-breakpoint
CREATE TABLE "areas" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"shape" jsonb NOT NULL,
	CONSTRAINT "areas_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "map_categories" (
	"round_id" uuid NOT NULL,
	"key" text NOT NULL,
	"position" integer NOT NULL,
	"label" jsonb NOT NULL,
	"colour" text NOT NULL,
	"shape" text NOT NULL,
	"prompt" jsonb NOT NULL,
	"stopper" jsonb,
	"is_exact" boolean NOT NULL,
	"questions" jsonb NOT NULL,
	CONSTRAINT "map_categories_round_id_key_pk" PRIMARY KEY("round_id","key"),
	CONSTRAINT "map_categories_roundId_shape_unique" UNIQUE("round_id","shape"),
	CONSTRAINT "map_categories_colour" CHECK ("map_categories"."colour" in ('blue', 'vermilion', 'green', 'purple', 'ochre', 'teal', 'ink', 'rose')),
	CONSTRAINT "map_categories_shape" CHECK ("map_categories"."shape" in ('circle', 'square', 'triangle', 'diamond', 'star', 'hexagon', 'cross', 'drop'))
);
--> statement-breakpoint
CREATE TABLE "map_rounds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"opens_on" date NOT NULL,
	"closes_on" date NOT NULL,
	"view_lat" double precision NOT NULL,
	"view_lng" double precision NOT NULL,
	"view_zoom" double precision NOT NULL,
	"boundary" jsonb,
	"block_metres" integer DEFAULT 100 NOT NULL,
	"vetting" boolean DEFAULT true NOT NULL,
	"previous_id" uuid,
	"summary" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"opened_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"reported_at" timestamp with time zone,
	CONSTRAINT "map_rounds_slug_unique" UNIQUE("slug"),
	CONSTRAINT "map_rounds_previousId_unique" UNIQUE("previous_id"),
	CONSTRAINT "map_rounds_state" CHECK ("map_rounds"."state" in ('planned', 'open', 'closed', 'reported')),
	CONSTRAINT "map_rounds_days" CHECK ("map_rounds"."opens_on" <= "map_rounds"."closes_on"),
	CONSTRAINT "map_rounds_block" CHECK ("map_rounds"."block_metres" between 20 and 1000)
);
--> statement-breakpoint
CREATE TABLE "pin_comments" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"pin_id" uuid NOT NULL,
	"author" text NOT NULL,
	"kind" text NOT NULL,
	"by_name" text,
	"text" text NOT NULL,
	"vetting" text NOT NULL,
	"reason" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pin_comments_kind" CHECK ("pin_comments"."kind" in ('resident', 'moderator', 'staff')),
	CONSTRAINT "pin_comments_vetting" CHECK ("pin_comments"."vetting" in ('held', 'published', 'declined', 'removed', 'withdrawn')),
	CONSTRAINT "pin_comments_length" CHECK (char_length("pin_comments"."text") between 2 and 500)
);
--> statement-breakpoint
CREATE TABLE "pin_photos" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"pin_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"vetting" text NOT NULL,
	CONSTRAINT "pin_photos_pinId_position_unique" UNIQUE("pin_id","position"),
	CONSTRAINT "pin_photos_position" CHECK ("pin_photos"."position" between 0 and 2),
	CONSTRAINT "pin_photos_vetting" CHECK ("pin_photos"."vetting" in ('held', 'published', 'declined', 'removed', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "pin_supports" (
	"pin_id" uuid NOT NULL,
	"supporter" text NOT NULL,
	CONSTRAINT "pin_supports_pin_id_supporter_pk" PRIMARY KEY("pin_id","supporter")
);
--> statement-breakpoint
CREATE TABLE "pins" (
	"id" uuid PRIMARY KEY NOT NULL,
	"round_id" uuid NOT NULL,
	"author" text NOT NULL,
	"kind" text NOT NULL,
	"category" text NOT NULL,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL,
	"note" text NOT NULL,
	"answers" text[] DEFAULT '{}'::text[] NOT NULL,
	"vetting" text NOT NULL,
	"reason" text,
	"state" text DEFAULT 'open' NOT NULL,
	"area_id" uuid,
	"placed_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone,
	"supports" integer DEFAULT 0 NOT NULL,
	"comments" integer DEFAULT 0 NOT NULL,
	"concern" text,
	"claim" text,
	"tell_person_id" text,
	CONSTRAINT "pins_claim_unique" UNIQUE("claim"),
	CONSTRAINT "pins_kind" CHECK ("pins"."kind" in ('resident', 'moderator', 'staff')),
	CONSTRAINT "pins_state" CHECK ("pins"."state" in ('open', 'looking-into', 'acted-on', 'not-ours')),
	CONSTRAINT "pins_vetting" CHECK ("pins"."vetting" in ('held', 'published', 'declined', 'removed', 'withdrawn')),
	CONSTRAINT "pins_note_length" CHECK (char_length("pins"."note") <= 500)
);
--> statement-breakpoint
ALTER TABLE "document_clients" ADD CONSTRAINT "document_clients_document_documents_name_fk" FOREIGN KEY ("document") REFERENCES "public"."documents"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_snapshots" ADD CONSTRAINT "document_snapshots_document_documents_name_fk" FOREIGN KEY ("document") REFERENCES "public"."documents"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_updates" ADD CONSTRAINT "document_updates_document_documents_name_fk" FOREIGN KEY ("document") REFERENCES "public"."documents"("name") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_round_id_map_rounds_id_fk" FOREIGN KEY ("round_id") REFERENCES "public"."map_rounds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activities" ADD CONSTRAINT "activities_round_id_map_rounds_id_fk" FOREIGN KEY ("round_id") REFERENCES "public"."map_rounds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activities" ADD CONSTRAINT "activities_recorded_by_id_people_id_fk" FOREIGN KEY ("recorded_by_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_pins" ADD CONSTRAINT "activity_pins_activity_id_activities_id_fk" FOREIGN KEY ("activity_id") REFERENCES "public"."activities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_pins" ADD CONSTRAINT "activity_pins_pin_id_pins_id_fk" FOREIGN KEY ("pin_id") REFERENCES "public"."pins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "map_categories" ADD CONSTRAINT "map_categories_round_id_map_rounds_id_fk" FOREIGN KEY ("round_id") REFERENCES "public"."map_rounds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "map_rounds" ADD CONSTRAINT "map_rounds_previous_id_map_rounds_id_fk" FOREIGN KEY ("previous_id") REFERENCES "public"."map_rounds"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pin_comments" ADD CONSTRAINT "pin_comments_pin_id_pins_id_fk" FOREIGN KEY ("pin_id") REFERENCES "public"."pins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pin_photos" ADD CONSTRAINT "pin_photos_pin_id_pins_id_fk" FOREIGN KEY ("pin_id") REFERENCES "public"."pins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pin_supports" ADD CONSTRAINT "pin_supports_pin_id_pins_id_fk" FOREIGN KEY ("pin_id") REFERENCES "public"."pins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_round_id_map_rounds_id_fk" FOREIGN KEY ("round_id") REFERENCES "public"."map_rounds"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_concern_concerns_number_fk" FOREIGN KEY ("concern") REFERENCES "public"."concerns"("number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_tell_person_id_people_id_fk" FOREIGN KEY ("tell_person_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "document_updates_document_id_index" ON "document_updates" USING btree ("document","id");--> statement-breakpoint
CREATE INDEX "documents_meeting_id_index" ON "documents" USING btree ("meeting_id");--> statement-breakpoint
CREATE INDEX "documents_round_id_index" ON "documents" USING btree ("round_id");--> statement-breakpoint
CREATE INDEX "activities_round_id_index" ON "activities" USING btree ("round_id");--> statement-breakpoint
CREATE INDEX "activity_pins_pin_id_index" ON "activity_pins" USING btree ("pin_id");--> statement-breakpoint
CREATE UNIQUE INDEX "map_rounds_one_open" ON "map_rounds" USING btree ("state") WHERE "map_rounds"."state" = 'open';--> statement-breakpoint
CREATE INDEX "pin_comments_pin_id_at_index" ON "pin_comments" USING btree ("pin_id","at");--> statement-breakpoint
CREATE INDEX "pins_round_id_vetting_index" ON "pins" USING btree ("round_id","vetting");--> statement-breakpoint
CREATE INDEX "pins_round_id_author_index" ON "pins" USING btree ("round_id","author");