"""Pictures of articles, uploaded once."""

from __future__ import annotations

from adapters.matrix.line import Line
from bot.ports.chat import ChatDesk
from bot.ports.pictures import Pictures


class Uploads:
    """Knows which picture is where in the homeserver's media."""

    def __init__(self, line: Line, chat: ChatDesk, pictures: Pictures) -> None:
        self._line = line
        self._chat = chat
        self._pictures = pictures

    async def uploaded(self, address: str) -> str | None:
        """The mxc: address of a publisher's picture; None where there is none to be had. Raises NetworkError."""
        raise NotImplementedError
