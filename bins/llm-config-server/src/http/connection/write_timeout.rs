//! The end of connections whose client takes no bytes.

use std::time::Duration;

use actix_web::rt::net::TcpStream;

/// How long a client may take no bytes.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_mins(1);

/// Makes the kernel end an accepted connection when the client has taken no bytes for `timeout` while some
/// wait to be sent. Does nothing on systems other than Linux, whose kernels have no such timer.
///
/// It is the kernel's timer, because no code of this program runs meanwhile: while the socket takes no bytes,
/// actix waits for the socket and polls neither the body nor any timer. Only the kernel knows when the client
/// has taken bytes; the program knows when it has handed them over. The connection of a client that reads
/// slowly, but reads, does not end.
pub(crate) fn limit(stream: &TcpStream, timeout: Duration) {
    if let Err(error) = set(stream, timeout) {
        tracing::warn!(%error, "a connection has no limit on the time in which its client takes no bytes");
    }
}

#[cfg(target_os = "linux")]
fn set(stream: &TcpStream, timeout: Duration) -> std::io::Result<()> {
    let millis = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(stream, millis)?)
}

#[cfg(not(target_os = "linux"))]
fn set(_: &TcpStream, _: Duration) -> std::io::Result<()> {
    Ok(())
}
