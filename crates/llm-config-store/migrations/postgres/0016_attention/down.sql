-- Only on PostgreSQL.
DROP TRIGGER last_checks_since ON last_checks;
DROP FUNCTION set_check_since;
DROP TRIGGER last_checks_scope ON last_checks;
DROP FUNCTION set_check_scope;

DROP INDEX tokens_user_id_expires_at_idx;
DROP INDEX tokens_expires_at_idx;
DROP INDEX last_checks_scope_idx;
DROP INDEX last_checks_since_idx;
ALTER TABLE last_checks DROP COLUMN scope;
ALTER TABLE last_checks DROP COLUMN since;
