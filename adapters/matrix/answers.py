"""Calls whose refusals are answers, too: one request, its status and its answer as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nio.client.async_client import AsyncClient

from adapters.matrix.failures import translated


async def answer(
    client: AsyncClient, method: str, where: str, body: Mapping[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    """Ask once; {} where the answer is no JSON object. Raises NetworkError where there is none."""
    headers = {"Content-Type": "application/json"}
    if client.access_token:
        headers["Authorization"] = f"Bearer {client.access_token}"
    data = json.dumps(body) if body is not None else None
    with translated():
        async with await client.send(method, where, data, headers) as response:
            text = await response.read()
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    return response.status, found if isinstance(found, dict) else {}
