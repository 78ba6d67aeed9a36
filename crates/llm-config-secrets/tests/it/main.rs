//! Secret sources and the resolver, through the public interface.

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

/// The principal with grants.
const ADA: &str = "00000000-0000-0000-0000-00000000000a";

/// A principal without grants.
const BOB: &str = "00000000-0000-0000-0000-00000000000b";

/// The granted origin.
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

/// The secret that a source returns for a reference, as text.
async fn resolved(source: &impl SecretSource, uri: &str) -> Result<String, ResolveError> {
    source.resolve(&uri.parse().unwrap()).await.map(|secret| secret.expose().to_owned())
}
