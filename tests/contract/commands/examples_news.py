"""Examples of the commands about news."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    Example(line="news top", by="Zoe"),
    Example(line="news top --period all --channel news", by="Ann"),
    Example(line="news top --period century", by="Ann", refused=True),
    Example(line="news new", by="Zoe"),
    Example(line="news new --channel actualites --page 2", by="Bob"),
    Example(line="news new --page 0", by="Bob", refused=True),
    Example(line="news search bridge", by="Zoe"),
    Example(line='news search "library saved" --in articles', by="Ann"),
    Example(line="news search xyzzy --channel news", by="Ann"),
    Example(line="news search …", by="Ann", refused=True),
    Example(line="news digest", by="Zoe"),
    Example(line="news digest --period year --channel news", by="Max"),
    Example(line="news best 1", by="Zoe"),
    Example(line="news best bridge opened", by="Ann"),
    Example(line="news best", by="Ann", refused=True),
    Example(line='news error typo --article 1 --excerpt "what is known" It is known.', by="Ann"),
    Example(line="news error dead-link --article 1", by="Bob"),
    Example(line="news error typo --article 1", by="Bob", refused=True),
    Example(line="news error dead-link", by="Bob", refused=True),
    Example(line="news error spelling --article 1", by="Bob", refused=True),
    Example(
        line="news error dead-link --article 1",
        by="Bob",
        before=(("Bob", "news error dead-link --article 1"),),
        refused=True,
    ),
    Example(line="news share 1 actualites", by="Ann"),
    Example(line="news share 1 news", by="Ann", refused=True),
    Example(line="news share 1 actualites", by="Bob", before=(("Ann", "news share 1 actualites"),), refused=True),
    Example(line="news share 1 square", by="Ann", refused=True),
    Example(line="news share 1 square", by="Max"),
    Example(line="news share 1 actualites", by="Zoe", refused=True),
)
