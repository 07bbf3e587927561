"""Forms that carry files: read piece by piece, so that none can be larger than it may be."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

from adapters.web.failures import Refusal

LARGEST_UPLOAD = 5 * 1024 * 1024
"""Bytes of a form with its files."""

_NO_TEXT = "The file {name} is no text in UTF-8. Save it as UTF-8 and try again."
_PIECE = 64 * 1024


async def uploaded(request: web.Request) -> dict[str, str]:
    """The fields of a form, files as their text; a file that was not chosen is not there. Raises `Refusal`."""
    fields: dict[str, str] = {}
    left = LARGEST_UPLOAD
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise Refusal(415)
            body = await _body(part, left)
            left -= len(body)
            if body or part.filename is None:
                fields[part.name] = _text(body, part.filename)
    except ValueError as broken:
        raise Refusal(400) from broken
    return fields


async def _body(part: BodyPartReader, most: int) -> bytes:
    body = bytearray()
    while piece := await part.read_chunk(_PIECE):
        body += piece
        if len(body) > most:
            raise Refusal(413)
    return bytes(body)


def _text(body: bytes, name: str | None) -> str:
    if name is None:
        return body.decode("utf-8", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise Refusal(422, _NO_TEXT, name=name) from broken
