"""Our server, and requests to it."""

import http.client
import json
import re
import signal
import time
from dataclasses import dataclass

from .run import Failed, end, free_port, wait_until

# A constant of the tests, no credential.
ROOT_TOKEN = "faults-root-token-0123456789abcdef0123456789abcdef"

# How long a test waits for an answer.
TIMEOUT = 20

# Names and marks of a program's inner state, which a sentence for a client does not have.
DUMP = re.compile(r"[{}]|::|\b\w+\(\"|\bSome\(|panicked|diesel|sqlite|libpq|127\.0\.0\.1", re.IGNORECASE)


@dataclass
class Answer:
    """The response to a request."""

    status: int
    body: object
    retry_after: str | None
    # When it was sent, by the monotonic clock, and the seconds until the response was read.
    sent_at: float
    seconds: float

    def expect(self, *statuses):
        if self.status not in statuses:
            raise Failed(f"expected {' or '.join(map(str, statuses))}, got {self.status}: {self.body}")
        return self.body

    def expect_unavailable(self):
        """Fails unless it is a 503 that a client understands."""
        self.expect(503)
        sentence = self.body.get("error") if isinstance(self.body, dict) else None
        if not sentence or DUMP.search(sentence):
            raise Failed(f"a 503 has no clear sentence: {self.body}")
        if not (self.retry_after or "").isdigit():
            raise Failed(f"a 503 has no Retry-After: {self.body}")


class Request:
    """A request that is sent; its answer is read later."""

    def __init__(self, port, method, path, body=None, token=ROOT_TOKEN, connection=None, timeout=TIMEOUT):
        self.name = f"{method} {path}"
        self.is_kept = connection is not None
        self.connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.sent_at = time.monotonic()
        headers = {"content-type": "application/json"} if body is not None else {}
        if token:
            headers["x-api-key"] = token
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)

    def answer(self):
        try:
            response = self.connection.getresponse()
            text = response.read()
        except TimeoutError:
            raise Failed(f"{self.name} was not answered within {self.connection.timeout} s") from None
        finally:
            if not self.is_kept:
                self.connection.close()
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = text.decode(errors="replace")
        seconds = time.monotonic() - self.sent_at
        return Answer(response.status, body, response.headers.get("retry-after"), self.sent_at, seconds)


class Server:
    """A server process; it can be started again on its files."""

    def __init__(self, run, name, data_folder=None, environment=None, **settings):
        """`settings` are named like flags, without dashes. `environment` has further variables."""
        self.run, self.name = run, name
        self.data_folder = data_folder or run.folder / name
        self.port = free_port()
        token_file = run.folder / "root-token"
        token_file.touch(mode=0o600)
        token_file.write_text(ROOT_TOKEN + "\n")
        settings = {
            "listen": f"127.0.0.1:{self.port}",
            "data_dir": self.data_folder,
            "bootstrap_token_file": token_file,
            "log_filter": "warn,llm_config_server=error,actix_server=error",
            **settings,
        }
        self.environment = {f"LLM_CONFIG_{key.upper()}": str(value) for key, value in settings.items()}
        self.environment |= environment or {}
        self.start()

    @property
    def keyring_file(self):
        return self.data_folder / "keyring"

    def start(self):
        self.process = self.run.start(self.name, [self.run.binary], self.environment)
        return wait_until(self.is_ready, 120, f"{self.name} is ready")

    def is_ready(self):
        self.check_running()
        try:
            return self.request("GET", "/ready", token=None).status == 200
        except (OSError, Failed):
            # It listens before it has opened the database, which takes long on a busy machine.
            return False

    def check_running(self):
        if self.process.poll() is not None:
            raise Failed(f"{self.name} has ended with status {self.process.returncode}")

    def stop(self):
        status = end(self.process, signal.SIGTERM, 40)
        if status != 0:
            raise Failed(f"{self.name} has ended with status {status} on SIGTERM")

    def request(self, method, path, body=None, token=ROOT_TOKEN, port=None, **options):
        """Through a proxy, if `port` is that of one."""
        return Request(port or self.port, method, path, body, token, **options).answer()

    def issue_token(self, user=None):
        """A token of a user, or of root: its id and its text."""
        body = {"subjectPrincipalId": user} if user else {}
        issued = self.request("POST", "/v1/apikeys", body).expect(201)
        return issued["apiKeyMetadata"]["apiKeyId"], issued["rawApiKey"]

    def create_llm(self, number):
        return self.request("POST", "/v1/llms", llm(number)).expect(201)["llm"]["llmId"]


def llm(number):
    """The body of a creation, different for each number in its name, its key and its labels."""
    key = {"inlineSecret": f"sk-faults-{number}-0123456789"}
    return {
        "displayName": f"llm {number}",
        "description": "Production chat configuration of the support assistant; owned by the platform team.",
        "providerType": "OPENAI",
        "endpointUrl": "https://api.openai.com/v1",
        "modelIdentifier": "gpt-4o-mini",
        "credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": key},
        "labels": {"number": str(number), "env": "staging"},
    }
