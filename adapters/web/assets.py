"""Style, script and icon: read once, and addressed by what is in them, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """A static file."""

    body: bytes
    content_type: str


class Assets:
    """The files of `static/`."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        for file in sorted((Path(__file__).parent / "static").iterdir()):
            if file.suffix in _TYPES:
                self._add(file)

    def _add(self, file: Path) -> None:
        body = file.read_bytes()
        path = f"/static/{hashlib.sha256(body).hexdigest()[:16]}/{file.name}"
        self._paths[file.name] = path
        self._files[path] = Asset(body=body, content_type=_TYPES[file.suffix])

    def path(self, name: str) -> str:
        """The address of a file."""
        return self._paths[name]

    def get(self, path: str) -> Asset | None:
        """The file at an address, None where it is unknown or has changed."""
        return self._files.get(path)
