"""The emoji that decide something where the bot asks."""

from __future__ import annotations

YES, NO, WORKING = "✅", "❌", "⏳"
NUMBERS = (*(f"{each}\ufe0f\u20e3" for each in range(1, 10)), "🔟")
"""1️⃣ to 🔟."""

_SELECTORS = str.maketrans("", "", "\ufe0e\ufe0f")


def bare(emoji: str) -> str:
    """An emoji without variation selectors: clients send them with and without."""
    return emoji.translate(_SELECTORS)


DECIDING = frozenset(bare(each) for each in (YES, NO, *NUMBERS))
"""Those that can answer a question, bare."""
