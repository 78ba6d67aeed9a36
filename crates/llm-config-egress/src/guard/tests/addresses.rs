//! Names of which an address is dead or becomes private: cases 50 and 51 of the acceptance cases of calls.

use tokio::time::Instant;

use super::*;
#[cfg(target_os = "linux")]
use crate::loopback::full_listener;
use crate::loopback::keeping_alive;

/// Calls a name whose first address is dead, with a new connection for each call.
#[cfg(target_os = "linux")]
async fn check_with_dead_first(dead: &str, alive: &str) {
    let (full, _waiting) = full_listener(dead).await;
    let port = full.local_addr().unwrap().port();
    let listener = TcpListener::bind((alive, port)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_head(&mut stream).await;
            let _ = stream.write_all(ok("alive").as_bytes()).await;
        }
    });
    let dead = full.local_addr().unwrap().ip().to_string();
    let names = Names::default().with("llm.example", &[&dead, alive]).with("llm.example", &[&dead, alive]);
    let guard = guard(policy(&["127.0.0.0/8", "::1/128"]), &Arc::new(names));
    let url = format!("http://llm.example:{port}/");
    let call = async |limits: &CallLimits| {
        let start = Instant::now();
        assert_eq!(body(&guard, &url, limits).await.as_deref(), Ok("alive"), "{dead}");
        start.elapsed()
    };
    let first = call(&CallLimits::CALL).await;
    assert!(first < Duration::from_secs(4), "{dead}: {first:?}");
    // The shortest of several, because the machine may be busy. An attempt at the dead address takes at least
    // 300 ms.
    let shortest = async |limits: &CallLimits| {
        let mut shortest = Duration::MAX;
        for _ in 0..5 {
            shortest = shortest.min(call(limits).await);
        }
        assert!(shortest < Duration::from_millis(200), "{dead}: {shortest:?}");
    };
    shortest(&CallLimits::CALL).await;
    // Another client knows the address that works, and so does one after a new lookup with the same result.
    shortest(&LONG_IDLE).await;
    pass(Duration::from_secs(61)).await;
    shortest(&CallLimits::CHECK).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn case_50_call_with_dead_first_address_is_answered_within_4_seconds_and_later_calls_at_once() {
    check_with_dead_first("127.0.0.2:0", "127.0.0.1").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn case_50_call_with_dead_ipv6_address_is_answered_within_4_seconds_and_later_calls_at_once() {
    check_with_dead_first("[::1]:0", "127.0.0.1").await;
}

#[tokio::test]
async fn case_51_name_with_new_private_address_is_refused_within_60_seconds_and_open_stream_ends() {
    let (release, released) = tokio::sync::watch::channel(());
    // Begins each body, and ends it when the test says so.
    let server = serve(move |mut stream| {
        let mut released = released.clone();
        async move {
            read_head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nopen").await.unwrap();
            released.changed().await.unwrap();
            stream.write_all(b"ends").await.unwrap();
        }
    })
    .await;
    let pooled = keeping_alive().await;
    let names = Names::default().with("open.example", &["127.0.0.1"]).with("pooled.example", &["127.0.0.1"]);
    let names = names.with("open.example", &["10.0.0.1"]).with("pooled.example", &["10.0.0.1"]);
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::new(names));
    let guard = guard.with_refusals_after(Duration::from_millis(200));
    let to_open = format!("http://open.example:{}/", server.port());
    let to_pooled = format!("http://pooled.example:{}/", pooled.port());
    let limits = CallLimits { silence: Duration::from_mins(5), ..LONG_IDLE };
    let mut stream = guard.send_streaming(get(&to_open), &limits).await.unwrap().body;
    assert_eq!(stream.chunk().await.unwrap().as_deref(), Some(&b"open"[..]));
    assert_eq!(body(&guard, &to_pooled, &limits).await.as_deref(), Ok("1"));
    pass(Duration::from_mins(1)).await;
    assert_eq!(body(&guard, &to_pooled, &limits).await, Err(CallError::Refused));
    assert_eq!(body(&guard, &to_open, &limits).await, Err(CallError::Refused));
    release.send(()).unwrap();
    assert_eq!(stream.chunk().await.unwrap().as_deref(), Some(&b"ends"[..]));
    assert_eq!(stream.chunk().await, Ok(None));
}
