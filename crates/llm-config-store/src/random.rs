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

/// As [`uuid`], sorted by `nth` among those of one millisecond.
pub(crate) fn nth_uuid(now: Timestamp, nth: u16) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    let mut bytes: [u8; 10] = bytes();
    // The twelve bits behind the time; RFC 9562 §6.2 suggests them for a counter.
    bytes[..2].copy_from_slice(&nth.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

fn fill(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing can be sealed, and no caller could help"
    )]
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_sort_by_their_number() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let ids: Vec<_> = (0..0x1000).map(|nth| nth_uuid(now, nth)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
