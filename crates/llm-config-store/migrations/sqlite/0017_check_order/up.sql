-- The order in which checks were recorded. No time decides it, because clocks differ and can be set back.
-- Existing rows are numbered in the order in which they were listed before.
ALTER TABLE config_checks ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE config_checks SET sequence = numbered.number FROM (
    SELECT id, row_number() OVER (ORDER BY at, id) AS number FROM config_checks
) AS numbered WHERE numbered.id = config_checks.id;
DROP INDEX config_checks_config_id_idx;
CREATE INDEX config_checks_config_id_idx ON config_checks (config_id, sequence);

-- Only on SQLite: a trigger numbers new rows from a counter.
INSERT INTO sequences SELECT 'config_checks', count(*) FROM config_checks;
CREATE TRIGGER config_checks_sequence AFTER INSERT ON config_checks WHEN NEW.sequence = 0 BEGIN
    UPDATE sequences SET last = last + 1 WHERE name = 'config_checks';
    UPDATE config_checks SET sequence = (SELECT last FROM sequences WHERE name = 'config_checks')
    WHERE id = NEW.id;
END;
