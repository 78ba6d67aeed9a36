"""What schemathesis cannot know: values that formats stand for, what a run must not break, and two checks."""

import itertools
import json
import os
import random
import re
import string
import time
import uuid

import jsonschema_rs
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

known = json.load(open(os.environ["CONFORMANCE_IDS"]))
PROTECTED = frozenset(known["protected"])
# Ids of existing objects, by the member of a body that names them.
EXISTING = dict.fromkeys(["ownerId", "subjectPrincipalId", "userId"], known["users"])
EXISTING["workspaceId"] = known["workspaces"]
OUTSIDER = {"authorization": f"Bearer {known['outsider_token']}"}

# The most pings of a series, and the most milliseconds between them.
SERIES = {"count": 3, "intervalMs": 20}

# `uri` means an http or https URL here. Names below `invalid` have no address, so no check leaves the machine.
words = st.text(string.ascii_lowercase, min_size=1, max_size=8)
urls = st.builds(
    "{}://{}.invalid{}{}".format,
    st.sampled_from(["http", "https"]),
    words,
    st.sampled_from(["", ":8443"]),
    st.sampled_from(["", "/v1", "/api/v2/"]),
)
schemathesis.openapi.format("uri", urls)


calls = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps a run alive and short, and most of its valid requests useful."""
    keep_own_identity(case)
    if case.path == "/v1/ping:stream" and isinstance(case.body, dict):
        shorten_series(case.body)
    if case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE:
        give_one_value(case)
        # A quarter stays as generated, so that these rules are broken too.
        if next(calls) % 4 > 0:
            follow_rules(case)


def keep_own_identity(case):
    """A call that would delete, demote or deactivate the run's own users and keys gets another id."""
    if case.method in ("PUT", "DELETE"):
        for name, value in (case.path_parameters or {}).items():
            if str(value).lower() in PROTECTED:
                case.path_parameters[name] = str(uuid.uuid4())


def shorten_series(body):
    """A series of pings may last for more than an hour."""
    for name, limit in SERIES.items():
        amount = body.get(name, 0)
        if amount is None or amount == 0 or (type(amount) in (int, float) and amount > limit):
            body[name] = limit


def give_one_value(case):
    """The deprecated spelling of a parameter gets the value of the other one: two values are a 400, because the
    server cannot know which of them is meant."""
    for name in list(case.query or {}):
        camel_case = re.sub("_(.)", lambda letter: letter[1].upper(), name)
        if camel_case != name and camel_case in case.query:
            case.query[name] = case.query[camel_case]


def follow_rules(case):
    """Rules that JSON Schema cannot express, and that would make most requests a 400, 403 or 412: users and
    workspaces exist, times are in the past or in the future, cursors are those of a page before, and entity tags
    are current."""
    for name in ("cursor", "nextToken", "next_token"):
        (case.query or {}).pop(name, None)
    for name in list(case.headers or {}):
        if name.lower() == "if-match":
            del case.headers[name]
    if not isinstance(case.body, dict):
        return
    for name, ids in EXISTING.items():
        if isinstance(case.body.get(name), str):
            case.body[name] = random.choice(ids)
    now = int(time.time() * 1000)
    if isinstance(case.body.get("expiresAt"), int):
        case.body["expiresAt"] = max(case.body["expiresAt"], now + 24 * 60 * 60 * 1000)
    if isinstance(case.body.get("validFrom"), int):
        case.body["validFrom"] = min(case.body["validFrom"], now)


@schemathesis.deserializer("application/x-ndjson")
def read_lines(context, response):
    """The body of a stream is a text; `events_conformance` validates its lines."""
    return response.content.decode()


@schemathesis.check
def events_conformance(ctx, response, case):
    """Every line of a stream matches the schema of events, which the document has as `contentSchema`."""
    if case.path != "/v1/ping:stream" or response.status_code != 200:
        return None
    document = case.operation.schema.raw_schema
    schema = {"$ref": "#/components/schemas/PingEvent", "components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    events = [json.loads(line) for line in response.content.decode().splitlines()]
    for event in events:
        validator.validate(event)
    assert events and "summary" in events[-1], "the last event is a summary"
    return None


refused = set()


@schemathesis.check
def outsider_is_refused(ctx, response, case):
    """An object that the owner may read by its id is hidden from the outsider. Unlike schemathesis' own check,
    which asks once for each operation, and only for objects that the run itself created."""
    is_read = case.method == "GET" and case.path_parameters and case.path != "/docs/{file}"
    url = response.request.url
    if not is_read or response.status_code != 200 or url in refused or known["outsider"] in url:
        return None
    if response.json().get("subjectPrincipalId") == known["outsider"]:
        return None  # The outsider may read their own keys, which the owner's list contains.
    refused.add(url)
    repeated = requests.get(url, headers=OUTSIDER, timeout=30)
    assert repeated.status_code in (403, 404), f"the outsider got {repeated.status_code} for {url}"
    return None
