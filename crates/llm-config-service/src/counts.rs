//! Counts by key.

use std::hash::Hash;

use foldhash::HashMap;

/// How many things each key has. A key without any takes no memory.
#[derive(Debug)]
pub struct Counts<K>(HashMap<K, usize>);

impl<K: Eq + Hash> Counts<K> {
    /// The count of a key.
    pub fn of(&self, key: &K) -> usize {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// Adds `number` to the count of a key.
    pub fn add(&mut self, key: K, number: usize) {
        if number > 0 {
            *self.0.entry(key).or_default() += number;
        }
    }

    /// Subtracts `number`, which was added before, from the count of a key.
    pub fn remove(&mut self, key: &K, number: usize) {
        if let Some(count) = self.0.get_mut(key) {
            *count = count.saturating_sub(number);
            if *count == 0 {
                self.0.remove(key);
            }
        }
    }

    /// Whether all counts are zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remove_of_all_that_was_added_leaves_no_key() {
        let mut counts = Counts::default();
        counts.add("a", 2);
        counts.add("a", 1);
        counts.add("b", 0);
        counts.remove(&"a", 1);
        assert_eq!((counts.of(&"a"), counts.of(&"b"), counts.0.len()), (2, 0, 1));
        counts.remove(&"a", 2);
        counts.remove(&"a", 1);
        assert!(counts.is_empty());
    }
}
