-- Since this migration `tokens.hash` is an HMAC-SHA-256 of the SHA-256 that was stored before, under a
-- key of the installation. SQL cannot read that key, so the next start of the server recomputes the
-- column. This migration changes no table. Its version makes programs that expect the SHA-256 reject
-- the database.
SELECT 1;
