"""Plain text that calls nobody, wherever it is shown.

`m.mentions` keeps homeservers and clients of today from calling anybody. Those of yesterday look into the text, and
those of today make a name to press of what reads like one: both are broken up.
"""

from __future__ import annotations

import re
from html import escape

GAP = "\u200b"
"""A space without width: shows nothing, and keeps apart what would mean something together."""

_CALLS = re.compile(r"(?<=@)(?=room\b)|(?<=matrix\.)(?=to/)|(?<=matrix:)(?=(?:u|r|roomid|e)/)", re.IGNORECASE)
_ROOM = re.compile(r"@(?=room\b)", re.IGNORECASE)
_NAMES = re.compile(r"https?://(?:www\.)?matrix\.to(?:[/?#:]|$)|matrix:", re.IGNORECASE)


def harmless(text: str) -> str:
    """`text` with what would call somebody, or lead to a name on Matrix, kept apart."""
    return _CALLS.sub(GAP, text)


def address_as_text(address: str) -> str:
    """An address as text that leads where it led."""
    return _ROOM.sub("%40", address)


def as_html(text: str) -> str:
    """Plain text as HTML that shows just that."""
    return escape(harmless(text), quote=False)


def names_somebody(address: str) -> bool:
    """Whether a link would be shown as the name of a person or a room."""
    return _NAMES.match(address.strip()) is not None
