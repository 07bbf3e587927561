"""What is stored of the discussions on a chat network, in words that what stands there can be put in, too."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.html import plain_text
from tests.end_to_end.town import reading


@dataclass(kw_only=True)
class Truth:
    """Comments: message -> (author, text). Reactions: their references. Votes: message -> (up, down), and counts of
    comments: post -> number; those of an article are over all its posts. Locked: threads."""

    comments: dict[str, tuple[str, str]] = field(default_factory=dict)
    reactions: set[str] = field(default_factory=set)
    votes: dict[str, tuple[int, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)


def stored(database: Path, network: str) -> Truth:
    """What the store says is live and shown on a network, where all is written that is. Totals that are not those of
    their votes fail."""
    threads = f"{network}:%"
    with reading(database) as now:
        found = Truth(
            comments={ref: (author, plain_text(html)) for ref, author, html in now.execute(_COMMENTS)},
            reactions={ref for (ref,) in now.execute(_REACTIONS)},
            counts=dict(now.execute(_COUNTS, (threads,))),
            locked={ref for (ref,) in now.execute(_LOCKED, (threads,))},
        )
        for kind, number, ref, up, down in now.execute(_SUBJECTS, (threads,)).fetchall():
            found.votes[ref] = (up, down)
            counted = Counter(vote for (vote,) in now.execute(_VOTES, (kind, number)))
            assert (up, down) == (counted["up"], counted["down"]), f"the totals of {ref} are not those of its votes"
    return found


def discussions(database: Path, network: str) -> dict[int, list[tuple[str, str]]]:
    """The posts of each discussion on a network, with their threads."""
    found = defaultdict(list)
    with reading(database) as now:
        for discussion, post, thread in now.execute(_POSTS, (f"{network}:%",)):
            found[discussion].append((post, thread))
    return found


def differences(there: Truth, known: Truth) -> dict[str, object]:
    """What is only on the network, and what is only in the store."""
    found: dict[str, object] = {}
    for name in ("comments", "votes", "counts"):
        one, two = getattr(there, name), getattr(known, name)
        found |= {f"{name} {ref}": (one.get(ref), two.get(ref)) for ref in one | two if one.get(ref) != two.get(ref)}
    for name in ("reactions", "locked"):
        one, two = getattr(there, name), getattr(known, name)
        found |= {f"{name} only there": one - two, f"{name} only stored": two - one}
    return {name: each for name, each in found.items() if each}


_LIVE = "c.deleted_at IS NULL AND c.hidden_at IS NULL"
_COMMENTS = f"SELECT c.ref, a.ref, c.html FROM comments c JOIN accounts a ON a.id = c.account_id WHERE {_LIVE}"
_REACTIONS = f"""
    SELECT r.ref FROM reactions r JOIN accounts a ON a.id = r.account_id
    LEFT JOIN comments c ON r.subject_kind = 'comment' AND c.id = r.subject_id
    WHERE r.removed_at IS NULL AND NOT a.bot AND (r.subject_kind = 'article' OR {_LIVE})"""
_SUBJECTS = f"""
    SELECT 'comment', c.id, c.ref, c.up, c.down FROM comments c WHERE {_LIVE}
    UNION ALL SELECT 'article', d.id, p.ref, d.up, d.down FROM discussions d JOIN posts p ON p.discussion_id = d.id
    WHERE p.thread LIKE ?"""
_VOTES = "SELECT vote FROM votes WHERE subject_kind = ? AND subject_id = ? AND NOT void"
_COUNTS = """
    SELECT p.ref, d.comments FROM posts p JOIN discussions d ON d.id = p.discussion_id
    WHERE p.thread LIKE ?"""
_POSTS = "SELECT discussion_id, ref, thread FROM posts WHERE thread LIKE ? ORDER BY id"
_LOCKED = """
    SELECT p.thread FROM posts p JOIN discussions d ON d.id = p.discussion_id
    WHERE p.thread LIKE ? AND d.locked_at IS NOT NULL"""
