//! Tests of the limits of calls.

use llm_config_core::id::TokenId;
use uuid::Uuid;

use super::*;

fn slots(limits: CallSlotLimits) -> Arc<CallSlots> {
    Arc::new(CallSlots::new(limits))
}

fn token(id: u128, holder: u128) -> Identity {
    Identity::Token {
        id: TokenId::new(Uuid::from_u128(id)),
        holder: PrincipalId::new(Uuid::from_u128(holder)),
    }
}

fn config() -> ConfigId {
    ConfigId::new(Uuid::from_u128(9))
}

#[track_caller]
fn is_limited<T>(result: Result<T, GatewayError>, expected: &str) {
    match result {
        Err(GatewayError::GatewayLimit { what, .. }) => assert_eq!(what, expected),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not limited"),
    }
}

#[test]
fn take_beyond_calls_of_server_refuses_everyone() {
    let slots = slots(CallSlotLimits { calls: 1, ..CallSlotLimits::default() });
    let first = slots.take(token(1, 1)).unwrap();
    is_limited(slots.take(token(2, 2)), CALLS_OF_SERVER);
    drop(first);
    assert!(slots.take(token(2, 2)).is_ok());
}

#[test]
fn take_beyond_calls_of_token_refuses_this_token_only() {
    let slots = slots(CallSlotLimits { calls_of_token: 1, ..CallSlotLimits::default() });
    let first = slots.take(token(1, 1)).unwrap();
    is_limited(slots.take(token(1, 1)), CALLS_OF_TOKEN);
    let _other = slots.take(token(2, 1)).unwrap();
    drop(first);
    assert!(slots.take(token(1, 1)).is_ok());
}

#[test]
fn take_beyond_calls_of_user_refuses_all_their_tokens() {
    let slots = slots(CallSlotLimits { calls_of_user: 1, ..CallSlotLimits::default() });
    let _first = slots.take(token(1, 1)).unwrap();
    is_limited(slots.take(token(2, 1)), CALLS_OF_USER);
    assert!(slots.take(token(3, 2)).is_ok());
}

#[test]
fn take_beyond_rate_of_token_refuses_this_token_only() {
    let slots = slots(CallSlotLimits { rate_of_token: NonZeroU32::new(2), ..CallSlotLimits::default() });
    assert!(slots.take(token(1, 1)).is_ok() && slots.take(token(1, 1)).is_ok());
    is_limited(slots.take(token(1, 1)), RATE_OF_TOKEN);
    assert!(slots.take(token(2, 1)).is_ok());
}

#[test]
fn bind_beyond_calls_of_config_is_refused() {
    let slots = slots(CallSlotLimits { calls_of_config: Some(1), ..CallSlotLimits::default() });
    let (mut first, mut second) = (slots.take(token(1, 1)).unwrap(), slots.take(token(2, 2)).unwrap());
    first.bind(config()).unwrap();
    is_limited(second.bind(config()), CALLS_OF_CONFIG);
    drop(first);
    assert!(second.bind(config()).is_ok());
}

#[test]
fn bytes_beyond_share_of_user_are_refused_and_released_with_the_slot() {
    let slots = slots(CallSlotLimits { body: 60, bodies: 200, ..CallSlotLimits::default() });
    let mut first = slots.take(token(1, 1)).unwrap();
    first.add_bytes(40).unwrap();
    assert!(matches!(first.add_bytes(21), Err(GatewayError::BodyTooLarge { limit: 60 })));
    let mut second = slots.take(token(2, 1)).unwrap();
    is_limited(second.add_bytes(11), BYTES_OF_USER);
    let mut other = slots.take(token(3, 2)).unwrap();
    other.add_bytes(50).unwrap();
    drop(first);
    assert!(second.add_bytes(50).is_ok());
}

#[test]
fn body_counts_until_the_response_and_its_last_part_is_dropped() {
    let slots = slots(CallSlotLimits { body: 60, bodies: 200, ..CallSlotLimits::default() });
    let mut other = slots.take(token(2, 1)).unwrap();
    let begin = || {
        let mut slot = slots.take(token(1, 1)).unwrap();
        slot.add_bytes(40).unwrap();
        let body = slot.count_body(Bytes::from(vec![0; 40]));
        (slot, body.slice(30..))
    };
    // The body is sent before the response arrives.
    let (mut slot, part) = begin();
    drop(part);
    is_limited(other.add_bytes(11), BYTES_OF_USER);
    slot.release_body();
    other.add_bytes(10).unwrap();
    drop(slot);
    // The call ends before the body is sent.
    let (slot, part) = begin();
    drop(slot);
    is_limited(other.add_bytes(1), BYTES_OF_USER);
    drop(part);
    other.add_bytes(1).unwrap();
}

#[test]
fn dropped_slots_leave_no_counts() {
    let slots = slots(CallSlotLimits::default());
    let mut slot = slots.take(token(1, 1)).unwrap();
    slot.add_bytes(5).unwrap();
    slot.bind(config()).unwrap();
    drop(slot);
    let running = slots.running();
    assert!(running.of_token.is_empty() && running.of_user.is_empty() && running.of_config.is_empty());
    assert!((running.calls, running.bodies, running.bodies_of_user.len()) == (0, 0, 0));
}
