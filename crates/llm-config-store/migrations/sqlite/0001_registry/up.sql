-- Ids are lower-case UUIDs as text, moments are microseconds since the epoch, lists and small
-- objects are JSON text. Only the constraints in this schema enforce uniqueness.

CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    organization_id TEXT NOT NULL,
    initialized_at INTEGER NOT NULL,
    root_created_at INTEGER
) STRICT;

-- Every key-encryption key that has sealed values in this database. The sealed check proves that a
-- key of the keyring with this id is that key.
CREATE TABLE key_encryption_keys (
    id TEXT NOT NULL PRIMARY KEY,
    check_envelope BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- Random keys of the installation (fingerprints, audit, idempotency), sealed like any secret.
CREATE TABLE server_keys (
    purpose TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kek_id TEXT NOT NULL REFERENCES key_encryption_keys (id),
    envelope BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (purpose, generation)
) STRICT;

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    username TEXT,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    org_role TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    CONSTRAINT users_email_key_key UNIQUE (email_key)
) STRICT;
CREATE INDEX users_org_role_idx ON users (org_role);

CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL
) STRICT;

CREATE TABLE memberships (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;
CREATE INDEX memberships_user_id_idx ON memberships (user_id);

-- `hash` is the SHA-256 of a token. The token itself is not stored. Deleting a token deletes the
-- tokens that were issued with it.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES tokens (id) ON DELETE CASCADE,
    prefix TEXT NOT NULL,
    hash BLOB NOT NULL,
    labels TEXT NOT NULL,
    rights TEXT,
    workspaces TEXT,
    expires_at INTEGER,
    status TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    switched_off_at INTEGER,
    switched_off_by TEXT,
    CONSTRAINT tokens_hash_key UNIQUE (hash)
) STRICT;
CREATE INDEX tokens_prefix_idx ON tokens (prefix);
CREATE INDEX tokens_user_id_idx ON tokens (user_id);
CREATE INDEX tokens_parent_id_idx ON tokens (parent_id);

-- Exactly one of owner and workspace is set. A unique constraint ignores rows with NULL in one of
-- its columns, so each of the two constraints applies to one scope only.
CREATE TABLE llm_configs (
    id TEXT NOT NULL PRIMARY KEY,
    incarnation TEXT NOT NULL,
    owner_id TEXT REFERENCES users (id),
    workspace_id TEXT REFERENCES workspaces (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    provider TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    api_path TEXT NOT NULL,
    model TEXT,
    modalities TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    sampling TEXT,
    context_length INTEGER,
    client_config TEXT,
    version TEXT,
    monitoring_endpoint TEXT,
    fingerprint BLOB NOT NULL,
    credential_fingerprint BLOB NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    CONSTRAINT llm_configs_scope_check CHECK ((owner_id IS NULL) <> (workspace_id IS NULL)),
    CONSTRAINT llm_configs_fingerprint_key UNIQUE (owner_id, fingerprint),
    CONSTRAINT llm_configs_name_key UNIQUE (workspace_id, name_key)
) STRICT;
CREATE INDEX llm_configs_created_at_idx ON llm_configs (created_at, id);

CREATE TABLE config_labels (
    config_id TEXT NOT NULL REFERENCES llm_configs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (config_id, key)
) STRICT;
CREATE INDEX config_labels_key_value_idx ON config_labels (key, value);

CREATE TABLE secrets (
    config_id TEXT NOT NULL REFERENCES llm_configs (id) ON DELETE CASCADE,
    slot TEXT NOT NULL,
    kind TEXT NOT NULL,
    mask TEXT,
    key_id_mask TEXT,
    kek_id TEXT NOT NULL REFERENCES key_encryption_keys (id),
    envelope BLOB NOT NULL,
    sealed_at INTEGER NOT NULL,
    PRIMARY KEY (config_id, slot)
) STRICT;
CREATE INDEX secrets_kek_id_idx ON secrets (kek_id);

-- Events are written in the transaction that they record and never changed. They have no foreign
-- keys, because they remain after the deletion of their objects.
CREATE TABLE audit_events (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT,
    scope TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    token_id TEXT,
    fields TEXT NOT NULL,
    request_id TEXT,
    address TEXT
) STRICT;
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
CREATE INDEX audit_events_object_id_idx ON audit_events (object_id);
