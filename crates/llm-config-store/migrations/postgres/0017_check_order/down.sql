DROP INDEX config_checks_config_id_idx;
ALTER TABLE config_checks DROP COLUMN sequence;
CREATE INDEX config_checks_config_id_idx ON config_checks (config_id, at);
