"""Colours as people write them: "#1f7a8c", or the name of a basic colour of CSS."""

from __future__ import annotations

import re

from bot.domain.wrong import Wrong

_NAMES = {
    "black": 0x000000,
    "silver": 0xC0C0C0,
    "gray": 0x808080,
    "grey": 0x808080,
    "white": 0xFFFFFF,
    "maroon": 0x800000,
    "red": 0xFF0000,
    "purple": 0x800080,
    "fuchsia": 0xFF00FF,
    "green": 0x008000,
    "lime": 0x00FF00,
    "olive": 0x808000,
    "yellow": 0xFFFF00,
    "navy": 0x000080,
    "blue": 0x0000FF,
    "teal": 0x008080,
    "aqua": 0x00FFFF,
}
_HEX = re.compile(r"#?([0-9a-f]{6})")
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")

_NO_COLOUR = "“{value}” is no colour. Write it like #1f7a8c, or one of: {known}."


def read_colour(text: str) -> int:
    """0xRRGGBB. Raises `Wrong`."""
    word = text.strip().casefold()
    if word in _NAMES:
        return _NAMES[word]
    if match := _HEX.fullmatch(word):
        return int(match[1], 16)
    if match := _SHORT.fullmatch(word):
        return int("".join(each * 2 for each in match.groups()), 16)
    raise Wrong(_NO_COLOUR, value=text, known=", ".join(name for name in _NAMES if name != "grey"))


def write_colour(colour: int) -> str:
    """As `read_colour` reads it."""
    return f"#{colour:06x}"
