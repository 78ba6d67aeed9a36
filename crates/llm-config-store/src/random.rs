//! Randomness from the operating system.

use llm_config_core::time::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes for a nonce.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// Bytes for a key, overwritten when dropped.
pub(crate) fn key() -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    fill(key.as_mut());
    key
}

/// A `UUIDv7`: ids made later sort later, on every database and in every index.
pub(crate) fn uuid(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}

fn fill(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing can be sealed, and no caller could help"
    )]
    getrandom::fill(bytes).expect("the operating system gives randomness");
}
