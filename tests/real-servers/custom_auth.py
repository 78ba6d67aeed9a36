"""The keys of the second LiteLLM proxy. LiteLLM itself checks their expiry and limits."""

from datetime import datetime, timezone

from fastapi import Request

from litellm.proxy._types import UserAPIKeyAuth

KEYS = {
    "sk-good-key-0001": {},
    "sk-limited-key-0002": {"models": ["fake-gpt"]},
    "sk-expired-key-0003": {"expires": datetime(2020, 1, 1, tzinfo=timezone.utc)},
}


async def authenticate(request: Request, api_key: str) -> UserAPIKeyAuth:
    """The key's row; LiteLLM turns an Exception into its 401 `auth_error`."""
    if api_key not in KEYS:
        raise Exception("Invalid proxy server token passed")
    return UserAPIKeyAuth(api_key=api_key, **KEYS[api_key])
