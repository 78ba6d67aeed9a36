-- The column, if there is one.

-- Only on PostgreSQL:
DROP INDEX llm_configs_xid_idx;
ALTER TABLE llm_configs DROP COLUMN xid;
