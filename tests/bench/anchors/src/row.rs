//! One configuration in SQLite: 21 columns, two unique indexes, and an audit row for each creation.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use serde_json::{Value, json};
use uuid::Uuid;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS configs (
    id BLOB PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, provider TEXT NOT NULL,
    model TEXT NOT NULL, base_url TEXT NOT NULL, api_version TEXT, description TEXT, enabled INTEGER NOT NULL,
    is_default INTEGER NOT NULL, params TEXT NOT NULL, metadata TEXT NOT NULL, tags TEXT NOT NULL,
    secret BLOB NOT NULL, nonce BLOB NOT NULL, key_id TEXT NOT NULL, hint TEXT NOT NULL,
    version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS configs_name ON configs (tenant, name);
CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    config_id BLOB NOT NULL, detail TEXT NOT NULL
);";

const INSERT: &str = "INSERT INTO configs VALUES \
    (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";

const APPEND: &str = "INSERT INTO audit (at, actor, action, config_id, detail) VALUES (?1, ?2, ?3, ?4, ?5)";

const SELECT: &str = "SELECT name, provider, model, base_url, api_version, description, enabled, is_default, \
    params, metadata, tags, hint, version, created_at, updated_at, created_by FROM configs WHERE id = ?1";

const DESCRIPTION: &str = "Production chat configuration used by the support assistant; rotated quarterly \
    by the platform team.";
const PARAMS: &str = r#"{"temperature":0.7,"top_p":0.95,"max_tokens":4096,"timeout_ms":60000,"max_retries":3,"presence_penalty":0.0,"frequency_penalty":0.0,"stop":["\n\nHuman:","\n\nAssistant:"]}"#;
const METADATA: &str = r#"{"team":"platform","cost_center":"cc-1234","environment":"production","owner":"llm-platform@example.com","ticket":"OPS-1234"}"#;
const TAGS: &str = r#"["prod","chat","support"]"#;
const DETAIL: &str =
    r#"{"ip":"127.0.0.1","fields":["name","provider","model","secret"],"request_id":"0123456789abcdef"}"#;

/// Opens the database at full durability, as the server does.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA cache_size = -65536",
    )?;
    db.execute_batch(TABLES)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Inserts a configuration and its audit row, in the caller's transaction.
pub(crate) fn insert(db: &Connection, name: &str, secret: &[u8], nonce: &[u8]) -> Result<Uuid> {
    let (id, now) = (Uuid::now_v7(), microseconds());
    db.prepare_cached(INSERT)?.execute(params![
        id.as_bytes().as_slice(),
        "default",
        name,
        "openai",
        "gpt-4o-mini",
        "https://api.openai.com/v1",
        "2024-10-21",
        DESCRIPTION,
        true,
        false,
        PARAMS,
        METADATA,
        TAGS,
        secret,
        nonce,
        "k1",
        "sk-...wxyz",
        1,
        now,
        now,
        "bench",
    ])?;
    let event = params![now, "bench", "config.create", id.as_bytes().as_slice(), DETAIL];
    db.prepare_cached(APPEND)?.execute(event)?;
    Ok(id)
}

/// The configuration as JSON, by its primary key; about 800 bytes.
pub(crate) fn read(db: &Connection, id: Uuid) -> Result<Option<String>> {
    let mut select = db.prepare_cached(SELECT)?;
    let row = select.query_row([id.as_bytes().as_slice()], |row| value(id, row)).optional()?;
    Ok(row.map(|value| value.to_string()))
}

fn value(id: Uuid, row: &Row<'_>) -> Result<Value> {
    let text = |column: usize| row.get::<_, String>(column);
    let number = |column: usize| row.get::<_, i64>(column);
    let parsed = |column: usize| text(column).map(|text| serde_json::from_str(&text).unwrap_or(Value::Null));
    Ok(json!({
        "id": id.to_string(),
        "name": text(0)?,
        "provider": text(1)?,
        "model": text(2)?,
        "base_url": text(3)?,
        "api_version": text(4)?,
        "description": text(5)?,
        "enabled": row.get::<_, bool>(6)?,
        "is_default": row.get::<_, bool>(7)?,
        "params": parsed(8)?,
        "metadata": parsed(9)?,
        "tags": parsed(10)?,
        "api_key_hint": text(11)?,
        "version": number(12)?,
        "created_at": number(13)?,
        "updated_at": number(14)?,
        "created_by": text(15)?,
    }))
}

/// Microseconds since 1970.
fn microseconds() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX)
}
