//! The body of a request, in one or several parts.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The largest body that is sent as one part, in bytes: a copy of it takes less time than the steps that each
/// part needs.
const ONE_PART: u64 = 16 * 1024;

/// The body of a request, in memory. The parts of a large one are sent one after the other, without a copy.
/// Its length is declared.
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
        let body = Self(parts.into_iter().filter(|part| !part.is_empty()).collect());
        let is_small = body.length() <= ONE_PART;
        if body.0.len() > 1 && is_small { Vec::from(body.0).concat().into() } else { body }
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

    #[track_caller]
    fn check(parts: &[&str], expected: &[&str]) {
        let length = expected.concat().len() as u64;
        let mut body: RequestBody =
            parts.iter().map(|part| Bytes::copy_from_slice(part.as_bytes())).collect();
        assert_eq!((body.length(), body.size_hint().exact()), (length, Some(length)));
        let mut context = Context::from_waker(std::task::Waker::noop());
        for expected in expected {
            let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut context) else {
                panic!("no part")
            };
            assert_eq!(frame.into_data().unwrap(), expected);
        }
        assert!(body.is_end_stream());
    }

    #[test]
    fn large_body_in_parts_has_their_length_and_no_empty_part() {
        let large = "x".repeat(usize::try_from(ONE_PART).unwrap());
        check(&["a", "", &large], &["a", &large]);
    }

    #[test]
    fn small_body_in_parts_is_sent_as_one() {
        check(&["a", "", "bc"], &["abc"]);
        check(&["a"], &["a"]);
        check(&["", ""], &[]);
    }
}
