"""Sanitised HTML as Discord's markdown.

What Discord has no form for keeps its words: rows of a table are lines, headings below the third are bold lines, a
picture is nothing. Discord shows a quote in a quote as a sign.
"""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.discord.markup.blocks import Block, blocks
from adapters.discord.markup.escaping import GAP, broken_up
from adapters.discord.markup.runs import Run, written

_MORE = "…"


def to_markdown(html: str, limit: int) -> str:
    """What `sanitise` returned, as markdown of at most `limit` characters; "" where it says nothing.

    Nothing in it pings, and no text becomes a link or a mark by accident. What is too long is cut between blocks or
    words, and ends with "…".
    """
    every = blocks(html)
    size = sum(block.size for block in every)
    if size <= limit and len(whole := _rendered(every)) <= limit:
        return whole
    # Every cut is rendered anew, so that each of them is whole; what it measures is not known before.
    best, low, high = _MORE[: max(limit, 0)], 1, min(size, max(limit, 0))
    while low <= high:
        middle = (low + high) // 2
        cut = _rendered(_cut(every, middle))
        if len(cut) <= limit:
            best, low = cut or best, middle + 1
        else:
            high = middle - 1
    return best


def _cut(every: list[Block], size: int) -> list[Block]:
    """The first `size` characters of the text, less the word that they would end in."""
    kept: list[Block] = []
    for block in every:
        if size <= 0:
            break
        kept.append(block if (length := block.size) <= size else replace(block, runs=_cut_runs(block.runs, size)))
        size -= length
    last = kept[-1]
    if last.runs:
        end = last.runs[-1]
        kept[-1] = replace(last, runs=[*last.runs[:-1], replace(end, text=end.text.rstrip(" \n,;:.–—-") + _MORE)])
    return kept


def _cut_runs(runs: list[Run], size: int) -> list[Run]:
    kept: list[Run] = []
    for run in runs:
        if len(run.text) > size:
            head = run.text[:size]
            space = max(head.rfind(" "), head.rfind("\n"))
            if not run.text[size].isspace() and (space * 2 >= size or (kept and space >= 0)):
                head = head[:space]
            return [*kept, replace(run, text=head)]
        kept.append(run)
        size -= len(run.text)
    return kept


def _rendered(every: list[Block]) -> str:
    parts: list[str] = []
    before: Block | None = None
    for block in every:
        text = _block(block)
        if not text:
            continue
        if before:
            parts.append(_between(before, block))
        signs = "> " * len(block.quotes)
        first, *others = text.split("\n")
        parts.append("\n".join([signs + block.first + first, *(signs + block.rest + line for line in others)]))
        before = block
    return "".join(parts)


def _between(before: Block, block: Block) -> str:
    tight = (before.whole and before.whole == block.whole) or before.first.startswith("#")
    if tight and before.quotes == block.quotes:
        return "\n"
    return f"\n{_signs(before, block)}\n"


def _signs(before: Block, block: Block) -> str:
    """The signs of the quotes that both stand in."""
    same = 0
    while same < min(len(before.quotes), len(block.quotes)) and before.quotes[same] == block.quotes[same]:
        same += 1
    return "> " * same


def _block(block: Block) -> str:
    if not block.code:
        return written(block.runs)
    code = "".join(run.text for run in block.runs).strip("\n")
    code = re.sub("`(?=``)", "`" + GAP, code)
    return f"```\n{broken_up(code)}\n```" if code.strip() else ""
