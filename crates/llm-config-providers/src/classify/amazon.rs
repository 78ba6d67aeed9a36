//! The errors of AWS: the type in a header, the rest in words.

use super::context::Circumstance;
use super::rule::Rule;
use crate::reason::Reason;

const UNKNOWN_ID: &str = "AWS does not know this access key id here: it is wrong, inactive or deleted, \
    its session token belongs to another key, it belongs to another partition such as China or GovCloud, \
    or the region must be switched on in the account.";

const WRONG_REGION: &str =
    "The signature was made for another region: use the endpoint of AWS itself, which names its region.";

const ACCOUNT_BLOCKED: &str = "AWS blocks this account from calling models: ask AWS's support.";

const USE_CASE_FORM: &str =
    "Anthropic's models need a form about the use case: fill it in once in the console of Bedrock.";

/// The rules for AWS's errors.
pub(super) const RULES: &[Rule] = &[
    Rule::code(&["ExpiredTokenException", "ExpiredToken"], Reason::KeyExpired),
    Rule::code(&["RequestExpired", "RequestTimeTooSkewed"], Reason::ClockSkew),
    Rule::code(
        &["MissingAuthenticationTokenException", "MissingAuthenticationToken"],
        Reason::ConfigIncomplete,
    )
    .hint("AWS did not find a credential in the request."),
    Rule::code(&["IncompleteSignature", "IncompleteSignatureException"], Reason::UnexpectedAnswer),
    Rule::code(SIGNATURE, Reason::ClockSkew).and(&["signature expired", "not yet current"]),
    Rule::code(SIGNATURE, Reason::KeyWrongRegion)
        .and(&["scoped to a valid region", "scoped to correct service"])
        .hint(WRONG_REGION),
    Rule::code(SIGNATURE, Reason::BadKey).when(Circumstance::OwnHost).hint(
        "AWS knows the access key id, but the secret does not belong to it: copy the secret access key \
         again.",
    ),
    Rule::code(SIGNATURE, Reason::BadKey).inconclusive().hint(
        "The signature was refused: the secret is wrong, or a gateway in between changes signed parts such \
         as host or path.",
    ),
    Rule::text(
        &[
            "security token included in the request is expired",
            "bearer token has expired",
            "api key has expired",
            "api key is expired",
        ],
        Reason::KeyExpired,
    ),
    Rule::code(&["UnrecognizedClientException", "InvalidClientTokenId"], Reason::BadKey)
        .inconclusive()
        .hint(UNKNOWN_ID),
    Rule::text(&["security token included in the request is invalid"], Reason::BadKey)
        .inconclusive()
        .hint(UNKNOWN_ID),
    // Keys of other regions get the same error (ai4s-research/open-science#53).
    Rule::text(&["make sure your api key is valid"], Reason::BadKey).when(Circumstance::KeyOfRegion),
    Rule::text(&["make sure your api key is valid"], Reason::BadKey).inconclusive().hint(
        "AWS rejects this Bedrock API key: it is wrong or revoked, or it belongs to another region than the \
         endpoint.",
    ),
    Rule::code(DENIED, Reason::NoPermission).and(&["aws-marketplace:"]).denies_model().hint(
        "The credential is genuine, but may not subscribe to the model in AWS Marketplace: allow \
         aws-marketplace:ViewSubscriptions and aws-marketplace:Subscribe.",
    ),
    Rule::code(DENIED, Reason::ModelNoAccess).and(&["access to the model"]),
    // AWS denies only identities that it knows (aws-samples/dify-self-hosted-on-aws#74).
    Rule::code(DENIED, Reason::NoPermission).and(&["is not authorized to perform"]).forbids_listing(),
    Rule::code(DENIED, Reason::NoPermission)
        .and(&["not authorized to invoke this api", "operation not allowed"])
        .forbids_listing()
        .hint(ACCOUNT_BLOCKED),
    Rule::code(&["FTUFormNotFilled"], Reason::ModelNoAccess).hint(USE_CASE_FORM),
    Rule::text(&["use case details have not been submitted"], Reason::ModelNoAccess).hint(USE_CASE_FORM),
    Rule::code(MISSING, Reason::ModelNotFound)
        .and(&["legacy"])
        .hint("The provider of this model retired it: choose a newer one."),
    Rule::code(MISSING, Reason::ModelNotFound),
    Rule::code(INVALID, Reason::ModelNotFound).and(&["model identifier is invalid"]),
    Rule::code(INVALID, Reason::ModelNeedsInferenceProfile).and(&["on-demand throughput isn"]),
    Rule::code(INVALID, Reason::NoPermission)
        .and(&["operation not allowed", "not authorized to invoke this api"])
        .forbids_listing()
        .hint(ACCOUNT_BLOCKED),
    Rule::code(&["ThrottlingException", "TooManyRequestsException"], Reason::RateLimited),
    Rule::code(&["ServiceQuotaExceededException"], Reason::QuotaExhausted),
    Rule::code(&["UnknownOperationException"], Reason::WrongBasePath).absent(),
    Rule::code(
        &["InternalServerException", "ServiceUnavailableException", "ModelNotReadyException"],
        Reason::ProviderDown,
    )
    .before_auth(),
];

const SIGNATURE: &[&str] = &["InvalidSignatureException", "SignatureDoesNotMatch"];
const DENIED: &[&str] = &["AccessDeniedException"];
const MISSING: &[&str] = &["ResourceNotFoundException"];
const INVALID: &[&str] = &["ValidationException"];
