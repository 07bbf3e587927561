"""Files: what an answer gives to be kept, and what a command is told by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.exceptions import EncryptionError

from adapters.matrix.asking import path, upload
from adapters.matrix.failures import refusal, translated
from adapters.matrix.finding import Finding, content_of
from adapters.matrix.line import Line
from adapters.matrix.markers import MARKER
from adapters.matrix.sending import Sending
from bot.domain.text import one_line
from bot.errors import RequestError
from bot.ports.commands import Document

LARGEST = 5 * 1024 * 1024
_CHUNK = 64 * 1024
_MXC = re.compile(r"mxc://([^/]{1,255})/([^/]{1,255})")
_NO_TEXT = "The file {name} is no text in UTF-8. Save it as UTF-8 and try again."
_TOO_LARGE = "The file {name} is too large. It may have {most} MB at most."


class Documents:
    """Sends files, and reads those that people have sent."""

    def __init__(self, line: Line, sending: Sending, finding: Finding) -> None:
        self._line = line
        self._sending = sending
        self._finding = finding

    async def send(self, room: str, document: Document, key: str, relation: Mapping[str, Any] | None = None) -> str:
        """Upload a document, encrypted where the room is, and send it there. Raises NetworkError."""
        body = document.text.encode("utf-8", "replace")
        there = self._line.client.rooms.get(room)
        file = await self._uploaded(document, body, encrypt=there is not None and there.encrypted)
        content = {
            "msgtype": "m.file",
            "body": document.name,
            "filename": document.name,
            "info": {"mimetype": document.media_type, "size": len(body)},
            "m.mentions": {},
            MARKER: key,
            **file,
            **({"m.relates_to": dict(relation)} if relation else {}),
        }
        return await self._sending.send(room, "m.room.message", content, key)

    async def _uploaded(self, document: Document, body: bytes, *, encrypt: bool) -> dict[str, Any]:
        if not encrypt:
            return {"url": await upload(self._line.client, body, document.media_type)}
        sealed, keys = encrypt_attachment(body)
        address = await upload(self._line.client, sealed, "application/octet-stream")
        return {"file": {**keys, "url": address}}

    async def text(self, room: str, event: str) -> str | None:
        """The text of the file that somebody sent, None where a message is none. Raises NetworkError, and
        `RequestError` where it is no text, or too large."""
        found = await self._finding.event(room, event)
        content = content_of(found) if found is not None else {}
        if content.get("msgtype") != "m.file":
            return None
        name = one_line(str(content.get("filename") or content.get("body") or ""))[:100]
        file = content.get("file")
        body = await self._body(file.get("url") if isinstance(file, Mapping) else content.get("url"), name)
        try:
            return (_opened(body, file) if isinstance(file, Mapping) else body).decode("utf-8-sig")
        except (AttributeError, EncryptionError, LookupError, TypeError, ValueError) as broken:
            raise RequestError(_NO_TEXT, name=name) from broken

    async def _body(self, address: object, name: str) -> bytes:
        """No more of it is read than may be."""
        parts = _MXC.fullmatch(str(address))
        if parts is None:
            raise RequestError(_NO_TEXT, name=name)
        client = self._line.client
        where = path("media", "download", parts[1], parts[2], version="v1")
        with translated():
            async with await client.send(
                "GET", where, None, {"Authorization": f"Bearer {client.access_token}"}
            ) as sent:
                if sent.status != 200:
                    raise refusal(sent.status, None, "the file is not there")
                body = b""
                async for part in sent.content.iter_chunked(_CHUNK):
                    body += part
                    if len(body) > LARGEST:
                        raise RequestError(_TOO_LARGE, name=name, most=LARGEST // 1024 // 1024)
        return body


def _opened(body: bytes, file: Mapping[str, Any]) -> bytes:
    return bytes(decrypt_attachment(body, file["key"]["k"], file["hashes"]["sha256"], file["iv"]))
