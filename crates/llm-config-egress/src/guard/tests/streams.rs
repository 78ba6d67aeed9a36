//! Bodies that are read part by part.

use super::*;

/// A part of a chunked body.
fn part(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// A server that sends a head and one part, and then nothing. It reports the end of the connection.
async fn stalling() -> (SocketAddr, mpsc::UnboundedReceiver<()>) {
    let (closed, was_closed) = mpsc::unbounded_channel();
    let server = serve(move |mut stream| {
        let closed = closed.clone();
        async move {
            read_head(&mut stream).await;
            let bytes = format!("{HEAD}{}", part("first"));
            stream.write_all(bytes.as_bytes()).await.unwrap();
            // The client sends nothing more, so this returns when it closes the connection.
            let _ = stream.read(&mut [0]).await;
            closed.send(()).unwrap();
        }
    })
    .await;
    (server, was_closed)
}

async fn ends(mut was_closed: mpsc::UnboundedReceiver<()>) -> bool {
    matches!(tokio::time::timeout(Duration::from_secs(5), was_closed.recv()).await, Ok(Some(())))
}

#[tokio::test]
async fn chunk_returns_each_part_as_it_arrives() {
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let released = Mutex::new(Some(released));
    let server = serve(move |mut stream| {
        let released = released.lock().unwrap().take();
        async move {
            read_head(&mut stream).await;
            stream.write_all(format!("{HEAD}{}", part("first")).as_bytes()).await.unwrap();
            released.unwrap().await.unwrap();
            stream.write_all(format!("{}0\r\n\r\n", part("second")).as_bytes()).await.unwrap();
        }
    })
    .await;
    let url = format!("http://{server}/");
    let mut response = open().send_streaming(get(&url), &CallLimits::CHECK).await.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.body.chunk().await.unwrap().as_deref(), Some(&b"first"[..]));
    release.send(()).unwrap();
    assert_eq!(response.body.chunk().await.unwrap().as_deref(), Some(&b"second"[..]));
    assert_eq!(response.body.chunk().await, Ok(None));
}

#[tokio::test]
async fn dropped_body_closes_connection() {
    let (server, was_closed) = stalling().await;
    let url = format!("http://{server}/");
    let guard = open();
    let mut response = guard.send_streaming(get(&url), &CallLimits::CHECK).await.unwrap();
    assert!(response.body.chunk().await.unwrap().is_some());
    drop(response);
    assert!(ends(was_closed).await);
}

#[tokio::test]
async fn silence_beyond_limit_ends_stream_and_closes_connection() {
    let (server, was_closed) = stalling().await;
    let url = format!("http://{server}/");
    let limits = CallLimits { silence: Duration::from_millis(100), ..CallLimits::CHECK };
    let guard = open();
    let mut response = guard.send_streaming(get(&url), &limits).await.unwrap();
    assert!(response.body.chunk().await.unwrap().is_some());
    assert_eq!(response.body.chunk().await, Err(CallError::Timeout));
    assert!(ends(was_closed).await);
    assert_eq!(response.body.chunk().await, Err(CallError::Timeout));
}

#[tokio::test]
async fn head_beyond_first_byte_limit_is_timeout() {
    let server = serve(|mut stream| async move {
        read_head(&mut stream).await;
        let _ = stream.read(&mut [0]).await;
    })
    .await;
    let limits = CallLimits { first_byte: Duration::from_millis(100), ..CallLimits::CHECK };
    let result = open().send_streaming(get(&format!("http://{server}/")), &limits).await;
    assert_eq!(result.map(|response| response.status), Err(CallError::Timeout));
}

#[tokio::test]
async fn streamed_body_has_no_size_limit() {
    const SIZE: usize = 3 * 1024 * 1024;
    let head = format!("HTTP/1.1 503 Away\r\nconnection: close\r\ncontent-length: {SIZE}\r\n\r\n");
    let server = responding([head.into_bytes(), vec![b' '; SIZE]].concat()).await;
    let url = format!("http://{server}/");
    let mut response = open().send_streaming(get(&url), &CallLimits::CALL).await.unwrap();
    let mut size = 0;
    while let Some(part) = response.body.chunk().await.unwrap() {
        size += part.len();
    }
    assert_eq!((response.status, size), (503, SIZE));
}

#[tokio::test]
async fn stream_that_breaks_off_is_reset() {
    let server = responding(format!("{HEAD}{}", part("first"))).await;
    let url = format!("http://{server}/");
    let mut response = open().send_streaming(get(&url), &CallLimits::CHECK).await.unwrap();
    assert!(response.body.chunk().await.unwrap().is_some());
    assert_eq!(response.body.chunk().await, Err(CallError::Reset));
}

#[tokio::test]
async fn debug_of_response_contains_neither_headers_nor_url() {
    let server = responding("HTTP/1.1 200 OK\r\nset-cookie: secret\r\ncontent-length: 0\r\n\r\n").await;
    let url = format!("http://{server}/?key=secret");
    let response = open().send_streaming(get(&url), &CallLimits::CHECK).await.unwrap();
    assert_eq!(
        format!("{response:?} {:?}", response.body),
        "StreamingResponse { status: 200, .. } Body { .. }"
    );
}
