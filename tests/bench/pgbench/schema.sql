-- The table that pgbench reads and writes: as many columns and bytes as the configuration of the SQLite
-- anchor.
DROP TABLE IF EXISTS configs, audit;
CREATE TABLE configs (
    id uuid PRIMARY KEY,
    tenant text NOT NULL,
    name text NOT NULL,
    provider text NOT NULL,
    model text NOT NULL,
    base_url text NOT NULL,
    api_version text,
    description text,
    enabled boolean NOT NULL,
    is_default boolean NOT NULL,
    params jsonb NOT NULL,
    metadata jsonb NOT NULL,
    tags jsonb NOT NULL,
    secret bytea NOT NULL,
    nonce bytea NOT NULL,
    key_id text NOT NULL,
    hint text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT configs_tenant_name_key UNIQUE (tenant, name)
);
CREATE TABLE audit (
    seq bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    config_id uuid NOT NULL,
    detail jsonb NOT NULL
);
INSERT INTO configs
SELECT md5(i::text)::uuid, 'default', 'seed-' || i, 'openai', 'gpt-4o-mini', 'https://api.openai.com/v1',
    '2024-10-21', repeat('d', 100), true, false,
    '{"temperature": 0.7, "top_p": 0.95, "max_tokens": 4096, "timeout_ms": 60000, "max_retries": 3}',
    '{"team": "platform", "cost_center": "cc-1234", "owner": "llm-platform@example.com"}',
    '["prod"]', decode(repeat('07', 232), 'hex'), decode(repeat('01', 24), 'hex'), 'k1', 'sk-...wxyz', 1,
    now(), now(), 'bench'
FROM generate_series(1, 10000) AS i;
ANALYZE;
