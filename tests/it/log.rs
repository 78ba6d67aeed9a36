//! The log of the server: one line for each request, and no error for what clients send.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use llm_config_store::testing::TestDatabase;
use serde_json::Value;

use crate::support::{Installation, Server, StreamProvider, llm, llm_at};

fn start(settings: &[(&str, &str)]) -> (Installation, Server) {
    let installation = Installation::with_database(TestDatabase::sqlite());
    let installation =
        settings.iter().fold(installation, |installation, (name, value)| installation.with(name, value));
    let server = installation.start();
    (installation, server)
}

/// The lines of requests in a JSON log.
fn requests(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    lines.filter(|line| line["message"] == "request").collect()
}

#[test]
fn log_line_of_request_names_the_client_the_user_and_the_token() {
    let (installation, server) = start(&[("LOG_FORMAT", "json")]);
    let root = server.client(&server.token());
    let path = root.create_llm_path(&llm());
    let me = root.get("/v1/users/me").json(200)["userId"].clone();
    let key = root.get("/v1/apikeys").json(200)["keys"][0]["apiKeyId"].clone();
    server.client("gm_wrong").get("/v1/llms").goodmem_error(401, &[]);
    root.get("/v1/llms?zebra=1").goodmem_error(400, &[]);
    installation.database.execute("UPDATE llm_configs SET capabilities = 'nonsense'");
    root.get(&path).goodmem_error(500, &[]);
    let log = server.stop();
    let lines = requests(&log);
    let line = |route: &str, status: u16| {
        lines.iter().find(|line| line["route"] == route && line["status"] == status).expect("a line")
    };
    for (route, status, level) in [
        ("/v1/llms", 201, "INFO"),
        ("/v1/users/me", 200, "INFO"),
        ("/v1/llms", 400, "INFO"),
        ("/v1/llms/{id}", 500, "WARN"),
    ] {
        let line = line(route, status);
        assert_eq!(line["level"], level, "{line}");
        assert_eq!((&line["user"], &line["token"]), (&me, &key), "{line}");
        assert_eq!(line["address"], "127.0.0.1", "{line}");
        assert!(line["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{line}");
        assert!(line.as_object().expect("an object").values().all(|value| !value.is_object()), "{line}");
    }
    let refused = line("/v1/llms", 401);
    assert_eq!((&refused["level"], &refused["address"]), (&"INFO".into(), &"127.0.0.1".into()), "{refused}");
    assert!(refused.get("user").is_none() && refused.get("token").is_none(), "{refused}");
    let times = lines.iter().filter_map(|line| line["ms"].as_f64());
    assert!(times.into_iter().any(|ms| ms.fract() != 0.0), "{log}");
}

#[test]
fn stream_that_breaks_off_is_logged_with_the_id_of_its_request() {
    let (_installation, server) = start(&[("LOG_FORMAT", "json")]);
    let root = server.client(&server.token());
    let provider = StreamProvider::start(|_, connection| {
        connection.begin_events();
        connection.chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
        connection.cut();
    });
    root.create_llm_path(&llm_at(&format!("{}/v1", provider.base()), "model", None));
    let body = r#"{"model":"model","stream":true,"messages":[]}"#;
    let response = root.call("/openai/v1/chat/completions", body);
    assert_eq!((response.head.status, response.is_whole), (200, false));
    let log = server.stop();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    let about: Vec<_> =
        lines.filter(|line| line["request_id"].as_str() == response.head.header("x-request-id")).collect();
    let [request, broken] = &about[..] else { panic!("{log}") };
    assert_eq!((&request["message"], &request["level"]), (&"request".into(), &"INFO".into()), "{request}");
    assert_eq!(broken["message"], "the response of a model broke off", "{broken}");
    assert_eq!(broken["level"], "WARN", "{broken}");
    assert!(broken["config"].is_string() && broken["ms"].is_u64(), "{broken}");
}

#[test]
fn fault_is_logged_with_its_cause_and_the_id_of_its_request_in_every_api() {
    let (installation, server) = start(&[("LOG_FORMAT", "json")]);
    let root = server.client(&server.token());
    let created = root.create_llm(&llm());
    let id = created["llmId"].as_str().expect("an id");
    installation.database.execute("UPDATE llm_configs SET capabilities = 'nonsense'");
    let managed = root.get(&format!("/v1/llms/{id}"));
    let called = root.call(&format!("/llm-config/v1/configs/{id}/openai/v1/chat/completions"), "{}");
    assert_eq!((managed.status, called.head.status), (500, 500));
    let log = server.stop();
    let lines: Vec<_> =
        log.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON")).collect();
    for request_id in [managed.header("x-request-id"), called.head.header("x-request-id")] {
        let is_fault =
            |line: &&Value| line["message"] == "internal error" && line["request_id"].as_str() == request_id;
        let faults: Vec<_> = lines.iter().filter(is_fault).collect();
        let [fault] = &faults[..] else { panic!("{log}") };
        assert_eq!(fault["level"], "ERROR", "{fault}");
        assert!(fault["error"].as_str().is_some_and(|error| error.contains("capabilities")), "{fault}");
    }
}

#[test]
fn log_line_of_request_in_text_is_one_line() {
    let (_installation, server) = start(&[]);
    let root = server.client(&server.token());
    root.get("/v1/users/me").json(200);
    server.anonymous().send("GET", "/v1/users/me", &[("x-request-id", "a%0Ab")], None).json(401);
    let log = server.stop();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("route=\"/v1/users/me\"")).collect();
    assert_eq!(lines.len(), 2, "{log}");
    for part in
        [" INFO request request_id=", " method=GET ", " status=200 ", " ms=", " address=127.0.0.1 user="]
    {
        assert!(lines[0].contains(part), "`{}` does not contain `{part}`", lines[0]);
    }
    assert!(lines[1].contains(" status=401 ") && !lines[1].contains("user="), "{}", lines[1]);
}

/// Sends bytes on a new connection, and returns the address of its own end.
fn send(server: &Server, bytes: &[u8], reads_response: bool) -> String {
    let address = server.base.strip_prefix("http://").expect("an HTTP address");
    let mut connection = TcpStream::connect(address).expect("a connection");
    let own = connection.local_addr().expect("the own address").to_string();
    // The server may already have closed the connection.
    let _ = connection.write_all(bytes);
    if reads_response {
        let _ = connection.shutdown(Shutdown::Write);
        let _ = connection.read_to_end(&mut Vec::new());
    }
    own
}

#[test]
fn serve_with_garbage_on_the_port_logs_no_error() {
    // The beginning of a TLS handshake.
    let tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x9a\x00\xff\x12\r\n\r\n";
    let oversized = format!("GET / HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n\r\n", "a".repeat(300_000));
    let garbage: [&[u8]; 9] = [
        b"",
        b"GET / HTTP/1.1\r\nnot a header\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"\x00\xff\xfe\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: ",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        tls,
        oversized.as_bytes(),
    ];
    for filter in ["info", "debug", "error,llm_config_server=info", "error,llm_config_server=debug"] {
        let (_installation, server) = start(&[("LOG_FILTER", filter)]);
        let mut ends = Vec::new();
        for bytes in garbage {
            ends.push(send(&server, bytes, true));
            ends.push(send(&server, bytes, false));
        }
        // Requests whose client does not wait for the response, or sends garbage after it.
        send(&server, b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n", false);
        send(&server, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n\x16\x03\x01\r\n\r\n", true);
        server.anonymous().get("/health").json(200);
        let log = server.stop();
        assert!(!log.contains("ERROR") && !log.contains("WARN"), "{filter}: {log}");
        if filter.contains("debug") {
            for end in ends {
                let line = format!("DEBUG a connection ended without a request in HTTP peer={end}\n");
                assert!(log.contains(&line), "{filter}: {end} is not in {log}");
            }
        }
    }
}
