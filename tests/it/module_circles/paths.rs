//! Paths in Rust source: those of `use` declarations, and those in expressions and types.

/// A path, by its segments.
pub(super) type Path = Vec<String>;

/// A name that a `use` declaration brings into its module; `*` for all names.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) path: Path,
    pub(super) is_public: bool,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code of a file without comments, and without its module of unit tests at the end.
pub(super) fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Splits code into the trees of its `use` declarations, with whether they are public, and the rest.
fn split(code: &str) -> (Vec<(&str, bool)>, String) {
    let (mut trees, mut other) = (Vec::new(), String::new());
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let line = rest[..at].rsplit('\n').next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with("pub") {
            let (tree, after) = rest[at + "use ".len()..].split_once(';').unwrap_or_default();
            trees.push((tree, line.starts_with("pub")));
            other.push_str(&rest[..at]);
            rest = after;
        } else {
            other.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    other.push_str(rest);
    (trees, other)
}

/// The names that the `use` declarations of this code import.
pub(super) fn imports(code: &str) -> Vec<Import> {
    let mut imports = Vec::new();
    for (tree, is_public) in split(code).0 {
        let mut paths = Vec::new();
        expand(&tree.split_whitespace().collect::<Vec<_>>().join(" "), &mut Vec::new(), &mut paths);
        imports.extend(paths.into_iter().map(|(path, name)| Import { name, path, is_public }));
    }
    imports
}

/// Expands a tree such as `a::{b, c::d as e}` behind `prefix` to pairs of path and name.
fn expand(tree: &str, prefix: &mut Path, found: &mut Vec<(Path, String)>) {
    let depth = prefix.len();
    let mut rest = tree.trim();
    while let Some((segment, after)) =
        rest.split_once("::").filter(|(segment, _)| segment.chars().all(is_name))
    {
        prefix.push(segment.to_owned());
        rest = after.trim();
    }
    if let Some(group) = rest.strip_prefix('{') {
        let mut level = 0;
        let inner = group.strip_suffix('}').unwrap_or(group);
        let parts = inner.split(|c: char| {
            level += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && level == 0
        });
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            expand(part, prefix, found);
        }
    } else if rest == "self" {
        found.push((prefix.clone(), prefix.last().cloned().unwrap_or_default()));
    } else {
        let (original, name) = rest.split_once(" as ").unwrap_or((rest, rest));
        let mut path = prefix.clone();
        path.push(original.to_owned());
        found.push((path, name.to_owned()));
    }
    prefix.truncate(depth);
}

/// All paths of at least two segments outside of `use` declarations.
pub(super) fn paths(code: &str) -> Vec<Path> {
    let code = split(code).1;
    let mut found = Vec::new();
    for word in code.split(|c: char| !is_name(c) && c != ':') {
        let path: Path = word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if word.contains("::") && path.len() > 1 && path.iter().all(|part| part.chars().all(is_name)) {
            found.push(path);
        }
    }
    found
}
