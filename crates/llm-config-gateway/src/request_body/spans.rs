//! The result of one pass over a body: values that are read, and places that are spliced.

use std::ops::Range;

use llm_config_providers::CallRoute;

use super::field::{Field, FieldSet, Name, NameMatch};
use super::nested::{
    BATCH_MODEL, COUNTED_MODEL, COUNTED_REQUEST, INCLUDE_USAGE, Member, PLUGIN_MODELS, PROMPT_ID,
    TOOL_MODELS, find_model, may_name_model, read_members, read_objects,
};
use super::object::read_object;
use crate::error::BodyFault;
use crate::json_scan::BYTE_ORDER_MARK;

/// The most bytes of a model's name. Stored names and models have at most 255 and 512 characters.
const MODEL_BYTES: usize = 4096;

/// A `model`.
#[derive(Debug)]
pub(super) struct ModelValue {
    /// Where the value stands.
    pub(super) span: Range<usize>,
    /// The decoded text; `None` for null.
    pub(super) text: Option<String>,
}

/// The field `stream_options`.
#[derive(Debug, Default)]
pub(super) enum StreamOptions {
    /// The body does not have it.
    #[default]
    Absent,
    /// An object without `include_usage`.
    WithoutUsage {
        /// Where its closing brace stands.
        end: usize,
        /// Whether it has no members.
        is_empty: bool,
    },
    /// The client has decided: `include_usage` is set, or the field is null or no object.
    Decided,
}

/// What one pass over a body finds. Offsets are in bytes from its beginning.
#[derive(Debug, Default)]
pub(super) struct Spans {
    pub(super) present: FieldSet,
    /// Where the closing brace of the object stands.
    pub(super) end: usize,
    pub(super) is_empty: bool,
    pub(super) model: Option<ModelValue>,
    /// The values of `model` in requests within the body: those of a batch, or one whose tokens are counted.
    pub(super) inner_models: Vec<Range<usize>>,
    pub(super) is_stream: bool,
    pub(super) stream_options: StreamOptions,
    /// The first field that refers to state at the provider.
    pub(super) provider_state: Option<&'static str>,
    /// The first field that a proxy would take for its destination or key.
    pub(super) routing_field: Option<&'static str>,
    /// The first field that names a further model.
    pub(super) model_field: Option<&'static str>,
}

impl Spans {
    /// Reads a body in one pass over its top level.
    pub(super) fn read(route: CallRoute, body: &[u8]) -> Result<Self, BodyFault> {
        let mut spans = Self { end: closing_brace(body)?, ..Self::default() };
        let (mut present, mut routing_field, mut model_field) = (FieldSet::default(), None, None);
        let object = read_object(body, |name| match Name::new(route.dialect(), name) {
            Name::Field(NameMatch::Exact(field)) if !present.insert(field) => {
                Err(BodyFault::DuplicateField { field: field.as_str() })
            }
            Name::Field(NameMatch::Exact(field)) => Ok(is_read(field, route).then_some(field)),
            Name::Field(NameMatch::Misspelt(field)) => {
                Err(BodyFault::MisspeltField { field: field.as_str() })
            }
            Name::Routing(field) => {
                routing_field = routing_field.or(Some(field));
                Ok(None)
            }
            Name::Models(field) => {
                model_field = model_field.or(Some(field));
                Ok(None)
            }
            Name::Other => Ok(None),
        })?;
        (spans.present, spans.is_empty) = (present, object.is_empty);
        (spans.routing_field, spans.model_field) = (routing_field, model_field);
        for (field, value) in object.kept {
            spans.read_value(field, body, value)?;
        }
        Ok(spans)
    }

    fn read_value(&mut self, field: Field, body: &[u8], value: &str) -> Result<(), BodyFault> {
        match field {
            Field::Model => {
                self.model = Some(ModelValue { span: span(body, value), text: read_model(value)? });
            }
            Field::Stream => self.is_stream = read_flag(field, value)?,
            Field::StreamOptions => self.stream_options = read_stream_options(body, value)?,
            Field::Prompt => {
                if has_stored_prompt(value)? {
                    self.refer_to_state("prompt.id");
                }
            }
            Field::Background => {
                if !matches!(value, "null" | "false") {
                    self.refer_to_state(field.as_str());
                }
            }
            Field::PreviousResponseId
            | Field::Conversation
            | Field::Container
            | Field::CachedContent
            | Field::CachedContentInSnakeCase => {
                if value != "null" {
                    self.refer_to_state(field.as_str());
                }
            }
            Field::Requests => read_objects(field.as_str(), value, |entry| {
                let models = read_members(entry, BATCH_MODEL)?.kept;
                self.inner_models.extend(models.into_iter().map(|(_, model)| span(body, model)));
                Ok(())
            })?,
            Field::GenerateContentRequest | Field::GenerateContentRequestInSnakeCase => {
                read_objects(field.as_str(), value, |request| self.read_counted(body, request))?;
            }
            Field::Tools => self.look_for_models(field, value, TOOL_MODELS)?,
            Field::Plugins => self.look_for_models(field, value, PLUGIN_MODELS)?,
            // Whether they are present is all that counts.
            Field::MaxTokens
            | Field::MaxCompletionTokens
            | Field::MaxOutputTokens
            | Field::Temperature
            | Field::TopP
            | Field::TopK
            | Field::FrequencyPenalty
            | Field::PresencePenalty
            | Field::Stop
            | Field::StopSequences => {}
        }
        Ok(())
    }

    fn refer_to_state(&mut self, field: &'static str) {
        self.provider_state = self.provider_state.or(Some(field));
    }

    /// Reads the request whose tokens are counted.
    fn read_counted(&mut self, body: &[u8], request: &str) -> Result<(), BodyFault> {
        for (member, value) in read_members(request, COUNTED_REQUEST)?.kept {
            if member.place == COUNTED_MODEL {
                self.inner_models.push(span(body, value));
            } else if value != "null" {
                self.refer_to_state(member.place);
            }
        }
        Ok(())
    }

    /// Reads a list of objects that may name a further model.
    fn look_for_models(
        &mut self,
        field: Field,
        value: &str,
        members: &'static [Member],
    ) -> Result<(), BodyFault> {
        if !may_name_model(value) {
            return Ok(());
        }
        read_objects(field.as_str(), value, |entry| {
            let found = find_model(entry, members)?;
            self.model_field = self.model_field.or(found);
            Ok(())
        })
    }
}

/// Whether the value of a field is read, rather than only noted as present.
const fn is_read(field: Field, route: CallRoute) -> bool {
    match field {
        Field::Model
        | Field::PreviousResponseId
        | Field::Conversation
        | Field::Background
        | Field::Container
        | Field::CachedContent
        | Field::CachedContentInSnakeCase
        | Field::StreamOptions
        | Field::Tools
        | Field::Plugins => true,
        Field::Stream => has_stream_field(route),
        // In other routes it is the prompt itself and refers to nothing stored.
        Field::Prompt => matches!(route, CallRoute::Responses),
        Field::Requests => matches!(route, CallRoute::BatchEmbedContents),
        Field::GenerateContentRequest | Field::GenerateContentRequestInSnakeCase => {
            matches!(route, CallRoute::CountTokens)
        }
        Field::MaxTokens
        | Field::MaxCompletionTokens
        | Field::MaxOutputTokens
        | Field::Temperature
        | Field::TopP
        | Field::TopK
        | Field::FrequencyPenalty
        | Field::PresencePenalty
        | Field::Stop
        | Field::StopSequences => false,
    }
}

/// Whether `stream` of the body decides the form of the response.
const fn has_stream_field(route: CallRoute) -> bool {
    match route {
        CallRoute::ChatCompletions | CallRoute::Completions | CallRoute::Responses | CallRoute::Messages => {
            true
        }
        CallRoute::Embeddings
        | CallRoute::MessagesCountTokens
        | CallRoute::GenerateContent
        | CallRoute::StreamGenerateContent
        | CallRoute::CountTokens
        | CallRoute::EmbedContent
        | CallRoute::BatchEmbedContents => false,
    }
}

/// Where the closing brace of the only object in a body stands, if it is one.
fn closing_brace(body: &[u8]) -> Result<usize, BodyFault> {
    if body.starts_with(BYTE_ORDER_MARK) {
        return Err(BodyFault::ByteOrderMark);
    }
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    match body.iter().find(|byte| is_text(byte)) {
        None => Err(BodyFault::Empty),
        // Parsers of objects also take an array, member by member.
        Some(b'{') => Ok(body.iter().rposition(is_text).unwrap_or_default()),
        Some(_) => Err(BodyFault::NotAnObject),
    }
}

/// Where a value stands that was read from `body` without a copy.
fn span(body: &[u8], value: &str) -> Range<usize> {
    let start = value.as_ptr().addr().saturating_sub(body.as_ptr().addr());
    start..start + value.len()
}

fn wrong_type(field: &'static str, expected: &'static str) -> BodyFault {
    BodyFault::WrongType { field, expected }
}

fn read_model(value: &str) -> Result<Option<String>, BodyFault> {
    if value == "null" {
        return Ok(None);
    }
    let fault = || wrong_type("model", "a text of at most 4096 bytes");
    // Within the quotes, an escape has at most six bytes for one.
    if value.len() > 6 * MODEL_BYTES + 2 {
        return Err(fault());
    }
    let text: String = serde_json::from_str(value).map_err(|_| fault())?;
    if text.len() > MODEL_BYTES { Err(fault()) } else { Ok(Some(text)) }
}

fn read_flag(field: Field, value: &str) -> Result<bool, BodyFault> {
    match value {
        "true" => Ok(true),
        "false" | "null" => Ok(false),
        // Some servers take "true" or 1 for true and would stream unnoticed.
        _ => Err(wrong_type(field.as_str(), "true or false")),
    }
}

fn read_stream_options(body: &[u8], value: &str) -> Result<StreamOptions, BodyFault> {
    if !value.starts_with('{') {
        return Ok(StreamOptions::Decided);
    }
    let options = read_members(value, INCLUDE_USAGE)?;
    if !options.kept.is_empty() {
        return Ok(StreamOptions::Decided);
    }
    Ok(StreamOptions::WithoutUsage { end: span(body, value).end - 1, is_empty: options.is_empty })
}

fn has_stored_prompt(value: &str) -> Result<bool, BodyFault> {
    Ok(value.starts_with('{') && read_members(value, PROMPT_ID)?.kept.iter().any(|(_, id)| *id != "null"))
}
