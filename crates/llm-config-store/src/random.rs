//! Random bytes and keys from the operating system, and time-ordered random ids.

use llm_config_core::time::Timestamp;
use uuid::Uuid;
use zeroize::Zeroizing;

/// `N` random bytes.
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

/// A `UUIDv7`. Ids of different milliseconds sort by time, in every database and index.
pub(crate) fn uuid(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}

/// A `UUIDv7` like [`uuid`], except that ids of the same millisecond sort by `counter`. Only the lower twelve
/// bits of `counter` are used: from 4,096 on the order is undefined.
pub(crate) fn uuid_with_counter(now: Timestamp, counter: u16) -> Uuid {
    let millis = u64::try_from(now.as_millis()).unwrap_or_default();
    let mut bytes: [u8; 10] = bytes();
    // RFC 9562, section 6.2, suggests the twelve random bits after the timestamp for a counter. The version
    // number overwrites the upper four bits.
    bytes[..2].copy_from_slice(&counter.to_be_bytes());
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
    fn uuid_with_counter_at_same_time_sorts_by_counter() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let ids: Vec<_> = (0..0x1000).map(|counter| uuid_with_counter(now, counter)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
