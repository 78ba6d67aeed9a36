//! Pooled connections: when they are reused, when they must not be, and when they are closed.

use super::*;
use crate::loopback::keeping_alive;

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
async fn idle_connection_is_closed_within_twice_its_limit() {
    let (server, mut received) = reporting().await;
    let guard = open();
    assert_eq!(body(&guard, &format!("http://{server}/"), &CallLimits::CHECK).await.as_deref(), Ok(""));
    assert_eq!(next_line(&mut received).await, "GET / HTTP/1.1");
    pass(2 * CallLimits::CHECK.keep_idle).await;
    assert_eq!(next_line(&mut received).await, "");
}

#[tokio::test]
async fn send_unpooled_neither_reuses_nor_keeps_connection() {
    let url = format!("http://{}/", keeping_alive().await);
    let guard = open();
    assert_eq!(body(&guard, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    for number in ["2", "3"] {
        let response = guard.send_unpooled(get(&url), |_, _| false).await.ok().unwrap();
        assert_eq!(response.body, number.as_bytes());
    }
    assert_eq!(body(&guard, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
}

#[tokio::test]
async fn send_unpooled_again_connects_to_judged_address_without_lookup() {
    let server = keeping_alive().await;
    // A second lookup would have another, allowed result, where no server listens.
    let names = Names::default().with("llm.example", &["127.0.0.1"]).with("llm.example", &["127.0.0.2"]);
    let names = Arc::new(names);
    let guard = guard(policy(&["127.0.0.0/8"]), &names);
    let url = format!("http://llm.example:{}/", server.port());
    for number in ["1", "2", "3"] {
        let response = guard.send_unpooled(get(&url), |_, _| false).await.ok().unwrap();
        assert_eq!(response.body, number.as_bytes());
    }
    assert_eq!(names.lookups(), ["llm.example"]);
}

#[tokio::test]
async fn call_after_server_closed_idle_connection_uses_new_connection() {
    let (closed, mut was_closed) = mpsc::unbounded_channel();
    let server = serve(move |mut stream| {
        let closed = closed.clone();
        async move {
            read_head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    })
    .await;
    let guard = open();
    for _ in 0..2 {
        let result = body(&guard, &format!("http://{server}/"), &CallLimits::CHECK).await;
        assert_eq!(result.as_deref(), Ok(""));
        was_closed.recv().await.unwrap();
        // The runtime looks for events of sockets at every 61st task.
        for _ in 0..20 {
            run_other_tasks().await;
        }
    }
}

#[tokio::test]
async fn request_on_connection_that_server_closes_is_not_repeated() {
    let (heads, mut received) = mpsc::unbounded_channel();
    // The server closes a connection when its second request arrives.
    let server = serve(move |mut stream| {
        let heads = heads.clone();
        async move {
            let head = read_head(&mut stream).await;
            if is_tls_handshake(&head) {
                return;
            }
            heads.send(head).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            heads.send(read_head(&mut stream).await).unwrap();
        }
    })
    .await;
    let guard = open();
    let url = format!("http://{server}/");
    assert_eq!(body(&guard, &format!("{url}1"), &CallLimits::CHECK).await.as_deref(), Ok(""));
    assert_eq!(body(&guard, &format!("{url}2"), &CallLimits::CHECK).await, Err(CallError::Reset));
    assert_eq!(body(&guard, &format!("{url}3"), &CallLimits::CHECK).await.as_deref(), Ok(""));
    for expected in ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1", "GET /3 HTTP/1.1"] {
        assert_eq!(next_line(&mut received).await, expected);
    }
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

#[tokio::test]
async fn default_and_trusted_guard_share_nothing() {
    let server = keeping_alive().await;
    let roots = RootCertificates::new(None).unwrap();
    let loopback = Loopback::Allowed { except_ports: vec![] };
    let trusted = Guard::new(NetworkPolicy { loopback, ..NetworkPolicy::default() }, roots.clone());
    let default = Guard::new(NetworkPolicy::default(), roots).with_refusals_after(Duration::from_millis(1));
    let url = format!("http://localhost:{}/", server.port());
    assert_eq!(body(&trusted, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
    assert_eq!(body(&default, &url, &CallLimits::CHECK).await, Err(CallError::Refused));
    assert_eq!(body(&trusted, &url, &CallLimits::CHECK).await.as_deref(), Ok("1"));
}
