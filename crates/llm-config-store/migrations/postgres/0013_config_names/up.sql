-- Names of configurations, by which applications call them.

-- Only on PostgreSQL: an inserted configuration may make a name ambiguous, and what a name means is cached.
-- Like labels and secrets, configurations carry the transaction that has inserted them, for the poll of the
-- servers. Existing rows were inserted long ago.
ALTER TABLE llm_configs ADD COLUMN xid xid8 NOT NULL DEFAULT '0'::xid8;
ALTER TABLE llm_configs ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
CREATE INDEX llm_configs_xid_idx ON llm_configs (xid);
