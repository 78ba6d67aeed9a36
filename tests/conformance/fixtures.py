"""Prepares a server for a run, and writes what schemathesis has to know about it.

usage: fixtures.py BASE_URL ROOT_TOKEN PROVIDER_URL DOCUMENT FOLDER

Creates an owner, who makes the calls, an outsider, who must not see what the owner creates, and objects that
the calls may use up. Writes into FOLDER the document, the settings for it, the identities, and the ids that the
run must not change.
"""

import json
import sys
import urllib.request
from pathlib import Path

from provider import KEY, MODEL

# The ids that are sent for a parameter in every other case; the other half is generated.
PROBABILITY = 0.5

# The number of objects of each kind.
COUNT = 24

# The parameters and members that are ids of objects, by path.
BOUND = {
    "/ai/llm": {"query.workspaceId": "workspaces", "body.workspaceId": "workspaces"},
    "/ai/llm/stats": {"query.aiLlmId": "ai_llms"},
    "/ai/llm/{id}": {"path.id": "ai_llms"},
    "/ai/llm/{id}/validate": {"path.id": "ai_llms"},
    "/workspace/{id}": {"path.id": "workspaces"},
    "/workspace/{id}/users": {"path.id": "workspaces", "body.userId": "users"},
    "/workspace/{id}/users/{userId}": {"path.id": "team", "path.userId": "members"},
    "/organization/users/{id}": {"path.id": "users"},
    "/v1/llms": {"query.ownerId": "users", "body.ownerId": "users"},
    "/v1/llms/{id}": {"path.id": "llms"},
    "/v1/apikeys": {"query.subjectPrincipalId": "users", "body.subjectPrincipalId": "users"},
    "/v1/apikeys/{id}": {"path.id": "keys"},
    "/v1/users/{id}": {"path.id": "users"},
    "/v1/users/email/{email}": {"path.email": "emails"},
    "/v1/ping:once": {"body.targetId": "llms"},
    "/v1/ping:stream": {"body.targetId": "llms"},
    "/llm-config/v1/checks/flashback": {"body.workspaceId": "workspaces"},
    "/llm-config/v1/checks/goodmem": {"body.ownerId": "users"},
    "/llm-config/v1/configs/{id}/checks": {"path.id": "configs"},
    "/llm-config/v1/configs/{id}/checks/planned": {"path.id": "configs"},
    "/llm-config/v1/configs/{id}/origin": {"path.id": "configs"},
    "/llm-config/v1/configs": {"query.workspace": "workspaces", "query.owner": "users"},
    "/llm-config/v1/configs/{id}": {"path.id": "configs"},
    "/docs/{file}": {"path.file": "page_files"},
}

# Roles in the organisation.
USER, OWNER = 0, 255


class Server:
    def __init__(self, base, token):
        self.base, self.token = base, token

    def call(self, method, path, body=None):
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def user(self, name, role):
        body = {"email": f"{name}@conformance.example", "firstName": name, "lastName": "Test", "orgRole": role}
        return self.call("POST", "/organization/users", body)["data"]["id"]

    def key(self, user):
        issued = self.call("POST", "/v1/apikeys", {"subjectPrincipalId": user})
        return issued["apiKeyMetadata"]["apiKeyId"], issued["rawApiKey"]


def main():
    base, root_token, provider, document, folder = *sys.argv[1:5], Path(sys.argv[5])
    root = Server(base, root_token)
    owner, outsider = root.user("owner", OWNER), root.user("outsider", USER)
    (owner_key, owner_token), (outsider_key, outsider_token) = root.key(owner), root.key(outsider)
    server = Server(base, owner_token)
    root_user = root.call("GET", "/v1/users/me")["userId"]
    root_keys = [key["apiKeyId"] for key in root.call("GET", "/v1/apikeys")["keys"] if key["userId"] == root_user]

    workspaces = [server.call("POST", "/workspace", {"name": f"Workspace {n}"})["workspace"]["id"]
                  for n in range(COUNT)]
    members = [server.user(f"member{n}", USER) for n in range(COUNT)]
    for user in members:
        server.call("POST", f"/workspace/{workspaces[0]}/users", {"userId": user, "role": "READ"})
    users = [server.user(f"user{n}", USER) for n in range(COUNT)]
    credentials = {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": KEY}}
    llms, ai_llms = [], []
    for n in range(COUNT):
        # LLMs of one owner must differ.
        api_path = f"/chat/completions?n={n}" if n > 0 else "/chat/completions"
        body = {"displayName": f"LLM {n}", "providerType": "VLLM", "endpointUrl": provider, "apiPath": api_path,
                "modelIdentifier": MODEL, "labels": {"team": "search"}, "credentials": credentials}
        llms.append(server.call("POST", "/v1/llms", body)["llm"]["llmId"])
        body = {"name": f"Configuration {n}", "aiType": "OPENAI", "endpoint": provider, "secret": KEY,
                "workspaceId": workspaces[0]}
        ai_llms.append(server.call("POST", "/ai/llm", body)["aiLlmId"])
    keys = [server.key(owner)[0] for _ in range(COUNT)]

    values = {"workspaces": workspaces, "team": workspaces[:1], "members": members, "users": users,
              "llms": llms, "ai_llms": ai_llms,
              "configs": llms + ai_llms, "keys": keys, "emails": ["owner@conformance.example"],
              "page_files": ["index.css", "swagger-ui.css", "favicon-16x16.png"]}
    settings = (Path(__file__).parent / "schemathesis.toml").read_text()
    settings = settings.replace("IDENTITIES", str(folder / "identities.yaml"))
    lines = ["", "[dictionaries]"]
    lines += [f"{name} = {{ values = {json.dumps(known)} }}" for name, known in values.items()]
    described = server.call("GET", f"/openapi/{document}.json")
    (folder / "document.json").write_text(json.dumps(described))
    for path, parameters in BOUND.items():
        if path in described["paths"]:
            lines += ["", "[[operations]]", f"include-path = {json.dumps(path)}"]
            lines += [f'parameters."{parameter}" = {{ dictionary = "{name}", probability = {PROBABILITY} }}'
                      for parameter, name in parameters.items()]
    (folder / "schemathesis.toml").write_text(settings + "\n".join(lines) + "\n")
    identity = "- name: {}\n  fixedHeaders:\n  - {{name: Authorization, value: Bearer {}}}\n"
    identities = identity.format("owner", owner_token) + identity.format("outsider", outsider_token)
    (folder / "identities.yaml").write_text(f"auth:\n{identities}")
    protected = [root_user, owner, outsider, owner_key, outsider_key, *root_keys]
    ids = {"protected": protected, "users": users, "workspaces": workspaces, "outsider": outsider,
           "outsider_token": outsider_token}
    (folder / "ids.json").write_text(json.dumps(ids))


main()
