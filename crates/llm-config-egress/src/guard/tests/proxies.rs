//! Proxies from the environment are not used.

use std::env;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// The port that this test calls when it runs again as its own child process.
const TARGET: &str = "LLM_CONFIG_PROBE_TEST_TARGET";

#[tokio::test(flavor = "multi_thread")]
async fn proxy_from_environment_is_not_used() {
    if let Some(target) = env::var_os(TARGET) {
        let names = Arc::new(Names::default().with("llm.example", &["127.0.0.1"]));
        let guard = guard(policy(&["127.0.0.0/8"]), &names);
        let url = format!("http://llm.example:{}/", target.to_str().unwrap());
        let response = send(&guard, &url).await.ok().unwrap();
        assert_eq!(response.body, b"direct");
        return;
    }
    let target = responding(ok("direct")).await;
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    let proxy = serve(move |mut stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(ok("through the proxy").as_bytes()).await;
        }
    })
    .await;
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "guard::tests::proxies::proxy_from_environment_is_not_used"]);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        let url = format!("http://{proxy}");
        child.env(variable, &url).env(variable.to_lowercase(), &url);
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
    child.env(TARGET, target.port().to_string());
    let done = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let output = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && output.contains("1 passed"), "{output}");
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}
