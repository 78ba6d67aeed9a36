DROP INDEX users_email_idx;
ALTER TABLE installation DROP COLUMN uniqueness_rules;
