//! A file that somebody else writes to for long.

use std::sync::{Mutex, mpsc};

use actix_web::rt::Runtime;
use llm_config_core::caller::Caller;
use llm_config_core::id::PrincipalId;
use llm_config_store::StoreError;

use super::app;
use crate::support::{keyed, llm};

#[test]
fn write_to_locked_database_is_503_until_unlocked() {
    let app = app();
    app.root().create_llm_path(&llm());
    let store = app.beside().store.clone();
    let me: PrincipalId =
        app.root().get("/v1/users/me").json(200)["userId"].as_str().unwrap().parse().unwrap();
    let (let_go, wait) = mpsc::channel::<()>();
    let (tell, is_held) = mpsc::channel();
    let wait = Mutex::new(wait);
    std::thread::scope(|scope| {
        // Somebody else holds what a write needs for as long as it is waited for.
        scope.spawn(move || {
            let holding = store.write(move |tx| {
                let root = tx.find_user(me)?.expect("root");
                tx.delete_user(&root, &Caller::operator()).expect_err("the last owner stays");
                tell.send(()).expect("somebody waits");
                wait.lock().expect("a channel").recv().expect_err("it is let go");
                Err::<(), _>(StoreError::Stale)
            });
            Runtime::new().expect("a runtime").block_on(holding).expect_err("nothing was changed");
        });
        is_held.recv().unwrap();
        app.root().get("/v1/llms").json(200);
        let answer = app.root().post("/v1/llms", &keyed("sk-0123456789"));
        answer.goodmem_error(503, &["unavailable"]);
        assert_eq!(answer.header("retry-after"), Some("1"));
        drop(let_go);
    });
    app.root().create_llm_path(&keyed("sk-0123456789"));
}
