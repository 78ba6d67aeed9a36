//! A SQLite file that another writer has locked.

use std::sync::{Mutex, mpsc};

use actix_web::rt::Runtime;
use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;
use llm_config_store::StoreError;

use super::app;
use crate::support::{llm, llm_with_secret};

#[test]
fn write_to_locked_database_is_503_until_unlocked() {
    let app = app();
    app.root().create_llm_path(&llm());
    let store = app.second_server().store.clone();
    let root_id: PrincipalId =
        app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().parse().unwrap();
    let (release, released) = mpsc::channel::<()>();
    let (locked, is_locked) = mpsc::channel();
    let released = Mutex::new(released);
    std::thread::scope(|scope| {
        // Another writer holds the lock longer than the app waits.
        scope.spawn(move || {
            let transaction = store.write(move |tx| {
                let root = tx.find_user(root_id)?.expect("root");
                tx.delete_user(&root, &Caller::operator()).expect_err("the last owner stays");
                locked.send(()).expect("a receiver");
                released.lock().expect("a channel").recv().expect_err("the sender is dropped");
                Err::<(), _>(StoreError::Stale)
            });
            Runtime::new()
                .expect("a runtime starts")
                .block_on(transaction)
                .expect_err("a rolled back transaction");
        });
        is_locked.recv().unwrap();
        app.root().get("/v1/llms").json(200);
        let response = app.root().post("/v1/llms", &llm_with_secret("sk-0123456789"));
        response.goodmem_error(503, &["unavailable"]);
        assert_eq!(response.header("retry-after"), Some("1"));
        drop(release);
    });
    app.root().create_llm_path(&llm_with_secret("sk-0123456789"));
}
