//! Secrets in files: links, kinds of files and sizes.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use llm_config_core::secret::ResolveError;
use llm_config_secrets::FileSource;
use tempfile::TempDir;

use super::{granted, resolved};

/// The folders of two teams, and a folder beside them.
struct Folders {
    root: TempDir,
}

impl Folders {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        for name in ["a/deep", "b", "elsewhere"] {
            std::fs::create_dir_all(root.path().join(name)).unwrap();
        }
        let folders = Self { root };
        folders.write("a/key", "of team a");
        folders.write("b/key", "of team b");
        folders.write("elsewhere/key", "of no team");
        folders
    }

    /// The real path. On some systems the folder for temporary files is a link.
    fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn link(&self, name: &str, to: &str) {
        symlink(to, self.path(name)).unwrap();
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    async fn read(&self, prefixes: &[&str], name: &str) -> Result<String, ResolveError> {
        let prefixes: Vec<_> = prefixes.iter().map(|prefix| self.uri(prefix)).collect();
        let prefixes: Vec<_> = prefixes.iter().map(String::as_str).collect();
        resolved(&FileSource::new(&granted(&prefixes)), &self.uri(name)).await
    }

    async fn check(&self, name: &str, expected: Result<&str, ResolveError>) {
        assert_eq!(self.read(&["a"], name).await, expected.map(str::to_owned), "{name}");
    }
}

const REFUSED: Result<&str, ResolveError> = Err(ResolveError::Refused);

#[tokio::test]
async fn resolve_removes_one_trailing_line_break() {
    let folders = Folders::new();
    for (content, expected) in [
        ("sk-1", "sk-1"),
        ("sk-1\n", "sk-1"),
        ("sk-1\r\n", "sk-1"),
        ("sk-1\n\n", "sk-1\n"),
        (" sk-1 \n", " sk-1 "),
    ] {
        folders.write("a/deep/key", content);
        folders.check("a/deep/key", Ok(expected)).await;
    }
}

#[tokio::test]
async fn resolve_follows_links_within_folder() {
    let folders = Folders::new();
    // Kubernetes mounts secrets in this way.
    std::fs::create_dir(folders.path("a/..2026_01")).unwrap();
    folders.write("a/..2026_01/openai", "mounted\n");
    folders.link("a/..data", "..2026_01");
    folders.link("a/openai", "..data/openai");
    folders.check("a/openai", Ok("mounted")).await;
    // A renewed secret is read again.
    std::fs::create_dir(folders.path("a/..2026_02")).unwrap();
    folders.write("a/..2026_02/openai", "renewed\n");
    std::fs::remove_file(folders.path("a/..data")).unwrap();
    folders.link("a/..data", "..2026_02");
    folders.check("a/openai", Ok("renewed")).await;
}

#[tokio::test]
async fn resolve_link_out_of_folder_is_refused() {
    let folders = Folders::new();
    folders.link("a/relative", "../b/key");
    folders.link("a/absolute", &folders.path("b/key").display().to_string());
    folders.link("a/folder", "../b");
    folders.link("a/deep/twice", "../relative");
    folders.link("a/loop", "loop");
    folders.link("a/system", "/etc/passwd");
    for name in ["a/relative", "a/absolute", "a/folder/key", "a/deep/twice", "a/loop", "a/system"] {
        folders.check(name, REFUSED).await;
    }
}

#[tokio::test]
async fn resolve_link_to_other_team_with_grant_of_parent_is_refused() {
    let folders = Folders::new();
    folders.link("a/stolen", "../b/key");
    // A grant of the parent folder covers team b's key under its own path only.
    for prefixes in [&["a", ""] as &[_], &["", "a"], &["", "a", "b"]] {
        assert_eq!(folders.read(prefixes, "b/key").await, Ok("of team b".to_owned()), "{prefixes:?}");
        assert_eq!(folders.read(prefixes, "a/stolen").await, Err(ResolveError::Refused), "{prefixes:?}");
    }
    assert_eq!(folders.read(&[""], "a/stolen").await, Ok("of team b".to_owned()));
}

#[tokio::test]
async fn resolve_below_prefix_that_is_link_succeeds() {
    let folders = Folders::new();
    folders.link("current", "a");
    assert_eq!(folders.read(&["current"], "current/key").await, Ok("of team a".to_owned()));
    folders.link("one", "a/key");
    assert_eq!(folders.read(&["one"], "one").await, Ok("of team a".to_owned()));
}

#[tokio::test]
async fn resolve_outside_prefixes_is_refused() {
    let folders = Folders::new();
    for name in ["b/key", "elsewhere/key", "a/../b/key", "ab/key", "a"] {
        folders.check(name, REFUSED).await;
    }
    assert_eq!(folders.read(&[], "a/key").await, Err(ResolveError::Refused));
}

#[tokio::test]
async fn resolve_other_than_small_regular_file_is_refused() {
    let folders = Folders::new();
    let pipe = folders.path("a/pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    folders.link("a/device", "/dev/zero");
    folders.write("a/empty", "");
    folders.write("a/line", "\n");
    folders.write("a/binary", [0xff, 0xfe, 0x00]);
    folders.write("a/large", "x".repeat(20 * 1024));
    for name in
        ["a/deep", "a/pipe", "a/device", "a/empty", "a/line", "a/binary", "a/large", "a/none", "a/key/x"]
    {
        folders.check(name, REFUSED).await;
    }
    let largest = "x".repeat(16 * 1024);
    folders.write("a/largest", format!("{largest}\n"));
    folders.check("a/largest", Ok(&largest)).await;
    folders.write("a/larger", format!("{largest}x\n"));
    folders.check("a/larger", REFUSED).await;
}

/// The interleaving is random, but none may return the other team's key.
#[tokio::test]
async fn resolve_link_that_changes_during_read_never_returns_other_key() {
    let folders = Folders::new();
    folders.link("a/flip", "key");
    let (flip, ends) = (folders.path("a/flip"), Arc::new(AtomicBool::new(false)));
    let end = Arc::clone(&ends);
    let flipping = std::thread::spawn(move || {
        let next = flip.with_extension("next");
        for to in ["../b/key", "key"].iter().cycle() {
            symlink(to, &next).unwrap();
            std::fs::rename(&next, &flip).unwrap();
            if end.load(Ordering::SeqCst) {
                return;
            }
        }
    });
    let mut found = BTreeSet::new();
    for _ in 0..1000 {
        found.extend(folders.read(&["a"], "a/flip").await.ok());
    }
    ends.store(true, Ordering::SeqCst);
    flipping.join().unwrap();
    assert!(found.is_subset(&BTreeSet::from(["of team a".to_owned()])), "{found:?}");
}
