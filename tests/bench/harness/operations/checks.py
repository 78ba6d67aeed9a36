"""P10: what a check adds to the time of the provider's own answers, on fresh connections on both sides."""

import statistics
import subprocess

from anchor import Provider
from machine import Failed
from processes import pinned
from rows import judged
from server import TOKEN

# A configuration may be checked ten times at once and a caller sixty times, before the rate limits apply.
CONFIGS = 10
CHECKS_OF_EACH = 5


def stored(bench):
    with bench.server("sqlite", bench.sizes.small) as server:
        provider = Provider(bench)
        ids = [create(server, provider, number) for number in range(CONFIGS)]
        reports = [server.call("POST", path(id)) for id in ids]
        if reports[0]["credential"]["verdict"] != "verified":
            raise Failed(f"the check of the loopback provider says: {reports[0]}")
        calls = reports[0]["calls"]
        ours, theirs = [], []
        for number in range(CHECKS_OF_EACH):
            bench.progress.load("P10", f"round {number + 1}/{CHECKS_OF_EACH}", "check beside curl")
            for id in ids:
                url = f"http://127.0.0.1:{server.port}{path(id)}"
                ours.append(curl(bench, "POST", url, f"x-api-key: {TOKEN}"))
                theirs.append(sum(replay(bench, provider, call) for call in calls))
        provider.stop()
    for name, times in (("check", ours), (f"curl, the same {len(calls)} calls", theirs)):
        bench.record(
            {
                "operation": "P10",
                "load": name,
                "database": server.installation.database,
                "size": server.installation.size,
                "p50_us": statistics.median(times) * 1e6,
                "max_us": max(times) * 1e6,
            }
        )
    check, answers = statistics.median(ours) * 1e3, statistics.median(theirs) * 1e3
    note = f"check {check:.2f} ms, {len(calls)} calls {answers:.2f} ms"
    yield judged(
        "P10",
        "check, added to the provider's time, p50",
        check - answers,
        "ms",
        2,
        0.7,
        more_is_better=False,
        installation=server.installation,
        baseline="curl, time_total",
        note=note,
    )


def create(server, provider, number):
    body = {
        "displayName": f"Loopback {number}",
        "providerType": "CUSTOM_OPENAI_COMPATIBLE",
        "endpointUrl": f"http://127.0.0.1:{provider.port}/{number}/v1",
        "modelIdentifier": "bench-model",
        "credentials": {"kind": "CREDENTIAL_KIND_API_KEY", "apiKey": {"inlineSecret": Provider.KEY}},
    }
    return server.call("POST", "/v1/llms", body)["llm"]["llmId"]


def path(id):
    return f"/llm-config/v1/configs/{id}/checks"


def replay(bench, provider, call):
    """The same call as a check made, by curl."""
    key = {"credential": Provider.KEY, "wrong_credential": "sk-wrong"}.get(call["shown"])
    header = f"authorization: Bearer {key}" if key else "accept: application/json"
    return curl(bench, call["method"], f"http://127.0.0.1:{provider.port}{call['path']}", header)


def curl(bench, method, url, header):
    """One request by a new process, on a new connection; returns its seconds."""
    command = ["curl", "-s", "--noproxy", "*", "-o", "/dev/null", "-m", "30", "-X", method]
    command += ["-w", "%{time_total} %{http_code}", "-H", header, url]
    command = pinned(command, bench.options.client_core, bench.is_real_time)
    output = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    seconds, status = output.split()
    if status not in ("200", "401"):
        raise Failed(f"{method} {url} answered {status}")
    return float(seconds)
