//! Numbers as people read them.

use std::borrow::Borrow;

/// A number with a comma between thousands: `5,695,200`.
pub(super) fn grouped(number: impl Borrow<u64>) -> String {
    let digits = number.borrow().to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.char_indices() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouped_number_has_comma_between_thousands() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (5_695_200, "5,695,200")];
        for (number, expected) in cases {
            assert_eq!(grouped(number), expected);
        }
    }
}
