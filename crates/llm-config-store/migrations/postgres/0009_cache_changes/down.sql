-- The triggers, if there are any, and their table.

-- Only on PostgreSQL:
DROP TRIGGER secrets_note_change ON secrets;
DROP TRIGGER config_labels_note_change ON config_labels;
DROP FUNCTION note_part_of_config_change();
DROP TRIGGER llm_configs_note_change ON llm_configs;
DROP FUNCTION note_config_change();
DROP TRIGGER memberships_note_change ON memberships;
DROP FUNCTION note_membership_change();
DROP TRIGGER users_note_change ON users;
DROP FUNCTION note_user_change();
DROP TRIGGER tokens_note_change ON tokens;
DROP FUNCTION note_token_change();
DROP TABLE cache_changes;
