//! Lookups: one for each call, and the connection goes where it said.

#[cfg(target_os = "linux")]
use tokio::net::TcpSocket;

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
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let url = format!("http://llm.example:{}/", server.port());
    assert_eq!(send(&guard, &url).await.map(|it| it.status), Ok(200));
    let guard = guard.with_refusals_after(Duration::from_millis(1));
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

#[test]
fn no_family_of_addresses_takes_every_place() {
    let check = |given: &[&str], expected: &[&str]| {
        let of = |list: &[&str]| list.iter().map(|it| it.parse().unwrap()).collect::<Vec<IpAddr>>();
        assert_eq!(tried(of(given)), of(expected), "{given:?}");
    };
    check(&[], &[]);
    check(&["::1", "::2", "::3", "::4", "::5", "1.0.0.1"], &["::1", "::2", "::3", "1.0.0.1"]);
    check(&["1.0.0.1", "::1", "1.0.0.2", "::2", "::3"], &["1.0.0.1", "1.0.0.2", "::1", "::2"]);
    check(&["1.0.0.1", "::1", "::2", "::3", "::4"], &["1.0.0.1", "::1", "::2", "::3"]);
    check(
        &["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4", "1.0.0.5"],
        &["1.0.0.1", "1.0.0.2", "1.0.0.3", "1.0.0.4"],
    );
}

/// As Linux treats a full backlog: a server that lets no connection come about until it accepts those that already wait.
#[cfg(target_os = "linux")]
async fn full(address: &str) -> (TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(address.parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    let wait = Duration::from_millis(200);
    while let Ok(connected) = tokio::time::timeout(wait, TcpStream::connect(at)).await {
        waiting.push(connected.unwrap());
    }
    (listener, waiting)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn slow_address_behind_a_dead_one_is_connected() {
    let (dead, _waiting) = full("127.0.0.2:0").await;
    let port = dead.local_addr().unwrap().port();
    let (slow, waiting) = full(&format!("127.0.0.3:{port}")).await;
    // Nothing listens at the first two.
    let addresses = ["127.0.0.4", "127.0.0.5", "127.0.0.2", "127.0.0.3"];
    let names = Names::default().with("llm.example", &addresses);
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::new(names));
    let answers = async {
        // The packet that is sent at 1.5 s is lost; this is before the system repeats it at 2.5 s.
        tokio::time::sleep(Duration::from_millis(1650)).await;
        drop(waiting);
        loop {
            let (mut stream, _) = slow.accept().await.unwrap();
            tokio::spawn(async move {
                read_head(&mut stream).await;
                let _ = stream.write_all(ok("slow").as_bytes()).await;
            });
        }
    };
    let url = format!("http://llm.example:{port}/");
    tokio::select! {
        sent = send(&guard, &url) => assert_eq!(sent.map(|it| it.body), Ok(b"slow".to_vec())),
        () = answers => unreachable!("it accepts for ever"),
    }
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
