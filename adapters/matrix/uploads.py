"""Pictures of articles, uploaded once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from hashlib import blake2b
from typing import TypeVar

import structlog

from adapters.matrix.asking import upload
from adapters.matrix.line import Line
from bot.errors import NetworkError
from bot.ports.chat import ChatDesk
from bot.ports.pictures import Pictures

log = structlog.get_logger()
Kept = TypeVar("Kept")

LARGEST = 10 * 1024 * 1024  # bytes
HAD_WITHIN = 10.0  # seconds that a post waits for its picture

_NOTE = "matrix-picture-"
_TYPES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
_REMEMBERED = 2000  # pictures
_TRIED_AGAIN_AFTER = 3600.0  # seconds


class Uploads:
    """Knows which picture is where in the homeserver's media.

    A picture in an encrypted room is uploaded as it is: everybody can see it at its publisher's, and an `<img>` in a
    text has no way to carry a key.
    """

    def __init__(self, line: Line, chat: ChatDesk, pictures: Pictures) -> None:
        self._line = line
        self._chat = chat
        self._pictures = pictures
        self._known: OrderedDict[str, str] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[str | None]] = {}

    async def uploaded(self, address: str) -> str | None:
        """The mxc: address of a publisher's picture; None where there is none to be had, for now. Raises what the
        desk raises."""
        if (known := self._known.get(address)) is not None:
            self._known.move_to_end(address)
            return known
        if asyncio.get_running_loop().time() < self._failed.get(address, 0):
            return None
        task = self._under_way.get(address)
        if task is None:
            task = self._under_way[address] = asyncio.create_task(self._found(address))
            task.add_done_callback(lambda _: self._under_way.pop(address, None))
        return await asyncio.shield(task)  # others may wait for it, too

    async def _found(self, address: str) -> str | None:
        note = _NOTE + blake2b(address.encode(), digest_size=16).hexdigest()
        found = await self._chat.recall(note)
        if not found:
            found = await self._carried(address)
            if found is None:
                _keep(self._failed, address, asyncio.get_running_loop().time() + _TRIED_AGAIN_AFTER)
                return None
            await self._chat.note(note, found)
        _keep(self._known, address, found)
        return found

    async def _carried(self, address: str) -> str | None:
        """From the publisher to the homeserver; an article is not held up for what does not work there."""
        try:
            async with asyncio.timeout(HAD_WITHIN):
                picture = await self._pictures.picture(address)
                if picture is None or len(picture.data) > LARGEST or picture.media_type not in _TYPES:
                    return None
                return await upload(self._line.client, picture.data, picture.media_type)
        except TimeoutError:
            return None
        except NetworkError as error:
            log.warning("a picture could not be uploaded; its post goes without it", answer=str(error))
            return None


def _keep(kept: OrderedDict[str, Kept], address: str, value: Kept) -> None:
    kept[address] = value
    kept.move_to_end(address)
    if len(kept) > _REMEMBERED:
        kept.popitem(last=False)
