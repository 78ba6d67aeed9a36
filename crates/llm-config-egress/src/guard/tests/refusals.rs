//! Refusals: one error after one time, for every reason.

use std::collections::HashSet;

use http::header::HeaderValue;
use tokio::time::Instant;

use super::*;

/// The result of a call and its time. The clock is paused, so the time is exact.
async fn check(guard: &Guard, request: Request) -> (Result<u16, CallError>, Duration) {
    let start = Instant::now();
    let result = guard.send(request).await;
    (result.map(|response| response.status), start.elapsed())
}

const REFUSED: &[&str] = &[
    // Addresses.
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://[fe80::1]/",
    "https://[64:ff9b::10.0.0.1]/",
    // Internal names.
    "http://localhost:11434/",
    "https://ollama.localhost/",
    "https://metadata.google.internal/",
    "https://ollama/",
    "https://vllm.default.svc/",
    // Names without an address, and names whose lookup fails or never ends.
    "https://unknown.example/",
    "https://empty.example/",
    "https://endless.example/",
    // Names with a private address, after a fast or a slow lookup.
    "https://private.example/",
    "https://slow.example/",
    "https://mixed.example/",
    "https://mixed-last.example/",
    "https://many.example/",
    "https://mapped.example/",
    "https://platform.example/",
    // Public names without TLS or at another port.
    "http://public.example/",
    "https://public.example:8443/",
    "https://public.example:22/",
    // Not a destination.
    "https://user:pass@public.example/",
    "ftp://public.example/",
    // A listed name with an address that is not listed.
    "http://listed.example:8000/",
];

fn names() -> Arc<Names> {
    let public = ["93.184.216.34"; 16];
    let many: Vec<&str> = public.iter().copied().chain(["10.0.0.1"]).collect();
    let public = &public[..1];
    Arc::new(
        Names::default()
            .with("empty.example", &[])
            .with_slow("endless.example", Duration::from_hours(1), public)
            .with("private.example", &["10.0.0.1"])
            .with_slow("slow.example", Duration::from_millis(1900), &["10.0.0.1"])
            .with("mixed.example", &["93.184.216.34", "10.0.0.1"])
            .with("mixed-last.example", &["2606:2800:220:1::1", "93.184.216.34", "fd00::1"])
            .with("many.example", &many)
            .with("mapped.example", &["::ffff:10.0.0.1"])
            .with("platform.example", &["168.63.129.16"])
            .with("public.example", public)
            .with("public.example", public)
            .with("public.example", public)
            .with("listed.example", &["10.0.0.6"]),
    )
}

#[tokio::test(start_paused = true)]
async fn every_refusal_has_same_error_and_time() {
    let guard = guard(policy(&["listed.example:8000=10.0.0.5"]), &names());
    let mut moments = HashSet::new();
    for url in REFUSED {
        let (result, elapsed) = check(&guard, get(url)).await;
        assert_eq!(result, Err(CallError::Refused), "{url}");
        assert!(elapsed >= Guard::REFUSED_AFTER, "{url}: {elapsed:?}");
        moments.insert(elapsed.as_millis());
    }
    assert_eq!(moments.len(), 1, "{moments:?}");
}

#[tokio::test(start_paused = true)]
async fn reserved_header_is_refused_after_same_time() {
    let guard = open();
    for name in ["host", "metadata-flavor", "x-aws-ec2-metadata-token", "x-forwarded-for"] {
        let mut request = get("http://127.0.0.1:9/");
        request.headers.insert(name, HeaderValue::from_static("Google"));
        let (result, elapsed) = check(&guard, request).await;
        assert_eq!((result, elapsed.as_secs()), (Err(CallError::Refused), 2), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_refusals_after_limits_lookups() {
    let names = Names::default().with_slow("slow.example", Duration::from_secs(1), &["10.0.0.1"]).with_slow(
        "private.example",
        Duration::from_millis(1),
        &["10.0.0.1"],
    );
    let guard = guard(policy(&[]), &Arc::new(names)).with_refusals_after(Duration::from_millis(150));
    let mut moments = HashSet::new();
    for url in ["https://slow.example/", "https://private.example/", "https://10.0.0.1/"] {
        let (result, elapsed) = check(&guard, get(url)).await;
        assert_eq!(result, Err(CallError::Refused), "{url}");
        moments.insert(elapsed.as_millis());
    }
    assert!(moments.len() == 1 && moments.iter().all(|moment| (150..155).contains(moment)), "{moments:?}");
}

#[tokio::test(start_paused = true)]
async fn listed_or_public_host_without_address_is_dns_error() {
    let long = Duration::from_hours(1);
    let names = Names::default()
        .with("empty.lan", &[])
        .with_slow("endless.lan", long, &["10.0.0.5"])
        .with_slow("endless.openai.com", long, &["93.184.216.34"])
        .with("private.openai.com", &["10.0.0.1"]);
    let listed = ["unknown.lan:8000", "empty.lan:8000", "endless.lan:8000"];
    let guard = guard(policy(&listed), &Arc::new(names))
        .with_public_hosts(|host| host.ends_with(".openai.com") || host.ends_with(".openai.azure.com"));
    for (url, expected, seconds) in [
        ("http://unknown.lan:8000/", CallError::Dns, 0),
        ("http://empty.lan:8000/", CallError::Dns, 0),
        ("http://endless.lan:8000/", CallError::Dns, 2),
        ("https://resource.openai.azure.com/", CallError::Dns, 0),
        ("https://endless.openai.com/", CallError::Dns, 2),
        // A public host with a private address is refused.
        ("https://private.openai.com/", CallError::Refused, 2),
        ("http://unknown.lan:8001/", CallError::Refused, 2),
    ] {
        let (result, elapsed) = check(&guard, get(url)).await;
        assert_eq!((result, elapsed.as_secs()), (Err(expected), seconds), "{url}");
    }
}
