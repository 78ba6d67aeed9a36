#!/usr/bin/env python3
"""Uses the official Python client: initialisation, then every operation on LLMs.

    pip install goodmem==0.1.43
    LLM_CONFIG_WAIT_FOR_INIT=true llm-config-server &        # a server that was never started before
    python goodmem_llms.py http://127.0.0.1:8080

Prints a line for each expectation, and fails at the first that is not met.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from goodmem import BadRequestError, ConflictError, Goodmem, NotFoundError, PermissionDeniedError

SECRET = "sk-example-0123456789"


def expect(what, condition):
    if not condition:
        sys.exit(f"failed: {what}")
    print(f"ok: {what}")


def expect_error(what, error, call):
    try:
        call()
    except error as caught:
        expect(f"{what}: {caught.status_code}", SECRET not in str(caught.body))
    else:
        sys.exit(f"failed: {what}")


base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"

first = Goodmem(base).system.init()
expect("the first init returns the root key", not first.already_initialized and first.root_api_key.startswith("gm_"))
expect("the second does not", Goodmem(base).system.init().root_api_key is None)
client = Goodmem(base_url=base, api_key=first.root_api_key)
me = client.users.me()
expect("a user is read by id", client.users.get(id=me.user_id, include_deleted=True).email == me.email)
expect("a user is read by address", client.users.get(email=me.email, include_deleted=False).email == me.email)
expect("the key is the root user's", me.user_id == first.user_id)

# Create: the client's registry knows the model and fills in provider, endpoint and limits.
made = client.llms.create(display_name="GPT-4o mini", model_identifier="gpt-4o-mini", api_key=SECRET)
expect("a known model is created", made.llm.endpoint_url == "https://api.openai.com/v1")
expect("its six capabilities are inferred", len(made.statuses) == 6 and made.llm.capabilities.supports_chat)
expect("the credential is not returned", made.llm.credentials is None)
local = client.llms.create(
    display_name="local",
    provider_type="VLLM",
    endpoint_url="http://gpu.example:8000/v1",
    model_identifier="qwen3",
    labels={"env": "dev", "a.b": "c d"},
    default_sampling_params={"temperature": 1, "max_tokens": 100},
    client_config={"retries": 3},
).llm
expect("a local model is created", local.default_sampling_params.temperature == 1.0 and local.client_config == {"retries": 3})
expect_error(
    "the same connection is a conflict",
    ConflictError,
    lambda: client.llms.create(display_name="again", model_identifier="gpt-4o-mini", api_key=SECRET),
)
expect_error(
    "rules are checked",
    BadRequestError,
    lambda: client.llms.create(
        display_name="x" * 256, provider_type="VLLM", endpoint_url="http://gpu.example/v1", model_identifier="m"
    ),
)


# List, by every filter.
def ids(**filters):
    return {llm.llm_id for llm in client.llms.list(**filters)}


both = {made.llm.llm_id, local.llm_id}
expect("the list has both", ids() == both)
expect("filtered by provider", ids(provider_type="VLLM") == {local.llm_id})
expect("filtered by label", ids(label={"env": "dev"}) == {local.llm_id})
expect("filtered by labels with dots and spaces", ids(label={"env": "dev", "a.b": "c d"}) == {local.llm_id})
expect("filtered by a label that differs", ids(label={"env": "prod"}) == set())
expect("filtered by owner", ids(owner_id=me.user_id) == both)
expect("filtered by another owner", ids(owner_id=local.llm_id) == set())
expect("filtered by all at once", ids(owner_id=me.user_id, provider_type="VLLM", label={"env": "dev"}) == {local.llm_id})

# Get.
expect("one is read", client.llms.get(id=local.llm_id, include_credentials=False).display_name == "local")
expect_error(
    "credentials are write-only",
    PermissionDeniedError,
    lambda: client.llms.get(id=local.llm_id, include_credentials=True),
)


# Update, with both modes of labels.
def update(**request):
    return client.llms.update(id=local.llm_id, request=request)


merged = update(display_name="local 2", merge_labels={"team": "ai"})
expect("labels are merged", merged.labels == {"env": "dev", "a.b": "c d", "team": "ai"} and merged.display_name == "local 2")
expect("labels are replaced", update(replace_labels={"only": "this"}).labels == {"only": "this"})
expect("labels are cleared", update(replace_labels={}).labels == {})
expect("fields that are not sent stay", client.llms.get(id=local.llm_id).model_identifier == "qwen3")
expect_error(
    "a secret is not taken to another host",
    BadRequestError,
    lambda: client.llms.update(id=made.llm.llm_id, request={"endpoint_url": "https://elsewhere.example/v1"}),
)
twin = client.llms.create(
    display_name="twin", provider_type="VLLM", endpoint_url="http://gpu.example:8000/v1", model_identifier="other"
).llm
expect_error(
    "an update into a duplicate is a conflict",
    ConflictError,
    lambda: client.llms.update(id=twin.llm_id, request={"model_identifier": "qwen3"}),
)

# API keys.
scoped = client.apikeys.create(
    labels={"use": "reading"},
    authority_mode="SCOPED",
    ceiling=[{"operation": "READ_LLM", "selector": "OWN"}, {"operation": "LIST_LLM", "selector": "OWN"}],
)
reader = Goodmem(base_url=base, api_key=scoped.raw_api_key)
expect("a narrowed key reads", reader.llms.get(id=local.llm_id).llm_id == local.llm_id)
expect_error("and does not delete", PermissionDeniedError, lambda: reader.llms.delete(id=local.llm_id))
expect(
    "keys are listed",
    scoped.api_key_metadata.api_key_id in {key.api_key_id for key in client.apikeys.list(view="BASIC", lifecycle_state="USABLE")},
)
listed = [key.api_key_id for key in client.apikeys.list()]
paged = [key.api_key_id for key in client.apikeys.list(max_results=1)]
expect("pages of keys are the list of keys", len(listed) > 1 and paged == listed)
client.apikeys.delete(id=scoped.api_key_metadata.api_key_id)

# Ping, with a fake provider on this machine.
class Provider(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        genuine = self.headers["Authorization"] == f"Bearer {SECRET}"
        answer = {"choices": [{"message": {"content": "p"}}]} if genuine else {"error": {"message": "Invalid API key"}}
        body = json.dumps(answer).encode()
        self.send_response(200 if genuine else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


provider = HTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=provider.serve_forever, daemon=True).start()
pinged = client.llms.create(
    display_name="pinged",
    provider_type="VLLM",
    endpoint_url=f"http://127.0.0.1:{provider.server_port}/v1",
    model_identifier="tiny",
    api_key=SECRET,
).llm
once = client.ping.once(target_id=pinged.llm_id)
expect("a ping is answered", once.ok and once.http_status == 200 and once.seq == 1 and once.rtt_ms > 0)
expect("by the endpoint and the API path", once.endpoint.resolved_endpoint == f"{pinged.endpoint_url}/chat/completions")
with client.ping.stream(target_id=pinged.llm_id, count=2, interval_ms=10) as stream:
    series = list(stream)
expect("a series has an event for each ping and a summary", len(series) == 3)
wrong = {"kind": "CREDENTIAL_KIND_API_KEY", "api_key": {"inline_secret": "sk-wrong-0123456789"}}
client.llms.update(id=pinged.llm_id, request={"credentials": wrong})
refused = client.ping.once(target_id=pinged.llm_id)
expect("a wrong key is a result that is not ok", not refused.ok and refused.http_status == 401 and "sk-" not in refused.error_message)
client.llms.delete(id=pinged.llm_id)
provider.shutdown()

# Delete.
for llm in (made.llm, local, twin):
    client.llms.delete(id=llm.llm_id)
expect("everything is deleted", ids() == set())
expect_error("a deleted LLM is not found", NotFoundError, lambda: client.llms.get(id=local.llm_id))
