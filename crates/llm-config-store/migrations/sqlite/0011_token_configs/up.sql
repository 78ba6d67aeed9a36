-- The configurations that a token is narrowed to: a JSON object of their ids and incarnations, or NULL. The
-- incarnation tells a configuration from a later one that was given the same id. What notes a change of a
-- token for the caches notes one of this column too.
ALTER TABLE tokens ADD COLUMN configs TEXT;
