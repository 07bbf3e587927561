"""Calls that nio has no method for, or a broken one: one request, its answer as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from nio.client.async_client import AsyncClient

from adapters.matrix.failures import refusal, translated
from bot.errors import NetworkUnavailable


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
    answer = await _asked(client, method, where, body, creates=creates)
    if not isinstance(answer, dict):
        raise NetworkUnavailable("the homeserver's answer cannot be read")
    return answer


async def ask_list(client: AsyncClient, where: str) -> list[Any]:
    """Ask once for what is answered with a list. Raises NetworkError."""
    answer = await _asked(client, "GET", where, None, creates=False)
    if not isinstance(answer, list):
        raise NetworkUnavailable("the homeserver's answer cannot be read")
    return answer


async def _asked(client: AsyncClient, method: str, where: str, body: Mapping[str, Any] | None, *, creates: bool) -> Any:
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}
    data = json.dumps(body) if body is not None else None
    with translated(creates=creates):
        async with await client.send(method, where, data, headers) as response:
            text = await response.read()
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise NetworkUnavailable("the homeserver's answer cannot be read") from error
    if response.status >= 400:
        told = answer if isinstance(answer, dict) else {}
        said = told.get("error")
        raise refusal(
            response.status,
            told.get("errcode"),
            said if isinstance(said, str) else "",
            told.get("retry_after_ms"),
            creates=creates,
        )
    return answer
