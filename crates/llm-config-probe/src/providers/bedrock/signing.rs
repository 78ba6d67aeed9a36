//! Signatures for Bedrock, for the region that a request's host names.

use std::time::SystemTime;

use jiff::Timestamp;

use crate::access::SigningPair;
use crate::sigv4::{self, Scope};
use llm_config_egress::Request;

use super::place::{ASSUMED_REGION, Place};

/// The request with its signature, which is good for some minutes around `time`.
pub(crate) fn signed(request: Request, pair: &SigningPair, time: SystemTime) -> Request {
    let place = Place::of(request.url.host_str().unwrap_or_default());
    let region = place.region.as_deref().unwrap_or(ASSUMED_REGION);
    // Clocks set beyond jiff's range, the year 9999, sign in vain anyway.
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    sigv4::sign(request, pair, Scope { region, service: "bedrock", time })
}
