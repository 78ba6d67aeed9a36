//! Cases: a configuration, a scripted provider, and the check of one against the other.

pub(crate) mod signed;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use llm_config_core::credential::{ApiKey, Credential, KeyPair, SecretValue};
use llm_config_core::provider::Provider;
use llm_config_core::secret::Secret;
use llm_config_core::target::Target;
use llm_config_egress::testing::{Received, Reply, ScriptedServer};
use llm_config_probe::ping::{Ping, PingResult};
use llm_config_probe::report::{Depth, Report};
use llm_config_probe::{AllowedHost, NetworkPolicy, Resolver};
use llm_config_probe::{Guard, Prober, RootCertificates};

/// The key that scripted providers accept.
pub(crate) const GOOD: &str = "sk-good-key-of-the-table-0001";

/// A key that scripted providers reject.
pub(crate) const BAD: &str = "sk-bad-key-of-the-table-0002";

/// One situation at one provider.
pub(crate) struct Case {
    /// A sentence.
    pub(crate) name: &'static str,
    /// Where the bodies come from.
    pub(crate) source: &'static str,
    pub(crate) provider: Provider,
    /// As a user would write it, with `http` and without a port; the host is the vendor's.
    pub(crate) endpoint: &'static str,
    pub(crate) credential: Option<Credential>,
    /// Whether the credential is genuine.
    pub(crate) truth: Truth,
    /// Blank for the default.
    pub(crate) api_path: &'static str,
    pub(crate) model: Option<&'static str>,
    pub(crate) depth: Depth,
    /// The first matching rule supplies the response.
    pub(crate) rules: &'static [Rule],
}

impl Case {
    /// A case with a genuine key, to be completed by the other methods.
    pub(crate) fn at(provider: Provider, endpoint: &'static str) -> Self {
        Self {
            name: "",
            source: "",
            provider,
            endpoint,
            credential: key(GOOD),
            truth: Truth::Good,
            api_path: "",
            model: None,
            depth: Depth::Credential,
            rules: &[],
        }
    }

    /// With a key that is not genuine.
    pub(crate) fn bad(self) -> Self {
        Self { credential: key(BAD), truth: Truth::Bad, ..self }
    }

    /// With another credential that is not genuine.
    pub(crate) fn bad_with(self, credential: Option<Credential>) -> Self {
        Self { credential, truth: Truth::Bad, ..self }
    }

    /// Whether the credential is genuine, if it is not the usual one.
    pub(crate) fn truth(self, truth: Truth) -> Self {
        Self { truth, ..self }
    }

    /// Without a key.
    pub(crate) fn keyless(self) -> Self {
        Self { credential: None, truth: Truth::None, ..self }
    }

    pub(crate) fn model(self, model: &'static str) -> Self {
        Self { model: Some(model), ..self }
    }

    /// Without a model.
    pub(crate) fn without_model(self) -> Self {
        Self { model: None, ..self }
    }

    pub(crate) fn path(self, api_path: &'static str) -> Self {
        Self { api_path, ..self }
    }

    pub(crate) fn deep(self, depth: Depth) -> Self {
        Self { depth, ..self }
    }

    pub(crate) fn with(self, credential: Option<Credential>) -> Self {
        Self { credential, ..self }
    }

    /// Its name, its source and the rules of the scripted provider.
    pub(crate) fn is(self, name: &'static str, source: &'static str, rules: &'static [Rule]) -> Self {
        Self { name, source, rules, ..self }
    }
}

impl Rule {
    pub(crate) const fn with(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    /// Matches only requests whose body contains this text.
    pub(crate) const fn with_body(mut self, text: &'static str) -> Self {
        self.body_contains = text;
        self
    }

    /// Matches only requests whose body does not contain this text.
    pub(crate) const fn without_body(mut self, text: &'static str) -> Self {
        self.body_lacks = text;
        self
    }

    /// Looks for keys in this header only. Its name is in lower case.
    pub(crate) const fn in_header(mut self, name: &'static str) -> Self {
        self.header = name;
        self
    }

    /// Whether a request is one that this rule is for.
    fn matches(&self, request: &Received) -> bool {
        let has_key = match self.key {
            Key::Any => true,
            Key::Good => self.carries(request, GOOD) || signed::is_genuine(request),
            Key::Other => !(self.carries(request, GOOD) || signed::is_genuine(request)),
            Key::Wrong => self.has_key(request) && !self.carries(request, GOOD),
            Key::Missing => !self.has_key(request),
        };
        let is_lacking = self.body_lacks.is_empty() || !request.body.contains(self.body_lacks);
        let is_path = self.request == "*" || self.request == format!("{} {}", request.method, request.path());
        is_path && has_key && is_lacking && request.body.contains(self.body_contains)
    }

    fn carries(&self, request: &Received, text: &str) -> bool {
        if self.header.is_empty() {
            request.carries(text)
        } else {
            request.header(self.header).is_some_and(|value| value.contains(text))
        }
    }

    fn has_key(&self, request: &Received) -> bool {
        let any = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];
        let names = if self.header.is_empty() { &any[..] } else { std::slice::from_ref(&self.header) };
        names.iter().any(|name| request.header(name).is_some())
    }
}

/// A credential of the same kind, with the other key.
pub(crate) fn with_key(credential: Option<&Credential>, text: &str) -> Option<Credential> {
    match credential {
        Some(Credential::KeyPair(_)) => pair("AKIAIOSFODNN7EXAMPLE", text),
        Some(Credential::ApiKey(ApiKey { header, prefix, .. })) => {
            let value = SecretValue::Inline(Secret::new(text.to_owned()).expect("a secret"));
            Some(Credential::ApiKey(ApiKey { header: header.clone(), prefix: prefix.clone(), value }))
        }
        Some(Credential::GcpAdc(_)) | None => key(text),
    }
}

/// Whether the credential of a case is genuine at its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    Good,
    Bad,
    /// The case has no credential.
    None,
}

/// A response of a scripted provider, and the requests that it is for.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    /// Method and path, such as `GET /v1/models`; `*` for all requests.
    pub(crate) request: &'static str,
    pub(crate) key: Key,
    /// The only header in which keys count; blank for all.
    pub(crate) header: &'static str,
    /// A text that the body must contain.
    pub(crate) body_contains: &'static str,
    /// A text that the body must not contain, unless blank.
    pub(crate) body_lacks: &'static str,
    pub(crate) status: u16,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) body: &'static str,
}

/// The key that a request must carry, or the secret that must sign it, for a rule to match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Any,
    Good,
    /// Another key, or none.
    Other,
    /// Another key.
    Wrong,
    /// None.
    Missing,
}

/// A rule without headers of its own.
pub(crate) const fn rule(request: &'static str, key: Key, status: u16, body: &'static str) -> Rule {
    Rule { request, key, header: "", body_contains: "", body_lacks: "", status, headers: &[], body }
}

#[expect(clippy::unnecessary_wraps, reason = "the credential of a case is optional")]
pub(crate) fn key(text: &str) -> Option<Credential> {
    let value = SecretValue::Inline(Secret::new(text.to_owned()).expect("a secret"));
    Some(Credential::ApiKey(ApiKey { header: None, prefix: None, value }))
}

/// A key in another header than the provider's usual one. `prefix` is part of the value.
#[expect(clippy::unnecessary_wraps, reason = "the credential of a case is optional")]
pub(crate) fn key_in(header: &str, prefix: Option<&str>, text: &str) -> Option<Credential> {
    let value = SecretValue::Inline(Secret::new(text.to_owned()).expect("a secret"));
    let header = Some(header.parse().expect("a header name"));
    let prefix = prefix.map(|prefix| prefix.parse().expect("a prefix"));
    Some(Credential::ApiKey(ApiKey { header, prefix, value }))
}

#[expect(clippy::unnecessary_wraps, reason = "the credential of a case is optional")]
pub(crate) fn pair(id: &str, secret: &str) -> Option<Credential> {
    let new = |text: &str| Secret::new(text.to_owned()).expect("a secret");
    Some(Credential::KeyPair(KeyPair { key_id: new(id), secret: SecretValue::Inline(new(secret)) }))
}

/// The sibling of a Bedrock host, to which signed requests may go.
fn sibling(host: &str) -> String {
    match host.strip_prefix("bedrock-runtime.") {
        Some(rest) => format!("bedrock.{rest}"),
        None => host.replacen("bedrock.", "bedrock-runtime.", 1),
    }
}

/// Read once, because reading the system's certificates takes longer than a whole check.
static TRUST: LazyLock<RootCertificates> = LazyLock::new(|| RootCertificates::new(None).expect("TLS"));

/// Resolves every host to this machine.
#[derive(Debug)]
pub(crate) struct Everywhere;

#[async_trait::async_trait]
impl Resolver for Everywhere {
    async fn resolve(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(vec![Ipv4Addr::LOCALHOST.into()])
    }
}

/// Checks the case against its script. Returns the report, the received requests, and the port.
pub(crate) async fn probe(case: &Case) -> (Report, Vec<Received>, u16) {
    probe_through(case, Arc::new(Everywhere)).await
}

/// The same with another resolver.
pub(crate) async fn probe_through(case: &Case, resolver: Arc<dyn Resolver>) -> (Report, Vec<Received>, u16) {
    let (prober, target, server) = staged(case, resolver);
    let report = prober.probe(&target, case.credential.as_ref(), case.depth).await;
    (report, server.received(), server.port())
}

/// Calls the case's model once. Returns the result and the received requests.
pub(crate) async fn ping(case: &Case, call: &Ping) -> (PingResult, Vec<Received>) {
    let (prober, target, server) = staged(case, Arc::new(Everywhere));
    let result = prober.ping(&target, case.credential.as_ref(), call).await;
    (result, server.received())
}

/// Checks `http://llm.example` with this path against a script without rules.
pub(crate) async fn probe_script(
    script: impl Fn(&Received) -> Reply + Send + 'static,
    provider: Provider,
    path: &str,
    model: Option<&str>,
    credential: Option<&Credential>,
    depth: Depth,
) -> Report {
    let server = ScriptedServer::start(script).expect("a free port");
    let host = "llm.example".to_owned();
    let target = Target {
        provider,
        endpoint: format!("http://{host}:{}{path}", server.port()).parse().expect("an endpoint"),
        api_path: "".parse().expect("a path"),
        model: model.map(|id| id.parse().expect("a model")),
    };
    let policy = NetworkPolicy {
        allowed_hosts: vec![AllowedHost { host, port: server.port(), address: None }],
        allowed_networks: vec!["127.0.0.0/8".parse().expect("a network")],
        ..NetworkPolicy::default()
    };
    let guard = Guard::new(policy, TRUST.clone()).with_resolver(Arc::new(Everywhere));
    Prober::new(guard).probe(&target, credential, depth).await
}

/// The prober, the target and the scripted provider of a case.
fn staged(case: &Case, resolver: Arc<dyn Resolver>) -> (Prober, Target, ScriptedServer) {
    let rules = case.rules;
    let server = ScriptedServer::start(move |request| respond(rules, request)).expect("a free port");
    let mut url: url::Url = case.endpoint.parse().expect("a URL");
    url.set_port(Some(server.port())).expect("a host");
    let host = url.host_str().expect("a host").to_owned();
    let target = Target {
        provider: case.provider,
        endpoint: url.as_str().parse().expect("an endpoint"),
        api_path: case.api_path.parse().expect("a path"),
        model: case.model.map(|id| id.parse().expect("a model")),
    };
    let policy = NetworkPolicy {
        allowed_hosts: [sibling(&host), host]
            .map(|host| AllowedHost { host, port: server.port(), address: None })
            .into(),
        allowed_networks: vec!["127.0.0.0/8".parse().expect("a network")],
        ..NetworkPolicy::default()
    };
    let guard = Guard::new(policy, TRUST.clone()).with_resolver(resolver);
    (Prober::new(guard), target, server)
}

fn respond(rules: &[Rule], request: &Received) -> Reply {
    let Some(rule) = rules.iter().find(|rule| rule.matches(request)) else {
        return Reply::text(404, "text/plain", "404 page not found");
    };
    let is_json = rule.body.starts_with(['{', '[']);
    let default = ("content-type", if is_json { "application/json" } else { "text/plain" });
    let is_type = |header: &&(&str, &str)| header.0 == "content-type";
    let (_, content_type) = rule.headers.iter().find(is_type).unwrap_or(&default);
    let reply = Reply::text(rule.status, content_type, rule.body);
    let others = rule.headers.iter().filter(|header| !is_type(header));
    others.fold(reply, |reply, (name, value)| reply.with(name, value))
}
