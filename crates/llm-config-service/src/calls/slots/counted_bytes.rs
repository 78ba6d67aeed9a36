//! The memory for the bodies of requests.

use std::sync::Arc;

use bytes::Bytes;
use llm_config_core::id::PrincipalId;
use llm_config_gateway::error::GatewayError;

use super::{BYTES_OF_USER, CallSlotLimits, CallSlots, limited};

/// Bytes of a body that count among those of its user and of all users. Dropping this ends that.
pub(super) struct CountedBytes {
    slots: Arc<CallSlots>,
    user: PrincipalId,
    number: u64,
}

impl CountedBytes {
    pub(super) const fn none(slots: Arc<CallSlots>, user: PrincipalId) -> Self {
        Self { slots, user, number: 0 }
    }

    /// Counts more bytes.
    pub(super) fn add(&mut self, bytes: u64) -> Result<(), GatewayError> {
        let limits = &self.slots.limits;
        if self.number + bytes > limits.body {
            return Err(GatewayError::BodyTooLarge { limit: limits.body });
        }
        let mut running = self.slots.running();
        let of_user = running.bodies_of_user.get(&self.user).copied().unwrap_or_default() + bytes;
        if of_user > limits.bodies / CallSlotLimits::USERS_THAT_FILL {
            return Err(limited(BYTES_OF_USER, GatewayError::RETRY_AFTER));
        }
        if running.bodies + bytes > limits.bodies {
            return Err(GatewayError::Unavailable { retry_after: GatewayError::RETRY_AFTER });
        }
        running.bodies += bytes;
        running.bodies_of_user.insert(self.user, of_user);
        drop(running);
        self.number += bytes;
        Ok(())
    }

    /// Ends counting for this, and returns what was counted.
    pub(super) fn take(&mut self) -> Self {
        let none = Self::none(Arc::clone(&self.slots), self.user);
        std::mem::replace(self, none)
    }

    /// The body, which counts at least until its last part is dropped.
    pub(super) fn count_with(counted: Arc<Self>, body: Bytes) -> Bytes {
        Bytes::from_owner(CountedBody { body, _counted: counted })
    }
}

impl Drop for CountedBytes {
    fn drop(&mut self) {
        if self.number == 0 {
            return;
        }
        let mut running = self.slots.running();
        running.bodies = running.bodies.saturating_sub(self.number);
        let of_user = running.bodies_of_user.get(&self.user).copied().unwrap_or_default();
        let left = of_user.saturating_sub(self.number);
        if left == 0 {
            running.bodies_of_user.remove(&self.user);
        } else {
            running.bodies_of_user.insert(self.user, left);
        }
    }
}

struct CountedBody {
    body: Bytes,
    _counted: Arc<CountedBytes>,
}

impl AsRef<[u8]> for CountedBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
