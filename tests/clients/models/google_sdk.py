"""The official Python client of Gemini."""

import asyncio

from answers import TEXT, TOOL_INPUT, VECTOR
from checks import CommentWatch, expect, expect_error
from google import genai
from google.genai import errors
from provider import KEY

FAULTS = {"cut": "the connection is cut", "eof": "the stream ends cleanly before its end"}


def client_of(base, token, version=None, **headers):
    options = {"base_url": base, "headers": headers}
    return genai.Client(
        api_key=token, http_options={**options, **({"api_version": version} if version else {})}
    )


def check(gateway):
    provider = gateway.provider
    for label, base, prefix in gateway.bases("gemini", "gemini"):
        client = client_of(base, gateway.token)
        provider.taken()
        response = client.models.generate_content(model=f"{prefix}flash", contents="Hello")
        [call] = provider.taken()
        expect(
            f"{label.format(9)}: content, with the token in x-goog-api-key",
            response.text == TEXT
            and response.usage_metadata.prompt_token_count == 19
            and call["headers"]["x-goog-api-key"] == KEY
            and gateway.token not in str(call),
        )
        newer = client_of(base, gateway.token, "v1beta")
        newer.models.generate_content(model=f"{prefix}flash", contents="Hello")
        [beta] = provider.taken()
        expect(
            f"{label.format(9)}: v1 and v1beta",
            [call["path"], beta["path"]]
            == [f"/gemini/{version}/models/flash:generateContent" for version in ("v1", "v1beta")],
        )
        check_streams(label, client, prefix)
        count = client.models.count_tokens(model=f"{prefix}flash", contents="Hello")
        expect(f"{label.format(9)}: tokens are counted", count.total_tokens == 31)
        vectors = client.models.embed_content(model=f"{prefix}embed", contents=["a", "b"]).embeddings
        expect(f"{label.format(9)}: embeddings", [item.values for item in vectors] == [VECTOR] * 2)
        sent = provider.taken()[-1]["json"]
        expect(
            f"{label.format(9)}: the model of each content is the provider's",
            {item["model"] for item in sent["requests"]} == {"models/embed"},
        )
        check_errors(label, client, prefix)
        two = client_of(base, gateway.token, authorization="Bearer gm_other")
        expect_error(
            f"{label.format(13)}: two tokens in two headers",
            errors.ClientError,
            lambda: two.models.generate_content(model=f"{prefix}flash", contents="Hello"),
            code=401,
            status="UNAUTHENTICATED",
        )
        asyncio.run(check_async(f"{label}, async", client, prefix))
    check_lists(gateway)


def check_streams(label, client, prefix):
    def stream(model):
        return client.models.generate_content_stream(model=prefix + model, contents="Hello")

    expect(f"{label.format(9)}: a stream", "".join(chunk.text or "" for chunk in stream("flash")) == TEXT)
    [part] = (
        client.models.generate_content(model=f"{prefix}tools", contents="Hello").candidates[0].content.parts
    )
    expect(f"{label.format(68)}: the input of a tool", part.function_call.args == TOOL_INPUT)
    calls = [call for chunk in stream("tools") for call in chunk.function_calls or []]
    expect(
        f"{label.format(68)}: the input of a tool in a stream", [call.args for call in calls] == [TOOL_INPUT]
    )
    for case, (fault, text) in zip((37, 38), FAULTS.items()):
        error = expect_error(f"{label.format(case)}: {text}", errors.APIError, lambda: list(stream(fault)))
        expect(
            f"{label.format(case)}: the error says what happened",
            "broke off before its end" in str(error),
        )
    expect_error(
        f"{label.format(36)}: an error in the stream", errors.APIError, lambda: list(stream("error-frame"))
    )


def check_errors(label, client, prefix):
    def call(model):
        return client.models.generate_content(model=prefix + model, contents="Hello")

    for status in (400, 404, 422, 429, 500, 529):
        expect_error(
            f"{label.format(29)}: {status} of the provider",
            errors.APIError,
            lambda: call(f"status-{status}"),
            code=status,
            message="scripted",
        )
    error = expect_error(
        f"{label.format(30)}: a key that the provider refuses with 400",
        errors.ServerError,
        lambda: call("bad-key"),
        code=502,
    )
    expect(f"{label.format(30)}: the error says so", "refuses the credential" in error.message)
    expect_error(
        f"{label.format(30)}: a model that the key may not use",
        errors.ClientError,
        lambda: call("forbidden"),
        code=403,
    )
    expect_error(
        f"{label.format(35)}: an error with status 200",
        errors.ServerError,
        lambda: call("error-only"),
        code=503,
    )


def check_lists(gateway):
    gateway.provider.taken()
    client = client_of(f"{gateway.url}/gemini", gateway.token)
    found = [model.name for model in client.models.list(config={"page_size": 2})]
    expect(
        "case 11: the list of models, page by page",
        {*gateway.owned, *gateway.shared} == {name.removeprefix("models/") for name in found},
    )
    expect("case 12: one of them", client.models.get(model="a/b").display_name == "a/b")
    expect("case 11: no provider is called", not gateway.provider.taken())


async def check_async(label, client, prefix):
    response = await client.aio.models.generate_content(model=f"{prefix}flash", contents="Hello")
    expect(f"{label.format(9)}: content", response.text == TEXT)
    stream = await client.aio.models.generate_content_stream(model=f"{prefix}flash", contents="Hello")
    expect(f"{label.format(9)}: a stream", "".join([chunk.text or "" async for chunk in stream]) == TEXT)
    for case, (fault, text) in zip((37, 38), FAULTS.items()):
        try:
            stream = await client.aio.models.generate_content_stream(model=prefix + fault, contents="Hello")
            [chunk async for chunk in stream]
        except errors.APIError as error:
            expect(f"{label.format(case)}: {text}: {type(error).__name__}", True)
        else:
            expect(f"{label.format(case)}: {text}", False)


def comment_watches(gateway):
    client = client_of(f"{gateway.url}/gemini", gateway.token)
    return [
        CommentWatch(
            "case 44: no comments in a stream of Gemini's client, which cannot read them",
            lambda: [
                chunk.text or ""
                for chunk in client.models.generate_content_stream(
                    model="gemini/gated-comments", contents="Hello"
                )
            ],
        )
    ]
