"""A3: one USER stores without end, and narrows a token to any number of workspaces.

A USER issues tokens, on SQLite and on PostgreSQL, until the limit that the server is given, where it has one.
Checks: a token beyond the limit is refused with 429, and one that is narrowed to 1,000 workspaces with 400;
another user can issue tokens meanwhile.
"""

import uuid

from finding import has_setting, main, on_both_databases

# Tokens are counted once a second, so that some more may pass.
LIMIT, TOLERANCE = 200, 200

WORKSPACES = 1000


def issue_until_refused(server, token):
    """How many tokens were issued, and the last status."""
    issued = 0
    while issued < LIMIT + TOLERANCE:
        status = server.request("POST", "/v1/apikeys", {}, token).status
        if status != 201:
            break
        issued += 1
    return issued, status


def measure(server):
    """The figures of a server, and whether they are right."""
    token = server.create_user("greedy")
    workspaces = [str(uuid.uuid4()) for _ in range(WORKSPACES)]
    narrow = server.request("POST", "/v1/apikeys", {"workspaces": workspaces}, token).status
    issued, status = issue_until_refused(server, token)
    other = server.request("POST", "/v1/apikeys", {}, server.create_user("other")).status
    figures = (
        f"token {issued + 1} of a user {status}, a token of another user {other},"
        f" one for {WORKSPACES} workspaces {narrow}"
    )
    return figures, (status, other, narrow) == (429, 201, 400)


def test(run):
    settings = {"max_tokens_per_user": LIMIT} if has_setting(run, "--max-tokens-per-user") else {}
    return on_both_databases(run, measure, **settings)


main("A3", test)
