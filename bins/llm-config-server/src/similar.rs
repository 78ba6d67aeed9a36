//! Suggests the name that a mistyped one was meant to be.

/// The similarity from which a name is suggested. 1 is equal.
const SIMILAR: f64 = 0.8;

/// The length up to which a similar name is searched, in bytes: the cost grows with the square of it.
const LONGEST_NAME: usize = 64;

/// The most similar of the `known` names, if any is similar. Case and separators do not matter.
pub(crate) fn most_similar<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = letters(name);
    let rated = known.into_iter().map(|known| (strsim::jaro(&name, &letters(known)), known));
    let best = rated.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(similarity, _)| *similarity >= SIMILAR).map(|(_, known)| known)
}

fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
