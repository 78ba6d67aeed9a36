"""Calls of models through servers, by concurrent clients, and the usage that is counted of them."""

import http.client
import itertools
import threading
import time
from dataclasses import dataclass
from typing import NamedTuple

from . import answers
from .run import Failed
from .server import ROOT_TOKEN, TIMEOUT, Request

KINDS = {answers.OPENAI: "OPENAI", answers.ANTHROPIC: "ANTHROPIC"}


@dataclass(frozen=True)
class Config:
    """A configuration of a workspace that the tests call. It stores no model."""

    id: str
    name: str
    api: str

    def request(self, number, is_stream, marker=None):
        """The path and the body of a call; with odd numbers the path names the configuration,
        with even ones `model` does."""
        is_in_path = number % 2 == 1
        path = answers.PATHS[self.api]
        message = {"role": "user", "content": f"{marker or self.name} {number}"}
        body = {"model": "tiny" if is_in_path else f"{self.name}/tiny", "messages": [message]}
        body |= {"max_tokens": 100, "stream": is_stream}
        return (f"/llm-config/v1/configs/{self.id}{path}" if is_in_path else path), body


def create_config(server, provider, name, api=answers.OPENAI, key="sk-faults-0123456789abcdef"):
    """A configuration at the provider, in a workspace of its own."""
    workspace = server.request("POST", "/workspace", {"name": name}).expect(200, 201)["workspace"]["id"]
    endpoint = provider.url + ("/v1" if api == answers.OPENAI else "")
    body = {"name": name, "aiType": KINDS[api], "endpoint": endpoint, "secret": key, "workspaceId": workspace}
    return Config(server.request("POST", "/ai/llm", body).expect(200, 201)["aiLlmId"], name, api)


class Caller:
    """A client that calls models, on a connection for each server."""

    def __init__(self, *servers, token=ROOT_TOKEN):
        self.token = token
        self.connections = [
            http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT) for server in servers
        ]

    def call(self, config, number, is_stream, at=0):
        """Calls once, and fails unless the answer is the one to this call."""
        connection = self.connections[at]
        request = Request(
            connection.port, "POST", *config.request(number, is_stream), self.token, connection=connection
        )
        text = answers.text_of(config.api, request.answer().expect(200))
        if text != f"{config.name} {number}":
            raise Failed(f"the call {number} of {config.name} got the answer {text!r}")

    def close(self):
        for connection in self.connections:
            connection.close()


class Clients:
    """Threads that call models until they are ended or have made all calls. `call(caller, number)` makes one;
    `answered` has the time of each answer by the number of its call."""

    def __init__(self, count, servers, call, numbers=None, is_kill_expected=False):
        self.lock = threading.Lock()
        self.numbers = iter(numbers) if numbers else itertools.count()
        self.servers, self.make_call, self.is_kill_expected = servers, call, is_kill_expected
        self.answered = {}
        self.failures = []
        self.is_ended = threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self):
        caller = Caller(*self.servers)
        try:
            while not self.is_ended.is_set():
                with self.lock:
                    number = next(self.numbers, None)
                if number is None:
                    return
                self.make_call(caller, number)
                self.answered[number] = time.monotonic()
        except (OSError, http.client.HTTPException) as error:
            # A server that is killed answers nothing.
            if not self.is_kill_expected:
                self.failures.append(f"a client lost its connection: {error!r}")
        except Failed as failure:
            self.failures.append(str(failure))
        finally:
            self.is_ended.set()
            caller.close()

    def join(self):
        """Waits until all calls are made; fails if one was not answered as it should be."""
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise Failed(self.failures[0])


class Counted(NamedTuple):
    """Calls and their tokens."""

    calls: int
    prompt: int
    cached: int
    completion: int

    @classmethod
    def of(cls, numbers):
        """What must be counted of the calls with these numbers."""
        tokens = [answers.tokens(number) for number in numbers]
        return cls(len(tokens), *(sum(column) for column in zip((0, 0, 0), *tokens)))

    def is_at_most(self, other):
        return all(mine <= theirs for mine, theirs in zip(self, other))


def usage_of(server, config):
    """What a server shows as the usage of a configuration."""
    report = server.request("GET", "/llm-config/v1/usage").expect(200)
    row = next((row for row in report["rows"] if row["key"] == config.id), {})
    if row.get("callsWithoutUsage"):
        raise Failed(f"{row['callsWithoutUsage']} calls are counted without usage")
    names = ("calls", "inputTokens", "cachedTokens", "outputTokens")
    return Counted(*(row.get(name, 0) for name in names))


def counted(server, config):
    """What a server has counted of a configuration, as both of its APIs show it."""
    usage = usage_of(server, config)
    [stats] = server.request("GET", f"/ai/llm/stats?aiLlmId={config.id}").expect(200)["stats"]
    totals = [int(stats[name]) for name in ("totalApiCalls", "totalTokensIn", "totalTokensOut")]
    if totals != [usage.calls, usage.prompt, usage.completion]:
        raise Failed(f"the statistics have {totals}, and the usage has {usage}")
    return usage
