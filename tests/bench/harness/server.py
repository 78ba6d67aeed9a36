"""Our server on a database, and requests to it."""

import http.client
import json
import socket
import time

import machine
from machine import Failed
from wrk import Target

# Constants of the benchmark, no credentials.
TOKEN = "bench-token-0123456789abcdef0123456789abcdef"

# A creation as an application sends it: 900 bytes, different in each request in its name and its key.
CREATE = json.dumps(
    {
        "displayName": "Support assistant {n}",
        "description": "Production chat configuration of the support assistant; owned by the platform team.",
        "providerType": "OPENAI",
        "endpointUrl": "https://api.openai.com/v1",
        "modelIdentifier": "gpt-4o-mini",
        "supportedModalities": ["TEXT"],
        "credentials": {
            "kind": "CREDENTIAL_KIND_API_KEY",
            "apiKey": {"inlineSecret": "sk-bench-{n}-0123456789012345678901"},
        },
        "labels": {"env": "staging", "team": "team-7"},
        "capabilities": {
            "supportsChat": True,
            "supportsCompletion": False,
            "supportsFunctionCalling": True,
            "supportsSystemMessages": True,
            "supportsStreaming": True,
            "supportsSamplingParameters": True,
        },
        "version": "2026-01",
        "defaultSamplingParams": {"maxTokens": 4096, "temperature": 0.7, "topP": 0.95},
        "maxContextLength": 131072,
        "clientConfig": {"timeoutMs": 60000, "maxRetries": 3, "costCenter": "cc-1234"},
    }
)


class Server:
    """A running server."""

    def __init__(self, bench, installation, *, core=None, environment=None, port=None, is_ready=True):
        self.bench, self.installation = bench, installation
        self.core = core or bench.options.server_core
        self.environment = environment or {}
        self.port = port or machine.free_port()
        self.start(is_ready)

    def start(self, is_ready=True):
        self.process = self.bench.processes.start(
            "server",
            [self.bench.options.binary],
            core=self.core,
            is_real_time=self.bench.is_real_time,
            environment={
                **self.installation.environment(),
                "LLM_CONFIG_LISTEN": f"127.0.0.1:{self.port}",
                **self.environment,
            },
        )
        if is_ready:
            self.process.wait_until(self.is_ready)

    def stop(self):
        self.process.stop()

    def is_ready(self):
        try:
            status, _ = self.request("GET", "/ready", token=None)
        except OSError:
            return False
        return status == 200

    def request(self, method, path, body=None, token=TOKEN):
        """One request on a connection of its own: the status and the parsed body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return exchange(connection, method, path, body, token)
        finally:
            connection.close()

    def call(self, method, path, body=None, token=TOKEN):
        """Like `request`, and fails unless it is a success."""
        status, answer = self.request(method, path, body, token)
        if not 200 <= status < 300:
            raise Failed(f"{method} {path} answered {status}: {answer}")
        return answer

    def target(self):
        """What wrk needs."""
        processes = {"server": self.process}
        if self.installation.database == "postgres":
            processes["postgres"] = self.bench.cluster.process
        return Target(f"http://127.0.0.1:{self.port}", {"x-api-key": TOKEN}, processes)


def exchange(connection, method, path, body=None, token=TOKEN):
    """One request on a connection that is kept."""
    headers = {"content-type": "application/json"} if body is not None else {}
    if token:
        headers["x-api-key"] = token
    text = json.dumps(body) if body is not None else None
    connection.request(method, path, text, headers)
    response = connection.getresponse()
    content = response.read()
    try:
        return response.status, json.loads(content) if content else None
    except ValueError:
        return response.status, content.decode(errors="replace")


def wait_for_answer(port, limit):
    """Asks for `/ready` without a pause until it answers 200; returns the moment."""
    request = b"GET /ready HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(request)
                if connection.recv(64).startswith(b"HTTP/1.1 200"):
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.0005)
    raise Failed(f"the server did not answer within {limit} s")
