ALTER TABLE installation DROP COLUMN fingerprint_rules;
