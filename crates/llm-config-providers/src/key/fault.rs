//! The faults of keys that cannot be sent.

/// The fault of a key that cannot be sent. Messages name the kind of character or of thing, never the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant documents it")]
pub enum KeyFault {
    #[error("The key has a line break in the middle: copy it again as one line.")]
    LineBreak,
    #[error("The key is in quotes: store it without them.")]
    Quotes,
    #[error("The key has typographic quotes: store it without them.")]
    TypographicQuotes,
    #[error(
        "The key has an invisible character (zero-width or non-breaking space): copy it again as plain text."
    )]
    Invisible,
    #[error("The key has a space in the middle: copy it again.")]
    Space,
    #[error("The key has a control character: copy it again.")]
    Control,
    #[error("The key has a character that no key has, such as an accented letter: copy it again.")]
    NotAscii,
    #[error("The key is nothing but its prefix: store the key itself.")]
    Empty,
    #[error(
        "The secret of the key pair has nothing before or after its colon: store `secret` or \
         `secret:session token`."
    )]
    EmptyPart,
    #[error("The prefix in front of the key has a character that no header can carry: write it again.")]
    Prefix,
    #[error("The header for the key has a name that no header can have: write it again.")]
    Header,
    #[error("The key is a mask, which is shown instead of a key: store the key itself.")]
    Mask,
    #[error(
        "The key is a reference to a secret, an environment variable or a template, and is not sent: store \
         the key itself, or a reference to a secret store of this server, such as `env://NAME`, as \
         `secretRef` of `/v1/llms`."
    )]
    Reference,
    #[error("The key is the name of an environment variable, not its value: store the key itself.")]
    VariableName,
    #[error("The key is a placeholder from an example: store the key itself.")]
    Placeholder,
    #[error(
        "The key is a Google service account file: store an API key, or for Vertex AI an access token \
         (`gcloud auth print-access-token`) or the server's own Google identity, which the operator grants \
         and `/v1/llms` takes."
    )]
    ServiceAccount,
    #[error(
        "The key is a file of Google credentials: store an API key, or for Vertex AI an access token \
         (`gcloud auth print-access-token`) or the server's own Google identity, which the operator grants \
         and `/v1/llms` takes."
    )]
    GoogleCredentials,
    #[error(
        "The key is a private key or a certificate (PEM), which is never sent: store an API key or an \
         access token."
    )]
    Pem,
    #[error(
        "The key is an AWS credentials file: in `/ai/llm`, store the access key id as `key` and the secret \
         access key as `secret`, with the type AWS."
    )]
    AwsFile,
    #[error(
        "The key is an AWS access key id together with its secret: in `/ai/llm`, store the id as `key` and \
         the secret as `secret`, with the type AWS."
    )]
    AwsPair,
    #[error("The key is a cookie of a web session: create an API key at the provider, and store it.")]
    Cookie,
    #[error("The key is a whole command: store only the key that it contains.")]
    Command,
    #[error("The key is a whole header line: store its value alone, without the header's name.")]
    HeaderLine,
    #[error("The key is a setting with its name: store its value alone.")]
    Setting,
    #[error("The key is a JSON text: store only the key that it contains.")]
    Json,
    #[error("The key is a web address: store the key itself; the address belongs in the endpoint.")]
    WebAddress,
}
