//! Pooled connections: when they are reused, and when they must not be.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Limits with which idle connections outlive a judgement.
const LONG_IDLE: CallLimits = CallLimits { keep_idle: Duration::from_mins(5), ..CallLimits::CHECK };

/// A server that keeps connections open and responds with the number of the connection.
async fn keeping_alive() -> SocketAddr {
    let connections = AtomicUsize::new(0);
    serve(move |mut stream| {
        let number = connections.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            while !read_head(&mut stream).await.is_empty() {
                let response = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}");
                if stream.write_all(response.as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    })
    .await
}

/// Sends a request and returns the body. Afterwards the connection is back in the pool.
async fn body(guard: &Guard, url: &str, limits: &CallLimits) -> Result<String, CallError> {
    let response = guard.send_streaming(get(url), limits).await?.collect(100).await?;
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    Ok(String::from_utf8(response.body).unwrap())
}

/// Advances the clock, which runs again afterwards: a paused clock would run into timeouts of real sockets.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn second_call_reuses_connection_and_judgement() {
    let server = keeping_alive().await;
    let names = Arc::new(Names::default().with("llm.example", &["127.0.0.1"]));
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let url = format!("http://llm.example:{}/", server.port());
    for _ in 0..3 {
        assert_eq!(body(&guard, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    }
    assert_eq!(body(&guard.clone(), &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    assert_eq!(names.lookups(), ["llm.example"]);
}

#[tokio::test]
async fn call_after_idle_limit_uses_new_connection() {
    let url = format!("http://{}/", keeping_alive().await);
    let guard = open();
    assert_eq!(body(&guard, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    pass(Duration::from_millis(3900)).await;
    assert_eq!(body(&guard, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    pass(Duration::from_millis(4100)).await;
    assert_eq!(body(&guard, &url, &CallLimits::CHECK).await.as_deref(), Ok("2"));
}

#[tokio::test]
async fn call_with_longer_idle_limit_reuses_connection_longer() {
    let url = format!("http://{}/", keeping_alive().await);
    let guard = open();
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(20)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
}

#[tokio::test]
async fn call_after_30_seconds_judges_again_and_keeps_connection_to_same_addresses() {
    let server = keeping_alive().await;
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["127.0.0.1"]);
    let names = Arc::new(names);
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let url = format!("http://llm.example:{}/", server.port());
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(31)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    assert_eq!(names.lookups(), ["llm.example", "llm.example"]);
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
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["127.0.0.2"]);
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::new(names));
    let url = format!("http://llm.example:{}/", server.port());
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("1"));
    pass(Duration::from_secs(31)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok("there"));
}

#[tokio::test]
async fn call_to_name_with_refused_address_is_refused_and_closes_pooled_connection() {
    let (requests, mut received) = tokio::sync::mpsc::unbounded_channel();
    let server = serve(move |mut stream| {
        let requests = requests.clone();
        async move {
            loop {
                let head = read_head(&mut stream).await;
                let is_closed = head.is_empty();
                requests.send(head).unwrap();
                if is_closed {
                    return;
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            }
        }
    })
    .await;
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["10.0.0.1"]);
    let guard = guard(policy(&["127.0.0.0/8"]), &Arc::new(names));
    let guard = guard.with_refusals_after(Duration::from_millis(1));
    let url = format!("http://llm.example:{}/", server.port());
    assert_eq!(body(&guard, &url, &LONG_IDLE).await.as_deref(), Ok(""));
    assert!(received.recv().await.unwrap().starts_with("GET / "));
    pass(Duration::from_secs(31)).await;
    assert_eq!(body(&guard, &url, &LONG_IDLE).await, Err(CallError::Refused));
    // The next event at the server is the end of the connection, not a second request.
    let next = tokio::time::timeout(Duration::from_secs(5), received.recv()).await;
    assert_eq!(next, Ok(Some(String::new())));
}

#[tokio::test]
async fn call_with_other_resolver_or_policy_shares_no_connection() {
    let url = format!("http://{}/", keeping_alive().await);
    let first = open();
    assert_eq!(body(&first, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    let second = first.clone().with_resolver(Arc::new(Names::default()));
    assert_eq!(body(&second, &url, &CallLimits::CHECK).await.as_deref(), Ok("2"));
    assert_eq!(body(&open(), &url, &CallLimits::CHECK).await.as_deref(), Ok("3"));
}
