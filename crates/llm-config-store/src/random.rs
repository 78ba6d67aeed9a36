//! Random bytes from the operating system, and ids made of them.

use llm_config_core::time::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Random bytes for a nonce.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// A random key, overwritten in memory when dropped.
pub(crate) fn key() -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    fill(key.as_mut());
    key
}

/// A `UUIDv7`: later ids sort after earlier ones, in every database and index.
pub(crate) fn uuid(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}

/// Like [`uuid`], but ids of one millisecond sort by `nth`.
pub(crate) fn nth_uuid(now: Timestamp, nth: u16) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    let mut bytes: [u8; 10] = bytes();
    // The twelve bits after the timestamp, which RFC 9562, section 6.2, suggests for a counter.
    bytes[..2].copy_from_slice(&nth.to_be_bytes());
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

fn fill(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing can be sealed, and no caller could recover"
    )]
    getrandom::fill(bytes).expect("random bytes from the operating system");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nth_uuid_at_one_time_sorts_by_number() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let ids: Vec<_> = (0..0x1000).map(|nth| nth_uuid(now, nth)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
