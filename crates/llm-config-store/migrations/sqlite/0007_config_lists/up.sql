-- What the lists of configurations and tokens read: the order of rows, searchable text, where secrets come
-- from, and the last check of each configuration.

-- The order of insertion. No time decides it, because clocks differ and can be set back. Existing rows are
-- numbered in the order in which they were listed before.
ALTER TABLE llm_configs ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE llm_configs SET sequence = numbered.number FROM (
    SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM llm_configs
) AS numbered WHERE numbered.id = llm_configs.id;
CREATE UNIQUE INDEX llm_configs_sequence_idx ON llm_configs (sequence);
CREATE INDEX llm_configs_owner_id_idx ON llm_configs (owner_id, sequence);
CREATE INDEX llm_configs_workspace_id_idx ON llm_configs (workspace_id, sequence);
ALTER TABLE tokens ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE tokens SET sequence = numbered.number FROM (
    SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM tokens
) AS numbered WHERE numbered.id = tokens.id;
CREATE UNIQUE INDEX tokens_sequence_idx ON tokens (sequence);
DROP INDEX tokens_user_id_idx;
CREATE INDEX tokens_user_id_idx ON tokens (user_id, sequence);

-- Only on SQLite: triggers number new rows from counters, so that the number of a deleted row never returns.
CREATE TABLE sequences (name TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO sequences SELECT 'llm_configs', count(*) FROM llm_configs;
INSERT INTO sequences SELECT 'tokens', count(*) FROM tokens;
CREATE TRIGGER llm_configs_sequence AFTER INSERT ON llm_configs WHEN NEW.sequence = 0 BEGIN
    UPDATE sequences SET last = last + 1 WHERE name = 'llm_configs';
    UPDATE llm_configs SET sequence = (SELECT last FROM sequences WHERE name = 'llm_configs')
    WHERE id = NEW.id;
END;
CREATE TRIGGER tokens_sequence AFTER INSERT ON tokens WHEN NEW.sequence = 0 BEGIN
    UPDATE sequences SET last = last + 1 WHERE name = 'tokens';
    UPDATE tokens SET sequence = (SELECT last FROM sequences WHERE name = 'tokens') WHERE id = NEW.id;
END;

-- The number of the configuration, so that one index finds the configurations with a label in their order.
ALTER TABLE config_labels ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE config_labels SET sequence =
    (SELECT c.sequence FROM llm_configs c WHERE c.id = config_labels.config_id);
DROP INDEX config_labels_key_value_idx;
CREATE INDEX config_labels_key_value_idx ON config_labels (key, value, sequence);
-- A server of an earlier version that still runs adds labels without a number. The next start numbers them.
CREATE INDEX config_labels_unnumbered_idx ON config_labels (config_id) WHERE sequence = 0;

-- The searchable text of a configuration: name, model and host, folded by the program.
ALTER TABLE llm_configs ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX llm_configs_unsearchable_idx ON llm_configs (id) WHERE search = '';

-- INLINE, REFERENCE or IDENTITY; NULL is unknown. Only an inline secret has a mask. The next start opens the
-- other API keys and key pairs and adds the URI of their references.
ALTER TABLE secrets ADD COLUMN source TEXT;
ALTER TABLE secrets ADD COLUMN reference TEXT;
UPDATE secrets SET source = 'INLINE' WHERE mask IS NOT NULL;
UPDATE secrets SET source = 'IDENTITY' WHERE kind = 'GCP_ADC';

-- The check that lists show for a configuration. `is_judgement` is 0 for a check that judges nothing, which
-- does not replace a current judgement. `last_judgement` is the value of `usable` of the last judgement,
-- whether it is shown or not. `sequence` is that of the configuration.
CREATE TABLE last_checks (
    config_id TEXT NOT NULL PRIMARY KEY REFERENCES llm_configs (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    trigger TEXT NOT NULL,
    usable TEXT NOT NULL,
    reason TEXT NOT NULL,
    is_judgement INTEGER NOT NULL,
    last_judgement TEXT
) STRICT;
CREATE INDEX last_checks_usable_idx ON last_checks (usable, sequence);

-- The versions of the rules by which `llm_configs.search` and `last_checks` and, with the keys at hand,
-- `secrets.source` were filled; 0 before the first time.
ALTER TABLE installation ADD COLUMN list_rules INTEGER NOT NULL DEFAULT 0;
ALTER TABLE installation ADD COLUMN source_rules INTEGER NOT NULL DEFAULT 0;
