//! A browser that is signed in to the console.

use super::{Client, Response};

/// A browser that is signed in to the console.
pub(crate) struct Browser {
    client: Client,
    cookie: String,
}

impl Browser {
    /// Signs in with the token of `person`.
    #[track_caller]
    pub(crate) fn signed_in(person: &Client) -> Self {
        let token = person.token.as_deref().expect("a token");
        let browser = Self { client: Client::new(person.base(), None), cookie: String::new() };
        let answer = browser.post("/login", &[("token", token)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer.header("set-cookie").expect("a cookie");
        let cookie = cookie.split(';').next().expect("a value").to_owned();
        Self { cookie, ..browser }
    }

    /// A browser without a session.
    pub(crate) fn stranger(client: &Client) -> Self {
        Self { client: Client::new(client.base(), None), cookie: String::new() }
    }

    /// Requests a page below the console.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Response {
        self.client.send("GET", &format!("/console{path}"), &[("cookie", &self.cookie)], None)
    }

    /// Posts a form, as a page without scripts does.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_with(path, fields, &[])
    }

    /// Posts a form, as a script of the page does.
    #[track_caller]
    pub(crate) fn post_by_script(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_with(path, fields, &[("hx-request", "true")])
    }

    #[track_caller]
    fn post_with(&self, path: &str, fields: &[(&str, &str)], more: &[(&str, &str)]) -> Response {
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let mut headers = vec![
            ("cookie", self.cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        headers.extend_from_slice(more);
        self.client.send("POST", &format!("/console{path}"), &headers, Some(body.as_bytes()))
    }
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The value of the hidden or visible field with this name.
#[track_caller]
pub(crate) fn field(page: &Response, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.body.split_once(&start).unwrap_or_else(|| panic!("no `{name}` in {}", page.body));
    rest.split('"').next().expect("an end").to_owned()
}

/// Asserts the status, and that the page has all of `parts`.
#[track_caller]
pub(crate) fn check_page(page: &Response, status: u16, parts: &[&str]) {
    assert_eq!(page.status, status, "{}", page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").is_some_and(|policy| !policy.contains("unsafe")));
    for part in parts {
        assert!(page.body.contains(part), "`{part}` is not in {}", page.body);
    }
}
