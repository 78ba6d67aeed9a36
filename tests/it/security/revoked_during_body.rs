//! The server checks the token again after it has received the whole body, and refuses a token that was
//! revoked before the last byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::team::Team;
use crate::support::{Client, Installation, issue_token, llm_at};

/// A request whose body lacks its last byte.
struct PartialRequest {
    stream: TcpStream,
    last: u8,
}

impl PartialRequest {
    fn send(client: &Client, base: &str, path: &str, body: &Value) -> Self {
        let (body, token) = (body.to_string(), client.token.as_deref().expect("a token"));
        let (last, begun) = body.as_bytes().split_last().expect("a body");
        let authority = base.trim_start_matches("http://");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {authority}\r\nx-api-key: {token}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(authority).expect("a connection");
        stream.write_all(head.as_bytes()).expect("a head");
        stream.write_all(begun).expect("a body");
        Self { stream, last: *last }
    }

    /// Sends the last byte; returns the status.
    fn finish(mut self) -> u16 {
        self.stream.write_all(&[self.last]).expect("a byte");
        let mut response = String::new();
        self.stream.read_to_string(&mut response).expect("the server sends a response");
        let status = response.split(' ').nth(1).expect("a status line");
        status.parse().expect("a status")
    }
}

/// The number of partial requests: at least one of them is authenticated before the token is revoked.
const REPEATS: usize = 4;

#[test]
fn check_draft_with_token_revoked_before_end_of_body_is_refused() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let owned = llm_at(&team.provider_endpoint(), "tiny", Some("sk-0123456789"));
        let of_team = team.ai_llm("GPT", &team.provider_endpoint(), "sk-0123456789");
        for (path, body) in
            [("/llm-config/v1/checks/goodmem", &owned), ("/llm-config/v1/checks/flashback", &of_team)]
        {
            let issued =
                team.root.post("/v1/apikeys", &json!({"subjectPrincipalId": team.alice.id})).json(201);
            let client = team.server.client(issued["rawApiKey"].as_str().expect("the token is a string"));
            let requests: Vec<_> =
                (0..REPEATS).map(|_| PartialRequest::send(&client, &team.server.base, path, body)).collect();
            client.get("/v1/users/me").json(200);
            let id = issued["apiKeyMetadata"]["apiKeyId"].as_str().expect("the id is a string");
            team.root.delete(&format!("/v1/apikeys/{id}")).empty(204);
            for request in requests {
                assert_eq!(request.finish(), 401, "{path}");
            }
        }
        assert!(team.provider.received().is_empty(), "a provider was called");
    }
}

#[test]
fn check_draft_by_user_deleted_before_end_of_body_opens_no_secret() {
    for installation in Installation::each() {
        let folder = installation.folder.path().to_owned();
        std::fs::write(folder.join("secret"), "sk-granted-0123456789").expect("a writable file");
        let settings = folder.join("settings.toml");
        std::fs::write(&settings, "").expect("a writable file");
        let installation = installation.with("FILE", settings.to_str().expect("a UTF-8 path"));
        let team = Team::new(installation);
        let Team { root, alice, administrator, server, installation, provider, .. } = team;
        let origin = format!("http://127.0.0.1:{}", provider.port());
        let uri = format!("file://{}", folder.join("secret").display());
        std::fs::write(
            &settings,
            format!(
                "[[secret-grants]]\nprefix = \"{uri}\"\nowners = [\"{}\"]\norigins = [\"{origin}\"]\n",
                alice.id
            ),
        )
        .expect("a writable file");
        let root_token = root.token.expect("root has a token");
        server.stop();
        let server = installation.start();
        let root = server.client(&root_token);
        let adam = server.client(administrator.client.token.as_deref().expect("a token"));
        let mut body = llm_at(&format!("{origin}/v1"), "tiny", None);
        body["ownerId"] = json!(alice.id);
        body["credentials"] =
            json!({"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"secretRef": {"uri": uri}}});
        // The administrator may check drafts until they are deleted.
        adam.post("/llm-config/v1/checks/goodmem", &body).json(200);
        assert!(provider.received().iter().any(|request| request.carries("sk-granted-0123456789")));
        let before = provider.received().len();

        let path = "/llm-config/v1/checks/goodmem";
        let requests: Vec<_> =
            (0..REPEATS).map(|_| PartialRequest::send(&adam, &server.base, path, &body)).collect();
        adam.get("/v1/users/me").json(200);
        root.delete(&format!("/organization/users/{}", administrator.id)).success();
        for request in requests {
            assert_eq!(request.finish(), 401);
        }
        assert_eq!(provider.received().len(), before, "a provider was called");
    }
}

#[test]
fn check_draft_with_token_that_may_not_create_is_denied() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let narrowed_client =
            issue_token(&team.server, &team.alice.client, &json!({"rights": ["PING_LLM_OWN"]}));
        let body = llm_at(&team.provider_endpoint(), "tiny", Some("sk-0123456789"));
        narrowed_client.post("/llm-config/v1/checks/goodmem", &body).goodmem_error(403, &["CREATE_LLM_OWN"]);
        assert!(team.provider.received().is_empty());
        team.alice.client.post("/llm-config/v1/checks/goodmem", &body).json(200);
        assert!(!team.provider.received().is_empty());
    }
}
