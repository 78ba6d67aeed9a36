//! TLS root certificates.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The trusted certificate authorities: the authorities of the system, and those that the operator adds.
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct RootCertificates {
    config: Arc<ClientConfig>,
}

/// Why certificate authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootCertificatesError {
    /// The file does not exist or is not PEM.
    #[error("the CA file {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// The cause.
        source: rustls::pki_types::pem::Error,
    },
    /// The file contains no certificate, or an invalid one.
    #[error("the CA file {path} has no certificate that can be used")]
    Empty {
        /// The file.
        path: String,
    },
    /// The TLS library cannot be initialised.
    #[error("TLS cannot be set up: {_0}")]
    Tls(#[from] rustls::Error),
}

impl RootCertificates {
    /// The system's certificate authorities, and the authorities in a PEM file.
    ///
    /// A system without certificate authorities is not an error: calls over `https` then fail, but calls that
    /// the operator allowed without TLS succeed.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, RootCertificatesError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            tracing::warn!("the system has no certificate authorities; calls over https will fail");
        }
        if let Some(path) = ca_file {
            add(&mut roots, path)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

fn add(roots: &mut RootCertStore, path: &Path) -> Result<(), RootCertificatesError> {
    let name = || path.display().to_string();
    let unreadable = |source| RootCertificatesError::Unreadable { path: name(), source };
    let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let (added, ignored) = roots.add_parsable_certificates(found);
    if added == 0 || ignored > 0 { Err(RootCertificatesError::Empty { path: name() }) } else { Ok(()) }
}
