//! What AWS says when it refuses: the type in a header, the rest in words.

use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{ModelVerdict, Reason, Stage};
use llm_config_egress::Response;

use super::super::answers::is_of_a_proxy;
use super::super::native::undecided;

/// What decides between readings of the same error.
#[derive(Clone, Copy)]
pub(super) struct Circumstances {
    /// Whether AWS itself answers: a gateway may change what was signed.
    pub(super) is_vendor: bool,
    /// Whether the key says itself which region it is for, and it is this one.
    pub(super) is_regional: bool,
}

/// What a refusal means, if it is AWS's and known.
pub(super) fn refusal(answer: &Response, circumstances: Circumstances) -> Option<Finding> {
    let error = ErrorBody::read(answer);
    if !error.is_error || answer.is_success() || answer.is_redirect() || is_of_a_proxy(&error) {
        return None;
    }
    of_credential(&error, answer, circumstances).or_else(|| of_rest(&error, answer))
}

fn of_credential(error: &ErrorBody, answer: &Response, circumstances: Circumstances) -> Option<Finding> {
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    let found = match error.kind.as_str() {
        "ExpiredTokenException" | "ExpiredToken" => refused(Reason::KeyExpired),
        "RequestExpired" | "RequestTimeTooSkewed" => refused(Reason::ClockSkew),
        "MissingAuthenticationTokenException" | "MissingAuthenticationToken" => {
            refused(Reason::ConfigIncomplete).hint("AWS did not find a credential in the request.")
        }
        "IncompleteSignature" | "IncompleteSignatureException" => refused(Reason::UnexpectedAnswer),
        "InvalidSignatureException" | "SignatureDoesNotMatch" => signature(error, answer, circumstances),
        _ if error.says(&["security token included in the request is expired"]) => {
            refused(Reason::KeyExpired)
        }
        _ if error.says(&["bearer token has expired", "api key has expired", "api key is expired"]) => {
            refused(Reason::KeyExpired)
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" => unknown_id(answer),
        _ if error.says(&["security token included in the request is invalid"]) => unknown_id(answer),
        // Keys of other regions are told the same (ai4s-research/open-science#53).
        _ if error.says(&["make sure your api key is valid"]) => {
            let refused = refused(Reason::BadKey);
            if circumstances.is_regional {
                refused
            } else {
                undecided(refused).hint(
                    "AWS does not accept this Bedrock API key: it is wrong or revoked, or it belongs to another region than the endpoint.",
                )
            }
        }
        _ => return None,
    };
    Some(found)
}

fn signature(error: &ErrorBody, answer: &Response, circumstances: Circumstances) -> Finding {
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    if error.says(&["signature expired", "not yet current"]) {
        refused(Reason::ClockSkew)
    } else if error.says(&["scoped to a valid region", "scoped to correct service"]) {
        refused(Reason::KeyWrongRegion)
            .hint("The signature was made for another region: use the endpoint of AWS itself, which names its region.")
    } else if circumstances.is_vendor {
        refused(Reason::BadKey).hint(
            "AWS knows the access key id, but the secret does not belong to it: copy the secret access key again.",
        )
    } else {
        undecided(refused(Reason::BadKey)).hint(
            "The signature was refused: the secret is wrong, or a gateway in between changes what was signed, such as host or path.",
        )
    }
}

fn unknown_id(answer: &Response) -> Finding {
    undecided(Finding::refused(Reason::BadKey, Stage::Auth, answer)).hint(
        "AWS does not know this access key id here: it is wrong, inactive or deleted, its session token is not the one that came with it, it belongs to another partition such as China or GovCloud, or the region must be switched on in the account.",
    )
}

fn of_rest(error: &ErrorBody, answer: &Response) -> Option<Finding> {
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    let found = match error.kind.as_str() {
        "AccessDeniedException" => return of_access(error, answer),
        "FTUFormNotFilled" => use_case_form(answer),
        _ if error.says(&["use case details have not been submitted"]) => use_case_form(answer),
        "ResourceNotFoundException" if error.says(&["legacy"]) => {
            refused(Reason::ModelNotFound).hint("The provider of this model retired it: choose a newer one.")
        }
        "ResourceNotFoundException" => refused(Reason::ModelNotFound),
        "ValidationException" if error.says(&["model identifier is invalid"]) => {
            refused(Reason::ModelNotFound)
        }
        "ValidationException" if error.says(&["on-demand throughput isn"]) => {
            refused(Reason::ModelNeedsInferenceProfile)
        }
        "ValidationException"
            if error.says(&["operation not allowed", "not authorized to invoke this api"]) =>
        {
            refused(Reason::NoPermission)
                .hint("AWS blocks this account from calling models: ask AWS's support.")
        }
        "ThrottlingException" | "TooManyRequestsException" => refused(Reason::RateLimited),
        "ServiceQuotaExceededException" => refused(Reason::QuotaExhausted),
        "UnknownOperationException" => Finding::refused(Reason::WrongBasePath, Stage::Http, answer),
        "InternalServerException" | "ServiceUnavailableException" | "ModelNotReadyException" => {
            Finding::refused(Reason::ProviderDown, Stage::Http, answer)
        }
        _ => return None,
    };
    Some(found)
}

/// Denied is not wrong: AWS denies only whom it knows (aws-samples/dify-self-hosted-on-aws#74).
fn of_access(error: &ErrorBody, answer: &Response) -> Option<Finding> {
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    if error.says(&["aws-marketplace:"]) {
        let finding = refused(Reason::NoPermission).model(ModelVerdict::NoAccess);
        Some(finding.hint(
            "The credential is genuine, but may not subscribe to the model in AWS Marketplace: allow aws-marketplace:ViewSubscriptions and aws-marketplace:Subscribe.",
        ))
    } else if error.says(&["access to the model"]) {
        Some(refused(Reason::ModelNoAccess))
    } else if error.says(&["is not authorized to perform"]) {
        Some(refused(Reason::NoPermission))
    } else if error.says(&["not authorized to invoke this api", "operation not allowed"]) {
        Some(
            refused(Reason::NoPermission)
                .hint("AWS blocks this account from calling models: ask AWS's support."),
        )
    } else {
        None
    }
}

fn use_case_form(answer: &Response) -> Finding {
    Finding::refused(Reason::ModelNoAccess, Stage::Auth, answer)
        .hint("Anthropic's models need a form about the use case: fill it in once in the console of Bedrock.")
}
