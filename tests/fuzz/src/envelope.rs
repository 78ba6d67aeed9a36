//! Sealed values: bytes that were not sealed never open, and a sealed value opens for its row only, and not
//! with a byte changed, added or missing.

use llm_config_store::testing::{open_sealed, seal};

use super::input::Input;

const ROW: &str = "row";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let [is_sealed, ..] = input.flags();
    if is_sealed {
        let (place, mask) = (usize::from(input.byte()) << 8 | usize::from(input.byte()), input.byte());
        check_sealed(input.0, place, mask);
    } else {
        assert!(open_sealed(ROW, input.0).is_err(), "bytes open that were not sealed");
    }
}

/// Seals `value`, and changes a byte by `mask` at a place that `place` chooses.
fn check_sealed(value: &[u8], place: usize, mask: u8) {
    let sealed = seal(ROW, value);
    assert_eq!(open_sealed(ROW, &sealed).as_deref().map(Vec::as_slice), Ok(value));
    assert!(open_sealed("another row", &sealed).is_err(), "a value opens for another row");
    let place = place % sealed.len();
    assert!(open_sealed(ROW, &sealed[..place]).is_err(), "a value opens without its end");
    let mut changed = sealed.clone();
    changed[place] ^= mask.max(1);
    assert!(open_sealed(ROW, &changed).is_err(), "a value opens with byte {place} changed");
    let mut longer = sealed;
    longer.insert(place, mask);
    assert!(open_sealed(ROW, &longer).is_err(), "a value opens with a byte added at {place}");
}
