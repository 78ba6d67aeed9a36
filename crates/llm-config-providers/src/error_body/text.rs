//! Errors in short plain texts and in AWS's XML.

use super::{ErrorBody, ErrorSource};

/// The longest text that is read as a message, in bytes. Longer ones are pages.
const LONGEST: usize = 1024;

/// The error in the body of a refusal that is no JSON. A plain text has the message of an error, but not
/// its form: anything in front of the API may have sent it.
pub(super) fn read(source: &ErrorSource<'_>) -> Option<ErrorBody> {
    if source.status < 400 || source.is_html || source.body.len() > LONGEST {
        return None;
    }
    let text = str::from_utf8(source.body).ok()?.trim();
    if let Some(error) = of_xml(text) {
        return Some(error);
    }
    Some(ErrorBody { message: text.to_owned(), ..ErrorBody::default() })
}

/// `<ErrorResponse><Error><Code>…</Code><Message>…</Message></Error></ErrorResponse>`, and the element of
/// an error by its own name.
fn of_xml(text: &str) -> Option<ErrorBody> {
    if !text.starts_with('<') {
        return None;
    }
    let code = element(text, "Code").or_else(|| element(text, "code"));
    let message = element(text, "Message").or_else(|| element(text, "message"));
    let root = root(text).filter(|name| name.ends_with("Exception"));
    let is_error = code.is_some() || root.is_some();
    is_error.then(|| ErrorBody {
        message: message.unwrap_or_default().to_owned(),
        kind: code.or(root).unwrap_or_default().to_owned(),
        is_error: true,
        ..ErrorBody::default()
    })
}

/// The text of the first element of a name.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(content, _)| content.trim())
}

/// The name of the root element.
fn root(text: &str) -> Option<&str> {
    let body = if text.starts_with("<?") { text.split_once("?>")?.1.trim_start() } else { text };
    let name = body.strip_prefix('<')?;
    name.split(|c: char| !c.is_ascii_alphanumeric()).next()
}
