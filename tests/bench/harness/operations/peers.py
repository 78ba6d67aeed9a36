"""The registry of MLflow's AI Gateway, which stores and lists the same kind of secrets, beside ours."""

import http.client
import json
import shutil
import socket

import machine
from machine import Failed
from operations.creates import create
from rounds import interleave
from rows import judged
from wrk import Load, Target

GATEWAY = "/api/3.0/mlflow/gateway"
# So many are stored on both sides when the rounds begin; creations add more.
STORED = 20
WORKERS = 2


class Mlflow:
    """A running MLflow server with some secrets."""

    def __init__(self, bench):
        folder = bench.folder / "run" / "mlflow"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.port = machine.free_port()
        store = f"sqlite:///{folder}/mlflow.db"
        command = [bench.options.mlflow, "server", "--backend-store-uri", store, "--workers", WORKERS]
        command += ["--host", "127.0.0.1", "--port", self.port, "--uvicorn-opts", "--no-access-log"]
        command += ["--serve-artifacts", "--artifacts-destination", folder / "artifacts"]
        environment = {
            # A constant of the benchmark, no credential.
            "MLFLOW_CRYPTO_KEK_PASSPHRASE": "bench-passphrase-0123456789abcdef",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        self.process = bench.processes.start(
            "mlflow",
            command,
            core=bench.options.server_core,
            is_real_time=bench.is_real_time,
            environment=environment,
        )
        self.process.wait_until(self.is_ready, 180)
        self.ids = [self.store(number) for number in range(STORED)]
        self.target = Target(f"http://127.0.0.1:{self.port}", {}, {"server": self.process})

    def is_ready(self):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                return False
        try:
            return self.request("GET", "/secrets/list")[0] == 200
        except OSError:
            return False

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, GATEWAY + path, text, {"content-type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def store(self, number):
        status, answer = self.request("POST", "/secrets/create", new_secret(f"stored-{number}"))
        if status != 200:
            raise Failed(f"MLflow answered {status}: {answer[:300]}")
        return json.loads(answer)["secret"]["secret_id"]

    def load(self, name, path, connections, body=None):
        method = "GET" if body is None else "POST"
        text = None if body is None else json.dumps(body)
        return Load(f"MLflow, {name}", self.target, GATEWAY + path, connections, method, text)


def new_secret(name):
    return {
        "secret_name": name,
        "secret_value": {"api_key": "sk-bench-0123456789012345678901"},
        "provider": "openai",
        "created_by": "bench",
    }


def mlflow(bench):
    """Secret create, get and list: MLflow's secrets beside our configurations with a secret."""
    if bench.options.mlflow is None:
        return
    with bench.server("sqlite", bench.sizes.small) as server:
        ids = [row["llmId"] for row in server.call("GET", f"/v1/llms?limit={STORED}")["llms"]]
        peer = Mlflow(bench)
        target = server.target()
        pairs = [
            (
                "secret get, 32 connections",
                peer.load("secret get", f"/secrets/get?secret_id={peer.ids[0]}", 32),
                Load("get", target, f"/v1/llms/{ids[0]}", 32),
            ),
            (
                f"list of {STORED} and more, 8 connections",
                peer.load("secret list", "/secrets/list", 8),
                Load("list", target, f"/v1/llms?limit={STORED}", 8),
            ),
            (
                "secret create, 4 connections",
                peer.load("secret create", "/secrets/create", 4, new_secret("b-{n}")),
                create("create", server, 4),
            ),
        ]
        loads = [load for _, *pair in pairs for load in pair]
        figures = interleave(bench, "peers", server.installation, loads)
        for name, base, ours in pairs:
            ratio = figures.ratio(ours, base)
            facts = {"more_is_better": True, "installation": server.installation, "baseline": base.name}
            yield judged("peers", name, ratio, "x", None, None, **facts)
        peer.process.stop()
