//! Keyed fingerprints: equal for configurations, or credentials, that have the same effect. Without the key
//! a fingerprint cannot be used to test guesses of a secret.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The length in bytes: the version of the rules and an HMAC.
pub(crate) const LENGTH: usize = 33;

/// The key of an installation's fingerprints: 256 random bits, overwritten when dropped.
pub struct FingerprintKey(Zeroizing<[u8; 32]>);

impl FingerprintKey {
    /// A key of 32 random bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// A hasher for fingerprints of one purpose. Every change of the rules of this purpose increments
    /// `rules`, the first byte, so that fingerprints of different rules are never equal.
    pub(crate) fn hasher(&self, purpose: &str, rules: u8) -> FingerprintHasher {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mac = Hmac::new_from_slice(&*self.0).expect("a key of 32 bytes");
        let mut hasher = FingerprintHasher { mac, rules };
        hasher.add_bytes(&[rules]);
        hasher.add(purpose);
        hasher
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(****)")
    }
}

/// HMAC-SHA-256 over parts. Each part is preceded by its length, so that two different lists of parts are
/// never the same bytes.
pub(crate) struct FingerprintHasher {
    mac: Hmac<Sha256>,
    rules: u8,
}

impl FingerprintHasher {
    pub(crate) fn add(&mut self, part: &str) {
        self.add_bytes(part.as_bytes());
    }

    pub(crate) fn add_bytes(&mut self, part: &[u8]) {
        self.mac.update(&(part.len() as u64).to_be_bytes());
        self.mac.update(part);
    }

    pub(crate) fn finish(self) -> [u8; LENGTH] {
        let mut fingerprint = [self.rules; LENGTH];
        fingerprint[1..].copy_from_slice(&self.mac.finalize().into_bytes());
        fingerprint
    }
}

/// Declares a type of fingerprints.
macro_rules! fingerprint_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub(super) [u8; $crate::fingerprint::LENGTH]);

        impl $name {
            /// The version of the rules and the 32 bytes of the HMAC.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// A stored fingerprint; `None` for bytes of any other length.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        /// Fingerprints mean nothing to readers of logs, so they are not printed.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}
pub(crate) use fingerprint_type;
