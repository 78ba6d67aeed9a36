//! Bodies of `POST /v1/llms` and `PUT /v1/llms/{id}`.

use actix_web::HttpRequest;
use llm_config_core::config::{Capability, StatedCapabilities, UncheckedConfig, UncheckedSampling};
use llm_config_core::credential::{UncheckedCredential, UncheckedSecret};
use llm_config_core::id::PrincipalId;
use llm_config_core::patch::{ConfigPatch, LabelPatch, Patch, UncheckedCredentialPatch, UncheckedPatch};
use llm_config_core::scope::Scope;
use llm_config_service::{CreateConfig, Problems, Unfit};

use llm_config_core::field::Field;

use super::super::json::{Object, Spelling, check_content_type};
use super::spelling;

/// The names of the flags, in the API's order.
const FLAGS: [(&str, Capability); 6] = [
    ("supportsChat", Capability::Chat),
    ("supportsCompletion", Capability::Completion),
    ("supportsFunctionCalling", Capability::FunctionCalling),
    ("supportsSystemMessages", Capability::SystemMessages),
    ("supportsStreaming", Capability::Streaming),
    ("supportsSamplingParameters", Capability::SamplingParameters),
];

/// A creation.
pub(in crate::http) fn create(
    request: &HttpRequest,
    body: &[u8],
    caller: PrincipalId,
) -> Result<CreateConfig, Unfit> {
    let mut problems = Problems::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    let is_object = problems.0.iter().all(|it| !it.field.is_empty());
    let object = &mut object;
    let faults = &mut problems;
    let id = object.parsed("llmId", faults);
    let owner = object.parsed("ownerId", faults);
    let draft = UncheckedConfig {
        name: object.text("displayName", faults),
        description: object.text("description", faults),
        provider: object.text("providerType", faults),
        endpoint: object.text("endpointUrl", faults),
        api_path: object.text("apiPath", faults),
        model: object.text("modelIdentifier", faults),
        modalities: object.texts("supportedModalities", faults),
        capabilities: capabilities(object, faults).unwrap_or_default(),
        sampling: sampling(object, faults),
        context_length: object.integer("maxContextLength", Spelling::AlsoInString, faults),
        labels: object.text_map("labels", faults).unwrap_or_default(),
        client_config: object.raw("clientConfig").map(|raw| raw.get().to_owned()),
        version: object.text("version", faults),
        monitoring_endpoint: object.text("monitoringEndpoint", faults),
        credential: credentials(object, faults),
    };
    no_dashscope(object, faults);
    std::mem::take(object).finish(faults);
    if !is_object {
        return Err(Unfit::Malformed(problems));
    }
    match draft.check(&Scope::Owner(owner.unwrap_or(caller))) {
        Ok(new) if problems.0.is_empty() => Ok(CreateConfig { id, owner, new }),
        Ok(_) => Err(Unfit::Malformed(problems)),
        Err(violations) => Err(problems.merged(violations, spelling::of)),
    }
}

/// A change.
pub(in crate::http) fn update(request: &HttpRequest, body: &[u8]) -> Result<ConfigPatch, Unfit> {
    let mut problems = Problems::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    let object = &mut object;
    let faults = &mut problems;
    let replace = object.text_map("replaceLabels", faults);
    let merge = object.text_map("mergeLabels", faults);
    if replace.is_some() && merge.is_some() {
        faults.add("replaceLabels", "and mergeLabels exclude each other; send one of them");
    }
    let (labels_name, labels) = match (replace, merge) {
        (Some(labels), _) => ("replaceLabels", LabelPatch::Replace(labels)),
        (None, Some(labels)) => ("mergeLabels", LabelPatch::Merge(labels)),
        (None, None) => ("labels", LabelPatch::Keep),
    };
    let draft = UncheckedPatch {
        name: object.text("displayName", faults),
        description: Patch::given_or_blank(object.text("description", faults)),
        // Immutable in this API, as `finish` says.
        provider: None,
        endpoint: object.text("endpointUrl", faults),
        api_path: object.text("apiPath", faults),
        model: object.text("modelIdentifier", faults),
        // An empty list means no change.
        modalities: object.texts("supportedModalities", faults).filter(|it| !it.is_empty()),
        // Replaces the whole set: a flag that is not sent is off.
        capabilities: capabilities(object, faults).map(|stated| {
            stated.into_iter().filter_map(|(capability, is_on)| is_on.then_some(capability)).collect()
        }),
        sampling: sampling(object, faults),
        context_length: object.integer("maxContextLength", Spelling::AlsoInString, faults),
        labels,
        client_config: object.raw("clientConfig").map(|raw| raw.get().to_owned()),
        version: Patch::given_or_blank(object.text("version", faults)),
        monitoring_endpoint: Patch::given_or_blank(object.text("monitoringEndpoint", faults)),
        credential: credentials(object, faults)
            .map_or(UncheckedCredentialPatch::Keep, UncheckedCredentialPatch::Replace),
    };
    no_dashscope(object, faults);
    std::mem::take(object).finish(faults);
    match draft.check() {
        Ok(patch) if !problems.0.is_empty() => {
            drop(patch);
            Err(Unfit::Malformed(problems))
        }
        Ok(patch) if patch.fields().is_empty() => {
            problems.add("", "the request must change at least one field");
            Err(Unfit::Malformed(problems))
        }
        Ok(patch) => Ok(patch),
        Err(violations) => {
            let spell = |field| if field == Field::Labels { labels_name } else { spelling::of(field) };
            Err(problems.merged(violations, spell))
        }
    }
}

fn capabilities(object: &mut Object<'_>, faults: &mut Problems) -> Option<StatedCapabilities> {
    let mut flags = object.object("capabilities", faults)?;
    let mut stated = StatedCapabilities::new();
    for (name, capability) in FLAGS {
        if let Some(is_on) = flags.boolean(name, Spelling::AlsoInString, faults) {
            stated.insert(capability, is_on);
        }
    }
    flags.finish(faults);
    Some(stated)
}

fn sampling(object: &mut Object<'_>, faults: &mut Problems) -> Option<UncheckedSampling> {
    let mut params = object.object("defaultSamplingParams", faults)?;
    let draft = UncheckedSampling {
        max_tokens: params.integer("maxTokens", Spelling::AlsoInString, faults),
        temperature: params.number("temperature", Spelling::AlsoInString, faults),
        top_p: params.number("topP", Spelling::AlsoInString, faults),
        top_k: params.integer("topK", Spelling::Exact, faults),
        frequency_penalty: params.number("frequencyPenalty", Spelling::Exact, faults),
        presence_penalty: params.number("presencePenalty", Spelling::Exact, faults),
        stop_sequences: params.texts("stopSequences", faults),
    };
    params.finish(faults);
    Some(draft)
}

/// `credentials`: a kind, and the object of that kind and no other.
fn credentials(object: &mut Object<'_>, faults: &mut Problems) -> Option<UncheckedCredential> {
    const KINDS: &str = "must be CREDENTIAL_KIND_API_KEY or CREDENTIAL_KIND_GCP_ADC";
    let mut credentials = object.object("credentials", faults)?;
    let kind = credentials.text("kind", faults);
    let api_key = credentials.object("apiKey", faults);
    let gcp_adc = credentials.object("gcpAdc", faults);
    // Annotations of the credential: checked like labels. Nothing ever returns them.
    if let Some(labels) = credentials.text_map("labels", faults)
        && let Err(error) = llm_config_core::config::Labels::try_from(labels)
    {
        faults.add("credentials.labels", error);
    }
    credentials.finish(faults);
    match (kind.as_deref(), api_key, gcp_adc) {
        (Some("CREDENTIAL_KIND_API_KEY"), Some(api_key), None) => self::api_key(api_key, faults),
        (Some("CREDENTIAL_KIND_API_KEY"), None, None) => {
            faults.add("credentials.apiKey", "is required for this kind");
            None
        }
        (Some("CREDENTIAL_KIND_GCP_ADC"), None, Some(mut adc)) => {
            let scopes = adc.texts("scopes", faults).unwrap_or_default();
            let quota_project = adc.text("quotaProjectId", faults);
            adc.finish(faults);
            Some(UncheckedCredential::GcpAdc { scopes, quota_project })
        }
        (Some("CREDENTIAL_KIND_GCP_ADC"), None, None) => {
            faults.add("credentials.gcpAdc", "is required for this kind");
            None
        }
        (Some("CREDENTIAL_KIND_API_KEY"), _, Some(_)) => {
            faults.add("credentials.gcpAdc", "does not go with this kind");
            None
        }
        (Some("CREDENTIAL_KIND_GCP_ADC"), Some(_), _) => {
            faults.add("credentials.apiKey", "does not go with this kind");
            None
        }
        (Some(_), ..) => {
            faults.add("credentials.kind", KINDS);
            None
        }
        (None, ..) => {
            if !faults.has("credentials.kind") {
                faults.add("credentials.kind", format_args!("is required and {KINDS}"));
            }
            None
        }
    }
}

fn api_key(mut object: Object<'_>, faults: &mut Problems) -> Option<UncheckedCredential> {
    let header = object.text("headerName", faults);
    let prefix = object.text("prefix", faults);
    let inline = object.secret("inlineSecret", faults);
    let reference = object.object("secretRef", faults).map(|mut reference| {
        let uri = reference.text("uri", faults);
        if uri.is_none() && !faults.has("credentials.apiKey.secretRef.uri") {
            faults.add("credentials.apiKey.secretRef.uri", "is required");
        }
        let hints = reference.text_map("hints", faults).unwrap_or_default();
        reference.finish(faults);
        uri.map(|uri| UncheckedSecret::Reference { uri, hints })
    });
    object.finish(faults);
    let value = match (inline, reference) {
        (Some(inline), None) => UncheckedSecret::Inline(inline),
        (None, Some(reference)) => reference?,
        (Some(_), Some(_)) => {
            faults.add("credentials.apiKey", "must have only one of inlineSecret and secretRef");
            return None;
        }
        (None, None) => {
            if !faults.has("credentials.apiKey.inlineSecret") && !faults.has("credentials.apiKey.secretRef") {
                faults.add("credentials.apiKey", "must have one of inlineSecret and secretRef");
            }
            return None;
        }
    };
    Some(UncheckedCredential::ApiKey { header, prefix, value })
}

/// The newest version of the original API has one more provider, with a field of its own. It is
/// not offered: one such row would break the lists of older clients.
fn no_dashscope(object: &mut Object<'_>, faults: &mut Problems) {
    if object.raw("dashscopeApiDialect").is_some() {
        faults
            .add("dashscopeApiDialect", "goes with the provider DASHSCOPE, which this server does not offer");
    }
}
