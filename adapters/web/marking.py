"""What was searched for, marked where it stands in a text."""

from __future__ import annotations

from markupsafe import Markup, escape

from bot.domain.search import Sought, places


def marked(text: str, sought: Sought | None) -> Markup:
    """`text` with what was sought in `<mark>`."""
    parts, end = [], 0
    for start, until in places(text, sought) if sought is not None else ():
        parts += [escape(text[end:start]), Markup("<mark>{}</mark>").format(text[start:until])]
        end = until
    return Markup("").join([*parts, escape(text[end:])])
