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

/// The parameters of the query of a page. Values that are blank count as absent.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn from_request(request: &HttpRequest) -> Self {
        Self::parse(request.query_string().as_bytes())
    }

    pub(crate) fn parse(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text);
        let filled = pairs.filter(|(_, value)| !value.trim().is_empty());
        Self(filled.map(|(name, value)| (name.into_owned(), value.trim().to_owned())).collect())
    }

    /// The first value of a parameter.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// The values of a parameter that may have several.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The query of a link with the parameters of `names`, each under its second name there, and to the page
    /// after `cursor`.
    pub(crate) fn link<'n>(
        &self,
        names: impl IntoIterator<Item = (&'n str, &'n str)>,
        cursor: Option<&str>,
    ) -> String {
        let mut link = form_urlencoded::Serializer::new(String::new());
        for (name, other) in names {
            link.extend_pairs(self.values(name).map(|value| (other, value)));
        }
        link.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        link.finish()
    }
}
