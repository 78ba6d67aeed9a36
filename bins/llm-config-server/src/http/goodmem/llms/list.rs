//! `GET /v1/llms`

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::id::PrincipalId;
use llm_config_service::{CursorText, Error, ListConfigs, Service};

use crate::http::auth::Caller;
use crate::http::config_list;
use crate::http::error::RequestError;
use crate::http::goodmem::llms::get::CREDENTIALS_NEVER_RETURNED;
use crate::http::goodmem::llms::llm::LlmList;
use crate::http::goodmem::tags;
use crate::http::label_filter::LabelFilter;
use crate::http::page_limit::PageLimit;
use crate::http::query::{self, AnyCase, BothSpellings, Flag, query_params};
use crate::http::schema::enums::ProviderType;
use crate::http::schema::error_responses::{BadRequest, Forbidden};

query_params! {
    pub(super) struct ListQuery {
        /// Only LLMs of this user. Ignored for callers who may not list the LLMs of other users.
        owner_id: Option<PrincipalId>,
        /// Only LLMs of this provider. The case of the letters does not matter.
        provider_type: Option<AnyCase<ProviderType>>,
        /// Only LLMs with all these labels, each as `KEY=VALUE`. `label[KEY]=VALUE` and `label.KEY=VALUE` are
        /// the same as `label=KEY=VALUE`.
        label: LabelFilter,
        /// Refused with 403 when true: credentials are never returned.
        include_credentials: Flag,
        /// An addition to the API: the maximum number of LLMs in a page. Without `limit` and
        /// `cursor`, the response has the whole list.
        limit: Option<PageLimit<500>>,
        /// An addition to the API: the `nextCursor` of the page before. The other parameters must be the
        /// same, but for `limit`, whose default is then 500.
        cursor: Option<CursorText>,
    }
}

/// Lists LLMs, oldest first.
///
/// All filters must match.
#[utoipa::path(
    get, path = "/v1/llms", operation_id = "listLlms", tag = tags::LLMS,
    responses((status = 200, body = LlmList), BadRequest, Forbidden)
)]
pub(crate) async fn handle(
    Caller(session): Caller,
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, RequestError> {
    let BothSpellings(ListQuery { owner_id, provider_type, label, include_credentials, limit, cursor }) =
        query::read(&request)?;
    if include_credentials.0 {
        return Err(Error::Denied(CREDENTIALS_NEVER_RETURNED.to_owned()).into());
    }
    let provider = provider_type.map(|provider| provider.0.0);
    let list = ListConfigs::OfOwners { owner: owner_id, provider, labels: label.0 };
    let page = PageLimit::page(limit, cursor, "cursor");
    config_list::respond::<LlmList>(&request, &service, session, list, page).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &str) {
        let found = match query::read_text(query) {
            Ok(BothSpellings(ListQuery { owner_id, provider_type, label, .. })) => {
                let owner = owner_id.map(|id| id.to_string()).unwrap_or_default();
                let provider = provider_type.map(|provider| provider.0.0.to_string()).unwrap_or_default();
                format!("{owner} {provider} {}", label.0).trim().to_owned()
            }
            Err(errors) => {
                let lines = errors.iter().map(|error| format!("{}: {}", error.field, error.message));
                lines.collect::<Vec<_>>().join("; ")
            }
        };
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn list_query_is_read_in_both_spellings() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        check(&format!("ownerId={id}&providerType=OPENAI&label.env=prod"), &format!("{id} OPENAI env=prod"));
        check(
            &format!("owner_id={id}&provider_type=openai&label%5Benv%5D=prod"),
            &format!("{id} OPENAI env=prod"),
        );
        check("label%5Bteam%5D=a+b", "team=a b");
        check("label.team=a%20b", "team=a b");
        check("label.a.b=1&label[c]=2", "a.b=1,c=2");
    }

    #[test]
    fn list_query_with_wrong_values_is_rejected() {
        check("ownerId=me", "ownerId: must be a UUID, such as `018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a`");
        check(
            "label.Team=x",
            "label: has the key `Team`, but keys consist of `a-z`, `0-9`, `.`, `_` and `-`",
        );
        check(
            "providerType=GOOGLE",
            "providerType: must be one of OPENAI, LITELLM_PROXY, OPEN_ROUTER, VLLM, OLLAMA, LLAMA_CPP, \
             CUSTOM_OPENAI_COMPATIBLE",
        );
        check(
            "providerType=VLLM&provider_type=OLLAMA",
            "providerType: is given twice, with different values",
        );
    }
}
