//! The tags of this API's operations.

use crate::http::schema::tag::tags;

tags! {
    LLMS = "LLM" "Configurations of single owners: how to reach a model, and the credential for it.";
    KEYS = "API keys" "The keys of this server, which its clients send; not those of providers.";
    PING = "Ping" "Calls of a model that measure how long it takes.";
    USERS = "Users" "The users who hold keys and own configurations.";
    SYSTEM = "System" "The version of the server, and its initialisation.";
}
