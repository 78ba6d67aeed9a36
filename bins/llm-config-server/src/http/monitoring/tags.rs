//! The tag of these operations.

use crate::http::schema::tag::tags;

tags! {
    TAG = "Monitoring" "The state of the server and its metrics, for monitoring systems.";
}
