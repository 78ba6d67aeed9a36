"""The server under test, with configurations of the scripted provider."""

import json
import urllib.request

from provider import KEY

PLAIN = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Gateway:
    """A server that was never started before."""

    def __init__(self, url, provider):
        self.url, self.provider, self.token = url, provider, None
        self.token = self.request("POST", "/v1/system/init")["rootApiKey"]
        self.workspace = self.request("POST", "/workspace", {"name": "Research"})["workspace"]["id"]
        # Each with its model, for owners; and without, for members of the workspace.
        self.owned = {name: self.own(name, f"model-of-{name}") for name in ("chat", "a/b")}
        self.shared = {
            name: self.share(name, api)
            for name, api in (("pool", "openai"), ("claude", "anthropic"), ("gemini", "gemini"))
        }
        # What an application gets: it calls these configurations and does nothing else.
        rules = [
            {
                "operation": "EXECUTE_LLM",
                "selector": "EXACT",
                "assignedResource": {"kind": "LLM", "resourceId": id},
            }
            for id in self.owned.values()
        ]
        key = {"authorityMode": "SCOPED", "ceiling": rules}
        self.application = self.request("POST", "/v1/apikeys", key)["rawApiKey"]

    def request(self, method, path, body=None, **headers):
        """The JSON of a response of the server's own APIs."""
        with self.open(method, path, body, **headers) as response:
            return json.load(response)

    def open(self, method, path, body=None, **headers):
        headers = {"content-type": "application/json", **headers}
        if self.token:
            headers = {"x-api-key": self.token, **headers}
        content = None if body is None else json.dumps(body).encode()
        return PLAIN.open(
            urllib.request.Request(self.url + path, content, headers, method=method), timeout=60
        )

    def own(self, name, model):
        return self.request(
            "POST",
            "/v1/llms",
            {
                "displayName": name,
                "providerType": "OPENAI",
                "endpointUrl": f"{self.provider.url}/openai/v1",
                "modelIdentifier": model,
                "credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": KEY}},
            },
        )["llm"]["llmId"]

    def share(self, name, api):
        kind = {"openai": "OPENAI", "anthropic": "ANTHROPIC", "gemini": "GOOGLE"}[api]
        endpoint = f"{self.provider.url}/{api}" + ("/v1" if api == "openai" else "")
        return self.request(
            "POST",
            "/ai/llm",
            {
                "name": name,
                "aiType": kind,
                "endpoint": endpoint,
                "secret": KEY,
                "workspaceId": self.workspace,
            },
        )["aiLlmId"]

    def bases(self, api, config):
        """Both base URLs of an API: the label of checks, the URL, and what precedes the model in requests."""
        return [
            ("case {} by name", f"{self.url}/{api}", f"{config}/"),
            ("case {} and 10, by URL", f"{self.url}/llm-config/v1/configs/{self.shared[config]}/{api}", ""),
        ]
