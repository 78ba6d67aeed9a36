CREATE TABLE public.__diesel_schema_migrations (
    version character varying(50) NOT NULL,
    run_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE TABLE public.audit_events (
    id text NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    object_kind text NOT NULL,
    object_id text,
    scope text,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    token_id text,
    fields text NOT NULL,
    request_id text,
    address text
);

CREATE TABLE public.check_schedule (
    config_id text NOT NULL,
    due_at bigint NOT NULL,
    holder text,
    lease_until bigint
);

CREATE TABLE public.config_checks (
    id text NOT NULL,
    config_id text NOT NULL,
    revision bigint NOT NULL,
    at bigint NOT NULL,
    trigger text NOT NULL,
    checked_by text NOT NULL,
    works integer,
    report text NOT NULL
);

CREATE TABLE public.config_labels (
    config_id text NOT NULL,
    key text NOT NULL,
    value text NOT NULL
);

CREATE TABLE public.installation (
    id integer NOT NULL,
    organization_id text NOT NULL,
    initialized_at bigint NOT NULL,
    root_created_at bigint,
    CONSTRAINT installation_id_check CHECK ((id = 1))
);

CREATE TABLE public.key_encryption_keys (
    id text NOT NULL,
    check_envelope bytea NOT NULL,
    added_at bigint NOT NULL
);

CREATE TABLE public.llm_configs (
    id text NOT NULL,
    incarnation text NOT NULL,
    owner_id text,
    workspace_id text,
    name text NOT NULL,
    name_key text NOT NULL,
    description text,
    provider text NOT NULL,
    endpoint text NOT NULL,
    api_path text NOT NULL,
    model text,
    modalities text NOT NULL,
    capabilities text NOT NULL,
    sampling text,
    context_length integer,
    client_config text,
    version text,
    monitoring_endpoint text,
    fingerprint bytea NOT NULL,
    credential_fingerprint bytea NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text NOT NULL,
    target_revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT llm_configs_scope_check CHECK (((owner_id IS NULL) <> (workspace_id IS NULL)))
);

CREATE TABLE public.memberships (
    workspace_id text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL
);

CREATE TABLE public.secrets (
    config_id text NOT NULL,
    slot text NOT NULL,
    kind text NOT NULL,
    mask text,
    key_id_mask text,
    kek_id text NOT NULL,
    envelope bytea NOT NULL,
    sealed_at bigint NOT NULL
);

CREATE TABLE public.server_keys (
    purpose text NOT NULL,
    generation integer NOT NULL,
    kek_id text NOT NULL,
    envelope bytea NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE public.tokens (
    id text NOT NULL,
    user_id text NOT NULL,
    parent_id text,
    prefix text NOT NULL,
    hash bytea NOT NULL,
    labels text NOT NULL,
    rights text,
    workspaces text,
    expires_at bigint,
    status text NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text NOT NULL,
    switched_off_at bigint,
    switched_off_by text
);

CREATE TABLE public.users (
    id text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    username text,
    first_name text NOT NULL,
    last_name text NOT NULL,
    org_role text NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text NOT NULL
);

CREATE TABLE public.workspaces (
    id text NOT NULL,
    name text NOT NULL,
    revision bigint NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    updated_by text NOT NULL
);

INSERT INTO public.__diesel_schema_migrations VALUES ('0001', '2026-11-28 21:37:52.326122');
INSERT INTO public.__diesel_schema_migrations VALUES ('0002', '2026-11-28 21:37:52.326122');

INSERT INTO public.config_labels VALUES ('01a22417-d95b-76bf-9c77-7fdea1993a27', 'team', 'pla​tform');

INSERT INTO public.installation VALUES (1, '01a22417-d8c6-79e5-8469-82b33449c5c8', 1795901872326038, 1795901872346567);

INSERT INTO public.key_encryption_keys VALUES ('test-key', '\x0108746573742d6b6579a7948c6cf9547a1c27c085b248075f7409df45a722bec16a0076d488511f47ae4753c4f512f215e16364236f693a7ed1accf3eb50efbc8bea126ed5fbe0397e7d941702c499df8203a74a64673ff738b31b0ccfc12244b4aa2746bd9e8dce5630c98d517e999c0f0bb25e6628d39344c0d3d9a5085f5c8b69f7f', 1795901872326038);

INSERT INTO public.llm_configs VALUES ('01a22417-d93d-7944-93cc-1d28254ac729', '01a22417-d93d-7f6d-a25e-6214c80fe789', NULL, '01a22417-d936-75f5-b003-eaeabfcf69fa', 'Pro­d', 'Pro­d', NULL, 'OPENAI', 'https://llm.example/v1', '/chat/completions', NULL, '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, NULL, NULL, NULL, '\x0177506ccbdd59bb9bbdc7216da42e93c66d53e99f0885b5373acd6a004e7bbf8a', '\x01282e64c2580fce1af5cc55bfa92eba027b424c07e48102b6415dd92483f45134', 1, 1795901872445184, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872445184, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);
INSERT INTO public.llm_configs VALUES ('01a22417-d943-7f3e-bad0-dbdb77146fb2', '01a22417-d943-772b-b7dc-8d0cf10cdd43', NULL, '01a22417-d936-75f5-b003-eaeabfcf69fa', 'Prod', 'Prod', NULL, 'OPENAI', 'https://llm.example/v1', '/chat/completions', NULL, '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, NULL, NULL, NULL, '\x0169cc683c448292c90ed4ee85df1cd4f0c268ebceb78d7fc9bae887981137e271', '\x01861eb6c02133c6be02ec42359563cfc07686c741c301a78df46a1120a46b77c4', 1, 1795901872451696, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872451696, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);
INSERT INTO public.llm_configs VALUES ('01a22417-d948-7833-87b0-d55c559c1215', '01a22417-d948-78ba-87e4-3f3997f8c766', NULL, '01a22417-d936-75f5-b003-eaeabfcf69fa', 'Prod​', 'Prod​', NULL, 'OPENAI', 'https://llm.example/v1', '/chat/completions', NULL, '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, NULL, NULL, NULL, '\x01c10516647c33c14a955e60f5b89fb1e0c7a4318a3c69881ca72d6ea7c1134fd2', '\x01482c31a209ced525ae9d767ee6e6e259e5756f97a395fe250acb2b06d3fbdcfa', 1, 1795901872456700, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872456700, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);
INSERT INTO public.llm_configs VALUES ('01a22417-d94d-7d35-a804-9c56198da976', '01a22417-d94d-7af4-bb7e-1968a742e911', NULL, '01a22417-d936-75f5-b003-eaeabfcf69fa', 'Prod‮', 'Prod‮', NULL, 'OPENAI', 'https://llm.example/v1', '/chat/completions', NULL, '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, NULL, NULL, NULL, '\x019bbd6448b9b58c019c1b788ad531448d39ff80f98c422de2c1f5fa1a550fb68f', '\x018be5a6af21c1b217b8310e2bd69fae915be22f5a68f7e74d73a6a0ea4b2c5526', 1, 1795901872461134, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872461134, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);
INSERT INTO public.llm_configs VALUES ('01a22417-d951-7576-9250-e0b535cc4cb4', '01a22417-d951-7dd5-b24a-c33bc0494c80', NULL, '01a22417-d936-75f5-b003-eaeabfcf69fa', 'Alone⁠', 'Alone⁠', NULL, 'OPENAI', 'https://llm.example/v1', '/chat/completions', NULL, '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, NULL, NULL, NULL, '\x01c1d3b702484a3e40a6b16b9207f7375edf282eb858ed962099ad462dfd5a8685', '\x013b36905db2e8fd9c8501096fc72f58d459132fff88f2cc5488774e82a3a2911d', 1, 1795901872465707, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872465707, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);
INSERT INTO public.llm_configs VALUES ('01a22417-d956-729a-8e81-5e0fed757bb5', '01a22417-d956-7f6a-b72c-48dcce34bc3d', NULL, '01a22417-d936-75f5-b003-eaeabfcf69fa', 'plain', 'plain', NULL, 'OPENAI', 'https://llm.example/v1', '/chat/completions', NULL, '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, NULL, NULL, NULL, '\x0144ac86cb385d12e66c575a04b7f450c805c46f487a4bff5351452cef09619dc6', '\x0189ecd263098b656990972ead4f6225bdb728431f88bcc319f02481eb11a58801', 1, 1795901872470166, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872470166, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);
INSERT INTO public.llm_configs VALUES ('01a22417-d95b-76bf-9c77-7fdea1993a27', '01a22417-d95b-7317-b1f4-2872666fe109', '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', NULL, 'lo‮cal', 'lo‮cal', 'b‮idi', 'VLLM', 'https://gpu.example/v1', '/chat/completions', 'qw​en3', '["TEXT"]', '["supports_chat","supports_system_messages","supports_streaming","supports_sampling_parameters"]', NULL, NULL, '{"note": "\u009b2J\u202e"}', '1﻿', NULL, '\x0124dbc12578c97e29b010a0b3f4aa3beb72067b6942543f7e1ad52cfcd3b8628a', '\x015109b6030f91cc9e37215f65d94c1fad194d58a2945907510bdd75f432b2fce9', 1, 1795901872475282, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872475282, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1);

INSERT INTO public.secrets VALUES ('01a22417-d93d-7944-93cc-1d28254ac729', 'CURRENT', 'API_KEY', '****0001', NULL, 'test-key', '\x0108746573742d6b657901b9c4c1582198f3ca06f425b59ef35e14fbdf947136240cb6d659884ecf8f98717524c3e8ee695dcdd09f6f11ecdc1b4b02fe42f17cda960ab1baf23167dde4174442a325d9fb1d8638d8f1e5829c3e670eaffe73efd3ec1538df280e4f5048fae0305ebe46406f0c37570e9480be7b286ff0f1c4fbecfed3ee06ebfda253b42770a24329af9261dd4debcc1bebe46e54248f8413a75e4fa88e8e8df4925aaccf05a4aecb3e6d637e8d9308e903e11ce4594ff0e4f2e937b6c2fa36a7dfcf8514469f5088894e', 1795901872445184);
INSERT INTO public.secrets VALUES ('01a22417-d943-7f3e-bad0-dbdb77146fb2', 'CURRENT', 'API_KEY', '****0002', NULL, 'test-key', '\x0108746573742d6b6579f7657ea9377ed110669cfb57474aa58e06af40b5488750bb1e2e2a132bae5600f4ebc690ade070779f0fe279d0fbffbddb44ae0419dd38319ea827d8e4ab43d96edb86bf0fba1e53cc359119d790e44c7d62f320cc17970291a43e2deff8a8ffb0b6b223d39bb30ca4e71a5f05173fe020818c0d62a81ddd2cc56f86892e0998e9dd4f16b10e8a74e940774616955b1a9c1c042389c167311d087063607c05b0889664a63aee972602019a2ffa92df42a9673ff4618ce0edc3ec86235a2e24d81302e5003b6e', 1795901872451696);
INSERT INTO public.secrets VALUES ('01a22417-d948-7833-87b0-d55c559c1215', 'CURRENT', 'API_KEY', '****0003', NULL, 'test-key', '\x0108746573742d6b6579670ebfce46bd7c4508093779e20e9fae8877eed6298799ad82bd34c24f6af21701b866a828c131f5f30911e66d33023c570d991df1a722fa3b39928deab8d656b8c312bae6730f14e9271de85c2ce46d685ba420d084744e630e565604c82c7b90a7625ac9940e9c94b2b621c6255b6b63d5cdd8eca0b1272ab80b389f649d53cc475912ba577ac02b38357d3eb015ca8b4c5ceb6c26008d13bb3123a46894ef7be05d6f9a852d2633401c0fff5965cfafbdeb8b8da790f916b6d07ab5f1114a61dbba6a2a75', 1795901872456700);
INSERT INTO public.secrets VALUES ('01a22417-d94d-7d35-a804-9c56198da976', 'CURRENT', 'API_KEY', '****0004', NULL, 'test-key', '\x0108746573742d6b6579bca30e1b8eeb97ae7053e8a2f9d806ce1d3f4bb359479a4fe178ca960288dbc290419818fd94c224a8da21a3bff64a1b0273671d24ab05194fe3d51eb9a62acc6861cee9b439d3f28eeefb0420c6bb8745ec0d1cd43c5c86d30e28de7dd3d339ca6febc8aec257faed81925a2e481d29ee889b1d98089ecdc1a8e99c0c9a5b6b410bf926f83659a636e038c5ff15ef3d576d9ecd713b63d5deb3a56d08c27e526be30588dae585ab339d7c0361a451b858414516379478da244c09206ed9b12d5ca2514e8414', 1795901872461134);
INSERT INTO public.secrets VALUES ('01a22417-d951-7576-9250-e0b535cc4cb4', 'CURRENT', 'API_KEY', '****0005', NULL, 'test-key', '\x0108746573742d6b6579d72e51642cbdd3bb1372626058458a5217212daaaed848260920180ddcca536ff57f0c70134797128284e99c2f35105f7d9657de71a4e1196a138c7c9f4e1b12c1c4ae3dc0d6c6316c60a9f5e29bc91493b1c3695bc492b9f4df400dea5207b7b7b1e519d9a21ffa1a0fb97f6ae151f3a8f81a25ade80df9b78c9113374415e4164fd2b09345b498b046db80e07dd892626e6d0e80753b679556d94a774aa044c92bb8130fe811bee25700a6f0a48b2d06fb97d1ad9de1b1eb028cc6dcad48ff63ad1acc74ef', 1795901872465707);
INSERT INTO public.secrets VALUES ('01a22417-d956-729a-8e81-5e0fed757bb5', 'CURRENT', 'API_KEY', '****0006', NULL, 'test-key', '\x0108746573742d6b6579bee8f34033d2425ccbcc2189267024975a912c8761457d5d0ad0d5f19f1939522259be719c8ccfc0fc965891275357c7b391fc17674e92271414028e3a9f876b891a21ebe9bb4e56c539298a53304f07affc9e48215876808df9db039588902cdbb856882f989baa241f9346f2edaf17cac983049f0fe1a4c78b212b3300f512d62d34edc637527567eb8725ee1a277962f8c4b7b3a4cb07bb84151b42bde4aeaa6f816340ad5d242f908fb04c1c7cc359b211095f32d2952a323b927952e069b19a41a18535', 1795901872470166);
INSERT INTO public.secrets VALUES ('01a22417-d95b-76bf-9c77-7fdea1993a27', 'CURRENT', 'API_KEY', '****0007', NULL, 'test-key', '\x0108746573742d6b6579b68f5a5bb35c9127176d2f6d4b7973867d75bd15483cfd8412ae68e94d6f935908e5043a56c2a5ee242af112a2362c861671db21f012480312c5bd1c7a3bcac60281a3a78e7c545dc06266afb0c86ddd2ca9c7b3895d1b3b7291aa5a9e6f99222ec94b5ef8db9617bf4a2f6be5545b53c4dacbf8b2d42ac33c0a42828c6ea17a852a7f5c2b7e4df93a8506f7f8e6bf2d5e0f333b866e6213bd02fed5143a604b7fdf39b7d626b6b8c3953136a767f8224b46b9b979f341fcaf53ee52c585616481444c5f78681de5de2ea4a379f3', 1795901872475282);

INSERT INTO public.server_keys VALUES ('fingerprint', 1, 'test-key', '\x0108746573742d6b6579bd933dbb9137fbdcc7c93a098d1b663c48834edcd97031e4a5186d8793b8399852917a21611052d170433cf0392703368eb5d4396303f7452191ccfa85cff3e2dced9d2ef8feb75e2a08ff6f80f17c5b3a435ea9c8fb1ee1f3e25b3c108b723ea418ad8297e37658c6a489fc2bdbef598efde3d345da206fe2335dcf7c71e91f380419e8c08c5107a14e2526e6cf7b22', 1795901872326038);
INSERT INTO public.server_keys VALUES ('audit', 1, 'test-key', '\x0108746573742d6b657931c89315433a4a53dbeeaa31d1adbcd60aa56acb8e0f22a3695938045786c7410b4a1b47ea9b4ec49057d8ef690509ea370a08c03847cd99587c54ccfd5bc4a373efff71b60823759d0d30a7001b0151ba14b9ab4b3a33674316d7dac4bfa7fe4725f5d1e2072727325fb57c424698bd526bb669d87853b106739c3741fe1ce48a8b8d0e988b3066e3d2e9a37c59d786', 1795901872326038);
INSERT INTO public.server_keys VALUES ('idempotency', 1, 'test-key', '\x0108746573742d6b65795c59f60c83d7b9d864d06fbd71d71518cc4c0531a585b1268713ac2aa6fdcc8b1fa8a20ecd71a5d40813368c95eff3fa185ee97442626d9775e110eebd7e48c39ff49d78af4e0e1ad67e84bd881e3c5fd772ecf851c2279ec53397edc989bc8c06e0e23178fdcd753a5e9b37c06b471edc38ffbb31f26b587df95afc740b118ac8e57a73b6cc6e39fa0c203d5cce5c19', 1795901872326038);

INSERT INTO public.tokens VALUES ('01a22417-d8da-7bb8-aed4-2a8d1bfdb6db', '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', NULL, 'gm_h4fmk6xi', '\xf07f2a86fbfb1a4149d258302213a89bd86817cb66af9f72ba2b9a7383003c32', '{"purpose":"admin"}', NULL, NULL, NULL, 'ACTIVE', 1, 1795901872346567, '00000000-0000-0000-0000-000000000000', 1795901872346567, '00000000-0000-0000-0000-000000000000', NULL, NULL);
INSERT INTO public.tokens VALUES ('01a22417-d960-7c93-8052-01cd502b0dfa', '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', '01a22417-d8da-7bb8-aed4-2a8d1bfdb6db', 'gm_t52wmo7c', '\xf2804e0a3f896d1eaece5982e9dabc43191bdb49979931ec76e777ad5822f981', '{"purpose":"c​i"}', NULL, NULL, NULL, 'ACTIVE', 1, 1795901872480672, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872480672, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', NULL, NULL);

INSERT INTO public.users VALUES ('01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 'root@localhost', 'root@localhost', 'root', 'System', 'Root User', 'OWNER', 1, 1795901872346567, '00000000-0000-0000-0000-000000000000', 1795901872346567, '00000000-0000-0000-0000-000000000000');
INSERT INTO public.users VALUES ('01a22417-d922-7f85-9211-60f752efd408', 'root​@localhost', 'root​@localhost', NULL, 'Sys​tem', 'Root‮ User', 'USER', 1, 1795901872418823, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872418823, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');
INSERT INTO public.users VALUES ('01a22417-d927-7c4a-a150-ba03ba5aed79', 'å@example.com', 'å@example.com', NULL, 'Ada', 'Lovelace', 'USER', 1, 1795901872423475, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872423475, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');
INSERT INTO public.users VALUES ('01a22417-d92b-7b1b-bf31-4344481db0ae', 'å@example.com', 'å@example.com', NULL, 'Ada', 'Lovelace', 'USER', 1, 1795901872427297, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872427297, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');
INSERT INTO public.users VALUES ('01a22417-d92e-7a6f-9866-7d1bcd4efd53', 'grace@bücher.example', 'grace@bücher.example', NULL, 'Ada', 'Lovelace', 'USER', 1, 1795901872430753, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872430753, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');
INSERT INTO public.users VALUES ('01a22417-d932-7912-9daa-5e51932cec7a', 'ada@example.com', 'ada@example.com', NULL, 'Ada', 'Lovelace', 'USER', 1, 1795901872434310, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872434310, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');

INSERT INTO public.workspaces VALUES ('01a22417-d936-75f5-b003-eaeabfcf69fa', 'Te­am', 1, 1795901872438128, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872438128, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');
INSERT INTO public.workspaces VALUES ('01a22417-d939-77b9-9b8b-a41afbb7639c', 'other', 1, 1795901872441838, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7', 1795901872441838, '01a22417-d8da-7ed0-8002-eecdc1d8c0e7');

ALTER TABLE ONLY public.__diesel_schema_migrations
    ADD CONSTRAINT __diesel_schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.check_schedule
    ADD CONSTRAINT check_schedule_pkey PRIMARY KEY (config_id);

ALTER TABLE ONLY public.config_checks
    ADD CONSTRAINT config_checks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.config_labels
    ADD CONSTRAINT config_labels_pkey PRIMARY KEY (config_id, key);

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.key_encryption_keys
    ADD CONSTRAINT key_encryption_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.llm_configs
    ADD CONSTRAINT llm_configs_fingerprint_key UNIQUE (owner_id, fingerprint);

ALTER TABLE ONLY public.llm_configs
    ADD CONSTRAINT llm_configs_name_key UNIQUE (workspace_id, name_key);

ALTER TABLE ONLY public.llm_configs
    ADD CONSTRAINT llm_configs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (workspace_id, user_id);

ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (config_id, slot);

ALTER TABLE ONLY public.server_keys
    ADD CONSTRAINT server_keys_pkey PRIMARY KEY (purpose, generation);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key_key UNIQUE (email_key);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (id);

CREATE INDEX audit_events_at_idx ON public.audit_events USING btree (at, id);

CREATE INDEX audit_events_object_id_idx ON public.audit_events USING btree (object_id);

CREATE INDEX check_schedule_due_at_idx ON public.check_schedule USING btree (due_at);

CREATE INDEX config_checks_config_id_idx ON public.config_checks USING btree (config_id, at);

CREATE INDEX config_labels_key_value_idx ON public.config_labels USING btree (key, value);

CREATE INDEX llm_configs_created_at_idx ON public.llm_configs USING btree (created_at, id);

CREATE INDEX memberships_user_id_idx ON public.memberships USING btree (user_id);

CREATE INDEX secrets_kek_id_idx ON public.secrets USING btree (kek_id);

CREATE INDEX tokens_parent_id_idx ON public.tokens USING btree (parent_id);

CREATE INDEX tokens_prefix_idx ON public.tokens USING btree (prefix);

CREATE INDEX tokens_user_id_idx ON public.tokens USING btree (user_id);

CREATE INDEX users_org_role_idx ON public.users USING btree (org_role);

ALTER TABLE ONLY public.check_schedule
    ADD CONSTRAINT check_schedule_config_id_fkey FOREIGN KEY (config_id) REFERENCES public.llm_configs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.config_checks
    ADD CONSTRAINT config_checks_config_id_fkey FOREIGN KEY (config_id) REFERENCES public.llm_configs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.config_labels
    ADD CONSTRAINT config_labels_config_id_fkey FOREIGN KEY (config_id) REFERENCES public.llm_configs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.llm_configs
    ADD CONSTRAINT llm_configs_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.llm_configs
    ADD CONSTRAINT llm_configs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT secrets_config_id_fkey FOREIGN KEY (config_id) REFERENCES public.llm_configs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT secrets_kek_id_fkey FOREIGN KEY (kek_id) REFERENCES public.key_encryption_keys(id);

ALTER TABLE ONLY public.server_keys
    ADD CONSTRAINT server_keys_kek_id_fkey FOREIGN KEY (kek_id) REFERENCES public.key_encryption_keys(id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.tokens(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
