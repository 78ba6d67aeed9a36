//! The tag of these operations.

use crate::http::schema::tag::tags;

tags! {
    TAG = "Documentation" "The documents of all APIs, and a page to browse them.";
}
