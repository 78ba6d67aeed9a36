ALTER TABLE secrets DROP COLUMN given_by;
ALTER TABLE llm_configs DROP COLUMN origin_confirmed_by;
ALTER TABLE llm_configs DROP COLUMN origin_set_by;
ALTER TABLE llm_configs DROP COLUMN origin_set_at;
