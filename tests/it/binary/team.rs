//! Runs the commands of `docs/team.md` one by one, as printed there.

use serde_json::{Value, json};

use crate::support::{Installation, Server, text};

/// The commands of the page, in its order. A command continues while a quote is open or a line ends in a
/// backslash.
fn commands() -> Vec<String> {
    let page = text("docs/team.md");
    let mut commands = Vec::new();
    let (mut is_code, mut command) = (false, String::new());
    for line in page.lines() {
        if line.starts_with("```") {
            is_code = line == "```sh";
            continue;
        }
        if !is_code {
            continue;
        }
        command.push_str(line);
        let is_open = command.matches('\'').count() % 2 == 1 || command.ends_with('\\');
        if is_open {
            command.push('\n');
        } else {
            commands.push(std::mem::take(&mut command));
        }
    }
    assert!(command.is_empty(), "`{command}` is incomplete");
    commands
}

/// A shell that runs the commands of the page.
struct Shell<'a> {
    installation: &'a Installation,
    variables: Vec<(&'static str, String)>,
    /// The ids that replace the placeholders in capitals.
    ids: Vec<(&'static str, String)>,
}

impl Shell<'_> {
    /// Runs a command and returns its output.
    #[track_caller]
    fn run(&self, command: &str) -> String {
        let command =
            self.ids.iter().fold(command.to_owned(), |command, (word, id)| command.replace(word, id));
        let variables: Vec<_> = self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let finished = self.installation.shell(&command, &variables);
        assert_eq!(finished.code, Some(0), "{command}: {finished:?}");
        finished.stdout
    }

    #[track_caller]
    fn json(&self, command: &str) -> Value {
        let printed = self.run(command);
        let json: Value = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{command}: {printed}"));
        assert_ne!(json.get("success"), Some(&json!(false)), "{command}: {json}");
        assert_eq!(json.get("error"), None, "{command}: {json}");
        json
    }
}

fn token(printed: &str) -> String {
    printed.split_whitespace().find(|word| word.starts_with("gm_")).expect("a token").to_owned()
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("the value is a string").to_owned()
}

#[test]
fn commands_of_team_page_run_in_order() {
    for installation in Installation::each() {
        run_page(&installation, &installation.start());
    }
}

fn run_page(installation: &Installation, server: &Server) {
    let commands = commands();
    let mut rest = commands.iter().map(String::as_str);
    let mut next = |begins: &str| {
        let command = rest.next().expect("another command");
        assert!(command.starts_with(begins), "`{command}` does not begin with `{begins}`");
        command
    };
    let (root, base) = (server.token(), server.base.clone());
    next("export LLM_CONFIG_TOKEN=");
    next("export BASE=");
    let variables = vec![("LLM_CONFIG_TOKEN", root.clone()), ("BASE", base)];
    let mut shell = Shell { installation, variables, ids: Vec::new() };

    shell.run(next("export PATH=$PWD/target/release:"));
    let bob = token(&shell.run(next("llm-config-server user create bob@")));
    let cy = token(&shell.run(next("llm-config-server user create cy@")));
    shell.run(next("llm-config-server workspace create Research"));
    shell.run(next("llm-config-server workspace member set Research bob@example.com ADMIN"));
    shell.run(next("llm-config-server workspace member set Research cy@example.com READ"));

    let dee = shell.json(next("curl -s $BASE/organization/users"));
    let created = shell.json(next("curl -s $BASE/workspace "));
    let list = shell.json(next("curl -s $BASE/workspace "));
    let workspaces = list["workspaces"].as_array().expect("the list is an array");
    assert!(workspaces.iter().any(|workspace| workspace["id"] == created["workspace"]["id"]), "{list}");
    let research = workspaces.iter().find(|workspace| workspace["name"] == "Research").expect("Research");
    let workspace = text_of(&research["id"]);
    shell.ids = vec![("WORKSPACE_ID", workspace.clone()), ("USER_ID", text_of(&dee["data"]["id"]))];
    assert_eq!(shell.json(next("curl -s $BASE/workspace/WORKSPACE_ID/users")), json!({"success": true}));
    let dees_key = shell.json(next("curl -s $BASE/v1/apikeys"));
    let dees = server.client(dees_key["rawApiKey"].as_str().expect("the token is a string"));

    shell.variables.extend([("BOBS_TOKEN", bob.clone()), ("CYS_TOKEN", cy.clone())]);
    let stored = shell.json(next("curl -s $BASE/ai/llm "));
    let listed = shell.json(next("curl -s $BASE/ai/llm "));
    let (bobs, cys) = (server.client(&bob), server.client(&cy));
    assert_eq!(
        (listed["aiLlms"].as_array().map(Vec::len), &listed["aiLlms"][0]["id"]),
        (Some(1), &stored["aiLlmId"])
    );
    assert!(!listed.to_string().contains("sk-your-key"));
    let own = shell.json(next("curl -s $BASE/v1/llms "));
    let id = text_of(&own["llm"]["llmId"]);
    let path = format!("/v1/llms/{id}");
    let config = format!("/ai/llm/{}", text_of(&stored["aiLlmId"]));
    cys.put(&config, &json!({"name": "Cy's"})).flashback_error(403, &["WRITE"]);
    dees.put(&config, &json!({"name": "OpenAI of Dee"})).success();
    bobs.put(&format!("/workspace/{workspace}"), &json!({"name": "Research"})).success();

    let narrowed_client = server.client(&token(&shell.run(next("llm-config-server token issue"))));
    assert_eq!(narrowed_client.ai_llm_names(""), ["OpenAI of Dee"]);
    narrowed_client.put(&config, &json!({"name": "x"})).flashback_error(403, &[]);
    narrowed_client.get("/v1/llms").json(200);
    assert!(narrowed_client.llm_names("").is_empty());

    assert!(shell.run(next("llm-config-server config list --owner bob@")).contains(&id));
    let refused = installation.run(&["user", "delete", "bob@example.com"]);
    refused.assert_error(&["still owns configurations", "Bobs vLLM", "config move"]);
    shell.ids.push(("CONFIG_ID", id));
    shell.run(next("llm-config-server config move CONFIG_ID --owner "));
    shell.run(next("llm-config-server user delete bob@"));
    bobs.get("/ai/llm").flashback_error(401, &[]);
    narrowed_client.get("/ai/llm").flashback_error(401, &[]);
    server.client(&root).get(&path).json(200);
    assert_eq!(cys.ai_llm_names(""), ["OpenAI of Dee"]);
    assert_eq!(rest.next(), None, "a command of the page that was not run");
}
