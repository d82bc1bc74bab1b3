CREATE TABLE "board_cards" (
	"meeting_id" uuid NOT NULL,
	"key" text NOT NULL,
	"author" text NOT NULL,
	"kind" text NOT NULL,
	"column" text NOT NULL,
	"order" text NOT NULL,
	"text" text NOT NULL,
	"colour" text NOT NULL,
	"theme" text NOT NULL,
	"source_kind" text NOT NULL,
	"source_id" text NOT NULL,
	"said_at_second" integer,
	CONSTRAINT "board_cards_meeting_id_key_pk" PRIMARY KEY("meeting_id","key"),
	CONSTRAINT "board_cards_kind" CHECK ("board_cards"."kind" in ('resident', 'moderator', 'staff')),
	CONSTRAINT "board_cards_colour" CHECK ("board_cards"."colour" in ('none', 'amber', 'civic', 'good', 'danger')),
	CONSTRAINT "board_cards_source_kind" CHECK ("board_cards"."source_kind" in ('typed', 'question', 'pin', 'caption'))
);
--> statement-breakpoint
CREATE TABLE "card_supports" (
	"meeting_id" uuid NOT NULL,
	"key" text NOT NULL,
	"supporter" text NOT NULL,
	CONSTRAINT "card_supports_meeting_id_key_supporter_pk" PRIMARY KEY("meeting_id","key","supporter")
);
--> statement-breakpoint
CREATE TABLE "concern_merges" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"concern_id" uuid NOT NULL,
	"into_id" uuid NOT NULL,
	"state_before" text NOT NULL,
	"merged_by_id" text,
	"merged_at" timestamp with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp with time zone,
	CONSTRAINT "concern_merges_not_into_itself" CHECK ("concern_merges"."into_id" <> "concern_merges"."concern_id")
);
--> statement-breakpoint
CREATE TABLE "concern_sources" (
	"concern_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"source_id" text NOT NULL,
	"meeting_id" uuid,
	"words" text NOT NULL,
	"said_at_second" integer,
	CONSTRAINT "concern_sources_kind_source_id_pk" PRIMARY KEY("kind","source_id"),
	CONSTRAINT "concern_sources_kind" CHECK ("concern_sources"."kind" in ('question', 'card', 'pin', 'caption'))
);
--> statement-breakpoint
ALTER TABLE "board_cards" ADD CONSTRAINT "board_cards_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "card_supports" ADD CONSTRAINT "card_supports_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "concern_merges" ADD CONSTRAINT "concern_merges_concern_id_concerns_id_fk" FOREIGN KEY ("concern_id") REFERENCES "public"."concerns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "concern_merges" ADD CONSTRAINT "concern_merges_into_id_concerns_id_fk" FOREIGN KEY ("into_id") REFERENCES "public"."concerns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "concern_sources" ADD CONSTRAINT "concern_sources_concern_id_concerns_id_fk" FOREIGN KEY ("concern_id") REFERENCES "public"."concerns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "concern_sources" ADD CONSTRAINT "concern_sources_meeting_id_meetings_id_fk" FOREIGN KEY ("meeting_id") REFERENCES "public"."meetings"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "card_supports_meeting_id_supporter_index" ON "card_supports" USING btree ("meeting_id","supporter");--> statement-breakpoint
CREATE INDEX "concern_merges_into_id_index" ON "concern_merges" USING btree ("into_id");--> statement-breakpoint
CREATE UNIQUE INDEX "concern_merges_once" ON "concern_merges" USING btree ("concern_id") WHERE "concern_merges"."undone_at" is null;--> statement-breakpoint
CREATE INDEX "concern_sources_concern_id_index" ON "concern_sources" USING btree ("concern_id");--> statement-breakpoint
CREATE INDEX "concern_sources_meeting_id_index" ON "concern_sources" USING btree ("meeting_id");--> statement-breakpoint
INSERT INTO "concern_sources" ("concern_id", "kind", "source_id", "meeting_id", "words")
SELECT c."id", 'question', q."id"::text, q."meeting_id", q."text" FROM "questions" q JOIN "concerns" c ON c."number" = q."concern" ON CONFLICT DO NOTHING;--> statement-breakpoint
INSERT INTO "concern_sources" ("concern_id", "kind", "source_id", "words")
SELECT c."id", 'pin', p."id"::text, p."note" FROM "pins" p JOIN "concerns" c ON c."number" = p."concern" ON CONFLICT DO NOTHING;
