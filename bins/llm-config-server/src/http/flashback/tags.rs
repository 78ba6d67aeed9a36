//! The tags of this API's operations.

use crate::http::schema::tag::tags;

tags! {
    LLMS = "AI LLM" "Configurations of workspaces: how to reach a provider, and the credential for it.";
    WORKSPACES = "Workspaces" "Workspaces and their members.";
    USERS = "Organization users" "The users of the organisation, and their roles.";
}
