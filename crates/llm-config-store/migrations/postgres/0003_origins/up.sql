-- Who chose the origin that a configuration's credential goes to, and who gave the credential.

-- Who last set the origin, and when; NULL for rows from before this was recorded. The principals who
-- have since given an inline credential together with the endpoint are a JSON list of ids.
ALTER TABLE llm_configs ADD COLUMN origin_set_at BIGINT;
ALTER TABLE llm_configs ADD COLUMN origin_set_by TEXT;
ALTER TABLE llm_configs ADD COLUMN origin_confirmed_by TEXT NOT NULL DEFAULT '[]';

-- NULL for secrets from before this was recorded.
ALTER TABLE secrets ADD COLUMN given_by TEXT;
