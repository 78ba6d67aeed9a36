//! The key under which token hashes are computed. Without it, a database row that authenticates a token
//! cannot be forged.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::database::backend::AnyConnection;
use crate::database::schema::tokens;
use crate::error::StoreError;

/// How many rows are read at once.
const CHUNK: i64 = 500;

/// The installation's key for token hashes.
pub(crate) struct TokenKey(Hmac<Sha256>);

impl TokenKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        #[expect(clippy::expect_used, reason = "an HMAC takes keys of any length")]
        let keyed = Hmac::new_from_slice(key).expect("an HMAC takes 32 bytes");
        Self(keyed)
    }

    /// The stored hash of a token: an HMAC of its SHA-256 digest.
    pub(crate) fn hash(&self, token: &str) -> [u8; 32] {
        self.hash_digest(&Sha256::digest(token.as_bytes()))
    }

    fn hash_digest(&self, digest: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(digest);
        mac.finalize().into_bytes().into()
    }

    /// Replaces the SHA-256 digest of every token by its hash. Returns the number of tokens.
    pub(crate) fn replace_digests(&self, conn: &mut AnyConnection) -> Result<usize, StoreError> {
        if let AnyConnection::Postgres(conn) = conn {
            // Keeps an older server from adding a plain digest, which this loop would miss.
            conn.batch_execute("LOCK TABLE tokens IN SHARE ROW EXCLUSIVE MODE")?;
        }
        let (mut last, mut replaced) = (String::new(), 0);
        loop {
            let rows: Vec<(String, Vec<u8>)> = tokens::table
                .filter(tokens::id.gt(&last))
                .order(tokens::id)
                .limit(CHUNK)
                .select((tokens::id, tokens::hash))
                .load(conn)?;
            let Some((id, _)) = rows.last() else { return Ok(replaced) };
            last.clone_from(id);
            for (id, digest) in &rows {
                let hash = self.hash_digest(digest).to_vec();
                diesel::update(tokens::table.find(id)).set(tokens::hash.eq(hash)).execute(conn)?;
            }
            replaced += rows.len();
        }
    }
}
