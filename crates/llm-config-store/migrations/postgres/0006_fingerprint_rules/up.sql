-- The version of the rules by which `llm_configs.fingerprint` was computed. SQL cannot read the key of
-- fingerprints, so the next start of a server with newer rules recomputes the column. Of rows that are
-- equal under the newer rules, the oldest has the plain fingerprint, each other one has the fingerprint
-- followed by its id.
ALTER TABLE installation ADD COLUMN fingerprint_rules INTEGER NOT NULL DEFAULT 1;
