//! Responses of all kinds: their bounded bodies and their errors.

use tokio::sync::mpsc;

use super::*;
use crate::pinned_client::PinnedClient;
use crate::tried_addresses::TriedAddresses;

async fn check(bytes: impl Into<Vec<u8>>, expected: Result<(u16, usize, bool), CallError>) {
    let server = responding(bytes).await;
    let result = send(&open(), &format!("http://{server}/v1/models")).await;
    assert_eq!(result.map(|response| (response.status, response.body.len(), response.is_whole)), expected);
}

/// A server whose response never ends.
async fn endless(head: &'static str) -> SocketAddr {
    serve(move |mut stream| async move {
        read_head(&mut stream).await;
        let mut result = stream.write_all(head.as_bytes()).await;
        while result.is_ok() {
            result = stream.write_all(&[b' '; 16 * 1024]).await;
        }
    })
    .await
}

#[tokio::test]
async fn send_adds_user_agent_host_and_accept_only() {
    let (heads, mut received) = mpsc::unbounded_channel();
    let server = serve(move |mut stream| {
        let heads = heads.clone();
        async move {
            heads.send(read_head(&mut stream).await).unwrap();
            stream.write_all(ok("").as_bytes()).await.unwrap();
        }
    })
    .await;
    let request =
        get(&format!("http://{server}/v1/models?limit=1")).with_header("anthropic-version", "2023-06-01");
    assert_eq!(open().send(request).await.map(|response| response.status), Ok(200));
    let head = received.recv().await.unwrap();
    let mut lines: Vec<&str> = head.trim_end().lines().collect();
    lines[1..].sort_unstable();
    let (agent, host) =
        (concat!("user-agent: llm-config/", env!("CARGO_PKG_VERSION")), format!("host: {server}"));
    let version = "anthropic-version: 2023-06-01";
    assert_eq!(lines, ["GET /v1/models?limit=1 HTTP/1.1", "accept: */*", version, &host, agent]);
}

#[tokio::test]
async fn response_from_address_that_was_not_judged_is_refused() {
    let server = responding(ok("")).await;
    let roots = RootCertificates::new(None).unwrap();
    let judged = |host: [u8; 4], port| vec![SocketAddr::from((host, port))];
    for (addresses, expected) in [
        (judged([127, 0, 0, 1], server.port()), Ok(200)),
        (judged([127, 0, 0, 2], server.port()), Err(CallError::Refused)),
        (judged([127, 0, 0, 1], server.port() ^ 1), Err(CallError::Refused)),
        (Vec::new(), Err(CallError::Refused)),
    ] {
        let request = get(&format!("http://{server}/"));
        // The URL contains a literal address, which the HTTP client connects to without its resolver.
        let tried = Arc::new(TriedAddresses::new(&addresses, 1));
        let client = PinnedClient::new(&tried, &CallLimits::CHECK.of_connections(), &roots);
        let result = client.send(request, &CallLimits::CHECK).await;
        assert_eq!(result.map(|response| response.status), expected, "{addresses:?}");
    }
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let location = elsewhere.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let head = format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: http://{location}/\r\ncontent-length: 0\r\n\r\n"
        );
        check(head, Ok((status, 0, true))).await;
    }
    assert!(tokio::time::timeout(Duration::from_millis(20), elsewhere.accept()).await.is_err());
}

#[tokio::test]
async fn head_above_limit_is_not_http() {
    for (size, expected) in [(30 * 1024, Ok((200, 0, true))), (128 * 1024, Err(CallError::Protocol))] {
        let filler = "x".repeat(size);
        check(format!("HTTP/1.1 200 OK\r\nfiller: {filler}\r\ncontent-length: 0\r\n\r\n"), expected).await;
    }
}

#[tokio::test]
async fn response_after_several_interim_responses_is_not_http() {
    const HINTS: &str = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    check(format!("{HINTS}{}", ok("1")), Ok((200, 1, true))).await;
    check(format!("{HINTS}{HINTS}{}", ok("1")), Err(CallError::Protocol)).await;
    let endless = serve(|mut stream| async move {
        read_head(&mut stream).await;
        while stream.write_all(HINTS.as_bytes()).await.is_ok() {}
    })
    .await;
    let result = open().send_streaming(get(&format!("http://{endless}/")), &CallLimits::CALL).await;
    assert_eq!(result.err(), Some(CallError::Protocol));
}

#[tokio::test]
async fn framing_of_a_body_counts_as_part_of_the_response() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let limits = CallLimits { response_bytes: Some(1000), ..CallLimits::CHECK };
    for (chunks, expected) in [(100, Ok(100)), (1000, Err(CallError::Protocol))] {
        let server = responding(format!("{HEAD}{}0\r\n\r\n", "1\r\n \r\n".repeat(chunks))).await;
        let request = get(&format!("http://{server}/"));
        let whole =
            async { open().send_streaming(request, &limits).await?.collect(4096, |_, _| false).await };
        assert_eq!(whole.await.map(|response| response.body.len()), expected);
    }
}

#[tokio::test]
async fn body_above_limit_is_cut() {
    const MIB: usize = 1024 * 1024;
    let body = |status: u16, size: usize| {
        let head = format!("HTTP/1.1 {status} Sized\r\ncontent-length: {size}\r\n\r\n");
        [head.into_bytes(), vec![b' '; size]].concat()
    };
    check(body(200, 0), Ok((200, 0, true))).await;
    check(body(200, MIB), Ok((200, MIB, true))).await;
    check(body(200, MIB + 1), Ok((200, MIB, false))).await;
    check(body(399, MIB), Ok((399, MIB, true))).await;
    check(body(400, 64 * 1024), Ok((400, 64 * 1024, true))).await;
    check(body(400, 64 * 1024 + 1), Ok((400, 64 * 1024, false))).await;
    check(body(500, 64 * 1024 + 1), Ok((500, 64 * 1024, false))).await;
}

#[tokio::test]
async fn endless_body_is_read_until_it_is_enough() {
    let server = endless("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n").await;
    let response =
        open().send_until(get(&format!("http://{server}/")), |_, body| body.starts_with(b"data: 1")).await;
    let response = response.ok().unwrap();
    assert!(!response.is_whole && response.body.starts_with(b"data: 1"));
}

#[tokio::test]
async fn body_that_breaks_off_is_returned_if_it_is_enough() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ndata: 1\n\n";
    check(cut, Err(CallError::Reset)).await;
    let server = responding(cut).await;
    let is_enough = |_: &http::HeaderMap, body: &[u8]| body == b"data: 1\n\n";
    let response = open().send_until(get(&format!("http://{server}/")), is_enough).await.ok().unwrap();
    assert_eq!((response.body.len(), response.is_whole), (9, false));
}

#[tokio::test]
async fn endless_body_is_cut_for_any_declared_length() {
    for (head, expected) in [
        ("HTTP/1.1 200 OK\r\n\r\n", 1024 * 1024),
        ("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", 1024 * 1024),
        ("HTTP/1.1 503 Away\r\n\r\n", 64 * 1024),
    ] {
        let server = endless(head).await;
        let response = send(&open(), &format!("http://{server}/")).await.ok().unwrap();
        assert_eq!((response.body.len(), response.is_whole), (expected, false), "{head}");
    }
}

#[tokio::test]
async fn compressed_body_is_not_decompressed() {
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed, 0xc1];
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n",
            bomb.len()
        );
        let server = responding([head.as_bytes(), &bomb].concat()).await;
        let response = send(&open(), &format!("http://{server}/")).await.ok().unwrap();
        assert_eq!((response.body.as_slice(), response.is_whole), (&bomb[..], true), "{encoding}");
    }
}

#[tokio::test]
async fn invalid_http_is_protocol_error_and_early_end_is_reset() {
    check("SSH-2.0-OpenSSH_9.6\r\n", Err(CallError::Protocol)).await;
    check("220 mail.example ESMTP\r\n", Err(CallError::Protocol)).await;
    check("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", Err(CallError::Protocol)).await;
    check("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnot a size\r\n", Err(CallError::Protocol))
        .await;
    let header = format!("x: {}\r\n", "a".repeat(4096));
    check(format!("HTTP/1.1 200 OK\r\n{}\r\n", header.repeat(300)), Err(CallError::Protocol)).await;
    check("", Err(CallError::Reset)).await;
    check("HTTP/1.1 200", Err(CallError::Reset)).await;
    check("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab", Err(CallError::Reset)).await;
    check("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", Err(CallError::Reset)).await;
}

#[tokio::test]
async fn banner_before_request_is_protocol_error() {
    let server = serve(|mut stream| async move {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n").await;
        read_head(&mut stream).await;
    })
    .await;
    let result = send(&open(), &format!("http://{server}/")).await;
    assert_eq!(result.map(|response| response.status), Err(CallError::Protocol));
}

#[tokio::test]
async fn connection_reset_and_connection_refused_are_different_errors() {
    let server = serve(|mut stream| async move {
        read_head(&mut stream).await;
        stream.set_zero_linger().unwrap();
    })
    .await;
    let result = send(&open(), &format!("http://{server}/")).await;
    assert_eq!(result.map(|response| response.status), Err(CallError::Reset));

    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let result = send(&open(), &format!("http://{closed}/")).await;
    assert_eq!(result.map(|response| response.status), Err(CallError::Connect));
}

#[tokio::test]
async fn dropped_future_with_slow_body_closes_connection() {
    let (closed, mut was_closed) = mpsc::unbounded_channel();
    let server = serve(move |mut stream| {
        let closed = closed.clone();
        async move {
            read_head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            closed.send(()).unwrap();
        }
    })
    .await;
    let url = format!("http://{server}/");
    assert!(tokio::time::timeout(Duration::from_millis(100), send(&open(), &url)).await.is_err());
    let event = tokio::time::timeout(Duration::from_secs(5), was_closed.recv()).await;
    assert_eq!(event, Ok(Some(())));
}
