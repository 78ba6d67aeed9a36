//! For tests: which members a reader of bodies asks for, so that what is described is what is read.

use std::cell::RefCell;
use std::collections::BTreeSet;

use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

thread_local! {
    static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// A reader asked for the member; elements of lists are alike.
pub(super) fn note(field: &str) {
    ASKED.with_borrow_mut(|asked| asked.insert(field.replace("[0]", "")));
}

/// Checks that the members that `read` asks for, over all `bodies`, are the members that `T`
/// describes, those of its objects included.
#[track_caller]
pub(super) fn check<T: ToSchema>(bodies: &[&str], read: impl Fn(&[u8])) {
    ASKED.take();
    for body in bodies {
        read(body.as_bytes());
    }
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    let mut described = BTreeSet::new();
    describe("", &T::schema(), &parts, &mut described);
    assert_eq!(described, ASKED.take(), "described, and read");
}

type Parts = [(String, RefOr<Schema>)];

fn describe(prefix: &str, schema: &RefOr<Schema>, parts: &Parts, found: &mut BTreeSet<String>) {
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next().unwrap();
            let part = parts.iter().find(|(it, _)| it == name);
            return describe(prefix, &part.unwrap_or_else(|| panic!("{name}")).1, parts, found);
        }
    };
    match schema {
        Schema::Object(object) => {
            for (name, member) in &object.properties {
                found.insert(format!("{prefix}{name}"));
                describe(&format!("{prefix}{name}."), member, parts, found);
            }
        }
        Schema::OneOf(one_of) => one_of.items.iter().for_each(|it| describe(prefix, it, parts, found)),
        Schema::Array(array) => {
            let items = serde_json::to_value(&array.items).unwrap();
            if let Ok(items) = serde_json::from_value::<RefOr<Schema>>(items) {
                describe(prefix, &items, parts, found);
            }
        }
        other @ (Schema::AllOf(_) | Schema::AnyOf(_) | _) => panic!("{:?}", serde_json::to_string(other)),
    }
}
