"""What was searched for, marked where it stands in a text."""

from __future__ import annotations

from markupsafe import Markup, escape

from bot.domain.search import Sought, places

_SIGN = "*"


def marked(text: str, sought: Sought | None) -> Markup:
    """`text` with what was sought in `<mark>`; where it stands between signs already, without them."""
    parts, end = [], 0
    for start, until in places(text, sought) if sought is not None else ():
        signed = text[end:start].endswith(_SIGN) and text[until:].startswith(_SIGN)
        before = text[end : start - 1 if signed else start]
        parts += [escape(before), Markup("<mark>{}</mark>").format(text[start:until])]
        end = until + 1 if signed else until
    return Markup("").join([*parts, escape(text[end:])])
