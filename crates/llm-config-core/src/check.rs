//! The verdict of a check, and the state of a configuration according to its checks.

/// Whether calls with a configuration can be expected to succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usable {
    /// The check found no problem.
    Yes,
    /// The configuration, the account or the server must be changed first.
    No,
    /// Not known, or a temporary problem.
    Unknown,
}

impl Usable {
    /// All values.
    pub const ALL: &[Self] = &[Self::Yes, Self::No, Self::Unknown];

    /// The name in the database, in reports and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|usable| usable.as_str() == name)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Usable {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The state of a configuration according to its checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// The last check is current and has this verdict.
    Checked(Usable),
    /// There is no current check.
    Unchecked,
}

impl CheckState {
    /// All states.
    pub const ALL: &[Self] = &[
        Self::Checked(Usable::Yes),
        Self::Checked(Usable::No),
        Self::Checked(Usable::Unknown),
        Self::Unchecked,
    ];

    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Checked(usable) => usable.as_str(),
            Self::Unchecked => "unchecked",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_name_of_every_name_returns_its_value() {
        for usable in Usable::ALL {
            assert_eq!(Usable::from_name(usable.as_str()), Some(*usable));
            assert_eq!(CheckState::from_name(usable.as_str()), Some(CheckState::Checked(*usable)));
        }
        assert_eq!(CheckState::from_name("unchecked"), Some(CheckState::Unchecked));
        assert_eq!((Usable::from_name("unchecked"), CheckState::from_name("Yes")), (None, None));
    }
}
