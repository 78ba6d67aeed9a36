DROP TABLE check_schedule;
DROP TABLE config_checks;
ALTER TABLE llm_configs DROP COLUMN target_revision;
