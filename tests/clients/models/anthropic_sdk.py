"""The official Python client of Anthropic."""

import asyncio

import anthropic
from answers import TEXT, TOOL_INPUT
from checks import CommentWatch, expect, expect_error
from provider import KEY

HELLO = {"max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}
# Older clients add this query.
OLD = {"extra_query": {"beta": "true"}}
FAULTS = {"cut": "the connection is cut", "eof": "the stream ends cleanly before its end"}


def check(gateway):
    provider = gateway.provider
    for label, base, prefix in gateway.bases("anthropic", "claude"):
        client = anthropic.Anthropic(base_url=base, api_key=gateway.token, max_retries=0)
        provider.taken()
        response = client.messages.with_raw_response.create(model=f"{prefix}opus", **HELLO)
        [call] = provider.taken()
        expect(
            f"{label.format(6)}: a message with the token in x-api-key",
            response.parse().content[0].text == TEXT
            and response.http_response.content == call["answer"]
            and call["headers"]["x-api-key"] == KEY
            and gateway.token not in str(call)
            and call["json"]["model"] == "opus",
        )
        check_versions(label, gateway, base, prefix)
        check_streams(label, client, provider, prefix)
        check_errors(label, client, provider, prefix)
        asynchronous = anthropic.AsyncAnthropic(base_url=base, api_key=gateway.token, max_retries=0)
        asyncio.run(check_async(f"{label}, async", asynchronous, prefix))
    check_lists(gateway)


def check_versions(label, gateway, base, prefix):
    provider = gateway.provider
    headers = {"anthropic-version": "2023-06-01", "anthropic-beta": "one-2026-01-01,two-2026-02-02"}
    bearer = anthropic.Anthropic(base_url=base, auth_token=gateway.token, max_retries=0)
    bearer.messages.create(model=f"{prefix}opus", extra_headers=headers, **HELLO)
    [call] = provider.taken()
    expect(
        f"{label.format(6)}: a message with the token as Bearer, and versions as they are",
        "authorization" not in call["headers"] and headers.items() <= call["headers"].items(),
    )
    bearer.messages.create(model=f"{prefix}opus", **HELLO)
    [call] = provider.taken()
    expect(
        f"{label.format(6)}: the client's own version passes",
        call["headers"]["anthropic-version"] == "2026-10-21",
    )
    count = bearer.messages.count_tokens(model=f"{prefix}opus", messages=HELLO["messages"])
    expect(f"{label.format(8)}: tokens are counted", count.input_tokens == 2095)
    provider.taken()
    bearer.beta.messages.create(model=f"{prefix}opus", betas=["three-2026-03-03"], **OLD, **HELLO)
    bearer.beta.messages.count_tokens(model=f"{prefix}opus", messages=HELLO["messages"], **OLD)
    calls = provider.taken()
    expect(
        f"{label.format(8)}: ?beta=true and its header pass",
        [call["path"] for call in calls]
        == ["/anthropic/v1/messages?beta=true", "/anthropic/v1/messages/count_tokens?beta=true"]
        and calls[0]["headers"]["anthropic-beta"] == "three-2026-03-03",
    )
    both = anthropic.Anthropic(
        base_url=base, api_key=gateway.token, default_headers={"authorization": "Bearer gm_x"}
    )
    error = expect_error(
        f"{label.format(13)}: two tokens in two headers",
        anthropic.AuthenticationError,
        lambda: both.messages.create(model=f"{prefix}opus", **HELLO),
        status_code=401,
    )
    expect(
        f"{label.format(13)}: the error has Anthropic's form",
        error.body["error"]["type"] == "authentication_error",
    )


def check_streams(label, client, provider, prefix):
    provider.taken()
    with client.messages.with_streaming_response.create(
        model=f"{prefix}opus", stream=True, **HELLO
    ) as response:
        body = response.read()
    [call] = provider.taken()
    expect(
        f"{label.format(7)}: the bytes of a stream, pings included",
        body == call["answer"] and b"ping" in body,
    )
    with client.messages.stream(model=f"{prefix}opus", **HELLO) as stream:
        message = stream.get_final_message()
    expect(
        f"{label.format(7)}: a stream", message.content[0].text == TEXT and message.usage.output_tokens == 9
    )
    message = client.messages.create(model=f"{prefix}tools", **HELLO)
    expect(f"{label.format(68)}: the input of a tool", message.content[0].input == TOOL_INPUT)
    with client.messages.stream(model=f"{prefix}tools", **HELLO) as stream:
        message = stream.get_final_message()
    expect(f"{label.format(68)}: the input of a tool in a stream", message.content[0].input == TOOL_INPUT)
    for case, (fault, text) in zip((37, 38), FAULTS.items()):
        error = expect_error(
            f"{label.format(case)}: {text}",
            anthropic.APIError,
            lambda: list(client.messages.create(model=prefix + fault, stream=True, **HELLO)),
        )
        expect(
            f"{label.format(case)}: the error says what happened",
            "broke off before its end" in str(error),
        )
    expect_error(
        f"{label.format(36)}: an error in the stream",
        anthropic.APIError,
        lambda: list(client.messages.create(model=f"{prefix}error-frame", stream=True, **HELLO)),
    )


def check_errors(label, client, provider, prefix):
    def call(model):
        return client.messages.create(model=prefix + model, **HELLO)

    for status, error in [
        (400, anthropic.BadRequestError),
        (404, anthropic.NotFoundError),
        (422, anthropic.UnprocessableEntityError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.InternalServerError),
    ]:
        caught = expect_error(
            f"{label.format(29)}: {status} of the provider",
            error,
            lambda: call(f"status-{status}"),
            status_code=status,
            request_id="up-1",
        )
        [sent] = provider.taken()[-1:]
        headers = caught.response.headers
        expect(
            f"{label.format(29)}: {status} with its body and headers",
            caught.response.content == sent["answer"]
            and headers["anthropic-ratelimit-requests-remaining"] == "59"
            and headers.get("retry-after") == ("1" if status == 429 else None),
        )
    error = expect_error(
        f"{label.format(30)}: a key that the provider refuses",
        anthropic.InternalServerError,
        lambda: call("bad-key"),
        status_code=502,
    )
    expect(
        f"{label.format(30)}: its code is in a header",
        error.response.headers["x-llm-config-error"] == "credential_refused",
    )
    expect_error(
        f"{label.format(30)}: a model that the key may not use",
        anthropic.PermissionDeniedError,
        lambda: call("forbidden"),
    )
    expect_error(
        f"{label.format(35)}: an error with status 200",
        anthropic.InternalServerError,
        lambda: call("error-only"),
        status_code=502,
    )


def check_lists(gateway):
    client = anthropic.Anthropic(base_url=f"{gateway.url}/anthropic", api_key=gateway.token)
    gateway.provider.taken()
    expect(
        "case 11: the list of models, page by page",
        {*gateway.owned, *gateway.shared} == {model.id for model in client.models.list(limit=2)},
    )
    expect("case 12: one of them", client.models.retrieve("a/b").display_name == "a/b")
    expect("case 11: no provider is called", not gateway.provider.taken())


async def check_async(label, client, prefix):
    message = await client.messages.create(model=f"{prefix}opus", **HELLO)
    expect(f"{label.format(6)}: a message", message.content[0].text == TEXT)
    async with client.messages.stream(model=f"{prefix}opus", **HELLO) as stream:
        expect(f"{label.format(7)}: a stream", await stream.get_final_text() == TEXT)
    for case, (fault, text) in zip((37, 38), FAULTS.items()):
        try:
            async with client.messages.stream(model=prefix + fault, **HELLO) as stream:
                await stream.until_done()
        except anthropic.APIError as error:
            expect(f"{label.format(case)}: {text}: {type(error).__name__}", True)
        else:
            expect(f"{label.format(case)}: {text}", False)


def comment_watches(gateway):
    client = anthropic.Anthropic(base_url=f"{gateway.url}/anthropic", api_key=gateway.token)
    return [
        CommentWatch(
            "case 44: comments in a stream of Anthropic's client",
            lambda: [
                event.delta.text
                for event in client.messages.create(model="claude/gated-comments", stream=True, **HELLO)
                if event.type == "content_block_delta"
            ],
        )
    ]
