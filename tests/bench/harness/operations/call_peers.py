"""Other gateways in front of the same provider, beside ours."""

import json
import shutil

import machine
from anchor import accepts
from gateways import MODEL, PATH, chat
from operations.calls import gateways
from rounds import interleave
from rows import judged
from wrk import Load, Target

# A constant of the benchmark, no credential.
KEY = "sk-bench-not-a-secret-0123456789abcdef0123456789"


class Peer:
    """A running gateway."""

    def __init__(self, bench, name, command, environment, headers):
        self.name, self.port = name, machine.free_port()
        self.process = bench.processes.start(
            name.lower(),
            [word.format(port=self.port) for word in command],
            core=bench.options.server_core,
            is_real_time=bench.is_real_time,
            environment=environment,
        )
        self.process.wait_until(lambda: accepts(self.port), 180)
        self.target = Target(f"http://127.0.0.1:{self.port}", headers, {"server": self.process})

    def load(self):
        return Load(self.name, self.target, PATH, 32, "POST", chat(model=MODEL))

    def stop(self):
        self.process.stop()


def litellm(bench, provider):
    """LiteLLM's proxy with one worker."""
    folder = bench.folder / "run" / "litellm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    upstream = {"model": f"openai/{MODEL}", "api_base": f"{provider.target.address}/v1", "api_key": KEY}
    configuration = {
        "model_list": [{"model_name": MODEL, "litellm_params": upstream}],
        "litellm_settings": {"num_retries": 0, "telemetry": False},
        "general_settings": {"master_key": KEY},
    }
    # JSON is YAML.
    (folder / "config.yaml").write_text(json.dumps(configuration))
    command = [str(bench.options.litellm), "--config", str(folder / "config.yaml"), "--host", "127.0.0.1"]
    command += ["--port", "{port}", "--num_workers", "1", "--telemetry", "False"]
    environment = {
        "LITELLM_MODE": "PRODUCTION",
        "LITELLM_LOG": "ERROR",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "DO_NOT_TRACK": "1",
    }
    return Peer(bench, "LiteLLM", command, environment, {"authorization": f"Bearer {KEY}"})


def portkey(bench, provider):
    """Portkey's gateway."""
    command = ["node", str(bench.options.portkey), "--port={port}", "--headless"]
    environment = {"NODE_ENV": "production", "TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost"}
    headers = {
        "authorization": f"Bearer {KEY}",
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": f"{provider.target.address}/v1",
    }
    return Peer(bench, "Portkey", command, environment, headers)


def calls(bench):
    """C9: how many times as many calls, on one core."""
    for start, program, must, aim in (
        (litellm, bench.options.litellm, 100, 200),
        (portkey, bench.options.portkey, 15, 30),
    ):
        if program is None:
            continue
        with gateways(bench) as (server, programs):
            peer = start(bench, programs.provider)
            base, ours = peer.load(), programs.load(f"call, beside {peer.name}", 32)
            figures = interleave(bench, "C9", server.installation, [base, ours])
            peer.stop()
            facts = {"more_is_better": True, "installation": server.installation, "baseline": base.name}
            yield judged("C9", "call, 32 connections", figures.ratio(ours, base), "x", must, aim, **facts)
