-- How a token is presented: `API` in a header, `SESSION` in the cookie of a browser.
ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'API';

-- What a token of the kind `SESSION` has beside the columns of every token. It begins at `created_at` and ends
-- at `expires_at` of its token; `parent_id` is the token that was used to sign in.
CREATE TABLE sessions (
    token_id TEXT NOT NULL PRIMARY KEY REFERENCES tokens (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    user_agent TEXT,
    address TEXT
);

-- Only on PostgreSQL: authenticated sessions are cached, and depend on these rows.
CREATE TRIGGER sessions_note_change AFTER INSERT OR UPDATE OR DELETE ON sessions
    FOR EACH ROW EXECUTE FUNCTION note_change('token', 'token_id');
CREATE TRIGGER sessions_refuse_truncate BEFORE TRUNCATE ON sessions EXECUTE FUNCTION refuse_truncate();

-- Links that sign a user in once. `hash` is the keyed hash of the code; the code itself is not stored.
CREATE TABLE login_links (
    hash BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_links_user_id_idx ON login_links (user_id);
