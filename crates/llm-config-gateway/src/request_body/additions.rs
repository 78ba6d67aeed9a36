//! Members that are added at the end of an object.

use serde::Serialize;

/// Members that are added at the end of an object, in the order of their addition.
#[derive(Debug)]
pub(super) struct Additions {
    json: Vec<u8>,
    names: Vec<&'static str>,
    /// Whether the next member follows another.
    needs_comma: bool,
}

impl Additions {
    /// No members yet. `is_empty`: the object has none of its own.
    pub(super) const fn new(is_empty: bool) -> Self {
        Self { json: Vec::new(), names: Vec::new(), needs_comma: !is_empty }
    }

    /// Adds a member.
    pub(super) fn add(&mut self, name: &'static str, value: &impl Serialize) -> serde_json::Result<()> {
        if self.needs_comma {
            self.json.push(b',');
        }
        self.needs_comma = true;
        serde_json::to_writer(&mut self.json, name)?;
        self.json.push(b':');
        self.names.push(name);
        serde_json::to_writer(&mut self.json, value)
    }

    /// The members as JSON, each but the first of an empty object behind a comma, and their names.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<&'static str>) {
        (self.json, self.names)
    }
}
