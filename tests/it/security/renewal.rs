//! A renewed credential is stored only if the user who sends it set or confirmed the origin.

use serde_json::{Value, json};

use super::team::Team;
use crate::support::{ApiUser, Installation, api_key_credentials, llm_at, merge_patch};

const NEW: &str = "sk-alice-renewed-0123456789";

/// Asserts that Alice's renewal without the endpoint is rejected with an error that names the origin, and
/// that Mallory's provider receives nothing.
#[track_caller]
fn check_renewal_refused(team: &Team, path: &str, renewal: &Value) {
    let port = team.attacker.port().to_string();
    team.alice.client.put(path, renewal).flashback_error(400, &["endpoint", &port]);
    team.mallory.client.post_empty(&format!("{path}/validate")).json(200);
    team.check_attacker_received_none_of(&[NEW]);
}

/// Asserts the same as [`check_renewal_refused`] for a configuration of an owner.
#[track_caller]
fn check_owners_renewal_refused(team: &Team, owner: &ApiUser, path: &str) {
    let port = team.attacker.port().to_string();
    let renewal = json!({"credentials": api_key_credentials(NEW)});
    owner.client.put(path, &renewal).goodmem_error(400, &["endpointUrl", &port]);
    let id = path.rsplit('/').next().expect("a path that ends in an id");
    team.administrator.client.post("/v1/ping:once", &json!({"targetId": id}));
    team.check_attacker_received_none_of(&[NEW]);
}

#[test]
fn renew_secret_after_colleague_moved_endpoint_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        let moved = json!({"endpoint": team.attacker_endpoint(), "secret": "junk"});
        team.mallory.client.put(&path, &moved).success();
        check_renewal_refused(&team, &path, &json!({"secret": NEW}));
        // The error names the user who moved the endpoint. Alice moves the endpoint back.
        team.alice
            .client
            .put(&path, &json!({"secret": NEW}))
            .flashback_error(400, &[&team.mallory.id, "mallory"]);
        let back = json!({"endpoint": team.provider_endpoint(), "secret": NEW});
        team.alice.client.put(&path, &back).success();
        team.alice.client.put(&path, &json!({"secret": "sk-alice-again"})).success();
    }
}

#[test]
fn renew_key_after_colleague_moved_endpoint_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        let moved = json!({"endpoint": team.attacker_endpoint(), "secret": "junk", "key": "junk-key"});
        team.mallory.client.put(&path, &moved).success();
        check_renewal_refused(&team, &path, &json!({"key": NEW}));
        check_renewal_refused(&team, &path, &json!({"key": NEW, "secret": NEW}));
    }
}

#[test]
fn renew_secret_of_recreated_configuration_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        team.mallory.client.delete(&path).success();
        let new_configuration = team.ai_llm("GPT", &team.attacker_endpoint(), "junk");
        let path = format!("/ai/llm/{}", team.mallory.client.create_ai_llm(&new_configuration));
        check_renewal_refused(&team, &path, &json!({"secret": NEW}));
    }
}

#[test]
fn renew_secret_after_administrator_moved_endpoint_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let create_as_alice = llm_at(&team.provider_endpoint(), "m", Some("sk-alice-first-0123456789"));
        let path = team.alice.client.create_llm_path(&create_as_alice);
        let moved =
            json!({"endpointUrl": team.attacker_endpoint(), "credentials": api_key_credentials("junk")});
        team.administrator.client.put(&path, &moved).json(200);
        check_owners_renewal_refused(&team, &team.alice, &path);
    }
}

#[test]
fn renew_secret_of_configuration_that_was_created_for_its_owner_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let mut body = llm_at(&team.attacker_endpoint(), "m", Some("junk"));
        body["ownerId"] = json!(team.alice.id);
        let path = team.administrator.client.create_llm_path(&body);
        check_owners_renewal_refused(&team, &team.alice, &path);
    }
}

#[test]
fn give_first_credential_after_another_moved_endpoint_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.alice.client.create_llm_path(&llm_at(&team.provider_endpoint(), "m", None));
        let moved = json!({"endpointUrl": team.attacker_endpoint()});
        team.administrator.client.put(&path, &moved).json(200);
        check_owners_renewal_refused(&team, &team.alice, &path);
    }
}

#[test]
fn renew_secret_after_transfer_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let body = llm_at(&team.attacker_endpoint(), "m", Some("junk"));
        let path = team.mallory.client.create_llm_path(&body);
        let id = path.rsplit('/').next().expect("a path that ends in an id");
        team.installation.run(&["config", "move", id, "--owner", "alice@example.com"]).succeeded();
        check_owners_renewal_refused(&team, &team.alice, &path);
    }
}

#[test]
fn renew_secret_by_colleague_requires_endpoint_once() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        let bob = &team.mallory.client;
        bob.put(&path, &json!({"secret": "sk-bob-1"})).flashback_error(400, &["endpoint", &team.alice.id]);
        bob.put(&path, &json!({"secret": "sk-bob-1", "endpoint": team.provider_endpoint()})).success();
        bob.put(&path, &json!({"secret": "sk-bob-2"})).success();
        team.alice.client.put(&path, &json!({"secret": "sk-alice-2"})).success();
    }
}

#[test]
fn renew_secret_at_vendor_host_by_colleague_requires_no_endpoint() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        for (name, kind, endpoint) in [
            ("a", "OPENAI", "https://api.openai.com/v1"),
            ("b", "ANTHROPIC", "https://api.anthropic.com"),
            ("c", "GOOGLE", "https://generativelanguage.googleapis.com/v1beta"),
            ("d", "AWS", "https://bedrock-runtime.us-east-1.amazonaws.com"),
        ] {
            let mut body = team.ai_llm(name, endpoint, "sk-first-0123456789");
            body["aiType"] = json!(kind);
            let path = format!("/ai/llm/{}", team.alice.client.create_ai_llm(&body));
            team.mallory.client.put(&path, &json!({"secret": NEW})).success();
        }
        // A host that belongs to a customer is not a host of the vendor.
        for (name, kind, endpoint) in [
            ("e", "OPENAI", "https://mallory.openai.azure.com/openai/v1"),
            ("f", "OPENAI", "https://gateway.ai.cloudflare.com/v1/account/gateway/openai"),
            ("g", "OTHER", "https://api.openai.com/v1"),
        ] {
            let mut body = team.ai_llm(name, endpoint, "sk-first-0123456789");
            body["aiType"] = json!(kind);
            let path = format!("/ai/llm/{}", team.alice.client.create_ai_llm(&body));
            team.mallory.client.put(&path, &json!({"secret": NEW})).flashback_error(400, &["endpoint"]);
        }
    }
}

#[test]
fn move_to_other_customer_of_hosted_gateway_requires_secret() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let at = |rest: &str| format!("https://gateway.ai.cloudflare.com/v1/{rest}");
        let body = team.ai_llm("GPT", &at("acme/gateway/openai"), "sk-first-0123456789");
        let path = format!("/ai/llm/{}", team.alice.client.create_ai_llm(&body));
        for elsewhere in ["mallory/gateway/openai", "acme/other/openai", "acme"] {
            let moved = json!({"endpoint": at(elsewhere)});
            team.mallory.client.put(&path, &moved).flashback_error(400, &["endpoint", "acme/gateway"]);
        }
        team.mallory.client.put(&path, &json!({"endpoint": at("acme/gateway/compat")})).success();
        // The API path must not leave the path of the customer, either.
        let mut body = llm_at(&at("acme/gateway"), "m", Some("sk-first-0123456789"));
        body["providerType"] = json!("OPENAI");
        let path = team.alice.client.create_llm_path(&body);
        for leaves in ["/../../mallory/gateway/chat/completions", "/%2e%2e/other/chat/completions"] {
            team.alice.client.put(&path, &json!({"apiPath": leaves})).goodmem_error(400, &["endpointUrl"]);
        }
        team.alice.client.put(&path, &json!({"apiPath": "/openai/chat/completions"})).json(200);
    }
}

#[test]
fn renew_secret_with_endpoint_without_customer_path_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let host = "https://gateway.ai.cloudflare.com";
        let mut body = llm_at(host, "m", Some("sk-first-0123456789"));
        body["apiPath"] = json!("/v1/acme/gateway/chat/completions");
        let path = team.alice.client.create_llm_path(&body);
        let elsewhere = "/v1/mallory/gateway/chat/completions";
        let moved = json!({"apiPath": elsewhere, "credentials": api_key_credentials("junk")});
        team.administrator.client.put(&path, &moved).json(200);
        // The API path names the customer, and sending the endpoint does not confirm the API path.
        let renewal = json!({"endpointUrl": host, "credentials": api_key_credentials(NEW)});
        team.alice
            .client
            .put(&path, &renewal)
            .goodmem_error(400, &["endpointUrl", "mallory/gateway", "customer"]);
        let current =
            json!({"endpointUrl": host, "apiPath": elsewhere, "credentials": api_key_credentials(NEW)});
        team.alice.client.put(&path, &current).json(200);
    }
}

#[test]
fn renew_secret_with_own_endpoint_after_api_path_left_customer_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let endpoint = "https://gateway.ai.cloudflare.com/v1/acme/gateway";
        let path = team.alice.client.create_llm_path(&llm_at(endpoint, "m", Some("sk-first-0123456789")));
        let leaves = "/../../mallory/gateway/chat/completions";
        let moved = json!({"apiPath": leaves, "credentials": api_key_credentials("junk")});
        team.administrator.client.put(&path, &moved).json(200);
        let renewal = json!({"endpointUrl": endpoint, "credentials": api_key_credentials(NEW)});
        team.alice.client.put(&path, &renewal).goodmem_error(400, &["endpointUrl", "mallory/gateway"]);
        // Alice sends the API path of her own customer.
        let back = merge_patch(renewal, &json!({"apiPath": "/chat/completions"}));
        team.alice.client.put(&path, &back).json(200);
        team.alice
            .client
            .put(&path, &json!({"credentials": api_key_credentials("sk-next-0123456789")}))
            .json(200);
    }
}

#[test]
fn change_origin_by_other_user_writes_its_own_audit_event() {
    const EVENT: &str = "config.origin_changed";
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        let elsewhere = |port: u16, secret: &str| {
            let endpoint = format!("http://127.0.0.1:{port}/v1");
            json!({"endpoint": endpoint, "secret": secret})
        };
        team.alice.client.put(&path, &elsewhere(1, "sk-alice")).success();
        team.alice.client.put(&path, &json!({"endpoint": "http://127.0.0.1:1/v2"})).success();
        assert!(team.audited(EVENT).is_empty());
        team.mallory.client.put(&path, &elsewhere(2, "junk")).success();
        assert_eq!(team.audited(EVENT), [EVENT]);
        team.mallory.client.put(&path, &elsewhere(3, "junk")).success();
        assert_eq!(team.audited(EVENT), [EVENT]);
    }
}

#[test]
fn get_origin_returns_user_and_time_of_last_change() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let path = team.create_as_alice("GPT");
        let id = path.rsplit('/').next().expect("a path that ends in an id").to_owned();
        let origin_path = format!("/llm-config/v1/configs/{id}/origin");
        let origin = format!("http://127.0.0.1:{}", team.provider.port());
        for reader in [&team.alice.client, &team.mallory.client, &team.root] {
            let found = reader.get(&origin_path).json(200);
            assert_eq!((&found["origin"], &found["setBy"]), (&json!(origin), &json!(team.alice.id)));
            assert_eq!(found["setByName"], "alice Example");
            assert_eq!((&found["confirmedBy"], &found["credentialGivenBy"]), (&json!([]), &found["setBy"]));
            assert!(found["setAt"].as_str().is_some_and(|at| at.ends_with('Z')), "{found}");
        }
        let confirmed = json!({"secret": "sk-mallory", "endpoint": team.provider_endpoint()});
        team.mallory.client.put(&path, &confirmed).success();
        let found = team.alice.client.get(&origin_path).json(200);
        assert_eq!(found["confirmedBy"], json!([team.mallory.id]));
        assert_eq!(found["credentialGivenBy"], team.mallory.id);
        let printed = team.installation.run(&["config", "show", &id]).succeeded();
        assert!(
            printed.contains(&format!("{origin}, set 2")) && printed.contains("by alice@example.com"),
            "{printed}"
        );
    }
}
