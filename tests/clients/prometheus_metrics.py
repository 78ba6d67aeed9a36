"""Scrapes /metrics as Prometheus does, and reads both formats with the parsers of Prometheus' Python client.

usage: prometheus_metrics.py BASE_URL, of a server that waits for its initialisation.
"""

import json
import sys
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open_metrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

base = sys.argv[1]


def expect(what, holds):
    if not holds:
        sys.exit(f"failed: {what}")
    print(f"ok: {what}")


def fetch(path, method="GET", **headers):
    request = urllib.request.Request(base + path, method=method, headers=headers)
    with urllib.request.urlopen(request) as response:
        return response.headers["content-type"], response.read().decode()


key = json.loads(fetch("/v1/system/init", "POST")[1])["rootApiKey"]
fetch("/v1/llms", **{"x-api-key": key})
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;"
    "q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
for accept, media_type, parse in [
    ("*/*", "text/plain", parse_text),
    ("text/plain;version=0.0.4", "text/plain", parse_text),
    ("application/openmetrics-text", "application/openmetrics-text", parse_open_metrics),
    (PROMETHEUS_3, "application/openmetrics-text", parse_open_metrics),
]:
    content_type, text = fetch("/metrics", **{"x-api-key": key, "accept": accept})
    expect(f"{accept[:40]} gets {media_type}", content_type.startswith(f"{media_type}; version="))
    families = {family.name: family for family in parse(text)}
    described = all(family.type != "unknown" and family.documentation for family in families.values())
    expect("every family has a type and a help", described)
    kinds = {name: family.type for name, family in families.items() if name.startswith("llm_config_http")}
    expected = {"llm_config_http_requests": "counter", "llm_config_http_request_duration_seconds": "histogram"}
    expect("requests are a counter and a histogram", kinds == expected)
    labels = {"route": "/v1/llms", "method": "GET", "status": "200"}
    samples = families["llm_config_http_requests"].samples
    expect("a request is counted", [s.value for s in samples if s.labels == labels] == [1.0])
