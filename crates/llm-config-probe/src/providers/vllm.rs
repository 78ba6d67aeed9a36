//! `VLLM`.

use super::dialect::Dialect;
use super::{Subject, compatible};
use crate::finding::Finding;
use crate::report::Product;
use crate::run::Run;

/// Its key guards what lies under `/v1` and little else (`GUARDED_PREFIX` in
/// `vllm/entrypoints/serve/utils/server_utils.py`), so only an answer from there says something.
pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    compatible::check(run, subject, &Dialect::of(Some(Product::Vllm))).await
}
