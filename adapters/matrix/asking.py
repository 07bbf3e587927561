"""Calls that nio has no method for, or a broken one: one request, its answer as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from nio.client.async_client import AsyncClient

from adapters.matrix.failures import refusal, translated, unclear

_JSON = "application/json"
_UNREADABLE = "the homeserver's answer cannot be read"


def path(*parts: str, version: str = "v3", **query: str | int) -> str:
    """The address of a call below the client-server API; parts are quoted."""
    found = "/".join(("/_matrix/client", version, *(quote(each, safe="") for each in parts)))
    return f"{found}?{urlencode(query)}" if query else found


async def ask(
    client: AsyncClient,
    method: str,
    where: str,
    body: Mapping[str, Any] | None = None,
    *,
    creates: bool = False,
) -> dict[str, Any]:
    """Ask once. Raises NetworkError; see `adapters.matrix.failures.translated` for `creates`."""
    data = json.dumps(body) if body is not None else None
    return _object(await _asked(client, method, where, data, _JSON, creates=creates), creates=creates)


async def ask_list(client: AsyncClient, where: str) -> list[Any]:
    """Ask once for what is answered with a list. Raises NetworkError."""
    answer = await _asked(client, "GET", where, None, _JSON)
    if not isinstance(answer, list):
        raise unclear(_UNREADABLE, creates=False)
    return answer


async def upload(client: AsyncClient, data: bytes, media_type: str) -> str:
    """Put a file into the homeserver's media; returns its mxc: address. Raises NetworkError."""
    answer = _object(await _asked(client, "POST", "/_matrix/media/v3/upload", data, media_type), creates=False)
    address = answer.get("content_uri")
    if not isinstance(address, str) or not address.startswith("mxc://"):
        raise unclear(_UNREADABLE, creates=False)
    return address


async def _asked(
    client: AsyncClient, method: str, where: str, data: str | bytes | None, kind: str, *, creates: bool = False
) -> Any:
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": kind}
    with translated(creates=creates):
        async with await client.send(method, where, data, headers) as response:
            text = await response.read()
    answer = _read(text)
    if response.status < 400:
        return answer
    told = answer if isinstance(answer, dict) else {}
    said, code = told.get("error"), told.get("errcode")
    raise refusal(
        response.status,
        code if isinstance(code, str) else None,
        said if isinstance(said, str) else "",
        told.get("retry_after_ms", _milliseconds(response.headers.get("Retry-After"))),
        creates=creates,
    )


def _object(answer: object, *, creates: bool) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise unclear(_UNREADABLE, creates=creates)
    return answer


def _read(text: bytes) -> Any:
    """None where it cannot be read."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _milliseconds(seconds: str | None) -> int | None:
    """What a header says, which newer homeservers and what stands before them use."""
    return int(seconds) * 1000 if seconds is not None and seconds.isascii() and seconds.isdecimal() else None
