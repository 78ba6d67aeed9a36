#!/usr/bin/env python3
"""Calls models through the server with the official Python clients of OpenAI, Anthropic and Gemini.

    pip install openai==3.57.0 anthropic==2.14.0 google-genai==3.6.1
    LLM_CONFIG_WAIT_FOR_INIT=true llm-config-server &        # a server that was never started before
    python main.py http://127.0.0.1:8080

The provider is a scripted one on this machine (provider.py). Prints a line for each expectation, and fails at
the first that is not met. The numbers are those of the acceptance cases of the gateway.
"""

import sys

import anthropic_sdk
import google_sdk
import openai_sdk
from checks import expect
from gateway import Gateway
from provider import Provider

CLIENTS = (openai_sdk, anthropic_sdk, google_sdk)

provider = Provider()
gateway = Gateway(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080", provider)
watches = [watch for client in CLIENTS for watch in client.comment_watches(gateway)]
provider.wait_for(len(watches))
# Began last, so the others have had a comment when this one gets one.
request = {"model": "pool/gated-comments", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
plain = gateway.open("POST", "/openai/v1/chat/completions", request)
provider.taken()
for client in CLIENTS:
    client.check(gateway)
lines = iter(plain)
expect("case 44: a silent stream gets comments", b": keep-alive\n" in lines)
provider.gate("comments").set()
for watch in watches:
    watch.finish()
expect("case 44: the stream goes on afterwards", b"data: [DONE]\n" in lines)
