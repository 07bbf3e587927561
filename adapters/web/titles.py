"""What titles are called."""

from __future__ import annotations

from collections.abc import Mapping

from bot.locale import Translator

TITLES = {
    "newcomer": "newcomer",
    "member": "member",
    "regular": "regular",
    "insider": "insider",
    "expert": "expert",
    "pillar": "pillar",
}
"""The names of the titles that there are where none are configured, by key."""


def title_of(configured: Mapping[str, Mapping[str, str]], t: Translator, key: str) -> str:
    """A title in the reader's language: as it is configured, else by its usual name, else its key."""
    names = configured.get(key, {})
    if names:
        return names.get(t.language) or next(iter(names.values()))
    return t(TITLES[key]) if key in TITLES else key
