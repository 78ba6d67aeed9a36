//! `LITELLM_PROXY`: a gateway with keys of its own.

use super::dialect::Dialect;
use super::{Subject, compatible};
use crate::finding::Finding;
use crate::report::Product;
use crate::run::Run;

/// `GET /v1/models` looks at the key and shows what the key may use (run: LiteLLM 1.106.2). Never
/// `/health`, which calls every model for money, and never `/key/info`, which fails for good keys
/// where there is no database.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    compatible::check(run, subject, &Dialect::of(Some(Product::LiteLlm))).await
}
