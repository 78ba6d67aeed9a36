"""What the scripted provider answers, in the form that each vendor documents.

Every answer has a body for calls without a stream and frames for those with one. The JSON has odd spaces and
escapes, so that a gateway that writes it anew is found out.
"""

import base64
import json
import struct

TEXT = 'Grüße "日本" \\ 🦀'
PARTS = [TEXT[:4], TEXT[4:]]
VECTOR = [0.25, -1.5, 3.0]
# The usual words of streams, where a model's own text has them: no gateway may act on these.
TOOL_INPUT = {
    "usage": {"prompt_tokens": 999, "input_tokens": 999, "output_tokens": 999},
    "usageMetadata": {"promptTokenCount": 999},
    "error": {"message": "not an error", "type": "tool"},
    "finish_reason": "stop",
    "finishReason": "STOP",
    "text": "data: [DONE]\n\nevent: error\n\n",
}


def dump(value):
    return json.dumps(value, separators=(" , ", ":  "), ensure_ascii=len(str(value)) % 2 == 0)


def data(value, event=None):
    return (f"event: {event}\n" if event else "") + f"data: {dump(value)}\n\n"


class Answer:
    """`frames` are those of a stream, of which the last `ends` tell that the answer is whole."""

    def __init__(self, body, frames=(), ends=1, error=None):
        self.body = dump(body) if isinstance(body, dict) else body
        self.frames, self.ends, self.error = list(frames), ends, error


def chat(model, request):
    tool = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "find", "arguments": json.dumps(TOOL_INPUT)},
    }
    is_tool = model == "tools"
    message = {"role": "assistant", "content": None if is_tool else TEXT, "refusal": None}
    if is_tool:
        message["tool_calls"] = [tool]
    reason = "tool_calls" if is_tool else "stop"
    usage = {
        "prompt_tokens": 11,
        "completion_tokens": 7,
        "total_tokens": 18,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
    head = {"id": "chatcmpl-1", "created": 1, "model": f"{model}-2026", "new_member": [2**70, -0.0]}
    body = {
        **head,
        "object": "chat.completion",
        "usage": usage,
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
    }

    def chunk(delta, reason=None):
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return data({**head, "object": "chat.completion.chunk", "choices": [choice]})

    frames = [chunk({"role": "assistant", "content": ""})]
    if is_tool:
        arguments = tool["function"]["arguments"]
        frames.append(
            chunk({"tool_calls": [{"index": 0, **tool, "function": {"name": "find", "arguments": ""}}]})
        )
        for part in (arguments[:9], arguments[9:60], arguments[60:]):
            frames.append(chunk({"tool_calls": [{"index": 0, "function": {"arguments": part}}]}))
    else:
        frames += [chunk({"content": part}) for part in PARTS]
    ends = [chunk({}, reason)]
    if (request.get("stream_options") or {}).get("include_usage"):
        ends.append(data({**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}))
    ends.append("data: [DONE]\n\n")
    return Answer(
        body, frames + ends, len(ends), data({"error": {"message": "overloaded", "code": "overloaded"}})
    )


def completions(model, _):
    head = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": model}
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    body = {
        **head,
        "choices": [{"index": 0, "text": TEXT, "finish_reason": "stop", "logprobs": None}],
        "usage": usage,
    }

    def chunk(text, reason=None):
        return data(
            {**head, "choices": [{"index": 0, "text": text, "finish_reason": reason, "logprobs": None}]}
        )

    ends = [chunk("", "stop"), "data: [DONE]\n\n"]
    return Answer(body, [chunk(part) for part in PARTS] + ends, 2, data({"error": {"message": "overloaded"}}))


def embeddings(model, request):
    inputs = request["input"] if isinstance(request["input"], list) else [request["input"]]
    packed = base64.b64encode(struct.pack(f"<{len(VECTOR)}f", *VECTOR)).decode()
    vector = packed if request.get("encoding_format") == "base64" else VECTOR
    found = [{"object": "embedding", "index": index, "embedding": vector} for index in range(len(inputs))]
    usage = {"prompt_tokens": 6, "total_tokens": 6}
    return Answer({"object": "list", "data": found, "model": model, "usage": usage})


def responses(model, _):
    usage = {
        "input_tokens": 13,
        "input_tokens_details": {"cached_tokens": 5},
        "output_tokens": 8,
        "output_tokens_details": {"reasoning_tokens": 3},
        "total_tokens": 21,
    }
    part = {"type": "output_text", "text": TEXT, "annotations": []}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    if model == "tools":
        item = {
            "id": "fc_1",
            "type": "function_call",
            "call_id": "call_1",
            "name": "find",
            "status": "completed",
            "arguments": json.dumps(TOOL_INPUT),
        }
    whole = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": model,
        "output": [item],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
    }
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    where = {"item_id": item["id"], "output_index": 0}
    events = [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress"}},
    ]
    if model == "tools":
        text = item["arguments"]
        events += [
            {"type": "response.function_call_arguments.delta", **where, "delta": text[:60]},
            {"type": "response.function_call_arguments.delta", **where, "delta": text[60:]},
            {"type": "response.function_call_arguments.done", **where, "name": "find", "arguments": text},
        ]
    else:
        where["content_index"] = 0
        events += [
            {"type": "response.output_text.delta", **where, "delta": text, "logprobs": []} for text in PARTS
        ]
        events.append({"type": "response.output_text.done", **where, "text": TEXT, "logprobs": []})
    events += [
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    frames = [data({**event, "sequence_number": at}, event["type"]) for at, event in enumerate(events)]
    error = {
        "type": "error",
        "code": "server_error",
        "message": "overloaded",
        "param": None,
        "sequence_number": 9,
        "error": {"message": "overloaded", "code": "server_error"},
    }
    return Answer(whole, frames, 1, data(error, "error"))


def messages(model, _):
    usage = {
        "input_tokens": 17,
        "cache_creation_input_tokens": 2,
        "cache_read_input_tokens": 3,
        "output_tokens": 9,
    }
    is_tool = model == "tools"
    block = {"type": "text", "text": TEXT}
    if is_tool:
        block = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": TOOL_INPUT}
    reason = "tool_use" if is_tool else "end_turn"
    whole = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [block],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": usage,
    }
    begun = {**whole, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    text = json.dumps(TOOL_INPUT)
    empty = {**block, "input": {}} if is_tool else {**block, "text": ""}
    deltas = (
        [{"type": "input_json_delta", "partial_json": part} for part in (text[:30], text[30:])]
        if is_tool
        else [{"type": "text_delta", "text": part} for part in PARTS]
    )
    events = [
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "ping"},
    ]
    events += [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas]
    events += [
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}
    return Answer(whole, [data(event, event["type"]) for event in events], 1, data(error, "error"))


def count_message_tokens(*_):
    return Answer({"input_tokens": 2095})


def generate_content(model, _):
    usage = {
        "promptTokenCount": 19,
        "candidatesTokenCount": 10,
        "thoughtsTokenCount": 4,
        "totalTokenCount": 33,
    }

    def chunk(part, reason=None):
        candidate = {"content": {"parts": [part], "role": "model"}, "index": 0}
        if reason:
            candidate["finishReason"] = reason
        return {"candidates": [candidate], "modelVersion": model, "responseId": "r-1", "usageMetadata": usage}

    call = {"functionCall": {"name": "find", "args": TOOL_INPUT}, "thoughtSignature": "c2ln"}
    whole = chunk(call if model == "tools" else {"text": TEXT}, "STOP")
    frames = [chunk({"text": part}) for part in PARTS]
    if model == "tools":
        frames.append(chunk(call))
    frames = [data(frame) for frame in [*frames, chunk({"text": ""}, "STOP")]]
    error = {"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}
    return Answer(whole, frames, 1, data(error))


def stream_generate_content(model, request):
    """Without `alt=sse`, the stream is an array."""
    answer = generate_content(model, request)
    answer.body = "[" + ",\r\n".join(frame.removeprefix("data: ").strip() for frame in answer.frames) + "]"
    return answer


def count_tokens(*_):
    return Answer({"totalTokens": 31, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 31}]})


def embed_content(*_):
    return Answer({"embedding": {"values": VECTOR}})


def batch_embed_contents(_, request):
    return Answer({"embeddings": [{"values": VECTOR} for _ in request["requests"]]})


OPENAI = {
    "chat/completions": chat,
    "completions": completions,
    "embeddings": embeddings,
    "responses": responses,
}
ANTHROPIC = {"messages": messages, "messages/count_tokens": count_message_tokens}
GEMINI = {
    "generateContent": generate_content,
    "streamGenerateContent": stream_generate_content,
    "countTokens": count_tokens,
    "embedContent": embed_content,
    "batchEmbedContents": batch_embed_contents,
}
