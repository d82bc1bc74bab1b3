CREATE TABLE "caption_versions" (
	"caption_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"written_by_id" text,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "caption_versions_caption_id_version_pk" PRIMARY KEY("caption_id","version"),
	CONSTRAINT "caption_versions_from_one" CHECK ("caption_versions"."version" >= 1),
	CONSTRAINT "caption_versions_text_length" CHECK (char_length("caption_versions"."text") between 1 and 200)
);
--> statement-breakpoint
ALTER TABLE "caption_versions" ADD CONSTRAINT "caption_versions_caption_id_captions_id_fk" FOREIGN KEY ("caption_id") REFERENCES "public"."captions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "caption_versions" ADD CONSTRAINT "caption_versions_written_by_id_people_id_fk" FOREIGN KEY ("written_by_id") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;