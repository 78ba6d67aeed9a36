//! The tables, declared once for both databases.

diesel::table! {
    installation (id) {
        id -> Integer,
        organization_id -> Text,
        initialized_at -> BigInt,
        root_created_at -> Nullable<BigInt>,
        uniqueness_rules -> Integer,
        fingerprint_rules -> Integer,
        list_rules -> Integer,
        source_rules -> Integer,
    }
}

diesel::table! {
    key_encryption_keys (id) {
        id -> Text,
        check_envelope -> Binary,
        added_at -> BigInt,
    }
}

diesel::table! {
    server_keys (purpose, generation) {
        purpose -> Text,
        generation -> Integer,
        kek_id -> Text,
        envelope -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        email -> Text,
        email_key -> Text,
        username -> Nullable<Text>,
        first_name -> Text,
        last_name -> Text,
        org_role -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        created_by -> Text,
        updated_at -> BigInt,
        updated_by -> Text,
    }
}

diesel::table! {
    workspaces (id) {
        id -> Text,
        name -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        created_by -> Text,
        updated_at -> BigInt,
        updated_by -> Text,
    }
}

diesel::table! {
    memberships (workspace_id, user_id) {
        workspace_id -> Text,
        user_id -> Text,
        role -> Text,
        created_at -> BigInt,
        created_by -> Text,
    }
}

diesel::table! {
    tokens (id) {
        id -> Text,
        user_id -> Text,
        parent_id -> Nullable<Text>,
        prefix -> Text,
        hash -> Binary,
        labels -> Text,
        rights -> Nullable<Text>,
        workspaces -> Nullable<Text>,
        configs -> Nullable<Text>,
        expires_at -> Nullable<BigInt>,
        status -> Text,
        revision -> BigInt,
        created_at -> BigInt,
        created_by -> Text,
        updated_at -> BigInt,
        updated_by -> Text,
        switched_off_at -> Nullable<BigInt>,
        switched_off_by -> Nullable<Text>,
        sequence -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    sessions (token_id) {
        token_id -> Text,
        method -> Text,
        last_seen_at -> BigInt,
        user_agent -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    login_links (hash) {
        hash -> Binary,
        user_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    llm_configs (id) {
        id -> Text,
        incarnation -> Text,
        owner_id -> Nullable<Text>,
        workspace_id -> Nullable<Text>,
        name -> Text,
        name_key -> Text,
        description -> Nullable<Text>,
        provider -> Text,
        endpoint -> Text,
        api_path -> Text,
        model -> Nullable<Text>,
        modalities -> Text,
        capabilities -> Text,
        sampling -> Nullable<Text>,
        context_length -> Nullable<Integer>,
        client_config -> Nullable<Text>,
        version -> Nullable<Text>,
        monitoring_endpoint -> Nullable<Text>,
        fingerprint -> Binary,
        credential_fingerprint -> Binary,
        revision -> BigInt,
        created_at -> BigInt,
        created_by -> Text,
        updated_at -> BigInt,
        updated_by -> Text,
        target_revision -> BigInt,
        origin_set_at -> Nullable<BigInt>,
        origin_set_by -> Nullable<Text>,
        origin_confirmed_by -> Text,
        sequence -> BigInt,
        search -> Text,
    }
}

diesel::table! {
    config_labels (config_id, key) {
        config_id -> Text,
        key -> Text,
        value -> Text,
        sequence -> BigInt,
        scope -> Text,
    }
}

diesel::table! {
    secrets (config_id, slot) {
        config_id -> Text,
        slot -> Text,
        kind -> Text,
        mask -> Nullable<Text>,
        key_id_mask -> Nullable<Text>,
        kek_id -> Text,
        envelope -> Binary,
        sealed_at -> BigInt,
        given_by -> Nullable<Text>,
        source -> Nullable<Text>,
        reference -> Nullable<Text>,
    }
}

diesel::table! {
    config_checks (id) {
        id -> Text,
        config_id -> Text,
        revision -> BigInt,
        at -> BigInt,
        trigger -> Text,
        checked_by -> Text,
        works -> Nullable<Integer>,
        report -> Text,
        sequence -> BigInt,
    }
}

diesel::table! {
    last_checks (config_id) {
        config_id -> Text,
        sequence -> BigInt,
        revision -> BigInt,
        at -> BigInt,
        trigger -> Text,
        usable -> Text,
        reason -> Text,
        is_judgement -> Integer,
        last_judgement -> Nullable<Text>,
        since -> BigInt,
        scope -> Text,
    }
}

diesel::table! {
    call_settings (config_id) {
        config_id -> Text,
        settings -> Text,
    }
}

diesel::table! {
    check_schedule (config_id) {
        config_id -> Text,
        due_at -> BigInt,
        holder -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Text,
        at -> BigInt,
        kind -> Text,
        object_kind -> Text,
        object_id -> Nullable<Text>,
        scope -> Nullable<Text>,
        actor_kind -> Text,
        actor_id -> Text,
        token_id -> Nullable<Text>,
        fields -> Text,
        request_id -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    usage_hours (config_id, incarnation, hour, token_id, dialect, model) {
        config_id -> Text,
        incarnation -> Text,
        hour -> BigInt,
        token_id -> Text,
        dialect -> Text,
        model -> Text,
        calls -> BigInt,
        ok -> BigInt,
        upstream_errors -> BigInt,
        faults -> BigInt,
        client_gone -> BigInt,
        refused -> BigInt,
        blocked -> BigInt,
        calls_without_usage -> BigInt,
        input -> BigInt,
        cached -> BigInt,
        cache_write -> BigInt,
        output -> BigInt,
        reasoning -> BigInt,
        audio_in -> BigInt,
        audio_out -> BigInt,
        bytes_in -> BigInt,
        bytes_out -> BigInt,
        ms -> BigInt,
        ms_first_byte -> BigInt,
    }
}

diesel::table! {
    usage_totals (config_id, incarnation) {
        config_id -> Text,
        incarnation -> Text,
        calls -> BigInt,
        ok -> BigInt,
        upstream_errors -> BigInt,
        faults -> BigInt,
        client_gone -> BigInt,
        refused -> BigInt,
        blocked -> BigInt,
        calls_without_usage -> BigInt,
        input -> BigInt,
        cached -> BigInt,
        cache_write -> BigInt,
        output -> BigInt,
        reasoning -> BigInt,
        audio_in -> BigInt,
        audio_out -> BigInt,
        bytes_in -> BigInt,
        bytes_out -> BigInt,
        ms -> BigInt,
        ms_first_byte -> BigInt,
    }
}

diesel::table! {
    usage_batches (replica) {
        replica -> Text,
        sequence -> BigInt,
        applied_at -> BigInt,
    }
}

diesel::joinable!(secrets -> llm_configs (config_id));
diesel::joinable!(config_labels -> llm_configs (config_id));
diesel::joinable!(config_checks -> llm_configs (config_id));
diesel::joinable!(last_checks -> llm_configs (config_id));
diesel::joinable!(check_schedule -> llm_configs (config_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(tokens -> users (user_id));
diesel::joinable!(sessions -> tokens (token_id));
diesel::allow_tables_to_appear_in_same_query!(memberships, sessions, tokens, users);
diesel::allow_tables_to_appear_in_same_query!(
    llm_configs,
    secrets,
    config_labels,
    config_checks,
    last_checks,
    check_schedule,
    usage_totals
);
diesel::allow_tables_to_appear_in_same_query!(llm_configs, workspaces);
