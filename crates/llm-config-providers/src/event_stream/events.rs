//! Server-sent events, one after the other.

use serde_json::Value;

use crate::bounded_json;

/// An event whose data is JSON, or an error's text.
pub(super) struct Event<'a> {
    pub(super) name: &'a str,
    pub(super) data: Value,
}

/// The events of a text. Each byte is looked at once, and the data of each event parsed once.
pub(super) struct Events<'a> {
    lines: std::iter::Chain<std::str::Lines<'a>, std::iter::Once<&'a str>>,
    name: &'a str,
    data: Data,
}

impl<'a> Events<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // The last event may lack its empty line.
        Self { lines: text.lines().chain(std::iter::once("")), name: "", data: Data::default() }
    }

    /// The event that ends before a line, if it has data of a known form.
    fn ended_before(&mut self, line: &str) -> Option<Event<'a>> {
        // Some servers leave out the empty line between two events.
        let is_end = line.is_empty() || line.starts_with("event:") || self.data.is_closed();
        if !is_end || self.data.text.is_empty() {
            return None;
        }
        let data = std::mem::take(&mut self.data);
        event(self.name, &data.text)
    }

    fn read_field(&mut self, line: &'a str) {
        if let Some(value) = line.strip_prefix("event:") {
            self.name = value.trim();
        } else if let Some(value) = line.strip_prefix("data:") {
            self.data.push(value.trim());
        } else if line.is_empty() {
            self.name = "";
        }
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            let line = self.lines.next()?;
            let event = self.ended_before(line);
            self.read_field(line);
            if event.is_some() {
                return event;
            }
        }
    }
}

fn event<'a>(name: &'a str, data: &str) -> Option<Event<'a>> {
    match bounded_json::value(data) {
        // Google wraps an error in a list.
        Some(Value::Array(list)) => list.into_iter().next().map(|data| Event { name, data }),
        Some(data) => Some(Event { name, data }),
        None => (name == "error").then(|| Event { name, data: Value::from(data) }),
    }
}

/// The data of an event so far, and where in JSON it ends.
#[derive(Default)]
struct Data {
    text: String,
    /// The number of open braces and brackets.
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Data {
    fn push(&mut self, value: &str) {
        self.text.push_str(value);
        for byte in value.bytes() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = self.is_in_string,
                b'"' => self.is_in_string = !self.is_in_string,
                b'{' | b'[' if !self.is_in_string => self.depth += 1,
                b'}' | b']' if !self.is_in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Whether the text is a whole object or list.
    fn is_closed(&self) -> bool {
        self.text.starts_with(['{', '[']) && self.depth == 0 && !self.is_in_string
    }
}
