-- The principals that chose the origin of a configuration and that sent its credential.

-- The principal that last set the origin, and when; NULL for rows older than these columns.
-- `origin_confirmed_by` is a JSON list: the ids of the principals that have since sent an inline
-- credential together with the endpoint.
ALTER TABLE llm_configs ADD COLUMN origin_set_at INTEGER;
ALTER TABLE llm_configs ADD COLUMN origin_set_by TEXT;
ALTER TABLE llm_configs ADD COLUMN origin_confirmed_by TEXT NOT NULL DEFAULT '[]';

-- NULL for secrets older than this column.
ALTER TABLE secrets ADD COLUMN given_by TEXT;
