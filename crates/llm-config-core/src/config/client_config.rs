//! Provider-specific client settings: a JSON object that the registry stores and never interprets.

/// A JSON object of at most 16 KiB, stored as the exact bytes that the client sent.
///
/// Can be constructed only with the feature `serde`, which adds the JSON parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConfig(Box<str>);

impl ClientConfig {
    /// The maximum length in bytes.
    pub const LIMIT: usize = 16 * 1024;

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

/// Why a client configuration is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientConfigError {
    /// More than [`ClientConfig::LIMIT`] bytes.
    #[error("must have at most {} bytes, but has {_0}", ClientConfig::LIMIT)]
    TooLong(usize),
    /// Not JSON, nested too deeply, or not an object.
    #[error("must be a JSON object, nested at most 127 levels deep")]
    NotAnObject,
}

#[cfg(feature = "serde")]
impl std::str::FromStr for ClientConfig {
    type Err = ClientConfigError;

    fn from_str(text: &str) -> Result<Self, ClientConfigError> {
        if text.len() > Self::LIMIT {
            return Err(ClientConfigError::TooLong(text.len()));
        }
        // Parsing into a tree rejects input that clients' parsers would reject, such as deep nesting.
        match serde_json::from_str(text) {
            Ok(serde_json::Value::Object(_)) => Ok(Self(text.trim().into())),
            _ => Err(ClientConfigError::NotAnObject),
        }
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for ClientConfig {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        raw.get().parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for ClientConfig {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = serde_json::value::RawValue::from_string(self.as_json().to_owned());
        raw.map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_keeps_bytes() {
        let text = r#"{ "b":1.50,  "a" : "\u00e9" }"#;
        let config: ClientConfig = text.parse().unwrap();
        assert_eq!(config.as_json(), text);
        assert_eq!(serde_json::to_string(&config).unwrap(), text);
    }

    #[test]
    fn parse_with_other_json_is_rejected() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(200), "1}".to_owned() + &"}".repeat(199));
        for bad in ["[]", "1", "{", "null", "", &deep] {
            assert_eq!(bad.parse::<ClientConfig>(), Err(ClientConfigError::NotAnObject), "{bad}");
        }
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(ClientConfig::LIMIT));
        assert_eq!(long.parse::<ClientConfig>(), Err(ClientConfigError::TooLong(long.len())));
    }
}
