"""Pictures of publishers: what their bytes say that they are, whatever a server calls them."""

from __future__ import annotations

from bot.ports.pictures import Picture

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def picture_of(data: bytes) -> Picture | None:
    """A picture of a kind that every client shows; None where it is none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture(data=data, media_type="image/webp")
    found = next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
    return Picture(data=data, media_type=found) if found is not None else None
