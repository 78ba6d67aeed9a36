//! Hashes of tokens under a key of the installation, without which a row can be written, but none that
//! authenticates a token.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::schema::tokens;

/// How many rows are read at once.
const ROWS: i64 = 500;

/// The installation's key for hashes of tokens.
pub(crate) struct TokenKey(Zeroizing<[u8; 32]>);

impl TokenKey {
    pub(crate) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    /// The stored hash of a token: an HMAC over its SHA-256.
    pub(crate) fn hash(&self, token: &str) -> [u8; 32] {
        self.keyed(&Sha256::digest(token.as_bytes()))
    }

    fn keyed(&self, digest: &[u8]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "an HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_ref()).expect("an HMAC takes 32 bytes");
        mac.update(digest);
        mac.finalize().into_bytes().into()
    }

    /// Replaces every stored SHA-256 of a token. Returns how many there were.
    pub(crate) fn replace_digests(&self, conn: &mut AnyConnection) -> Result<usize, StoreError> {
        if let AnyConnection::Postgres(conn) = conn {
            // Until this transaction ends, no older server adds a plain hash that would be missed here.
            conn.batch_execute("LOCK TABLE tokens IN SHARE ROW EXCLUSIVE MODE")?;
        }
        let (mut last, mut replaced) = (String::new(), 0);
        loop {
            let rows: Vec<(String, Vec<u8>)> = tokens::table
                .filter(tokens::id.gt(&last))
                .order(tokens::id)
                .limit(ROWS)
                .select((tokens::id, tokens::hash))
                .load(conn)?;
            let Some((id, _)) = rows.last() else { return Ok(replaced) };
            last.clone_from(id);
            for (id, digest) in &rows {
                let hash = self.keyed(digest).to_vec();
                diesel::update(tokens::table.find(id)).set(tokens::hash.eq(hash)).execute(conn)?;
            }
            replaced += rows.len();
        }
    }
}
