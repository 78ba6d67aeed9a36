//! Pages of configurations of both scopes: filters, visibility, corrupt rows.

use std::collections::BTreeMap;

use llm_config_core::access::{OrgRole, VisiblePrincipals, VisibleWorkspaces};
use llm_config_core::check::{CheckState, Usable};
use llm_config_core::config::LlmConfig;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::patch::Patch;
use llm_config_core::provider::Provider;
use llm_config_core::scope::Scope;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{
    CheckTrigger, ConfigPage, ListedConfig, NewCheck, Order, PageFilter, PageRow, Position, Store,
};
use serde_json::json;

use super::checks::{check_of, record, verdict};
use super::open_store;
use crate::support::{
    SECRET, api_key, count, create, delete, endpoint_patch, find, new, transfer_to, update, user, workspace,
};

pub(super) fn all() -> PageFilter {
    PageFilter {
        owners: VisiblePrincipals::All,
        workspaces: VisibleWorkspaces::All,
        id: None,
        narrowed_to: None,
        text: None,
        provider: None,
        state: None,
        labels: BTreeMap::new().try_into().unwrap(),
        is_available: false,
        order: Order::OldestFirst,
    }
}

pub(super) async fn page(store: &Store, filter: &PageFilter, after: Position, limit: u16) -> ConfigPage {
    let filter = filter.clone();
    store.read(move |tx| tx.list_page(&filter, after, limit)).await.unwrap()
}

/// The names on a page; a corrupt row is `!` and its error.
pub(super) fn names(page: &ConfigPage) -> Vec<String> {
    let name = |row: &PageRow| match &row.config {
        ListedConfig::Intact(config) => config.settings.name.to_string(),
        ListedConfig::Corrupt(_, error) => format!("! {error}"),
    };
    page.rows.iter().map(name).collect()
}

/// The names on all pages of at most `limit` rows.
pub(super) async fn all_names(store: &Store, filter: &PageFilter, limit: u16) -> Vec<String> {
    let (mut listed, mut after) = (Vec::new(), Some(Position::START));
    while let Some(position) = after {
        let page = page(store, filter, position, limit).await;
        assert!(page.rows.len() <= usize::from(limit));
        listed.extend(names(&page));
        after = page.next;
    }
    listed
}

/// Checks the names that match `filter`, in both orders, on one page and with few rows on each page.
async fn check(store: &Store, filter: &PageFilter, expected: &[&str]) {
    let mut expected = expected.to_vec();
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let filter = PageFilter { order, ..filter.clone() };
        for limit in [500, 2, 1] {
            let listed = all_names(store, &filter, limit).await;
            assert_eq!(listed, expected, "{limit} rows on a page: {filter:?}");
        }
        expected.reverse();
    }
}

struct Filled {
    database: TestDatabase,
    store: Store,
    ada: PrincipalId,
    bob: PrincipalId,
    team: WorkspaceId,
    other: WorkspaceId,
    configs: BTreeMap<&'static str, LlmConfig>,
}

async fn filled() -> Filled {
    let (database, store) = open_store().await;
    let (ada, bob) = (user(&store, OrgRole::User).await, user(&store, OrgRole::User).await);
    let (team, other) = (workspace(&store).await, workspace(&store).await);
    let mut configs = BTreeMap::new();
    for (scope, name, provider, endpoint, labels) in [
        (
            Scope::Owner(ada),
            "Alpha",
            "OPENAI",
            "https://api.openai.com/v1",
            json!({"team": "a", "tier": "x"}),
        ),
        (Scope::Workspace(team), "beta_1", "OTHER", "https://llm.example.com", json!({})),
        (Scope::Owner(bob), "GAMMA 100%", "VLLM", "http://gpu:8000/v1", json!({"team": "b", "tier": "x"})),
        (Scope::Workspace(other), "Stra\u{df}e", "OPENAI", "https://api.openai.com/v1", json!({"team": "a"})),
        (Scope::Owner(ada), "\u{3b4}\u{3ad}\u{3bb}\u{3c4}\u{3b1}", "VLLM", "http://GPU:8001/v1", json!({})),
    ] {
        let settings = json!({
            "name": name, "model": format!("m-{name}"), "provider": provider, "endpoint": endpoint,
            "labels": labels,
        });
        configs.insert(name, create(&store, scope, new(settings, api_key(SECRET))).await.unwrap());
    }
    Filled { database, store, ada, bob, team, other, configs }
}

const DELTA: &str = "\u{3b4}\u{3ad}\u{3bb}\u{3c4}\u{3b1}";
const STREET: &str = "Stra\u{df}e";

fn with_text(text: &str) -> PageFilter {
    PageFilter { text: Some(text.parse().unwrap()), ..all() }
}

pub(super) fn labelled(labels: &[(&str, &str)]) -> PageFilter {
    let labels: BTreeMap<_, _> =
        labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    PageFilter { labels: labels.try_into().unwrap(), ..all() }
}

#[tokio::test]
async fn list_page_returns_configs_of_visible_scopes_oldest_first() {
    let Filled { database: _database, store, ada, bob, team, other, .. } = filled().await;
    check(&store, &all(), &["Alpha", "beta_1", "GAMMA 100%", STREET, DELTA]).await;
    let visible = |owners, workspaces| PageFilter { owners, workspaces, ..all() };
    let only = |ids: &[WorkspaceId]| VisibleWorkspaces::Only(ids.iter().copied().collect());
    let (none, of_ada) = (VisiblePrincipals::None, VisiblePrincipals::Only(ada));
    check(&store, &visible(none, only(&[])), &[]).await;
    check(&store, &visible(of_ada, only(&[])), &["Alpha", DELTA]).await;
    check(&store, &visible(of_ada, only(&[other])), &["Alpha", STREET, DELTA]).await;
    check(&store, &visible(of_ada, only(&[team, other])), &["Alpha", "beta_1", STREET, DELTA]).await;
    check(&store, &visible(of_ada, VisibleWorkspaces::All), &["Alpha", "beta_1", STREET, DELTA]).await;
    check(&store, &visible(VisiblePrincipals::Only(bob), only(&[team])), &["beta_1", "GAMMA 100%"]).await;
    check(&store, &visible(VisiblePrincipals::All, only(&[])), &["Alpha", "GAMMA 100%", DELTA]).await;
    check(&store, &visible(VisiblePrincipals::All, only(&[team])), &["Alpha", "beta_1", "GAMMA 100%", DELTA])
        .await;
    check(&store, &visible(none, VisibleWorkspaces::All), &["beta_1", STREET]).await;
}

#[tokio::test]
async fn list_page_with_text_finds_it_in_name_model_and_host_without_case() {
    let Filled { database: _database, store, configs, .. } = filled().await;
    check(&store, &with_text("alpha"), &["Alpha"]).await;
    check(&store, &with_text("M-"), &["Alpha", "beta_1", "GAMMA 100%", STREET, DELTA]).await;
    check(&store, &with_text("API.OPENAI"), &["Alpha", STREET]).await;
    check(&store, &with_text("gpu"), &["GAMMA 100%", DELTA]).await;
    check(&store, &with_text("STRASSE"), &[STREET]).await;
    check(&store, &with_text("\u{394}\u{388}\u{39b}"), &[DELTA]).await;
    // Paths, schemes and ports are not searched, and no character is a wildcard.
    for text in ["/v1", "https", "8000", "%a", "beta%", "____", "bet_", "'", "\"", "\\"] {
        check(&store, &with_text(text), &[]).await;
    }
    check(&store, &with_text("100%"), &["GAMMA 100%"]).await;
    check(&store, &with_text("_1"), &["beta_1"]).await;
    let alpha = configs["Alpha"].id;
    update(&store, alpha, endpoint_patch("https://api.openai.com:443/v2")).await.unwrap();
    let mut patch = endpoint_patch("https://api.openai.com/v1");
    patch.name = Some("Omega".to_owned());
    patch.model = Patch::Set("other".to_owned());
    update(&store, alpha, patch).await.unwrap();
    check(&store, &with_text("alpha"), &[]).await;
    check(&store, &with_text("omega"), &["Omega"]).await;
    check(&store, &with_text("OTHER"), &["Omega"]).await;
}

#[tokio::test]
async fn list_page_with_several_conditions_requires_all() {
    let Filled { database: _database, store, ada, other, configs, .. } = filled().await;
    let provider = |provider| PageFilter { provider: Some(provider), ..all() };
    check(&store, &provider(Provider::Vllm), &["GAMMA 100%", DELTA]).await;
    check(&store, &provider(Provider::OpenAi), &["Alpha", STREET]).await;
    check(&store, &labelled(&[("team", "a")]), &["Alpha", STREET]).await;
    check(&store, &labelled(&[("team", "a"), ("tier", "x")]), &["Alpha"]).await;
    check(&store, &labelled(&[("tier", "x"), ("team", "b")]), &["GAMMA 100%"]).await;
    check(&store, &labelled(&[("team", "b"), ("tier", "y")]), &[]).await;
    check(&store, &labelled(&[("team", "A")]), &[]).await;
    let of_ada = PageFilter {
        owners: VisiblePrincipals::Only(ada),
        workspaces: VisibleWorkspaces::Only([other].into()),
        ..labelled(&[("team", "a")])
    };
    check(&store, &of_ada, &["Alpha", STREET]).await;
    let with_id = |id| PageFilter { id: Some(id), ..all() };
    check(&store, &with_id(configs["beta_1"].id), &["beta_1"]).await;
    let of_owners = VisibleWorkspaces::Only([].into());
    check(&store, &PageFilter { workspaces: of_owners, ..with_id(configs["beta_1"].id) }, &[]).await;
    let narrowed_to = |names: &[&str]| PageFilter {
        narrowed_to: Some(names.iter().map(|name| configs[name].id).collect()),
        ..all()
    };
    check(&store, &narrowed_to(&[STREET, "Alpha", DELTA]), &["Alpha", STREET, DELTA]).await;
    check(&store, &PageFilter { owners: VisiblePrincipals::None, ..narrowed_to(&["Alpha"]) }, &[]).await;
    let only_beta = PageFilter { id: Some(configs["beta_1"].id), ..narrowed_to(&["Alpha", "beta_1"]) };
    check(&store, &only_beta, &["beta_1"]).await;
    let labelled_b = PageFilter { labels: labelled(&[("team", "b")]).labels, ..narrowed_to(&["Alpha"]) };
    check(&store, &labelled_b, &[]).await;
    check(&store, &narrowed_to(&[]), &[]).await;
    check(&store, &PageFilter { provider: Some(Provider::OpenAi), ..with_text("alpha") }, &["Alpha"]).await;
    check(&store, &PageFilter { provider: Some(Provider::Vllm), ..with_text("alpha") }, &[]).await;
    check(
        &store,
        &PageFilter { text: with_text("a").text, ..labelled(&[("tier", "x")]) },
        &["Alpha", "GAMMA 100%"],
    )
    .await;
    let of_owners =
        PageFilter { workspaces: VisibleWorkspaces::Only([].into()), ..labelled(&[("team", "a")]) };
    check(&store, &of_owners, &["Alpha"]).await;
}

#[tokio::test]
async fn list_page_with_state_returns_configs_by_current_verdict() {
    let Filled { database: _database, store, configs, ada, .. } = filled().await;
    let state = |state| PageFilter { state: Some(state), ..all() };
    let checked = |usable| state(CheckState::Checked(usable));
    let unchecked = || state(CheckState::Unchecked);
    check(&store, &unchecked(), &["Alpha", "beta_1", "GAMMA 100%", STREET, DELTA]).await;
    for (name, works) in
        [("Alpha", Some(false)), ("beta_1", Some(true)), ("GAMMA 100%", None), (DELTA, Some(false))]
    {
        assert!(record(&store, check_of(&configs[name], works)).await);
    }
    check(&store, &checked(Usable::No), &["Alpha", DELTA]).await;
    check(&store, &checked(Usable::Yes), &["beta_1"]).await;
    check(&store, &checked(Usable::Unknown), &["GAMMA 100%"]).await;
    check(&store, &unchecked(), &[STREET]).await;
    check(
        &store,
        &PageFilter { labels: labelled(&[("team", "a")]).labels, ..checked(Usable::No) },
        &["Alpha"],
    )
    .await;
    let of_ada = PageFilter { owners: VisiblePrincipals::Only(ada), ..checked(Usable::No) };
    check(&store, &of_ada, &["Alpha", DELTA]).await;
    check(&store, &PageFilter { text: with_text("gpu").text, ..checked(Usable::No) }, &[DELTA]).await;
    // A change of the target outdates the verdict; the list still shows it.
    update(&store, configs["Alpha"].id, endpoint_patch("https://api.openai.com/v2")).await.unwrap();
    check(&store, &checked(Usable::No), &[DELTA]).await;
    check(&store, &unchecked(), &["Alpha", STREET]).await;
    let rows = page(&store, &all(), Position::START, 500).await.rows;
    let shown: Vec<_> = rows.iter().map(|row| row.last_check.as_ref()).collect();
    let shown = |n: usize| shown[n].map(|check| (check.verdict.clone(), check.is_current));
    assert_eq!(shown(0), Some((verdict(Usable::No, "bad_key"), false)));
    assert_eq!(shown(1), Some((verdict(Usable::Yes, "ok"), true)));
    assert_eq!(shown(3), None);
    // A transfer deletes the checks, and a deletion deletes the row.
    let bob = user(&store, OrgRole::User).await;
    transfer_to(&store, configs[DELTA].id, Scope::Owner(bob)).await.unwrap();
    check(&store, &checked(Usable::No), &[]).await;
    let beta = find(&store, configs["beta_1"].id).await.unwrap();
    delete(&store, &beta).await.unwrap();
    check(&store, &checked(Usable::Yes), &[]).await;
}

#[tokio::test]
async fn list_page_with_corrupt_rows_marks_them_and_pages_on() {
    let Filled { database, store, configs, .. } = filled().await;
    database.execute("UPDATE llm_configs SET endpoint = 'nonsense' WHERE name = 'beta_1'");
    let corrupt =
        format!("! table `llm_configs`, row `{}`: column `endpoint` is corrupt", configs["beta_1"].id);
    check(&store, &all(), &["Alpha", &corrupt, "GAMMA 100%", STREET, DELTA]).await;
    // A corrupt check does not hide its configuration.
    for assignment in ["usable = 'maybe'", "reason = 'a b'", "trigger = 'WHIM'"] {
        let check = NewCheck { trigger: CheckTrigger::Background, ..check_of(&configs["Alpha"], Some(true)) };
        assert!(record(&store, check).await);
        database.execute(&format!("UPDATE last_checks SET {assignment}"));
        let rows = page(&store, &all(), Position::START, 1).await.rows;
        assert!(matches!(rows[0].config, ListedConfig::Intact(_)) && rows[0].last_check.is_none());
    }
    database.execute("UPDATE secrets SET source = 'INLINE', reference = 'env://A'");
    let rows = page(&store, &all(), Position::START, 500).await;
    assert!(names(&rows).iter().all(|name| name.starts_with("! ")), "{:?}", names(&rows));
}

#[tokio::test]
async fn list_page_with_second_secret_slot_returns_one_row() {
    let Filled { database, store, .. } = filled().await;
    let columns = "kind, mask, key_id_mask, kek_id, envelope, sealed_at, given_by, source, reference";
    database.execute(&format!(
        "INSERT INTO secrets (config_id, slot, {columns}) SELECT config_id, 'NEXT', {columns} FROM secrets"
    ));
    assert_eq!(count(&database, "secrets"), 10);
    assert_eq!(page(&store, &all(), Position::START, 500).await.rows.len(), 5);
}
