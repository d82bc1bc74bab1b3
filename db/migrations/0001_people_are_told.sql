-- Whoever changes a role, ends a session or renames somebody, in whatever way: the servers are told in the same transaction
-- (channel `person`, payload the person's id), and ask again who is behind the open sockets.
CREATE FUNCTION tell_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	changed jsonb := to_jsonb(coalesce(OLD, NEW));
BEGIN
	PERFORM pg_notify('person', changed ->> TG_ARGV[0]);
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER sessions_tell_person AFTER UPDATE OF user_id, expires_at, second_factor_at OR DELETE ON sessions
	FOR EACH ROW EXECUTE FUNCTION tell_person('user_id');
--> statement-breakpoint
CREATE TRIGGER person_roles_tell_person AFTER INSERT OR UPDATE OR DELETE ON person_roles
	FOR EACH ROW EXECUTE FUNCTION tell_person('person_id');
--> statement-breakpoint
CREATE TRIGGER people_tell_person AFTER UPDATE OF name, email, demo ON people
	FOR EACH ROW EXECUTE FUNCTION tell_person('id');
