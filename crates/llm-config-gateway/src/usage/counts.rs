//! The counts that a provider reported, before totals are made of them.

/// Counts of tokens, `T` being what is known of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CountsOf<T> {
    pub(super) input: T,
    pub(super) cached: T,
    pub(super) cache_write: T,
    /// Results of tools that the provider itself ran, counted apart from the input.
    pub(super) tool_use: T,
    pub(super) output: T,
    pub(super) reasoning: T,
    pub(super) audio_in: T,
    pub(super) audio_out: T,
}

/// The counts that were reported.
pub(super) type Counts = CountsOf<Option<u64>>;

impl Counts {
    /// No count was reported.
    pub(super) const NONE: Self = Self {
        input: None,
        cached: None,
        cache_write: None,
        tool_use: None,
        output: None,
        reasoning: None,
        audio_in: None,
        audio_out: None,
    };

    /// Takes what `later` has, field by field.
    pub(super) fn merge(&mut self, later: Self) {
        *self = Self {
            input: later.input.or(self.input),
            cached: later.cached.or(self.cached),
            cache_write: later.cache_write.or(self.cache_write),
            tool_use: later.tool_use.or(self.tool_use),
            output: later.output.or(self.output),
            reasoning: later.reasoning.or(self.reasoning),
            audio_in: later.audio_in.or(self.audio_in),
            audio_out: later.audio_out.or(self.audio_out),
        };
    }

    /// The counts, 0 where none was reported: providers leave out parts that are 0.
    pub(super) fn or_zero(self) -> CountsOf<u64> {
        CountsOf {
            input: self.input.unwrap_or(0),
            cached: self.cached.unwrap_or(0),
            cache_write: self.cache_write.unwrap_or(0),
            tool_use: self.tool_use.unwrap_or(0),
            output: self.output.unwrap_or(0),
            reasoning: self.reasoning.unwrap_or(0),
            audio_in: self.audio_in.unwrap_or(0),
            audio_out: self.audio_out.unwrap_or(0),
        }
    }
}
