//! Renewals concurrent with a colleague's change of the endpoint.

use serde_json::json;

use super::team::Team;
use crate::support::{Installation, send_concurrently};

const ROUNDS: usize = 40;

#[test]
fn renew_secret_while_colleague_moves_endpoint_never_leaks() {
    for installation in Installation::each() {
        let team = Team::new(installation);
        let renewed: Vec<_> = (0..ROUNDS).map(|round| format!("sk-renewed-{round}-0123456789")).collect();
        for (round, secret) in renewed.iter().enumerate() {
            let path = team.create_as_alice(&format!("round {round}"));
            let moved = json!({"endpoint": team.attacker_endpoint(), "secret": "junk"});
            let renewal = json!({"secret": secret});
            let (mallory, alice) = (&team.mallory.client, &team.alice.client);
            let [moved, renewed] =
                send_concurrently(&[(mallory, "PUT", &path, &moved), (alice, "PUT", &path, &renewal)])
                    .try_into()
                    .expect("two responses");
            assert_eq!(moved.status, 200, "{}", moved.body);
            assert!(matches!(renewed.status, 200 | 400), "{}", renewed.body);
            mallory.post_empty(&format!("{path}/validate")).json(200);
        }
        let secrets: Vec<&str> = renewed.iter().map(String::as_str).collect();
        team.check_attacker_received_none_of(&secrets);
        assert!(!team.attacker.received().is_empty(), "Mallory's provider was never called");
    }
}
