//! Ids in the paths of pages, and queries of links.

use std::str::FromStr;

use actix_web::HttpRequest;
use url::form_urlencoded;

use crate::http::error::{ConditionKind, RequestError};
use crate::http::path::try_id;

/// The id in the path of a page. A text that is no id is the id of nothing.
pub(crate) fn id<T: FromStr>(request: &HttpRequest, name: &str) -> Result<T, RequestError> {
    let missing = || RequestError::new(ConditionKind::NotFound, "the address has no id of this server");
    try_id(request, name).ok_or_else(missing)
}

/// The values of the query of a page. Values that are blank count as absent.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn from_request(request: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        let filled = pairs.filter(|(_, value)| !value.trim().is_empty());
        Self(filled.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect())
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The query of a link to the page after the cursor, with the values of `kept`.
    pub(crate) fn next_page(&self, kept: &[&str], cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.0.iter().filter(|(name, _)| kept.contains(&name.as_str())) {
            query.append_pair(name, value);
        }
        query.append_pair("cursor", cursor).finish()
    }
}
