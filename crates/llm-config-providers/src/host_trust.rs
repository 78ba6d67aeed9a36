//! The trust in a host.

/// How far a host is trusted to check keys before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostTrust {
    /// A vendor's own host: no negative control is needed.
    Vendor,
    /// Any other host: it may ignore keys, or refuse requests before it checks them.
    Unknown,
}
