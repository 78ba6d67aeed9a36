//! Where secrets come from: nothing without a grant, and with one, exactly what it names.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

mod environment;
mod file;
mod google;
mod resolver;
mod vault;

use llm_config_core::grant::{Grants, SecretGrant};
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_core::secret::{ResolveError, SecretSource};
use llm_config_core::target::Target;
use llm_config_egress::testing::ScriptedServer;
use llm_config_egress::{OperatorClient, RootCertificates};

/// The one who is granted something.
const ADA: &str = "00000000-0000-0000-0000-00000000000a";

/// Somebody else.
const BOB: &str = "00000000-0000-0000-0000-00000000000b";

/// Where secrets may be sent.
const HOME: &str = "https://api.openai.com";

fn owner(id: &str) -> Scope {
    Scope::Owner(id.parse().unwrap())
}

/// A grant of each prefix to Ada, at [`HOME`].
fn granted(prefixes: &[&str]) -> Grants {
    let grant = |prefix: &&str| SecretGrant {
        prefix: prefix.parse().unwrap(),
        owners: vec![ADA.parse().unwrap()],
        workspaces: Vec::new(),
        origins: vec![HOME.parse().unwrap()],
    };
    Grants { secrets: prefixes.iter().map(grant).collect(), ..Grants::default() }
}

fn target(endpoint: &str) -> Target {
    Target {
        provider: Provider::OpenAi,
        endpoint: endpoint.parse().unwrap(),
        api_path: "/chat/completions".parse().unwrap(),
        model: None,
    }
}

fn client(server: &ScriptedServer) -> OperatorClient {
    OperatorClient::new(&format!("http://{}", server.address()), &RootCertificates::new(None).unwrap())
        .unwrap()
}

/// What a source says to a reference, as text.
async fn resolved(source: &impl SecretSource, uri: &str) -> Result<String, ResolveError> {
    source.resolve(&uri.parse().unwrap()).await.map(|it| it.expose().to_owned())
}
