-- The version of the rules by which `name_key` and `email_key` were computed. A program with newer
-- rules recomputes both columns in the transaction that runs its migrations.
ALTER TABLE installation ADD COLUMN uniqueness_rules INTEGER NOT NULL DEFAULT 1;

-- For the lookup by exact address, which precedes the lookup by key.
CREATE INDEX users_email_idx ON users (email);
