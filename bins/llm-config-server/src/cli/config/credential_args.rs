//! The flags for the credential of an LLM configuration, of `config create` and `config update`.

use clap::Args;
use llm_config_core::config::LlmConfig;
use llm_config_core::credential::{Credential, CredentialKind, UncheckedCredential, UncheckedSecret};
use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::patch::{Patch, UncheckedCredentialPatch};
use llm_config_core::scope::Scope;
use llm_config_core::secret::{Secret, SecretError};
use zeroize::Zeroizing;

use crate::cli::command_error::CommandError;
use crate::cli::flag_names::flag_name;
use crate::cli::key_values::key_values;
use crate::cli::secret_input::SecretInput;

/// The credential. Its secret parts come from files, standard input or a prompt.
#[derive(Debug, Args)]
#[command(next_help_heading = "Credential")]
pub(super) struct CredentialArgs {
    /// File with the secret, or `-` for standard input; one line break at its end is not part of the secret
    #[arg(long, value_name = "FILE", group = "credential_kind")]
    secret_file: Option<SecretInput>,
    /// File with the identifier of a key pair, such as AWS's access key id, or `-` for standard input; only
    /// for workspaces
    #[arg(long, value_name = "FILE", conflicts_with_all = ["header", "prefix", "google_identity"])]
    key_id_file: Option<SecretInput>,
    /// Reference to the secret in a secret store, such as `vault://kv/openai#key` or `env://OPENAI_KEY`; it
    /// needs a grant in the settings
    #[arg(long, value_name = "URI", group = "credential_kind")]
    reference: Option<String>,
    /// Hint for the reader of the reference; may be repeated
    #[arg(
        long = "hint", value_name = "KEY=VALUE", requires = "reference",
        conflicts_with_all = ["secret_file", "google_identity"]
    )]
    hints: Vec<String>,
    /// Header that carries the secret [default: Authorization; for a workspace the provider's own header]
    #[arg(long, value_name = "NAME")]
    header: Option<String>,
    /// Text before the secret in the header; one space: nothing [default: `Bearer ` in Authorization]
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    /// Use the server's own Google identity, which needs a grant in the settings
    #[arg(long, group = "credential_kind", conflicts_with_all = ["header", "prefix"])]
    google_identity: bool,
    /// OAuth scopes of the Google identity, separated by commas
    #[arg(
        long, value_name = "SCOPE", value_delimiter = ',', requires = "google_identity",
        conflicts_with_all = ["secret_file", "reference"]
    )]
    google_scopes: Vec<String>,
    /// Google project to bill
    #[arg(
        long, value_name = "PROJECT", requires = "google_identity",
        conflicts_with_all = ["secret_file", "reference"]
    )]
    google_quota_project: Option<String>,
    /// Refused with a sentence about secrets in arguments
    #[arg(
        long, aliases = ["api-key", "apikey", "key", "token", "password"], hide = true,
        num_args = 0..=1, value_parser = discard
    )]
    secret: Option<Discarded>,
}

/// A secret in an argument. It is not kept.
#[derive(Clone, Copy, Debug)]
struct Discarded;

#[expect(clippy::unnecessary_wraps, reason = "the signature of value parsers")]
fn discard(_: &str) -> Result<Discarded, std::convert::Infallible> {
    Ok(Discarded)
}

/// Where the credential comes from.
enum Source {
    Secret(SecretInput),
    Reference(UncheckedSecret),
    GoogleIdentity(UncheckedCredential),
}

impl CredentialArgs {
    /// The credential of a new configuration; `None` after an error. Asks at the terminal if no flag gives a
    /// credential.
    pub(super) fn credential(
        mut self,
        scope: &Scope,
        errors: &mut FieldErrors,
    ) -> Result<Option<Credential>, CommandError> {
        self.check(scope, errors)?;
        let source = match self.source(errors) {
            Some(source) => source,
            None if SecretInput::Standard.is_prompt() => {
                require_valid(errors)?;
                Source::Secret(SecretInput::Standard)
            }
            None => {
                errors.add(
                    Field::SecretValue,
                    "is required, or one of `--reference`, `--google-identity` and `--no-credential`",
                );
                return Ok(None);
            }
        };
        let Self { key_id_file, header, prefix, .. } = self;
        let key_id = key_id_file.map(|input| read(&input, Field::KeyId, errors)).transpose()?.flatten();
        let value = match source {
            Source::Secret(input) => match read(&input, Field::SecretValue, errors)? {
                Some(secret) => UncheckedSecret::Inline(secret),
                None => return Ok(None),
            },
            Source::Reference(reference) => reference,
            Source::GoogleIdentity(identity) => return Ok(identity.check(errors)),
        };
        Ok(UncheckedCredential::for_scope(scope, key_id, header, prefix, value).check(errors))
    }

    /// The change of the credential of `current`. Parts that no flag gives stay: the header and the prefix,
    /// and the key id, unless a header or a reference replaces a key pair.
    pub(super) fn change(
        mut self,
        drops_key_id: bool,
        current: &LlmConfig,
        errors: &mut FieldErrors,
    ) -> Result<UncheckedCredentialPatch, CommandError> {
        let scope = &current.scope;
        self.check(scope, errors)?;
        let source = self.source(errors);
        let Self { key_id_file, header, prefix, .. } = self;
        let has_header = header.is_some() || prefix.is_some();
        if has_header && source.is_none() {
            let field = if header.is_some() { Field::HeaderName } else { Field::HeaderPrefix };
            errors.add(field, "needs the secret again: `--secret-file` or `--reference`");
        }
        let kind = current.secret.as_ref().map(|secret| secret.kind);
        let replaces_pair = has_header || matches!(source, Some(Source::Reference(_)));
        if kind == Some(CredentialKind::KeyPair) && replaces_pair && key_id_file.is_none() && !drops_key_id {
            errors.add(
                Field::KeyId,
                "is required, because the stored key id is replaced too; `--no-key-id` drops it",
            );
        }
        let key_id = key_id_file.map(|input| read(&input, Field::KeyId, errors)).transpose()?.flatten();
        let value = match source {
            Some(Source::GoogleIdentity(identity)) => return Ok(UncheckedCredentialPatch::Replace(identity)),
            Some(Source::Reference(reference)) => Some(reference),
            Some(Source::Secret(input)) => {
                read(&input, Field::SecretValue, errors)?.map(UncheckedSecret::Inline)
            }
            None => None,
        };
        Ok(match (value, kind) {
            (None, _) => {
                UncheckedCredentialPatch::Parts { key_id: key_id_patch(key_id, drops_key_id), secret: None }
            }
            (Some(value), Some(CredentialKind::ApiKey)) if key_id.is_none() => {
                UncheckedCredentialPatch::Key { header, prefix: prefix_patch(prefix), value, drops_key_id }
            }
            (
                Some(UncheckedSecret::Inline(secret)),
                Some(CredentialKind::ApiKey | CredentialKind::KeyPair),
            ) if !has_header => UncheckedCredentialPatch::Parts {
                key_id: key_id_patch(key_id, drops_key_id),
                secret: Some(secret),
            },
            (Some(value), _) => UncheckedCredentialPatch::Replace(UncheckedCredential::for_scope(
                scope, key_id, header, prefix, value,
            )),
        })
    }

    /// Checks the combination of flags. Fails with all errors so far if a prompt follows: nothing is typed
    /// for a command that is refused anyway.
    fn check(&self, scope: &Scope, errors: &mut FieldErrors) -> Result<(), CommandError> {
        if self.secret.is_some() {
            return Err(CommandError::usage(
                "a secret cannot be an argument, because all users of this machine can see the arguments of \
                 a program, and your shell may have recorded it; use `--secret-file FILE`, or \
                 `--secret-file -` for standard input",
            ));
        }
        let inputs = [&self.secret_file, &self.key_id_file];
        let from_input = inputs.iter().filter(|input| matches!(input, Some(SecretInput::Standard))).count();
        let has_prompt = inputs.iter().any(|input| input.as_ref().is_some_and(SecretInput::is_prompt));
        if from_input == 2 && !has_prompt {
            errors.add(Field::KeyId, "must be a file if `--secret-file` is standard input");
        }
        if matches!(scope, Scope::Owner(_)) && self.key_id_file.is_some() {
            errors.add(Field::KeyId, "is only for configurations of workspaces");
        }
        if has_prompt || from_input == 2 { require_valid(errors) } else { Ok(()) }
    }

    /// The source that a flag names.
    fn source(&mut self, errors: &mut FieldErrors) -> Option<Source> {
        if let Some(uri) = self.reference.take() {
            let hints = key_values(&self.hints, Field::SecretReference, errors);
            return Some(Source::Reference(UncheckedSecret::Reference { uri, hints }));
        }
        if self.google_identity {
            let scopes = std::mem::take(&mut self.google_scopes);
            let quota_project = self.google_quota_project.take();
            return Some(Source::GoogleIdentity(UncheckedCredential::GcpAdc { scopes, quota_project }));
        }
        self.secret_file.take().map(Source::Secret)
    }
}

/// Fails with all errors, if there are any.
fn require_valid(errors: &mut FieldErrors) -> Result<(), CommandError> {
    if errors.is_empty() { Ok(()) } else { Err(CommandError::of_fields(std::mem::take(errors))) }
}

/// Reads a secret text; `None` after an error.
fn read(
    input: &SecretInput,
    field: Field,
    errors: &mut FieldErrors,
) -> Result<Option<Zeroizing<String>>, CommandError> {
    let noun = if field == Field::KeyId { "key id" } else { "secret" };
    let text = input.read(noun, flag_name(field))?;
    let checked = text.map_err(|error| error.to_string()).and_then(|text| match check_secret(&text) {
        Ok(()) => Ok(text),
        Err(error) => Err(error),
    });
    match checked {
        Ok(text) => Ok(Some(text)),
        // No flag has to be named for a prompt.
        Err(error) if input.is_prompt() => Err(CommandError::usage(format!("the {noun} {error}"))),
        Err(error) => {
            errors.add(field, error);
            Ok(None)
        }
    }
}

/// The core library's rule, with an error that names the flag for references.
fn check_secret(text: &Zeroizing<String>) -> Result<(), String> {
    match Secret::new(String::clone(text)) {
        Ok(_) => Ok(()),
        Err(SecretError::Reference) => {
            Err("must be the secret itself, not a reference to it, an environment \
             variable or a template; a reference to a secret store of this server, such as `env://NAME`, is \
             for `--reference`"
                .to_owned())
        }
        Err(error @ (SecretError::Blank | SecretError::TooLong | SecretError::Nul | SecretError::Mask)) => {
            Err(error.to_string())
        }
    }
}

fn key_id_patch(key_id: Option<Zeroizing<String>>, is_dropped: bool) -> Patch<Zeroizing<String>> {
    if is_dropped { Patch::Clear } else { Patch::from_option(key_id) }
}

/// An empty text restores the default. White space is a prefix.
fn prefix_patch(prefix: Option<String>) -> Patch<String> {
    match prefix {
        Some(text) if text.is_empty() => Patch::Clear,
        other => Patch::from_option(other),
    }
}
