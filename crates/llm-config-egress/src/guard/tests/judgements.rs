//! Judgements: how long they are used, and how calls share them.

use super::*;
use crate::loopback::keeping_alive;

const NAME: &str = "llm.example";

/// A guard that allows this machine and refuses quickly.
fn open_with(names: Names) -> (Guard, Arc<Names>) {
    let names = Arc::new(names);
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    (guard.with_refusals_after(Duration::from_millis(200)), names)
}

/// Waits for a lookup in the background.
async fn lookups(names: &Names, number: usize) {
    let reached = async {
        while names.lookups().len() < number {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), reached).await.expect("the lookups in time");
    assert_eq!(names.lookups().len(), number);
}

#[tokio::test]
async fn call_after_30_seconds_does_not_wait_for_lookup() {
    let url = format!("http://{NAME}:{}/", keeping_alive().await.port());
    let names = Names::default().with(NAME, &["127.0.0.1"]);
    let (guard, names) = open_with(names.with_slow(NAME, Duration::from_hours(1), &["127.0.0.1"]));
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(31)).await;
    // The second lookup does not end. All calls share it.
    for _ in 0..3 {
        assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    }
    lookups(&names, 2).await;
}

#[tokio::test]
async fn call_after_lookup_with_same_addresses_reuses_connection() {
    let url = format!("http://{NAME}:{}/", keeping_alive().await.port());
    let addresses = &["127.0.0.1", "127.0.0.2"];
    let rotated = &["127.0.0.2", "127.0.0.1"];
    let (guard, names) = open_with(Names::default().with(NAME, addresses).with(NAME, rotated));
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(61)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    assert_eq!(names.lookups().len(), 2);
}

#[tokio::test]
async fn call_to_name_with_new_address_connects_there() {
    let server = keeping_alive().await;
    let there = TcpListener::bind(("127.0.0.2", server.port())).await.unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = there.accept().await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(ok("there").as_bytes()).await.unwrap();
    });
    let names = Names::default().with(NAME, &["127.0.0.1"]).with(NAME, &["127.0.0.2"]);
    let (guard, names) = open_with(names);
    let url = format!("http://{NAME}:{}/", server.port());
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(31)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    lookups(&names, 2).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("there"));
}

#[tokio::test]
async fn call_to_name_with_refused_address_is_refused_and_closes_pooled_connection() {
    let (server, mut received) = reporting().await;
    let names = Names::default().with(NAME, &["127.0.0.1"]).with(NAME, &["10.0.0.1"]);
    let (guard, _) = open_with(names);
    let url = format!("http://{NAME}:{}/", server.port());
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok(""));
    assert_eq!(next_line(&mut received).await, "GET / HTTP/1.1");
    pass(Duration::from_secs(61)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await, Err(CallError::Refused));
    // The next event at the server is the end of the connection, not a second request.
    assert_eq!(next_line(&mut received).await, "");
}

#[tokio::test]
async fn lookup_in_background_with_refused_address_closes_pooled_connection() {
    let (server, mut received) = reporting().await;
    let names = Names::default().with(NAME, &["127.0.0.1"]).with(NAME, &["10.0.0.1"]);
    let (guard, names) = open_with(names.with(NAME, &["10.0.0.1"]));
    let url = format!("http://{NAME}:{}/", server.port());
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok(""));
    pass(Duration::from_secs(31)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok(""));
    for expected in ["GET / HTTP/1.1", "GET / HTTP/1.1", ""] {
        assert_eq!(next_line(&mut received).await, expected);
    }
    assert_eq!(body(&guard, &url, &LONG_IDLE).await, Err(CallError::Refused));
    assert_eq!(names.lookups().len(), 3);
}

#[tokio::test]
async fn lookup_without_answer_keeps_judgement_and_connection_for_60_seconds() {
    let url = format!("http://{NAME}:{}/", keeping_alive().await.port());
    let hour = Duration::from_hours(1);
    // The second lookup does not end, the third and fourth fail.
    let names = Names::default().with(NAME, &["127.0.0.1"]).with_slow(NAME, hour, &[]);
    let (guard, names) = open_with(names.with(NAME, &[]));
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    for (seconds, number) in [(31, 2), (14, 3), (14, 4)] {
        pass(Duration::from_secs(seconds)).await;
        assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
        lookups(&names, number).await;
    }
    pass(Duration::from_secs(2)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await, Err(CallError::Refused));
}

#[tokio::test]
async fn lookup_of_listed_host_without_answer_is_dns_error_after_60_seconds() {
    let port = keeping_alive().await.port();
    let names = Arc::new(Names::default().with("llm.lan", &["127.0.0.1"]));
    let guard = guard(policy(&[&format!("llm.lan:{port}=127.0.0.1")]), &names);
    let url = format!("http://llm.lan:{port}/");
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(59)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(2)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await, Err(CallError::Dns));
}

#[tokio::test]
async fn concurrent_calls_after_60_seconds_share_one_lookup() {
    let url = format!("http://{NAME}:{}/", keeping_alive().await.port());
    let names = Names::default().with(NAME, &["127.0.0.1"]);
    let (guard, names) = open_with(names.with_slow(NAME, Duration::from_millis(20), &["127.0.0.1"]));
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(61)).await;
    let call = || body(&guard, &url, &LONG_IDLE);
    let (first, second, third) = tokio::join!(call(), call(), call());
    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(names.lookups().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_to_refused_name_share_one_lookup() {
    let names = Names::default().with_slow(NAME, Duration::from_millis(20), &["10.0.0.1"]);
    let (guard, names) = open_with(names);
    let url = format!("http://{NAME}/");
    let call = || body(&guard, &url, &LONG_IDLE);
    let refused = Err(CallError::Refused);
    assert_eq!(tokio::join!(call(), call(), call()), (refused.clone(), refused.clone(), refused));
    assert_eq!(names.lookups().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropped_call_leaves_its_lookup_to_another() {
    let slow = Duration::from_millis(20);
    let names = Names::default().with_slow(NAME, slow, &["127.0.0.1"]).with_slow(NAME, slow, &["10.0.0.1"]);
    let (guard, names) = open_with(names);
    let url = format!("http://{NAME}/");
    let dropped = tokio::time::timeout(Duration::from_millis(10), body(&guard, &url, &LONG_IDLE));
    let (dropped, other) = tokio::join!(dropped, body(&guard, &url, &LONG_IDLE));
    assert!(dropped.is_err());
    assert_eq!(other, Err(CallError::Refused));
    assert_eq!(names.lookups().len(), 2);
}

#[tokio::test]
async fn call_after_failed_connection_uses_new_order_of_addresses() {
    let url = format!("http://{NAME}:{}/", keeping_alive().await.port());
    // Only the first four addresses are tried.
    let last = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.1"];
    let first = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
    let (guard, names) = open_with(Names::default().with(NAME, &last).with(NAME, &first));
    assert_eq!(body(&guard, &url, &LONG_IDLE).await, Err(CallError::Connect));
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    assert_eq!(names.lookups().len(), 2);
}

#[tokio::test]
async fn name_with_more_than_64_addresses_is_refused() {
    let url = format!("http://{NAME}:{}/", keeping_alive().await.port());
    for (number, expected) in [(64, Ok("1")), (65, Err(CallError::Refused))] {
        let (guard, _) = open_with(Names::default().with(NAME, &vec!["127.0.0.1"; number]));
        assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref().map_err(|error| *error), expected);
    }
}
