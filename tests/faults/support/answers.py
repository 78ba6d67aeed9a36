"""What the provider answers: text that repeats the request, and usage that its number gives."""

import json
from typing import NamedTuple

OPENAI, ANTHROPIC = "openai", "anthropic"

# Paths on which `model` names the configuration; the same below the URL of a configuration.
PATHS = {OPENAI: "/openai/v1/chat/completions", ANTHROPIC: "/anthropic/v1/messages"}


class Tokens(NamedTuple):
    """The tokens of one call or of several; the cached ones are a part of the prompt."""

    prompt: int
    cached: int
    completion: int


def tokens(number):
    """What the provider reports for the call with this number."""
    return Tokens(10 + number % 7, number % 3, 5 + number % 5)


def usage(api, number):
    """The tokens of a call in the form of an API."""
    used = tokens(number)
    if api == ANTHROPIC:
        return {
            "input_tokens": used.prompt - used.cached,
            "cache_read_input_tokens": used.cached,
            "output_tokens": used.completion,
        }
    return {
        "prompt_tokens": used.prompt,
        "completion_tokens": used.completion,
        "total_tokens": used.prompt + used.completion,
        "prompt_tokens_details": {"cached_tokens": used.cached},
    }


# A list of models, and the refusal of a key, in the API of OpenAI.
MODELS = {"object": "list", "data": [{"id": "tiny", "object": "model"}]}
WRONG_KEY = {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}


def whole(api, text, number):
    """An answer that is no stream."""
    if api == ANTHROPIC:
        content = [{"type": "text", "text": text}]
        head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "tiny"}
        return {**head, "content": content, "stop_reason": "end_turn", "usage": usage(api, number)}
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "tiny"}
    return {**head, "choices": [choice], "usage": usage(api, number)}


def frames(api, parts, number, with_usage=True):
    """The frames of a stream: the first one, one for each part of the text, and those of the end as one."""
    if api == ANTHROPIC:
        message = {**whole(api, "", number), "content": [], "stop_reason": None}
        block = {"index": 0, "content_block": {"type": "text", "text": ""}}
        first = event("message_start", message=message) + event("content_block_start", **block)
        deltas = [{"index": 0, "delta": {"type": "text_delta", "text": part}} for part in parts]
        stop = {"delta": {"stop_reason": "end_turn"}, "usage": usage(api, number)}
        last = event("content_block_stop", index=0) + event("message_delta", **stop) + event("message_stop")
        return [first, *(event("content_block_delta", **delta) for delta in deltas), last]
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "tiny"}

    def chunk(delta, reason=None):
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return data({**head, "choices": [choice]})

    last = chunk({}, "stop")
    if with_usage:
        last += data({**head, "choices": [], "usage": usage(api, number)})
    first = chunk({"role": "assistant", "content": ""})
    return [first, *(chunk({"content": part}) for part in parts), last + "data: [DONE]\n\n"]


def text_of(api, answer):
    """The text of an answer: of the JSON of a whole one, or of the events of a stream."""
    if isinstance(answer, dict):
        is_anthropic = api == ANTHROPIC
        return answer["content"][0]["text"] if is_anthropic else answer["choices"][0]["message"]["content"]
    lines = [line.removeprefix("data: ") for line in answer.splitlines() if line.startswith("data: {")]
    events = [json.loads(line) for line in lines]
    if api == ANTHROPIC:
        return "".join(event.get("delta", {}).get("text", "") for event in events)
    choices = [choice for event in events for choice in event.get("choices", [])]
    return "".join(choice["delta"].get("content", "") for choice in choices)


def data(value):
    return f"data: {json.dumps(value)}\n\n"


def event(kind, **members):
    return f"event: {kind}\n" + data({"type": kind, **members})
