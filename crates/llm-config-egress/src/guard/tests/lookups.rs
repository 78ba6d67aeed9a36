//! Lookups: one for each call, and the connection goes where it said.

use super::*;
use crate::guard::SystemResolver;

#[tokio::test]
async fn a_name_that_changes_is_called_where_it_was_judged() {
    let here = answering(ok("judged")).await;
    let there = TcpListener::bind(("127.0.0.2", here.port())).await.unwrap();
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["127.0.0.2"]);
    let names = Arc::new(names);
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let answer = send(&guard, &format!("http://llm.example:{}/", here.port())).await.ok().unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"judged"[..]));
    assert_eq!(names.asked(), ["llm.example"]);
    // Nothing waits to be accepted there.
    assert!(tokio::time::timeout(Duration::from_millis(20), there.accept()).await.is_err());
}

#[tokio::test]
async fn each_call_looks_up_anew() {
    let server = answering(ok("")).await;
    let names =
        Arc::new(Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["10.0.0.1"]));
    let guard = guard(policy(&["127.0.0.0/8"]), &names).with_refusals_after(Duration::from_millis(1));
    let url = format!("http://llm.example:{}/", server.port());
    assert_eq!(send(&guard, &url).await.map(|it| it.status), Ok(200));
    assert_eq!(send(&guard, &url).await.map(|it| it.status), Err(CallError::Refused));
    assert_eq!(names.asked(), ["llm.example", "llm.example"]);
}

#[tokio::test]
async fn a_name_is_looked_up_in_its_one_form() {
    let server = answering(ok("")).await;
    let names = Arc::new(Names::default().with("llm.example", &["127.0.0.1"]));
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let sent = send(&guard, &format!("http://LLM.%65xample.:{}/", server.port())).await;
    assert_eq!((sent.map(|it| it.status), names.asked()), (Ok(200), vec!["llm.example".to_owned()]));
}

#[tokio::test]
async fn of_several_addresses_one_that_answers_is_enough() {
    let server = answering(ok("")).await;
    let names = Arc::new(Names::default().with("llm.example", &["127.0.0.3", "127.0.0.1"]));
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let sent = send(&guard, &format!("http://llm.example:{}/", server.port())).await;
    assert_eq!(sent.map(|it| it.status), Ok(200));
}

#[tokio::test]
async fn addresses_and_localhost_are_not_looked_up() {
    let server = answering(ok("")).await;
    let names = Arc::new(Names::default());
    let loopback = Loopback::Allowed { except_ports: vec![] };
    let guard = guard(NetworkPolicy { loopback, ..NetworkPolicy::default() }, &names);
    for host in
        ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST.", "ollama.localhost"]
    {
        let sent = send(&guard, &format!("http://{host}:{}/", server.port())).await;
        assert_eq!(sent.map(|it| it.status), Ok(200), "{host}");
    }
    assert!(names.asked().is_empty());
}

#[tokio::test]
async fn localhost_is_called_at_those_of_its_addresses_that_are_allowed() {
    let server = answering(ok("")).await;
    let url = format!("http://localhost:{}/", server.port());
    assert_eq!(send(&open(), &url).await.map(|it| it.status), Ok(200));
}

#[tokio::test]
async fn excepted_ports_of_this_machine_are_not_called() {
    let server = answering(ok("")).await;
    let loopback = Loopback::Allowed { except_ports: vec![server.port()] };
    let policy = NetworkPolicy { loopback, ..NetworkPolicy::default() };
    let guard = guard(policy, &Arc::default()).with_refusals_after(Duration::from_millis(1));
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"] {
        let sent = send(&guard, &format!("http://{host}:{}/", server.port())).await;
        assert_eq!(sent.map(|it| it.status), Err(CallError::Refused), "{host}");
    }
}

#[tokio::test]
async fn listed_hosts_may_have_names_of_the_inside() {
    let server = answering(ok("")).await;
    let port = server.port();
    let names = Arc::new(Names::default().with("ollama", &["127.0.0.1"]));
    let guard = guard(policy(&[&format!("ollama:{port}=127.0.0.1")]), &names);
    assert_eq!(send(&guard, &format!("http://ollama:{port}/")).await.map(|it| it.status), Ok(200));
}

#[tokio::test]
async fn other_names_of_the_inside_are_not_looked_up() {
    let names = Arc::new(Names::default().with("ollama", &["93.184.216.34"]));
    let guard = guard(policy(&["10.0.0.0/8"]), &names).with_refusals_after(Duration::from_millis(1));
    for name in ["ollama", "gpu.internal", "printer.local", "vllm.default.svc.cluster.local"] {
        let sent = send(&guard, &format!("https://{name}/")).await;
        assert_eq!(sent.map(|it| it.status), Err(CallError::Refused), "{name}");
    }
    assert!(names.asked().is_empty());
}

#[tokio::test]
async fn the_system_knows_listed_names_as_this_machine_knows_them() {
    let found = SystemResolver.resolve_listed("localhost").await.unwrap();
    assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    // No network has such a name, with or without search domains.
    assert!(SystemResolver.resolve("name.invalid").await.is_err());
}
