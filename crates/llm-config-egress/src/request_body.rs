//! The body of a request, in one or several parts.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The body of a request, in memory. Its parts are sent one after the other, without a copy, and its length
/// is declared.
#[derive(Clone, Default)]
pub struct RequestBody(VecDeque<Bytes>);

impl RequestBody {
    /// The length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.0.iter().map(|part| part.len() as u64).sum()
    }
}

impl From<Vec<u8>> for RequestBody {
    fn from(body: Vec<u8>) -> Self {
        Self::from_iter([Bytes::from(body)])
    }
}

impl FromIterator<Bytes> for RequestBody {
    fn from_iter<I: IntoIterator<Item = Bytes>>(parts: I) -> Self {
        Self(parts.into_iter().filter(|part| !part.is_empty()).collect())
    }
}

/// The HTTP library sends a single part with fewer steps.
impl From<RequestBody> for reqwest::Body {
    fn from(RequestBody(mut parts): RequestBody) -> Self {
        match parts.len() {
            0 => Self::default(),
            1 => parts.pop_front().unwrap_or_default().into(),
            _ => Self::wrap(RequestBody(parts)),
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|part| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_in_parts_has_their_length_and_no_empty_part() {
        let parts = ["a", "", "bc"].map(|part| Bytes::from_static(part.as_bytes()));
        let mut body = RequestBody::from_iter(parts);
        assert_eq!((body.length(), body.size_hint().exact()), (3, Some(3)));
        let mut context = Context::from_waker(std::task::Waker::noop());
        for expected in ["a", "bc"] {
            let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut context) else {
                panic!("no part")
            };
            assert_eq!(frame.into_data().unwrap(), expected);
        }
        assert!(body.is_end_stream());
    }
}
