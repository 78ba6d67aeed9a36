//! One question to a server, which can be asked again with another credential.

use serde_json::{Value, json};
use url::Url;

use super::Subject;
use crate::access::KeyHeader;
use crate::error_body::ErrorBody;
use crate::report::Shown;
use crate::run::{Run, Stop};
use llm_config_egress::{Request, Response};

/// One question to a server.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    url: Url,
    body: Option<Value>,
}

impl Question {
    pub(crate) const fn get(url: Url) -> Self {
        Self { url, body: None }
    }

    /// A call that must be refused once the credential was accepted: it has no messages. The cap
    /// holds where a server does not miss them. An empty list would not do: llama-server and
    /// llama-cpp-python generate from it (run: llama-cpp-python 0.3.36).
    pub(crate) fn zero_token(url: Url, model: Option<&str>) -> Self {
        let mut body = json!({ "max_tokens": 1 });
        if let Some(model) = model {
            body["model"] = Value::from(model);
        }
        Self { url, body: Some(body) }
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) const fn is_call(&self) -> bool {
        self.body.is_some()
    }

    pub(crate) async fn ask(
        &self,
        run: &mut Run<'_>,
        subject: &Subject<'_>,
        header: &KeyHeader,
        shown: Shown,
    ) -> Result<Response, Stop> {
        let make = || {
            let request = match &self.body {
                Some(body) => Request::post(self.url.clone(), body),
                None => Request::get(self.url.clone()),
            };
            subject.access.show(request, header, shown)
        };
        // Without a key there is nothing to show, and the report says so.
        let shown = if subject.access.is_open() { Shown::Nothing } else { shown };
        let answer = run.call(shown, make).await;
        // Only llama-cpp-python is known to answer without messages (run: 0.3.36).
        if self.is_call() && answer.as_ref().is_ok_and(may_have_generated) {
            run.may_generate(1);
        }
        answer
    }
}

fn may_have_generated(answer: &Response) -> bool {
    answer.is_success() && !answer.is_html() && !ErrorBody::read(answer).is_error
}
