//! Shares of callers, hosts and owners in what calls providers: none holds up the others.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use llm_config_core::access::OrgRole;
use llm_config_egress::LookupOwner;
use llm_config_egress::testing::BusyResolver;
use serde_json::{Value, json};

use super::{app, database};
use crate::support::{
    Client, FakeVendor, Installation, VALID_KEY, ai_llm, assign, fake_provider, llm_at, send_concurrently,
    wait_until,
};

/// A server that accepts connections and never responds.
fn hanging_server() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

fn create(client: &Client, endpoint: &str) -> Value {
    client.create_llm(&llm_at(endpoint, "tiny", Some(VALID_KEY)))["llmId"].clone()
}

#[test]
fn ping_beyond_share_of_caller_is_429_and_leaves_slots_for_others() {
    let app = app();
    let (_hanging, port) = hanging_server();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let [slow, other] = [(); 2].map(|()| app.user(OrgRole::Workspaces));
    let id = create(&slow.client, &format!("http://127.0.0.1:{port}/v1"));
    let ping = json!({"targetId": id, "timeoutMs": 5000});
    let at_same_host = create(&other.client, &format!("http://127.0.0.1:{}/v1", provider.port()));
    let elsewhere = create(&other.client, &format!("http://localhost:{}/v1", provider.port()));
    std::thread::scope(|scope| {
        let pings = scope.spawn(|| {
            let request = (&slow.client, "POST", "/v1/ping:once", &ping);
            send_concurrently(&[request; 20])
        });
        // The calls of the slow caller wait for responses from now on.
        wait_until("no slot is taken", || {
            app.root().get("/metrics").body.contains("limit=\"provider_calls_of_caller\"")
        });
        let started = Instant::now();
        for id in [at_same_host, elsewhere] {
            let result = other.client.post("/v1/ping:once", &json!({"targetId": id})).json(200);
            assert_eq!(result["ok"], true, "{result}");
        }
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
        let responses = pings.join().expect("the responses");
        let refused: Vec<_> = responses.iter().filter(|response| response.status == 429).collect();
        // Three quarters of the 16 calls that one host may have.
        assert_eq!(refused.len(), 8, "{:?}", responses.iter().map(|r| r.status).collect::<Vec<_>>());
        for response in refused {
            response.goodmem_error(429, &["too many calls", "try again in"]);
            assert_eq!(response.header("retry-after"), Some("2"));
        }
    });
}

#[test]
fn check_of_caller_whose_lookups_hang_is_503_for_them_only() {
    let app = app();
    let [busy, other] = [(); 2].map(|()| app.user(OrgRole::Workspaces));
    let owner = LookupOwner::new(busy.id.as_uuid().as_u128());
    let resolver = BusyResolver { busy: owner, addresses: vec![[127, 0, 0, 1].into()] };
    let server = app.second_server_with_resolver(resolver);
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let check = |user: &Client| {
        let client = server.client(user.token.as_deref().expect("a token"));
        let id = create(&client, &format!("http://llm.example:{}/v1", provider.port()));
        let path = format!("/llm-config/v1/configs/{}/checks", id.as_str().expect("an id"));
        let response = client.post_empty(&path);
        (response, client.get(&path).json(200)["checks"].as_array().map(Vec::len))
    };
    let (refused, kept) = check(&busy.client);
    assert_eq!((refused.status, refused.header("retry-after"), kept), (503, Some("5"), Some(0)));
    let (report, kept) = check(&other.client);
    assert_eq!((&report.json(200)["usable"], kept), (&json!("yes"), Some(1)));
}

#[test]
fn background_check_is_not_delayed_by_hanging_configurations_of_others() {
    let database = database();
    let provider = fake_provider(FakeVendor::OpenAi, VALID_KEY);
    let (_hanging, port) = hanging_server();
    let installation = Installation::with_database(database);
    let server = installation.start();
    let root = server.client(&server.token());
    let team = |name: &str, count: usize, host: &str| {
        let workspace = root.create_workspace(name);
        let endpoint = format!("http://{host}/v1");
        let ids = (0..count).map(|n| {
            let name = format!("{name} {n}");
            let body = json!({"name": name, "endpoint": endpoint, "secret": VALID_KEY});
            root.create_ai_llm(&assign(ai_llm(&workspace), &body))
        });
        ids.collect::<Vec<_>>().pop().expect("a configuration")
    };
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{}", provider.port())];
    team("slow", 40, &hosts[0]);
    let id = team("team", 1, &hosts[1]);
    let token = root.token.clone().expect("root has a token");
    server.stop();

    let installation = installation.with("CHECK_EVERY", "1s").with("ALLOWED_HOSTS", &hosts.join(","));
    let server = installation.start();
    let root = server.client(&token);
    let started = Instant::now();
    wait_until("no check runs", || {
        let list = root.get(&format!("/llm-config/v1/configs/{id}/checks")).json(200);
        list["checks"].as_array().expect("the list is an array").len() >= 4
    });
    // Each of the others takes ten seconds.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    server.stop();
}
