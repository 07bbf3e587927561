"""Pictures of publishers, for networks that want them as files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture as it was fetched; `media_type` is what its bytes are: image/png, image/jpeg, image/gif, image/webp."""

    data: bytes
    media_type: str


class Pictures(Protocol):
    """Called by networks before they post an article."""

    async def picture(self, address: str) -> Picture | None:
        """Fetch a picture over https, within the limits for feeds and never from the operator's own network; None
        where there is none to be had."""
        ...
