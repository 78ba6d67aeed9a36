//! Lookups, and connections to the addresses that they return.

use super::*;
use crate::lookup_share::LookupOwner;
#[cfg(target_os = "linux")]
use crate::loopback::full_listener;
use crate::resolver::SystemResolver;

#[tokio::test]
async fn connection_to_name_that_changes_uses_judged_address() {
    let here = responding(ok("judged")).await;
    let there = TcpListener::bind(("127.0.0.2", here.port())).await.unwrap();
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["127.0.0.2"]);
    let names = Arc::new(names);
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let response = send(&guard, &format!("http://llm.example:{}/", here.port())).await.ok().unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, &b"judged"[..]));
    assert_eq!(names.lookups(), ["llm.example"]);
    // No connection waits at the second address.
    assert!(tokio::time::timeout(Duration::from_millis(20), there.accept()).await.is_err());
}

#[tokio::test]
async fn lookup_uses_canonical_name() {
    let server = responding(ok("")).await;
    let names = Arc::new(Names::default().with("llm.example", &["127.0.0.1"]));
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let result = send(&guard, &format!("http://LLM.%65xample.:{}/", server.port())).await;
    assert_eq!(
        (result.map(|response| response.status), names.lookups()),
        (Ok(200), vec!["llm.example".to_owned()])
    );
}

#[tokio::test]
async fn connection_with_refusing_first_address_uses_second() {
    let server = responding(ok("")).await;
    let names = Arc::new(Names::default().with("llm.example", &["127.0.0.3", "127.0.0.1"]));
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let result = send(&guard, &format!("http://llm.example:{}/", server.port())).await;
    assert_eq!(result.map(|response| response.status), Ok(200));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn connection_with_dead_and_slow_addresses_uses_slow_one() {
    let (dead, _waiting) = full_listener("127.0.0.2:0").await;
    let port = dead.local_addr().unwrap().port();
    let (slow, waiting) = full_listener(&format!("127.0.0.3:{port}")).await;
    // The first two addresses have no listener.
    let addresses = ["127.0.0.4", "127.0.0.5", "127.0.0.2", "127.0.0.3"];
    let names = Names::default().with("llm.example", &addresses);
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::new(names));
    let serving = async {
        // The packet sent at 1.5 s is lost. This is before the system repeats it at 2.5 s.
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
        result = send(&guard, &url) => assert_eq!(result.map(|response| response.body), Ok(b"slow".to_vec())),
        () = serving => unreachable!("the server accepts forever"),
    }
}

#[tokio::test]
async fn addresses_and_localhost_are_not_looked_up() {
    let server = responding(ok("")).await;
    let names = Arc::new(Names::default());
    let loopback = Loopback::Allowed { except_ports: vec![] };
    let guard = guard(NetworkPolicy { loopback, ..NetworkPolicy::default() }, &names);
    for host in
        ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "localhost", "LOCALHOST.", "ollama.localhost"]
    {
        let result = send(&guard, &format!("http://{host}:{}/", server.port())).await;
        assert_eq!(result.map(|response| response.status), Ok(200), "{host}");
    }
    assert!(names.lookups().is_empty());
}

#[tokio::test]
async fn localhost_uses_its_allowed_addresses() {
    let server = responding(ok("")).await;
    let url = format!("http://localhost:{}/", server.port());
    assert_eq!(send(&open(), &url).await.map(|response| response.status), Ok(200));
}

#[tokio::test]
async fn loopback_at_excepted_port_is_refused() {
    let server = responding(ok("")).await;
    let loopback = Loopback::Allowed { except_ports: vec![server.port()] };
    let policy = NetworkPolicy { loopback, ..NetworkPolicy::default() };
    let guard = guard(policy, &Arc::default()).with_refusals_after(Duration::from_millis(1));
    for host in ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost"] {
        let result = send(&guard, &format!("http://{host}:{}/", server.port())).await;
        assert_eq!(result.map(|response| response.status), Err(CallError::Refused), "{host}");
    }
}

#[tokio::test]
async fn listed_host_with_internal_name_is_called() {
    let server = responding(ok("")).await;
    let port = server.port();
    let names = Arc::new(Names::default().with("ollama", &["127.0.0.1"]));
    let guard = guard(policy(&[&format!("ollama:{port}=127.0.0.1")]), &names);
    assert_eq!(
        send(&guard, &format!("http://ollama:{port}/")).await.map(|response| response.status),
        Ok(200)
    );
}

#[tokio::test]
async fn unlisted_internal_name_is_not_looked_up() {
    let names = Arc::new(Names::default().with("ollama", &["93.184.216.34"]));
    let guard = guard(policy(&["10.0.0.0/8"]), &names).with_refusals_after(Duration::from_millis(1));
    for name in ["ollama", "gpu.internal", "printer.local", "vllm.default.svc.cluster.local"] {
        let result = send(&guard, &format!("https://{name}/")).await;
        assert_eq!(result.map(|response| response.status), Err(CallError::Refused), "{name}");
    }
    assert!(names.lookups().is_empty());
}

/// Has no time for names whose lookups belong to this kind.
#[derive(Debug)]
struct BusyWith(&'static str);

impl BusyWith {
    fn answer(&self, kind: &str) -> io::Result<Vec<IpAddr>> {
        if self.0 == kind { Err(io::ErrorKind::ResourceBusy.into()) } else { Ok(Vec::new()) }
    }
}

#[async_trait::async_trait]
impl Resolver for BusyWith {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.answer("user")
    }

    async fn resolve_public(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.answer("public")
    }

    async fn resolve_listed(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.answer("listed")
    }
}

#[tokio::test(start_paused = true)]
async fn call_without_time_for_its_lookup_is_busy_for_this_kind_of_name_only() {
    let urls = [
        ("user", "https://llm.example/"),
        ("public", "https://api.openai.com/"),
        ("listed", "http://llm.lan:8000/"),
    ];
    for busy in ["user", "public", "listed"] {
        let guard = guard(policy(&["llm.lan:8000"]), &Arc::default())
            .with_resolver(Arc::new(BusyWith(busy)))
            .with_public_hosts(|host| host == "api.openai.com");
        for (kind, url) in urls {
            let expected = match kind {
                _ if kind == busy => CallError::Busy,
                "user" => CallError::Refused,
                _ => CallError::Dns,
            };
            assert_eq!(send(&guard, url).await.err(), Some(expected), "{busy}: {url}");
        }
    }
}

/// Has no time for the lookups of owner 1, which wait for a while, and addresses for those of all others.
#[derive(Debug)]
struct BusyForOne;

#[async_trait::async_trait]
impl Resolver for BusyForOne {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        unreachable!("every lookup has an owner")
    }

    async fn resolve_for(&self, _: &str, owner: LookupOwner) -> io::Result<Vec<IpAddr>> {
        if owner == LookupOwner::new(1) {
            tokio::time::sleep(Duration::from_millis(5)).await;
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        Ok(vec![[127, 0, 0, 1].into()])
    }
}

#[tokio::test]
async fn lookup_of_owner_does_not_fail_by_many_lookups_of_busy_owner() {
    let server = responding(ok("")).await;
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::default()).with_resolver(Arc::new(BusyForOne));
    let url = format!("http://llm.example:{}/", server.port());
    let [busy, other] = [1, 2].map(|id| guard.for_lookup_owner(LookupOwner::new(id)));
    let of_busy: Vec<_> = (0..20)
        .map(|_| {
            let (busy, url) = (busy.clone(), url.clone());
            tokio::spawn(async move { send(&busy, &url).await })
        })
        .collect();
    run_other_tasks().await;
    assert_eq!(send(&other, &url).await.map(|response| response.status), Ok(200));
    for call in of_busy {
        let result = call.await.unwrap().map(|response| response.status);
        // What the other has found is known to all.
        assert!(matches!(result, Err(CallError::Busy) | Ok(200)), "{result:?}");
    }
}

#[tokio::test]
async fn busy_lookup_keeps_earlier_judgement() {
    let server = responding(ok("")).await;
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with_busy("llm.example");
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::new(names));
    let url = format!("http://llm.example:{}/", server.port());
    assert_eq!(send(&guard, &url).await.map(|response| response.status), Ok(200));
    pass(Duration::from_secs(31)).await;
    // The first of these calls starts the lookup.
    for _ in 0..2 {
        assert_eq!(send(&guard, &url).await.map(|response| response.status), Ok(200));
        run_other_tasks().await;
    }
}

#[tokio::test]
async fn resolve_listed_uses_hosts_file() {
    let found = SystemResolver.resolve_listed("localhost").await.unwrap();
    assert!(!found.is_empty() && found.iter().all(IpAddr::is_loopback), "{found:?}");
    // `invalid` is a reserved top-level domain.
    assert!(SystemResolver.resolve("name.invalid").await.is_err());
}
