//! Suggests the name that a mistyped one was meant to be.

/// How similar two names must be, from 0 to 1: as in the suggestions for flags.
const SIMILAR: f64 = 0.7;

/// The most similar of the `known` names, if any is similar.
pub(super) fn most_similar<'n>(name: &str, known: &'n [String]) -> Option<&'n str> {
    let similarities = known.iter().map(|known| (strsim::jaro_winkler(name, known), known));
    let similar = similarities.filter(|(similarity, _)| *similarity > SIMILAR);
    similar.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known.as_str())
}
