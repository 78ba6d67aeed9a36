//! How long sessions of browsers last.

use std::time::Duration;

use llm_config_core::access::OrgRole;
use llm_config_core::time::Timestamp;
use llm_config_store::StoredSession;

/// How long a session of a browser lasts. Each limit is exact to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// The end without activity, for the roles OWNER and ADMINISTRATORS.
    pub idle_privileged: Duration,
    /// The end without activity, for every other role.
    pub idle: Duration,
    /// The end, whatever the activity.
    pub absolute: Duration,
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self {
            idle_privileged: Duration::from_mins(30),
            idle: Duration::from_hours(8),
            absolute: Duration::from_hours(12),
        }
    }
}

impl SessionTimes {
    /// The most precise record of activity. A session is used for every page, and each record is a write.
    const PRECISION: Duration = Duration::from_mins(1);

    /// The end without activity for a user with that role.
    pub(super) const fn idle_of(&self, role: OrgRole) -> Duration {
        match role {
            OrgRole::Owner | OrgRole::Administrators => self.idle_privileged,
            OrgRole::User | OrgRole::Billing | OrgRole::Workspaces => self.idle,
        }
    }

    /// After this time without activity, no session is valid, whatever the role.
    pub(super) fn longest_idle(&self) -> Duration {
        self.idle.max(self.idle_privileged)
    }

    /// How old a record of activity is before the next one is made. A quarter of a short idle time, so that a
    /// session in use does not end as idle.
    pub(super) fn precision(idle: Duration) -> Duration {
        Self::PRECISION.min(idle / 4)
    }

    /// The absolute end of a session. The setting may have become shorter since the session began.
    pub(super) fn end_of(&self, session: &StoredSession) -> Timestamp {
        session.expires_at.min(session.signed_in_at.plus(self.absolute))
    }

    /// Whether a session of a user with that role has not ended at `now`. Activity further ahead than the
    /// idle time was recorded by a wrong clock, and does not count.
    pub(super) fn permits(&self, session: &StoredSession, role: OrgRole, now: Timestamp) -> bool {
        let idle = self.idle_of(role);
        let is_active = now < session.last_seen_at.plus(idle) && session.last_seen_at <= now.plus(idle);
        now < self.end_of(session) && is_active
    }
}

#[cfg(test)]
mod tests {
    use llm_config_core::id::{PrincipalId, TokenId};
    use llm_config_store::{Browser, SignInMethod};

    use super::*;

    #[test]
    fn permits_at_idle_and_absolute_end_is_false() {
        let hour = |hours: u64| Timestamp::from_micros(0).plus(Duration::from_hours(hours));
        let session = StoredSession {
            id: TokenId::new(uuid::Uuid::nil()),
            user: PrincipalId::OPERATOR,
            parent: None,
            method: SignInMethod::LoginLink,
            browser: Browser::default(),
            signed_in_at: hour(0),
            last_seen_at: hour(1),
            expires_at: hour(10),
        };
        let times = SessionTimes::default();
        let second = Duration::from_secs(1);
        let idle_end = hour(1).plus(Duration::from_mins(30));
        for role in [OrgRole::Owner, OrgRole::Administrators] {
            assert!(times.permits(&session, role, idle_end.minus(second)));
            assert!(!times.permits(&session, role, idle_end));
        }
        for role in [OrgRole::User, OrgRole::Billing, OrgRole::Workspaces] {
            assert!(times.permits(&session, role, hour(9).minus(second)));
            assert!(!times.permits(&session, role, hour(9)));
        }
        let active = StoredSession { last_seen_at: hour(9), ..session };
        assert!(times.permits(&active, OrgRole::User, hour(10).minus(second)));
        assert!(!times.permits(&active, OrgRole::User, hour(10)));
        let ahead = StoredSession { last_seen_at: hour(9), ..active };
        assert!(!times.permits(&ahead, OrgRole::User, hour(1).minus(second)));
        assert!(!times.permits(&ahead, OrgRole::Owner, hour(8)));
        let shorter = SessionTimes { absolute: Duration::from_hours(9), ..times };
        assert!(!shorter.permits(&ahead, OrgRole::User, hour(9)));
    }

    #[test]
    fn precision_of_short_idle_time_is_a_quarter() {
        assert_eq!(SessionTimes::precision(Duration::from_hours(8)), Duration::from_mins(1));
        assert_eq!(SessionTimes::precision(Duration::from_mins(1)), Duration::from_secs(15));
        assert_eq!(SessionTimes::precision(Duration::from_secs(1)), Duration::from_millis(250));
    }
}
