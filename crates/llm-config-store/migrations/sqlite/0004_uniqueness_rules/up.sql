-- By which rules `name_key` and `email_key` were computed. A program with newer rules computes them
-- again, in the transaction that runs its migrations.
ALTER TABLE installation ADD COLUMN uniqueness_rules INTEGER NOT NULL DEFAULT 1;

-- An address is looked up as it was written before it is looked up by its key.
CREATE INDEX users_email_idx ON users (email);
