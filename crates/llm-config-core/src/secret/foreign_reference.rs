//! Texts that refer to a secret instead of being one: references of this server and of other products,
//! environment variables, templates, and values that another product encrypted.
//!
//! Keys consist of letters, digits and the characters of `token68` (RFC 9110 §11.2): `-._~+/` and a trailing
//! `=`. Some have a colon between two parts. So a reference is recognised by other characters, or by a
//! beginning that names its store.

/// Stores and programs before a colon: `env:NAME`. In lower case.
const SCHEMES: &[&str] = &[
    "akv",
    "aws-secretsmanager",
    "aws-sm",
    "aws-ssm",
    "azure-keyvault",
    "azurekeyvault",
    "bitwarden",
    "cmd",
    "command",
    "doppler",
    "env",
    "envvar",
    "exec",
    "file",
    "gcp-sm",
    "infisical",
    "keychain",
    "keyring",
    "keyvault",
    "op",
    "secretref", // Azure Container Apps
    "secretsmanager",
    "sops",
    "ssm",
    "vault", // also ciphertext of Vault: `vault:v1:`
];

/// Expressions that read a variable or a secret: the beginning, before a name.
const BEGINNINGS: &[&str] = &[
    "@azure.keyvault(",
    "@microsoft.appconfiguration(",
    "@microsoft.keyvault(", // Azure App Service
    "bun.env.",
    "deno.env.get(",
    "dotenv.",
    "env(",
    "env.",
    "env[",
    "environment.getenvironmentvariable(",
    "getenv(",
    "import.meta.env.",
    "os.environ.get(",
    "os.environ/", // LiteLLM (BerriAI/litellm#8919)
    "os.environ[",
    "os.getenv(",
    "process.env.",
    "process.env[",
    "secrets.",
    "st.secrets", // Streamlit
    "std::env::var(",
    "sys.getenv(",
    "system.getenv(",
    "userdata.get(", // Google Colab
    "var.",          // Terraform
    "vars.",
    // Tags of YAML.
    "!env ",
    "!env_var ",
    "!getatt ",
    "!ref ",
    "!secret ",
    "!sub ",
    "!vault ",
    // Mounted secrets.
    "/run/secrets/",
    "/var/run/secrets/",
    "/vault/secrets/",
    // Encrypted values: Ansible Vault, SOPS, Jasypt, Spring Cloud Config.
    "$ansible_vault;",
    "enc(",
    "enc[",
    "{cipher}",
    // CloudFormation.
    "{resolve:",
];

/// The delimiters of templates.
const DELIMITERS: &[(&str, &str)] = &[
    ("${", "}"),
    ("$(", ")"),
    ("$[", "]"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("#{", "}"),
    ("%{", "}"),
    ("%(", ")s"),
    ("((", "))"),
    ("{env:", "}"),
    ("{env.", "}"),
    ("{file:", "}"),
    ("{file.", "}"),
    ("{secret:", "}"),
    ("{secret.", "}"),
    ("{secrets.", "}"),
    ("{vault.", "}"),
    ("{$", "}"),
    ("$secret{", "}"), // WSO2 (wso2/api-platform#1546)
    ("$env{", "}"),
];

/// Whether `text` refers to a secret, in the syntax of this server or of another product.
pub(super) fn is_reference(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix("Bearer ").unwrap_or(text).trim_start();
    let lower = text.to_ascii_lowercase();
    is_uri(text)
        || is_scheme_and_name(text)
        || BEGINNINGS.iter().any(|beginning| lower.len() > beginning.len() && lower.starts_with(beginning))
        || has_template(&lower)
        || is_variable(text)
        || is_resource_name(text)
}

/// `vault://kv/a#b`, `op://vault/item/field`, `ref+vault://…`: any scheme but that of a web address.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_scheme = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
    let is_web = matches!(scheme, "http" | "https");
    !rest.is_empty()
        && !is_web
        && scheme.len() <= 32
        && scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(is_scheme)
}

/// `env:NAME`, `secretref:name`.
fn is_scheme_and_name(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, name)| !name.is_empty() && SCHEMES.contains(&scheme))
}

/// Whether the text contains an opening delimiter, a name, and the closing delimiter.
fn has_template(lower: &str) -> bool {
    DELIMITERS.iter().any(|(open, close)| {
        let inner = lower.split_once(open).and_then(|(_, rest)| rest.split_once(close));
        inner.is_some_and(|(inner, _)| inner.contains(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// `$NAME`, `$env:NAME`, `$var:name`, `%NAME%`, `@env:NAME`. A password may begin with a dollar, so the name
/// must look like that of a variable.
fn is_variable(text: &str) -> bool {
    if let Some(name) = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')) {
        return is_identifier(name);
    }
    let Some(name) = text.strip_prefix(['$', '@']) else { return false };
    match name.split_once(':') {
        Some((scope, name)) => is_identifier(scope) && is_identifier(name),
        None => text.starts_with('$') && is_identifier(name) && is_name_of_variable(name),
    }
}

fn is_name_of_variable(name: &str) -> bool {
    let is_upper = name.len() > 1 && !name.contains(|c: char| c.is_ascii_lowercase());
    let lower = name.to_ascii_lowercase();
    is_upper || ["key", "token", "secret"].iter().any(|word| lower.contains(word))
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `arn:aws:secretsmanager:…`, `projects/P/secrets/S`.
fn is_resource_name(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("arn:aws") {
        return rest
            .split(':')
            .nth(1)
            .is_some_and(|service| matches!(service, "secretsmanager" | "ssm" | "kms"));
    }
    let segments: Vec<&str> = text.split('/').collect();
    match segments[..] {
        ["projects", project, "secrets", secret, ..] => !project.is_empty() && !secret.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: bool, texts: &[&str]) {
        for text in texts {
            assert_eq!(is_reference(text), expected, "{text:?}");
        }
    }

    #[test]
    fn references_to_stores_are_recognised() {
        check(true, &["env://OPENAI_API_KEY", "file:///run/secrets/a", "vault://kv/a#b", "gcp-sm://p/s"]);
        check(true, &["op://Private/OpenAI/credential", "ref+vault://kv/a#/b", "sm://a", "doppler://a/b"]);
        check(true, &["secret://a", "gcp-secret-manager://a", "azurekeyvault://v/s", "bws://0b1c"]);
        check(
            true,
            &["env:NAME", "file:/etc/key", "vault:secret/data/llm#key", "keyring:openai", "secretref:a"],
        );
        check(
            true,
            &["arn:aws:secretsmanager:eu-west-1:1:secret:a", "arn:aws-cn:ssm:cn-north-1:1:parameter/a"],
        );
        check(true, &["projects/p/secrets/s/versions/1", "projects/123/secrets/s", "/run/secrets/openai"]);
        check(true, &["@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)", "@env:KEY"]);
        check(true, &["ENC[AES256_GCM,data:a]", "ENC(a1b2)", "{cipher}a1b2", "$ANSIBLE_VAULT;1.1;AES256"]);
    }

    #[test]
    fn variables_and_templates_are_recognised() {
        check(true, &["os.environ/OPENAI_API_KEY", "os.environ[\"KEY\"]", "os.getenv('KEY')", "env.NAME"]);
        check(
            true,
            &["process.env.OPENAI_API_KEY", "import.meta.env.VITE_KEY", "ENV[\"KEY\"]", "secrets.KEY"],
        );
        check(
            true,
            &["$secret{openai-secret}", "${KEY}", "${KEY:-none}", "$KEY", "$openai_api_key", "$(cat a)"],
        );
        check(
            true,
            &["%OPENAI_API_KEY%", "{{ secrets.X }}", "{{env.X}}", "${{ secrets.X }}", "={{ $env.KEY }}"],
        );
        check(
            true,
            &["{env:DEEPSEEK_API_KEY}", "{file:~/.key}", "{$KEY}", "<%= ENV['KEY'] %>", "((openai-key))"],
        );
        check(true, &["!env KEY", "!secret openai", "!ENV ${KEY}", "$env:KEY", "$var:api_key", "sk-${KEY}"]);
        check(
            true,
            &["Bearer ${KEY}", " os.environ/KEY\n", "{{resolve:secretsmanager:a}}", "#{key}#", "%(key)s"],
        );
    }

    #[test]
    fn keys_and_passwords_are_no_references() {
        check(false, &["sk-123", "$ecretPassw0rd!", "$", "$1", "%20", "100%", "a$b", "{", "a{b}c", "p((q"]);
        check(false, &["environment-7", "vaulted", "file", "env:", "os.environ/", "https://h/", "id:secret"]);
        check(
            false,
            &["bce-v3/ALTAK-a/b", "c0ffee:beef", "arn:aws:bedrock:us-east-1:1:x", "projects/p/models/m"],
        );
        check(false, &["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY://abc", "eyJhbGciOi.eyJzdWIi.SflKxw-_"]);
    }
}
