CREATE TABLE "activity_letters" (
	"activity_id" uuid NOT NULL,
	"person_id" text NOT NULL,
	CONSTRAINT "activity_letters_activity_id_person_id_pk" PRIMARY KEY("activity_id","person_id")
);
--> statement-breakpoint
ALTER TABLE "activity_letters" ADD CONSTRAINT "activity_letters_activity_id_activities_id_fk" FOREIGN KEY ("activity_id") REFERENCES "public"."activities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity_letters" ADD CONSTRAINT "activity_letters_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;