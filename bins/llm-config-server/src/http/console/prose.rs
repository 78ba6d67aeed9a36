//! Messages in which code stands between backticks, as the APIs return them.

/// The parts of a message, each with whether it is code.
pub(crate) fn parts(text: &(impl AsRef<str> + ?Sized)) -> Vec<(bool, &str)> {
    text.as_ref().split('`').enumerate().map(|(number, part)| (number % 2 == 1, part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_message_alternate_between_text_and_code() {
        let expected =
            [(false, "must be "), (true, "key=value"), (false, ", such as "), (true, "a=b"), (false, "")];
        assert_eq!(parts("must be `key=value`, such as `a=b`"), expected);
        assert_eq!(parts("is required"), [(false, "is required")]);
    }
}
