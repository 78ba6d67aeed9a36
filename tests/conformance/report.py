"""Prints the figures of a run, and ends with 1 if a response is not tolerated.

usage: report.py TOLERATED FOLDER...

Each folder has a document and the report of its run. A failure is tolerated if entries of TOLERATED match its
check, its operation, and every error in its response; each entry says why.
"""

import base64
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

TITLES = {
    "positive_data_acceptance": "Valid requests that were rejected",
    "negative_data_rejection": "Invalid requests that were accepted",
    "unsupported_method": "Undocumented methods whose response is not 405",
}


class Document:
    """The figures of one document."""

    def __init__(self, folder):
        self.name = folder.name
        self.statuses, self.checks, self.outsider = Counter(), Counter(), Counter()
        self.positive, self.positive_answered, self.positive_2xx = 0, 0, 0
        self.failures = []
        paths = json.loads((folder / "document.json").read_text())["paths"]
        self.operations = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
        self.succeeded = set()
        is_complete = False
        for line in (folder / "report.ndjson").open():
            [(kind, event)] = json.loads(line).items()
            is_complete |= kind == "EngineFinished"
            if kind == "ScenarioFinished":
                self.read_scenario(event["recorder"])
            if kind in ("NonFatalError", "FatalError"):
                self.failures.append(Failure("error", event.get("label", ""), [json.dumps(event)[:500]], ""))
        if not is_complete:
            self.failures.append(Failure("incomplete", "", ["the run did not end in time"], ""))
        for operation in sorted(self.operations - self.succeeded):
            self.failures.append(Failure("never successful", operation, ["no request succeeded"], ""))

    def read_scenario(self, recorder):
        cases, checks = recorder.get("cases", {}), recorder.get("checks", {})
        for case_id, interaction in recorder.get("interactions", {}).items():
            case = cases[case_id]["value"]
            response = interaction.get("response")
            operation = f"{case['method']} {case['path']}"
            if response is None:
                self.failures.append(Failure("no response", operation, ["the server did not respond"], ""))
                continue
            status = response["status_code"]
            self.statuses[status] += 1
            mode = (case.get("meta") or {}).get("generation", {}).get("mode")
            if case.get("auth_identity") == "outsider":
                self.outsider[status] += 1
            # Cases with a parent repeat another one, such as without a token.
            elif mode == "positive" and "parent_id" not in cases[case_id]:
                self.positive += 1
                self.positive_answered += status not in (401, 403, 404)
                self.positive_2xx += status < 400
            if status < 400:
                self.succeeded.add(operation)
            for check in checks.get(case_id, []):
                self.checks[check["name"], check["status"]] += 1
                if check["status"] != "success":
                    sent = request(interaction, check)
                    self.failures.append(Failure(check["name"], operation, errors(response), sent))


class Failure(NamedTuple):
    check: str
    operation: str
    errors: list
    request: str


def errors(response):
    """The errors that a response names, or the start of its body."""
    status = response["status_code"]
    body = base64.b64decode((response.get("content") or {}).get("$base64", "")).decode(errors="replace")
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if not isinstance(content, dict) or status < 400:
        return [f"{status} {body[:200]}"]
    violations = [f"{status} {error['field']} {error['message']}" for error in content.get("violations", [])]
    return violations or [f"{status} {content.get('error') or content.get('message') or body[:200]}"]


def request(interaction, check):
    """The request with its body, and what the check says."""
    sent = interaction["request"]
    body = base64.b64decode((sent.get("body") or {}).get("$base64", "")).decode(errors="replace")
    failure = json.dumps(check.get("failure_info", check.get("failure", "")))
    return f"{sent['method']} {unquote(sent['uri'])} {json.dumps(sent['headers'])} {body[:600]} -- {failure[:600]}"


def tolerating(entries, failure):
    """The entries that explain every error of a failure; empty if one is unexplained."""
    fitting = [entry for entry in entries
               if entry["check"] == failure.check and re.search(entry.get("operation", ""), failure.operation)]
    found = []
    for error in failure.errors:
        entry = next((entry for entry in fitting if re.search(entry.get("error", ""), error)), None)
        if entry is None:
            return []
        found.append(entry)
    return found


def main():
    entries = tomllib.loads(Path(sys.argv[1]).read_text())["tolerated"]
    documents = [Document(Path(folder)) for folder in sys.argv[2:]]
    refused, tolerated = [], defaultdict(Counter)
    rows = []
    for document in documents:
        failed = Counter(failure.check for failure in document.failures)
        for failure in document.failures:
            explanations = tolerating(entries, failure)
            for entry in explanations:
                tolerated[entry["check"], entry["why"]][failure.operation] += 1
            if not explanations:
                refused.append((document.name, failure))
        statuses = document.statuses
        rows.append([
            document.name, sum(statuses.values()), f"{len(document.succeeded)} of {len(document.operations)}",
            share(document.positive_2xx, document.positive), share(document.positive_2xx, document.positive_answered),
            sum(count for status, count in statuses.items() if status >= 500), failed["status_code_conformance"],
            failed["response_schema_conformance"] + failed["events_conformance"],
            failed["content_type_conformance"] + failed["response_headers_conformance"],
            failed["object_level_authorization"] + failed["outsider_is_refused"] + failed["ignored_auth"],
            failed["negative_data_rejection"], failed["positive_data_acceptance"],
        ])
    print_table(["document", "responses", "operations that succeeded", "valid requests that succeeded",
                 "the same without 401, 403, 404", "5xx", "undocumented status", "wrong schema",
                 "wrong content type or header", "authorization", "invalid accepted", "valid rejected"], rows)
    total = sum((document.statuses for document in documents), Counter())
    print(f"\nStatuses: {counts(total)}")
    outsider = sum((document.outsider for document in documents), Counter())
    print(f"Statuses of reads that object_level_authorization repeated as the outsider: {counts(outsider)}")
    checks = sum((document.checks for document in documents), Counter())
    print("Checks: " + ", ".join(f"{name} {checks[name, 'success']} passed {checks[name, 'failure']} failed"
                                 for name in sorted({name for name, _ in checks})))
    for check, title in TITLES.items():
        print(f"\n{title}:\n")
        print_table(["why", "operations, and how often"],
                    [[why, counts(operations)] for (name, why), operations in tolerated.items() if name == check])
    if refused:
        print(f"\nNOT TOLERATED: {len(refused)}")
        groups = defaultdict(list)
        for document, failure in refused:
            groups[document, failure.check, failure.operation, "; ".join(failure.errors)].append(failure)
        for (document, check, operation, message), failures in groups.items():
            print(f"- {document}, {check}, {operation}, {len(failures)} times: {message}")
            print(f"    {failures[0].request[:900]}")
        sys.exit(1)
    print("\nEvery response is what the documents and docs/api-design.md say.")


def counts(counter):
    return ", ".join(f"{name}: {count}" for name, count in sorted(counter.items())) or "none"


def share(part, whole):
    return f"{100 * part // whole} %" if whole else "-"


def print_table(head, rows):
    if not rows:
        print("none")
        return
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


main()
