//! TLS root certificates.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The certificate authorities that servers may have: the system's, and those that the operator adds.
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct RootCertificates {
    config: Arc<ClientConfig>,
}

/// Why certificate authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootCertificatesError {
    /// The file is not there or cannot be read as PEM.
    #[error("the CA file {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// The file has no certificate, or one that is none.
    #[error("the CA file {path} has no certificate that can be used")]
    Empty {
        /// The file.
        path: String,
    },
    /// The TLS library does not work here.
    #[error("TLS cannot be set up: {_0}")]
    Tls(#[from] rustls::Error),
}

impl RootCertificates {
    /// The system's certificate authorities, and those of a PEM file.
    ///
    /// A system without any is no error: calls over `https` fail then, calls that the operator
    /// allowed without TLS do not.
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

    pub(crate) fn config(&self) -> ClientConfig {
        ClientConfig::clone(&self.config)
    }
}

fn add(roots: &mut RootCertStore, path: &Path) -> Result<(), RootCertificatesError> {
    let shown = || path.display().to_string();
    let unreadable = |source| RootCertificatesError::Unreadable { path: shown(), source };
    let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let (added, ignored) = roots.add_parsable_certificates(found);
    if added == 0 || ignored > 0 { Err(RootCertificatesError::Empty { path: shown() }) } else { Ok(()) }
}
