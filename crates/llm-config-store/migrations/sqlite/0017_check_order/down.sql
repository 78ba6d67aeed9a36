-- Only on SQLite.
DROP TRIGGER config_checks_sequence;
DELETE FROM sequences WHERE name = 'config_checks';

DROP INDEX config_checks_config_id_idx;
ALTER TABLE config_checks DROP COLUMN sequence;
CREATE INDEX config_checks_config_id_idx ON config_checks (config_id, at);
