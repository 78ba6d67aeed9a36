PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __diesel_schema_migrations VALUES('0001','2026-11-28 21:37:50');
INSERT INTO __diesel_schema_migrations VALUES('0002','2026-11-28 21:37:50');
CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    organization_id TEXT NOT NULL,
    initialized_at INTEGER NOT NULL,
    root_created_at INTEGER
) STRICT;
INSERT INTO installation VALUES(1,'01a22417-d203-7c57-b2e2-21039525404d',1795901870595306,1795901870601406);
CREATE TABLE key_encryption_keys (
    id TEXT NOT NULL PRIMARY KEY,
    check_envelope BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;
INSERT INTO key_encryption_keys VALUES('test-key',X'0108746573742d6b6579d03576b615c418888f8876b606ce56389412192a3ff04fb667abd0034595dd1b4c141c042215266cde554e2a104f6916f4c72d78b3d707e090f40bd0f8eb47077c6ea1826475c2b76e9be8f5a1254f42d76bdfe6faa7372359d9ec4d82639727ab826543ff713a1f8c2f38e20d64156c10385b2d52d6b5957265',1795901870595306);
CREATE TABLE server_keys (
    purpose TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kek_id TEXT NOT NULL REFERENCES key_encryption_keys (id),
    envelope BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (purpose, generation)
) STRICT;
INSERT INTO server_keys VALUES('fingerprint',1,'test-key',X'0108746573742d6b65798a404e75d43473bbdbb8242d79ea26a02bec0db5d722cc70f72e54c43b0e412362f8250baf8987f3b14e8c7bc38aa81b08256133a4224ce6dcda8f5456b65e1c33aad54357c10baf54472e6efc159c629993a1db3b88c2b91b09ab19decbf2f0bfabceaeb0efe540c144c8d63cbae6cbc8f3623517d27c6a0c56c54b50f9445c71b25ddeb4806c5fd7337b9f48eab8c1',1795901870595306);
INSERT INTO server_keys VALUES('audit',1,'test-key',X'0108746573742d6b6579deb6b6ffdde0f7e39f4e39160feb31d63a3044e5351b8370e8c00b47af0c6bf8dcb637b531fc583dfc2089a360b979d56f170a390f4928b7ba791932b0763b8a4985c762033902445c0f39a8eb8b2b8dd2454727c6efb5c3f652c5f275208ef39c816ac6f2bb26cdb709340b36ed40ecd506cc6991376596dc05d2005dd3b4b20b68179684e4733989d1d2de37816023',1795901870595306);
INSERT INTO server_keys VALUES('idempotency',1,'test-key',X'0108746573742d6b6579693f82542daf74f4484718c6581434d80b0d932068fd725e11f27716c4adb9f0755f544a6dcda9e1f4f7d13588bc02c5db6229a8ea46f74cd5a20a0144ae8a951de36057610272f32626bea4cc891d14c9d8a32298a9f416a7f01dc2e4d237024788617c3af51bb9f4279dfd066f8c6e5a434f4bd8b5500c599bc9405749c9eb99a568ad96ee14d84eda67b555f7b9a7',1795901870595306);
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
INSERT INTO users VALUES('01a22417-d209-78c3-b7c7-7d8a5a34ea7c','root@localhost','root@localhost','root','System','Root User','OWNER',1,1795901870601406,'00000000-0000-0000-0000-000000000000',1795901870601406,'00000000-0000-0000-0000-000000000000');
INSERT INTO users VALUES('01a22417-d249-7cca-9cb2-488f95c91f2d','root​@localhost','root​@localhost',NULL,'Sys​tem','Root‮ User','USER',1,1795901870665356,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870665356,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
INSERT INTO users VALUES('01a22417-d24d-7627-8a30-d6401ddd69c5','å@example.com','å@example.com',NULL,'Ada','Lovelace','USER',1,1795901870669402,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870669402,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
INSERT INTO users VALUES('01a22417-d250-7534-9f76-7dc2b9bca0d0','å@example.com','å@example.com',NULL,'Ada','Lovelace','USER',1,1795901870672254,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870672254,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
INSERT INTO users VALUES('01a22417-d252-7f07-9c2d-cf4cc174b77a','grace@bücher.example','grace@bücher.example',NULL,'Ada','Lovelace','USER',1,1795901870674657,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870674657,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
INSERT INTO users VALUES('01a22417-d254-7183-a2d7-86661a3fbc33','ada@example.com','ada@example.com',NULL,'Ada','Lovelace','USER',1,1795901870676882,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870676882,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
CREATE TABLE workspaces (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL
) STRICT;
INSERT INTO workspaces VALUES('01a22417-d256-7cf9-ad28-64e33a0ad0d3','Te­am',1,1795901870678980,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870678980,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
INSERT INTO workspaces VALUES('01a22417-d258-7df6-9e6b-57215379b2e2','other',1,1795901870680813,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870680813,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c');
CREATE TABLE memberships (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT;
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
INSERT INTO tokens VALUES('01a22417-d209-7bbf-98e4-3cc81f65dab1','01a22417-d209-78c3-b7c7-7d8a5a34ea7c',NULL,'gm_mjp3ffcv',X'9add99219253264242d3a5518d9cd9b4e49fc543102c1619fc4387111cbb356e','{"purpose":"admin"}',NULL,NULL,NULL,'ACTIVE',1,1795901870601406,'00000000-0000-0000-0000-000000000000',1795901870601406,'00000000-0000-0000-0000-000000000000',NULL,NULL);
INSERT INTO tokens VALUES('01a22417-d26e-7038-8b3f-9dce355423e1','01a22417-d209-78c3-b7c7-7d8a5a34ea7c','01a22417-d209-7bbf-98e4-3cc81f65dab1','gm_sbmbekea',X'f42d96a89a8e8595b654bc0d29cd25bafdf8a53be645898e2b4b183d1a55d7e8','{"purpose":"c​i"}',NULL,NULL,NULL,'ACTIVE',1,1795901870702879,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870702879,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',NULL,NULL);
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
    updated_by TEXT NOT NULL, target_revision INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT llm_configs_scope_check CHECK ((owner_id IS NULL) <> (workspace_id IS NULL)),
    CONSTRAINT llm_configs_fingerprint_key UNIQUE (owner_id, fingerprint),
    CONSTRAINT llm_configs_name_key UNIQUE (workspace_id, name_key)
) STRICT;
INSERT INTO llm_configs VALUES('01a22417-d25a-7601-9cae-336212f3012a','01a22417-d25a-7d7d-a1d1-f122f5dfdfc6',NULL,'01a22417-d256-7cf9-ad28-64e33a0ad0d3','Pro­d','Pro­d',NULL,'OPENAI','https://llm.example/v1','/chat/completions',NULL,'["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,NULL,NULL,NULL,X'01381ccf7586abc54af972efe677325646cc60d54ffd9c800a17b4aea4a002472c',X'0146ab1a98e4d76b753ac60d63b9092f0a536a63715135cf758499ce64579c2b37',1,1795901870682890,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870682890,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
INSERT INTO llm_configs VALUES('01a22417-d25d-7220-a82b-136663b2b5f5','01a22417-d25d-7203-9226-18ba7c1cce74',NULL,'01a22417-d256-7cf9-ad28-64e33a0ad0d3','Prod','Prod',NULL,'OPENAI','https://llm.example/v1','/chat/completions',NULL,'["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,NULL,NULL,NULL,X'018220ab763e360ccf2c3b543c7fa2292af93990a276cdf7385fc48fe44aed3c76',X'015ac2105cec4c6b5a019f9bdde145a3c7b97d2a11de0eafaa6cb39d52a0d33102',1,1795901870685737,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870685737,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
INSERT INTO llm_configs VALUES('01a22417-d260-713e-be1c-5b381136bc6e','01a22417-d260-7353-b631-f138e4c4bf74',NULL,'01a22417-d256-7cf9-ad28-64e33a0ad0d3','Prod​','Prod​',NULL,'OPENAI','https://llm.example/v1','/chat/completions',NULL,'["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,NULL,NULL,NULL,X'013941baf11e7bc8e7ae8c370a686c1bb397cabd8011e795d3ab5d045cfce33e4e',X'01431be2570d42e6fa60904023c2016db33a58bdfec472a7162f42aa0d297dab04',1,1795901870688351,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870688351,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
INSERT INTO llm_configs VALUES('01a22417-d262-7850-a9df-28e9f482cc3a','01a22417-d262-7fcb-8472-b0bf30d65cad',NULL,'01a22417-d256-7cf9-ad28-64e33a0ad0d3','Prod‮','Prod‮',NULL,'OPENAI','https://llm.example/v1','/chat/completions',NULL,'["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,NULL,NULL,NULL,X'010bee42ddcc0da48a101c6e95534d77a7bca1d6916b932fe332933d4cd115e3a3',X'01f5e138add0a5278400ec07376f6a59cc08bac3ce3b5d0b2981c8fc00e7a883ee',1,1795901870690811,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870690811,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
INSERT INTO llm_configs VALUES('01a22417-d265-7d18-9e1a-c3b97b7053db','01a22417-d265-7490-ae91-54803d30c643',NULL,'01a22417-d256-7cf9-ad28-64e33a0ad0d3','Alone⁠','Alone⁠',NULL,'OPENAI','https://llm.example/v1','/chat/completions',NULL,'["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,NULL,NULL,NULL,X'0126dc5a7b6acac66ce051bceed13aa741bd2b5958cdd157204a53c1614225854e',X'0194c3f3fee7d7fed13094388eece0d0f2906c40eb50c1b9fc9bbf1055cc981d06',1,1795901870693221,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870693221,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
INSERT INTO llm_configs VALUES('01a22417-d268-7f62-a93f-42c136b6b6ad','01a22417-d268-7fc8-a2c4-238200d55cd9',NULL,'01a22417-d256-7cf9-ad28-64e33a0ad0d3','plain','plain',NULL,'OPENAI','https://llm.example/v1','/chat/completions',NULL,'["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,NULL,NULL,NULL,X'0109e11304384546f0105d667d3280efb4c8f6920b35db2ddb8f1f806cc4923e9e',X'015a17c69497de9d8dab457dac40d5aed654d49f4ea5db64387fd5d6527dbd952e',1,1795901870696435,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870696435,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
INSERT INTO llm_configs VALUES('01a22417-d26b-7a97-8987-ac7027d37610','01a22417-d26b-7b1a-8b1f-da6cea712851','01a22417-d209-78c3-b7c7-7d8a5a34ea7c',NULL,'lo‮cal','lo‮cal','b‮idi','VLLM','https://gpu.example/v1','/chat/completions','qw​en3','["TEXT"]','["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]',NULL,NULL,'{"note": "\u009b2J\u202e"}','1﻿',NULL,X'016f9fa9f85b6f4f75cba3126c5deb459eb562715fa207b6a15be59fc17583493f',X'013abd5a07d50de1b9a3ec8107527049e06748634d03065f63d3fb6568957a0272',1,1795901870699724,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1795901870699724,'01a22417-d209-78c3-b7c7-7d8a5a34ea7c',1);
CREATE TABLE config_labels (
    config_id TEXT NOT NULL REFERENCES llm_configs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (config_id, key)
) STRICT;
INSERT INTO config_labels VALUES('01a22417-d26b-7a97-8987-ac7027d37610','team','pla​tform');
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
INSERT INTO secrets VALUES('01a22417-d25a-7601-9cae-336212f3012a','CURRENT','API_KEY','****0001',NULL,'test-key',X'0108746573742d6b65790450d2beadbd4646084365c3c4e6b19fc73382839b392c61187be3fea3ef911707c61f996f7972973ec753f0af762331845df96f44e44034453440c6a65cc0809d343ee8cff5234e06c7d88996a9c28398eff7e9faf455a3846ef61f37287ca83809b1bf28cf34995523c9efa610b080153e2757afcc51c9d6856c7d88ce806f09d566907967f8b8a5d26e05bcf25f403df83cf798d8efd9a3b34fe606f17febdaed0643cbfe6de42bbd68a610329c3d921b55f6f9fb7beadb0c562cd1517a6301d7048ef6e5ec',1795901870682890);
INSERT INTO secrets VALUES('01a22417-d25d-7220-a82b-136663b2b5f5','CURRENT','API_KEY','****0002',NULL,'test-key',X'0108746573742d6b657943f3706d6521ba06bf07ea42aaa897e11957b4618fcb2219c23c87357c629a06ad1929188858bed05bc1724eb4fe4d11a63782196d612c4ee6eb8dc227dbf2dab04df25a5b77adf16b9335215640f4d6caa81a40f8b8554243e95f6fd28a9ad48a284b23312871a29997d3f3f6f4fa9516f5f8c58f3a62304a55d268d835fb4e330a34150291433377b03de068d6a3a4f8e28e00cd391573384337963cd7eea3923696aaad41a300778cbde597ec89f9a3867540915605c938e1cf33a0441cbe5159d9aff729',1795901870685737);
INSERT INTO secrets VALUES('01a22417-d260-713e-be1c-5b381136bc6e','CURRENT','API_KEY','****0003',NULL,'test-key',X'0108746573742d6b657954dbdd7f0ba03d6b0a04bbbc2775c14eb4369f791cd724d67ee19495ed326b30caddaa984dcc9b376e79f47f38420c3d582dc6ccdc26ede5a383e800f4561e850eac5cb211ee7bd290a6749c63abeaa125b1bc74bd1abb2fbd3262d9d61cc73b2299e226bd1402620f2c4c46bdf8122429160d8913bcbc9a7d4f32887d89f98f54f3aa6a145cc01cf78ec5df032d1ad9582e7243b97db063e50834580181579dcdca445d200b718ffd43e5083fdb3585f27bf8eb0ded05c023df07655c74e2c7a66f3f2d9df7',1795901870688351);
INSERT INTO secrets VALUES('01a22417-d262-7850-a9df-28e9f482cc3a','CURRENT','API_KEY','****0004',NULL,'test-key',X'0108746573742d6b6579b319f7da4ec1cf1dadd4df005c59d3e488a1be51d1cd62c7f0887ecc2177ae0a8c3c5cb05f4621db1225ed7d61b755a9f30c4a795ada0d1d51840b1b0f6713800eb2a56b8dd34c6e380d2e39c5bd6e7dfb00f24a6470b491d3a3402af90593ab687d5d673c64e604d264ceee290b84ca8214d6c1d9ac47de533b4ea5b58f54c4d8146229f60465058531f9130da61cbad5481490786cada87faac79279ec16b547783cec5d2cbd63228786f6a922118a6d6561ac0ae6b323c75bea1375e35db9fec40e2ed8e8',1795901870690811);
INSERT INTO secrets VALUES('01a22417-d265-7d18-9e1a-c3b97b7053db','CURRENT','API_KEY','****0005',NULL,'test-key',X'0108746573742d6b6579684555f1d07595ea9c18f78dea0753188236719e8713c87580614eee84f05589678bb16a08454beb88e0db9c18d4fd89c89a7af18b73957fc9bc45e647ec9d76c3f84aed9f835c057bcf5f9d0f5c5c99ff57981f425aaacf74856fb0682b2259ecccbe907a5793a7faf0432b38e2f64a9f2a222ed9332a9fe5bd0fafe99224dabc9f0031a2f951f0633583d44127923abcaefc8056285a31dbdf5640d603c6c1862a3900bee9bb74bb22d52cba254919b76de994e9fef24eb9de856268aeff706aa665315696',1795901870693221);
INSERT INTO secrets VALUES('01a22417-d268-7f62-a93f-42c136b6b6ad','CURRENT','API_KEY','****0006',NULL,'test-key',X'0108746573742d6b65798ce4b559f473f63a9a0f0f9838687741de2cc8f0ba0352ec492e4c4e9cad29c96a814cb75760a4aed41ea5573c8d78517d8edd12194204b81862e9594b24b7d8dd9a2ee6696bb6c276f674ac495e7f90d0c4271a945c8bce56d24f1534937feb5fb84563dee96f675fb9e5a7e41dfa897ad8b45bc9ca8eaf0d145a603a09d2f6d5e8d4ae083abe166e9005192adee042fab5b041af7d252c7a1ffd3681edb19022f868a2dbe87a45a40a8477dcf6d0719295ce4d1ed69b114be19a6dd440a74533533075508a',1795901870696435);
INSERT INTO secrets VALUES('01a22417-d26b-7a97-8987-ac7027d37610','CURRENT','API_KEY','****0007',NULL,'test-key',X'0108746573742d6b6579a3ee4c453056ff46f17d81fa281ed7fe8f68ca7eec1e6b4e3fcedeceb16ee651e20fd3680e542c8cb4ab253db2eb612d7a015734e4888ac345ca9e24bbbb8c9b265ee4e77bd8d9ca67399d3a501e3c645e75c0584ac66dfc9fe5c077dad29ae203befdbc0b719798c3484c62f5a2eb52f40f882e93d188c365b47860294849c59f15dd7c1439b60cf8fc8abb9905831ac533bf164209d6cc4d64f2791062fcb86ead8aa61a55035e2ca5e77ebe768b76b732b23a6ef0816ab6516c38f716ef86bf0614eb194ff56d042e822edcf0',1795901870699724);
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
CREATE TABLE config_checks (
    id TEXT NOT NULL PRIMARY KEY,
    config_id TEXT NOT NULL REFERENCES llm_configs (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    trigger TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    works INTEGER,
    report TEXT NOT NULL
) STRICT;
CREATE TABLE check_schedule (
    config_id TEXT NOT NULL PRIMARY KEY REFERENCES llm_configs (id) ON DELETE CASCADE,
    due_at INTEGER NOT NULL,
    holder TEXT,
    lease_until INTEGER
) STRICT;
CREATE INDEX users_org_role_idx ON users (org_role);
CREATE INDEX memberships_user_id_idx ON memberships (user_id);
CREATE INDEX tokens_prefix_idx ON tokens (prefix);
CREATE INDEX tokens_user_id_idx ON tokens (user_id);
CREATE INDEX tokens_parent_id_idx ON tokens (parent_id);
CREATE INDEX llm_configs_created_at_idx ON llm_configs (created_at, id);
CREATE INDEX config_labels_key_value_idx ON config_labels (key, value);
CREATE INDEX secrets_kek_id_idx ON secrets (kek_id);
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
CREATE INDEX audit_events_object_id_idx ON audit_events (object_id);
CREATE INDEX config_checks_config_id_idx ON config_checks (config_id, at);
CREATE INDEX check_schedule_due_at_idx ON check_schedule (due_at);
COMMIT;
