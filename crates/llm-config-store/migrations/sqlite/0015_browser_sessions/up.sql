-- How a token is presented: `API` in a header, `SESSION` in the cookie of a browser.
ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'API';

-- What a token of the kind `SESSION` has beside the columns of every token. It begins at `created_at` and ends
-- at `expires_at` of its token; `parent_id` is the token that was used to sign in.
CREATE TABLE sessions (
    token_id TEXT NOT NULL PRIMARY KEY REFERENCES tokens (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    last_seen_at INTEGER NOT NULL,
    user_agent TEXT,
    address TEXT
) STRICT;

-- Links that sign a user in once. `hash` is the keyed hash of the code; the code itself is not stored.
CREATE TABLE login_links (
    hash BLOB NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_links_user_id_idx ON login_links (user_id);
