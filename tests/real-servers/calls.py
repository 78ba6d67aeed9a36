"""Calls models of real servers through the server, and through two of them in a row.

calls.py FIRST SECOND NAME=URL...    two llm-config servers that were never started before, and the real servers

Prints a line for each call, with and without a stream; the exit status is 1 if one failed.
"""

import json
import sys
import urllib.error
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
HELLO = [{"role": "user", "content": "Hello"}]
CHAT, MESSAGES = "/openai/v1/chat/completions", "/anthropic/v1/messages"
KEYS = {"litellm": "sk-master-1234", "aimock": "sk-aimock-key-0001", "llama": "sk-llama-key-0001"}


class Server:
    """An llm-config server."""

    def __init__(self, url):
        self.url, self.token = url, None
        self.token = json.loads(self.send("/v1/system/init", {})[1])["rootApiKey"]
        self.workspace = json.loads(self.send("/workspace", {"name": "Research"})[1])["workspace"]["id"]

    def send(self, path, body):
        """The status and the text of a response."""
        headers = {"content-type": "application/json"} | ({"x-api-key": self.token} if self.token else {})
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            with DIRECT.open(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def store(self, name, provider, endpoint, model, key):
        secret = {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": key}}
        config = {
            "displayName": name,
            "providerType": provider,
            "endpointUrl": endpoint,
            "modelIdentifier": model,
        }
        status, text = self.send("/v1/llms", {**config, "credentials": secret})
        assert status == 201, text

    def share(self, name, provider, endpoint, key):
        config = {"name": name, "aiType": provider, "endpoint": endpoint, "secret": key}
        status, text = self.send("/ai/llm", {**config, "workspaceId": self.workspace})
        assert status == 200, text


def text_of(answer):
    """What a model says in a response or in a stream of any of the APIs; None if a stream has no end."""
    if "data: " not in answer:
        body = json.loads(answer)
        if "choices" in body:
            message = body["choices"][0]["message"]
            return message["content"]
        if "candidates" in body:
            return body["candidates"][0]["content"]["parts"][0]["text"]
        return body["content"][0]["text"]
    data = [line[6:] for line in answer.splitlines() if line.startswith("data: ")]
    events = [json.loads(line) for line in data if line != "[DONE]"]
    texts, is_whole = [], "[DONE]" in data
    for event in events:
        is_whole |= event.get("type") == "message_stop"
        for choice in event.get("choices", []):
            texts.append(choice["delta"].get("content") or "")
        for candidate in event.get("candidates", []):
            is_whole |= "finishReason" in candidate
            texts += [part.get("text", "") for part in candidate["content"]["parts"]]
        texts.append(event.get("delta", {}).get("text", "") if "type" in event else "")
    return "".join(texts) if is_whole else None


def main(first, second, *servers):
    servers = dict(it.split("=", 1) for it in servers)
    first, second = Server(first), Server(second)
    for name in servers.keys() & {"litellm", "aimock", "llama"}:
        provider = {"litellm": "LITELLM_PROXY", "aimock": "OPENAI", "llama": "LLAMA_CPP"}[name]
        model = "tiny" if name == "llama" else "fake-gpt"
        first.store(name, provider, f"{servers[name]}/v1", model, KEYS[name])
        second.store(name, "CUSTOM_OPENAI_COMPATIBLE", f"{first.url}/openai/v1", name, first.token)
    first.store("limited", "LITELLM_PROXY", f"{servers['litellm']}/v1", "upstream-limits", KEYS["litellm"])
    first.store("dead", "LITELLM_PROXY", f"{servers['litellm']}/v1", "upstream-dead", KEYS["litellm"])
    first.store("wrong", "LITELLM_PROXY", f"{servers['litellm']}/v1", "fake-gpt", "sk-wrong-0001")
    first.share("claude", "ANTHROPIC", servers["aimock"], KEYS["aimock"])
    first.share("gemini", "GOOGLE", servers["aimock"], KEYS["aimock"])
    second.share("claude", "ANTHROPIC", f"{first.url}/anthropic", first.token)
    failed = count = 0

    def check(what, holds, answer):
        nonlocal failed, count
        failed, count = failed + (not holds), count + 1
        print(f"{'ok' if holds else 'FAILED':6} {what}{'' if holds else f'; {answer}'}", flush=True)

    def call(what, server, path, body):
        for stream in (False, True):
            status, answer = server.send(path, {**body, "stream": True} if stream else body)
            said = text_of(answer) if status == 200 else None
            # The words of a generated model are random.
            holds = bool(said is not None if body["model"] == "llama" else said == "pong")
            check(f"{what}{', as a stream' if stream else ''}", holds, (status, answer[:300]))

    chats = [name for name in ("litellm", "aimock", "llama") if name in servers]
    for server, which in ((first, ""), (second, " through two")):
        for name in chats:
            call(
                f"{name} in OpenAI's API{which}",
                server,
                CHAT,
                {"model": name, "messages": HELLO, "max_tokens": 8},
            )
        message = {"model": "claude/fake-gpt", "messages": HELLO, "max_tokens": 8}
        if server is second:
            message["model"] = "claude/claude/fake-gpt"
        call(f"aimock in Anthropic's API{which}", server, MESSAGES, message)
    call(
        "litellm in Anthropic's API",
        first,
        MESSAGES,
        {"model": "litellm", "messages": HELLO, "max_tokens": 8},
    )
    contents = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
    for method in ("generateContent", "streamGenerateContent?alt=sse"):
        status, answer = first.send(f"/gemini/v1beta/models/gemini/fake-gpt:{method}", contents)
        check(
            f"aimock in Gemini's API, {method}",
            status == 200 and text_of(answer) == "pong",
            (status, answer[:300]),
        )
    for name, expected, says in (
        ("limited", 429, ""),
        ("dead", 500, ""),
        ("wrong", 502, "credential_refused"),
    ):
        status, answer = first.send(CHAT, {"model": name, "messages": HELLO})
        check(f"an error of litellm, {name}", status == expected and says in answer, (status, answer[:300]))
    print(f"{count} calls, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
