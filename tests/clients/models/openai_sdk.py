"""The official Python client of OpenAI."""

import asyncio
import base64
import json
import struct

import openai
from answers import TEXT, TOOL_INPUT, VECTOR
from checks import CommentWatch, expect, expect_error
from provider import KEY

HELLO = [{"role": "user", "content": "Hello"}]
FAULTS = {"cut": "the connection is cut", "eof": "the stream ends cleanly before its end"}


def check(gateway):
    provider = gateway.provider
    named = openai.OpenAI(base_url=f"{gateway.url}/openai/v1", api_key=gateway.application, max_retries=0)

    answer = named.chat.completions.with_raw_response.create(model="chat", messages=HELLO)
    [call] = provider.taken()
    expect(
        "case 1: a chat completion of a configuration by its name",
        answer.parse().choices[0].message.content == TEXT and call["json"]["model"] == "model-of-chat",
    )
    expect(
        "case 1: the provider gets its own key and not the token",
        call["headers"]["authorization"] == f"Bearer {KEY}" and gateway.application not in str(call),
    )
    expect("case 1: the body passes byte for byte", answer.http_response.content == call["answer"])
    expect("case 1: the request id is the server's", answer.parse()._request_id != "up-1")
    headers = answer.headers
    expect(
        "case 1: headers name the configuration and the provider's request id",
        headers["x-llm-config-id"] == gateway.owned["chat"]
        and headers["x-llm-config-source"] == "upstream"
        and headers["x-llm-config-upstream-request-id"] == "up-1"
        and "set-cookie" not in headers,
    )
    named.chat.completions.create(model=gateway.owned["chat"], messages=HELLO)
    named.chat.completions.create(model="chat/model-of-chat", messages=HELLO)
    expect(
        "case 2: the same by id, and by name and model",
        [call["json"]["model"] for call in provider.taken()] == ["model-of-chat"] * 2,
    )
    expect_error(
        "case 18: another model of a configuration with one",
        openai.BadRequestError,
        lambda: named.chat.completions.create(model="chat/other", messages=HELLO),
        code="model_not_allowed",
    )
    check_lists(gateway, named)
    check_tokens(gateway)

    for label, base, prefix in gateway.bases("openai", "pool"):
        client = openai.OpenAI(base_url=f"{base}/v1", api_key=gateway.token, max_retries=0)
        check_answers(label, client, provider, prefix)
        check_streams(label, client, provider, prefix)
        check_errors(label, client, provider, prefix)
        asynchronous = openai.AsyncOpenAI(base_url=f"{base}/v1", api_key=gateway.token, max_retries=0)
        asyncio.run(check_async(f"{label}, async", asynchronous, prefix))
    check_retries(gateway)


def check_lists(gateway, client):
    provider = gateway.provider
    provider.taken()
    expect(
        "case 11: an application's list has what it may call",
        {m.id for m in client.models.list()} == {"chat", "a/b"},
    )
    expect("case 12: a name with a slash is found", client.models.retrieve("a/b").owned_by == "openai")
    expect_error(
        "case 11: another configuration is not found",
        openai.NotFoundError,
        lambda: client.models.retrieve("pool"),
        code="model_not_found",
    )
    everything = openai.OpenAI(base_url=f"{gateway.url}/openai/v1", api_key=gateway.token)
    expect(
        "case 11: its owner's list has all",
        {*gateway.owned, *gateway.shared} == {m.id for m in everything.models.list()},
    )
    expect("case 11: no provider is called", not provider.taken())


def check_tokens(gateway):
    def client(**headers):
        return openai.OpenAI(
            base_url=f"{gateway.url}/openai/v1", api_key=gateway.application, default_headers=headers
        )

    error = expect_error(
        "case 13: two tokens in two headers",
        openai.AuthenticationError,
        lambda: client(**{"x-api-key": "gm_other"}).chat.completions.create(model="chat", messages=HELLO),
        code="token_invalid",
    )
    expect(
        "case 13: the message names both headers",
        "authorization" in error.message and "x-api-key" in error.message,
    )
    expect("case 13: nothing is sent to the provider", not gateway.provider.taken())


def check_answers(label, client, provider, prefix):
    response = client.responses.create(model=f"{prefix}gpt", input="Hello")
    expect(
        f"{label.format(4)}: a response", response.output_text == TEXT and response.usage.input_tokens == 13
    )
    text = client.completions.create(model=f"{prefix}gpt", prompt="Hello")
    expect(f"{label.format(4)}: a text completion", text.choices[0].text == TEXT)
    provider.taken()
    vectors = client.embeddings.with_raw_response.create(model=f"{prefix}embed", input=["a", "b"])
    [call] = provider.taken()
    packed = base64.b64encode(struct.pack("<3f", *VECTOR)).decode().encode()
    expect(
        f"{label.format(5)}: embeddings in base64",
        call["json"]["encoding_format"] == "base64"
        and vectors.http_response.content == call["answer"]
        and packed in call["answer"]
        and [item.embedding for item in vectors.parse().data] == [VECTOR] * 2,
    )
    tools = client.chat.completions.create(model=f"{prefix}tools", messages=HELLO).choices[0]
    arguments = tools.message.tool_calls[0].function.arguments
    expect(f"{label.format(68)}: arguments of a tool", json.loads(arguments) == TOOL_INPUT)
    tools = client.responses.create(model=f"{prefix}tools", input="Hello").output[0]
    expect(
        f"{label.format(68)}: arguments of a tool in a response", json.loads(tools.arguments) == TOOL_INPUT
    )


def check_streams(label, client, provider, prefix):
    provider.taken()
    with client.chat.completions.with_streaming_response.create(
        model=f"{prefix}gpt", messages=HELLO, stream=True, stream_options={"include_usage": True}
    ) as response:
        body = response.read()
    [call] = provider.taken()
    expect(
        f"{label.format(3)}: the bytes of a stream",
        body == call["answer"] and body.endswith(b"data: [DONE]\n\n"),
    )
    chunks = list(
        client.chat.completions.create(
            model=f"{prefix}gpt", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    expect(
        f"{label.format(24)}: the usage that the client asks for",
        text == TEXT and chunks[-1].usage.prompt_tokens == 11,
    )
    provider.taken()
    chunks = list(client.chat.completions.create(model=f"{prefix}gpt", messages=HELLO, stream=True))
    [call] = provider.taken()
    expect(
        f"{label.format(23)}: the usage that only the server asks for is left out",
        call["json"]["stream_options"] == {"include_usage": True} and all(chunk.choices for chunk in chunks),
    )

    events = list(client.responses.create(model=f"{prefix}gpt", input="Hello", stream=True))
    expect(
        f"{label.format(4)}: a stream of a response",
        events[-1].type == "response.completed"
        and "".join(event.delta for event in events if event.type == "response.output_text.delta") == TEXT,
    )
    chunks = client.chat.completions.create(model=f"{prefix}tools", messages=HELLO, stream=True)
    deltas = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
    expect(
        f"{label.format(68)}: arguments of a tool in a stream",
        json.loads("".join(call.function.arguments or "" for call in deltas)) == TOOL_INPUT,
    )
    events = list(client.responses.create(model=f"{prefix}tools", input="Hello", stream=True))
    expect(
        f"{label.format(68)}: arguments of a tool in a stream of a response",
        events[-1].type == "response.completed" and json.loads(events[-2].item.arguments) == TOOL_INPUT,
    )
    with client.chat.completions.with_streaming_response.create(
        model=f"{prefix}undone", messages=HELLO, stream=True
    ) as response:
        body = response.read()
    expect(f"{label.format(39)}: a missing [DONE] is added", body.endswith(b"data: [DONE]\n\n"))

    makers = {
        "a chat": lambda model: client.chat.completions.create(model=model, messages=HELLO, stream=True),
        "a text completion": lambda model: client.completions.create(
            model=model, prompt="Hello", stream=True
        ),
        "a response": lambda model: client.responses.create(model=model, input="Hello", stream=True),
    }
    for kind, make in makers.items():
        for case, (fault, text) in zip((37, 38), FAULTS.items()):
            got = []
            expect_error(
                f"{label.format(case)}: {text} of {kind}",
                openai.APIError,
                lambda: got.extend(make(prefix + fault)),
                code="provider_connection_lost",
            )
            expect(f"{label.format(case)}: and what came before is there", len(got) == 2)
        expect_error(
            f"{label.format(36)}: an error in the stream of {kind}",
            openai.APIError,
            lambda: list(make(f"{prefix}error-frame")),
        )


def check_errors(label, client, provider, prefix):
    def call(model):
        return client.chat.completions.create(model=prefix + model, messages=HELLO)

    for status, error in [
        (400, openai.BadRequestError),
        (404, openai.NotFoundError),
        (422, openai.UnprocessableEntityError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (529, openai.InternalServerError),
    ]:
        caught = expect_error(
            f"{label.format(29)}: {status} of the provider",
            error,
            lambda: call(f"status-{status}"),
            status_code=status,
        )
        [sent] = provider.taken()[-1:]
        headers = caught.response.headers
        expect(
            f"{label.format(29)}: {status} with its body and headers",
            caught.response.content == sent["answer"]
            and headers["x-ratelimit-remaining-requests"] == "59"
            and headers.get("retry-after") == ("1" if status == 429 else None)
            and headers["x-llm-config-source"] == "upstream",
        )
    expect_error(
        f"{label.format(30)}: a key that the provider refuses",
        openai.InternalServerError,
        lambda: call("bad-key"),
        status_code=502,
        code="credential_refused",
    )
    expect_error(
        f"{label.format(30)}: a model that the key may not use",
        openai.PermissionDeniedError,
        lambda: call("forbidden"),
        code="model_not_found",
    )
    expect_error(
        f"{label.format(35)}: an error with status 200",
        openai.InternalServerError,
        lambda: call("error-only"),
        status_code=502,
    )


def check_retries(gateway):
    """Whether the client repeats a call, which `x-should-retry` decides."""
    client = openai.OpenAI(base_url=f"{gateway.url}/openai/v1", api_key=gateway.token, max_retries=1)

    def attempts(model):
        gateway.provider.taken()
        try:
            client.chat.completions.create(model=model, messages=HELLO)
        except openai.APIStatusError:
            pass
        return len(gateway.provider.taken())

    expect("case 29: a client repeats a call after 429", attempts("pool/status-429") == 2)
    expect("case 30: and does not repeat it with a refused key", attempts("pool/bad-key") == 1)


async def check_async(label, client, prefix):
    chat = await client.chat.completions.create(model=f"{prefix}gpt", messages=HELLO)
    expect(f"{label.format(1)}: a chat completion", chat.choices[0].message.content == TEXT)
    stream = await client.chat.completions.create(model=f"{prefix}gpt", messages=HELLO, stream=True)
    text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    expect(f"{label.format(3)}: a stream", text == TEXT)
    for case, (fault, text) in zip((37, 38), FAULTS.items()):
        stream = await client.chat.completions.create(model=f"{prefix}{fault}", messages=HELLO, stream=True)
        try:
            [chunk async for chunk in stream]
        except openai.APIError as error:
            expect(f"{label.format(case)}: {text}: {type(error).__name__}", True)
        else:
            expect(f"{label.format(case)}: {text}", False)


def comment_watches(gateway):
    """Streams whose provider is silent for long enough that comments are sent."""
    client = openai.OpenAI(base_url=f"{gateway.url}/openai/v1", api_key=gateway.token)
    return [
        CommentWatch(
            "case 44: comments in a stream of OpenAI's client",
            lambda: [
                chunk.choices[0].delta.content or ""
                for chunk in client.chat.completions.create(
                    model="pool/gated-comments", messages=HELLO, stream=True
                )
            ],
        ),
        CommentWatch(
            "case 44: comments in a response of OpenAI's client",
            lambda: [
                event.delta
                for event in client.responses.create(model="pool/gated-comments", input="Hello", stream=True)
                if event.type == "response.output_text.delta"
            ],
        ),
    ]
