\set r random(1, 2000000000)
\set s random(1, 2000000000)
BEGIN;
INSERT INTO configs VALUES (
    gen_random_uuid(), 'default', 'n-' || :r || '-' || :s, 'openai', 'gpt-4o-mini', 'https://api.openai.com/v1',
    '2024-10-21',
    'Production chat configuration used by the support assistant; rotated quarterly by the platform team.',
    true, false,
    '{"temperature": 0.7, "top_p": 0.95, "max_tokens": 4096, "timeout_ms": 60000, "max_retries": 3, "presence_penalty": 0.0, "frequency_penalty": 0.0, "stop": ["Human:", "Assistant:"]}',
    '{"team": "platform", "cost_center": "cc-1234", "environment": "production", "owner": "llm-platform@example.com", "ticket": "OPS-1234"}',
    '["prod", "chat", "support"]', decode(repeat('07', 232), 'hex'), decode(repeat('01', 24), 'hex'), 'k1',
    'sk-...wxyz', 1, now(), now(), 'bench'
);
INSERT INTO audit (at, actor, action, config_id, detail) VALUES (
    now(), 'bench', 'config.create', gen_random_uuid(),
    '{"ip": "127.0.0.1", "fields": ["name", "provider", "model", "secret"], "request_id": "0123456789abcdef"}'
);
COMMIT;
