"""Runs the table `cases.txt` with the example `probe` and compares its reports.

cases.py PROBE TABLE NAME=URL...    the servers, by the names that the table has behind `$`

Members: credential, how, model, usable, reason, status, recognised, note, retry, cost; `shown`: what
the calls showed; `called`: a path among the calls; `sent=PATH:HEADER,...`: aimock's own journal has
a call of this path that carried these headers, and no other header for keys.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request

# Seconds that one check may take (it gives up by itself after ten), and all of them together.
ONE, ALL = 20, 300
AIMOCK_KEY = "sk-aimock-key-0001"
KEY_HEADERS = {"authorization", "x-api-key", "x-goog-api-key", "api-key"}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read(table, servers):
    """The cases (name, provider, endpoint, key, model, depth, expectations), and how many have no server."""
    cases, left_out = [], 0
    with open(table, encoding="utf-8") as lines:
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            fields = [it.strip() for it in line.split("|")]
            if len(fields) != 7:
                sys.exit(f"{table}: seven fields are needed: {line}")
            server, slash, path = fields[2].removeprefix("$").partition("/")
            if fields[2].startswith("$"):
                if server not in servers:
                    left_out += 1
                    continue
                fields[2] = servers[server] + slash + path
            cases.append(fields)
    return cases, left_out


def probe(program, provider, endpoint, key, model, depth):
    """The report, or the reason why the probe printed none."""
    arguments = [program, provider, endpoint, "--depth", depth, "--allow-loopback"]
    arguments += ["--model", model] if model != "-" else []
    shown = {"LLM_CONFIG_PROBE_KEY": key if key != "-" else ""}
    # A key in the environment may be for other checks; it is not meant for these servers.
    inherited = {name: it for name, it in os.environ.items() if not name.startswith("LLM_CONFIG_PROBE_")}
    try:
        done = subprocess.run(arguments, env=inherited | shown, capture_output=True, text=True, timeout=ONE)
    except subprocess.TimeoutExpired:
        return None, [f"no report after {ONE} seconds"]
    if done.returncode != 0:
        return None, [f"exit status {done.returncode}: {done.stderr.splitlines()[:1]}"]
    secret = key.removeprefix("Bearer ")
    leaks = ["the key is in the output"] if secret in done.stdout + done.stderr and key != "-" else []
    report = json.loads(done.stdout)
    crowd = [f"{len(report['calls'])} calls"] if len(report["calls"]) > 3 else []
    return report, leaks + crowd


def members(report):
    """What expectations name, each as a list of texts: one of a list is enough."""
    members = {
        "credential": [report["credential"]["verdict"]],
        "how": [report["credential"].get("how")],
        "model": [report["model"]["verdict"]],
        "usable": [report["usable"]],
        "reason": [report["reason"]],
        "status": [report["httpStatus"]],
        "recognised": [report["recognised"]],
        "note": report["notes"],
        "retry": [report["retryAfterSeconds"]],
        "cost": [report["cost"]["kind"]],
        "shown": [it["shown"] for it in report["calls"]],
        "called": [it["path"] for it in report["calls"]],
    }
    return {name: [str(it) for it in values] for name, values in members.items()}


def aimock(servers, path, data=None):
    request = urllib.request.Request(servers["aimock"] + path, data, {"x-api-key": AIMOCK_KEY})
    with DIRECT.open(request, timeout=5) as answer:
        return json.load(answer)


def sent(servers, expected):
    """What is wrong with what aimock received."""
    path, _, headers = expected.rpartition(":")
    headers = set(headers.split(","))
    calls = [it for it in aimock(servers, "/__aimock/journal") if it["path"].partition("?")[0] == path]
    if not calls:
        return [f"aimock answered no call of {path}"]
    wrong = []
    for call in calls:
        found = {it.lower() for it in call["headers"]}
        if missing := headers - found:
            wrong.append(f"{path} came without {', '.join(sorted(missing))}")
        if others := (found & KEY_HEADERS) - headers:
            wrong.append(f"{path} came with {', '.join(sorted(others))} as well")
    return wrong


def compare(report, expectations, servers):
    """The differences between the report and the expectations."""
    found, wrong = members(report), []
    for expectation in expectations.split():
        name, _, values = expectation.partition("=")
        if name == "sent":
            wrong += sent(servers, values)
            continue
        excluded = name.endswith("!")
        name = name.rstrip("!")
        hit = any(it in values.split(",") for it in found[name])
        if hit == excluded:
            wrong.append(f"{name} is {','.join(found[name])}, expected {'none of ' if excluded else ''}{values}")
    return wrong


def main(program, table, *servers):
    servers = dict(it.split("=", 1) for it in servers)
    (cases, left_out), failed, end = read(table, servers), 0, time.monotonic() + ALL
    for name, provider, endpoint, key, model, depth, expectations in cases:
        started = time.monotonic()
        if started > end:
            report, wrong = None, [f"not run: {ALL} seconds were over"]
        else:
            aimock(servers, "/__aimock/reset/journal", b"")
            report, wrong = probe(program, provider, endpoint, key, model, depth)
        if report:
            wrong += compare(report, expectations, servers)
        failed += bool(wrong)
        took = round(1000 * (time.monotonic() - started))
        print(f"{'FAILED' if wrong else 'ok':6} {name} ({took} ms){''.join(f'; {it}' for it in wrong)}", flush=True)
        if wrong and report:
            print(f"       {json.dumps({it: report[it] for it in ('reason', 'httpStatus', 'calls')})}", flush=True)
    if left_out:
        print(f"left out: {left_out} cases of servers that were not started")
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
