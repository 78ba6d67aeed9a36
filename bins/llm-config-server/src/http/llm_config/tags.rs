//! The tags of this API's operations.

use crate::http::schema::tag::tags;

tags! {
    CHECKS = "Checks" "Checks of configurations against their providers, before and after they are stored.";
    CONFIGS = "Configurations" "Configurations of both APIs, by id.";
    ATTENTION = "Attention" "What needs the attention of the caller.";
    USAGE = "Usage" "How much configurations are used.";
}
