"""I6: a user can choose a header that proxies and gateways set as the header of the key.

Checks: a configuration with such a header is refused with 400; one with an ordinary header is created.
"""

from finding import Failed, Server, main
from support.server import llm

RESERVED = (
    "X_Forwarded_For",
    "Fastly-Client-IP",
    "X-Cluster-Client-IP",
    "X-Original-Host",
    "X-Envoy-External-Address",
    "X-Remote-User",
    "X-Goog-IAP-JWT-Assertion",
    "Range",
)


def create(server, number, header):
    body = llm(number)
    body["credentials"]["apiKey"]["headerName"] = header
    return server.request("POST", "/v1/llms", body).status


def test(run):
    server = Server(run)
    if create(server, 0, "X-Api-Key") != 201:
        raise Failed("an ordinary header is refused")
    taken = [name for number, name in enumerate(RESERVED, 1) if create(server, number, name) != 400]
    figures = f"{len(RESERVED) - len(taken)} of {len(RESERVED)} reserved headers are refused"
    if taken:
        raise Failed(f"{figures}; taken: {', '.join(taken)}")
    return figures


main("I6", test)
