//! The modules of a crate, and the modules that each of them uses.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{self, Import, Path};
use crate::support::{files, text};

/// A module: its imports, the paths in its code, and the code itself.
struct Module {
    imports: Vec<Import>,
    paths: Vec<Path>,
    code: String,
}

/// The modules of a crate by their paths; the root has an empty path.
pub(super) struct Graph {
    modules: BTreeMap<Path, Module>,
    /// The modules that a module uses, except itself.
    uses: BTreeMap<Path, BTreeSet<Path>>,
}

/// The path of the module in a source file; `None` for tests and programs.
fn module_path(file: &str, source: &str) -> Option<Path> {
    let relative = file.strip_prefix(source)?.trim_start_matches('/').strip_suffix(".rs")?;
    let mut path: Path = relative.split('/').map(str::to_owned).collect();
    if path.iter().any(|part| part == "tests") || relative == "main" {
        return None;
    }
    if matches!(path.last().map(String::as_str), Some("mod" | "lib")) {
        path.pop();
    }
    Some(path)
}

impl Graph {
    /// Parses the sources of the crate in the folder `source`.
    pub(super) fn parse(source: &str) -> Self {
        let mut modules = BTreeMap::new();
        for file in files(source, &[".rs"]) {
            if let Some(path) = module_path(&file, source) {
                let code = paths::code(&text(&file));
                let (imports, paths) = (paths::imports(&code), paths::paths(&code));
                modules.insert(path, Module { imports, paths, code });
            }
        }
        let mut graph = Self { modules, uses: BTreeMap::new() };
        graph.uses = graph.modules.keys().map(|path| (path.clone(), graph.used_by(path))).collect();
        graph
    }

    fn used_by(&self, from: &Path) -> BTreeSet<Path> {
        let module = &self.modules[from];
        // A parent that re-exports an item of a descendant does not depend on it.
        let imported = module.imports.iter().filter_map(|import| {
            let target = self.target(from, &import.path)?;
            (!import.is_public || !target.starts_with(from)).then_some(target)
        });
        let named = module.paths.iter().filter_map(|path| self.target(from, path));
        imported.chain(named).filter(|target| target != from).collect()
    }

    /// The module that defines the item of a path in `from`; `None` for items of other crates.
    fn target(&self, from: &Path, path: &Path) -> Option<Path> {
        self.resolve(from, path, 0)
    }

    fn resolve(&self, from: &Path, path: &[String], depth: usize) -> Option<Path> {
        let mut module = from.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (module, rest) = (Path::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    module.pop()?;
                    rest = &rest[1..];
                }
            }
            child if self.modules.contains_key(&[from.as_slice(), &[child.to_owned()]].concat()) => {}
            _ => return None,
        }
        while let Some((part, after)) = rest.split_first() {
            let child = [module.as_slice(), std::slice::from_ref(part)].concat();
            if !self.modules.contains_key(&child) {
                break;
            }
            (module, rest) = (child, after);
        }
        let Some(item) = rest.first() else { return Some(module) };
        // An import that is used through its module counts as a use of the defining module.
        if depth < 8 && !self.defines(&module, item) {
            for import in &self.modules[&module].imports {
                if import.name == *item {
                    return self.resolve(&module, &import.path, depth + 1);
                }
                if import.name == "*" && import.is_public {
                    let glob = &import.path[..import.path.len() - 1];
                    let target = self.resolve(&module, glob, depth + 1);
                    if let Some(target) = target.filter(|target| self.defines(target, item)) {
                        return Some(target);
                    }
                }
            }
        }
        Some(module)
    }

    fn defines(&self, module: &Path, item: &str) -> bool {
        let code = &self.modules[module].code;
        ["struct", "enum", "trait", "fn", "const", "static", "type", "macro_rules!"].iter().any(|keyword| {
            let definition = format!("{keyword} {item}");
            code.match_indices(&definition).any(|(at, _)| {
                let after = code[at + definition.len()..].chars().next();
                !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        })
    }

    fn reachable(&self, from: &Path, without: Option<&Path>) -> BTreeSet<Path> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from.clone()];
        while let Some(path) = open.pop() {
            for next in self.uses.get(&path).into_iter().flatten() {
                if Some(next) != without && reached.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        reached
    }

    /// The circles that are larger than a parent and its own children, each with the uses inside it.
    pub(super) fn circles(&self) -> Vec<Vec<(String, String)>> {
        let reach: BTreeMap<&Path, BTreeSet<Path>> =
            self.modules.keys().map(|path| (path, self.reachable(path, None))).collect();
        let mut circles_found = BTreeSet::new();
        let mut circles = Vec::new();
        for path in self.modules.keys() {
            let others =
                reach.iter().filter(|(other, set)| set.contains(path) && reach[path].contains(**other));
            let circle: BTreeSet<&Path> = others.map(|(other, _)| *other).collect();
            if circles_found.insert(circle.clone()) && !circle.is_empty() && !self.is_family(&circle) {
                circles.push(self.uses_within(&circle));
            }
        }
        circles
    }

    /// Whether a circle consists of a parent and its own children, which form no circle without it.
    fn is_family(&self, circle: &BTreeSet<&Path>) -> bool {
        let Some(parent) = circle.iter().min_by_key(|path| path.len()) else { return true };
        let children = || circle.iter().filter(|path| path != &parent);
        children().all(|path| path.len() == parent.len() + 1 && path.starts_with(parent))
            && children().all(|path| !self.reachable(path, Some(parent)).contains(*path))
    }

    fn uses_within(&self, circle: &BTreeSet<&Path>) -> Vec<(String, String)> {
        let name = |path: &Path| if path.is_empty() { "crate".to_owned() } else { path.join("::") };
        let uses = circle.iter().flat_map(|path| self.uses[*path].iter().map(move |used| (*path, used)));
        uses.filter(|(_, used)| circle.contains(used)).map(|(path, used)| (name(path), name(used))).collect()
    }
}
