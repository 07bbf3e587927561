"""Pages that are kept as they were rendered, until something on them changes.

What a page shows follows from the state of its discussion and from the visit. A version stands for the state; the key
is what the page shows of the visit. What differs from request to request and leaves only its own words on the page, the
token of its forms and the name of a comment to be, is no part of it: the page is rendered with marks in their place,
kept as the pieces between the marks, and filled in for each request.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from adapters.web.tokens import random_token
from adapters.web.visit import Visit
from bot.domain.model import CommunityId, DiscussionId
from bot.ports.sessions import Session
from bot.ports.signals import Signals

AT_MOST = timedelta(minutes=1)  # after it a page is rendered anew: somebody's new name is told by no signal
_OVERHEAD = 2_000  # bytes that a page takes besides its text

_MOST_ASKED = 1_000  # headers can have 8 KB

Version = tuple[int, int]
Said = tuple[str, ...]
"""All in a request that matters to the answer."""
Key = tuple[CommunityId, Session | None, str | None, str]
"""All of a visit that a page shows, but for what is filled in; the rest of it follows from these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A page as one reader, or all visitors, see it."""

    version: Version
    until: datetime
    pieces: Sequence[bytes]  # text, and between two texts the mark of what comes there
    digest: str
    size: int


class KeptPages:
    """Pages by what they show of a visit, those that were asked for last; `most` bytes of them."""

    def __init__(self, signals: Signals, most: int) -> None:
        self._signals = signals
        self._most = most
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._asked: OrderedDict[Said, tuple[Visit, DiscussionId]] = OrderedDict()
        self._size = 0
        self._forgotten = 0
        self._csrf, self._nonce = random_token(), random_token()  # nobody can write what is taken for a mark
        self._marks = re.compile(f"({self._csrf}|{self._nonce})".encode())

    def version(self, visit: Visit, discussion_id: DiscussionId) -> Version:
        """What a page that is read from now on shows at least."""
        return self._forgotten, self._signals.version(visit.community.id, discussion_id)

    def find(self, visit: Visit, version: Version, now: datetime) -> Kept | None:
        """The page for a visit, where nothing has changed since it was rendered."""
        key = _key(visit)
        kept = self._pages.get(key)
        if kept is None or kept.version != version or now >= kept.until:
            return None
        self._pages.move_to_end(key)
        return kept

    def marked(self, visit: Visit) -> Visit:
        """The visit that a page to be kept is rendered for."""
        return replace(visit, id="", csrf=self._csrf, named=self._nonce, new=False, address="")

    def keep(self, visit: Visit, version: Version, body: bytes, until: datetime | None) -> Kept:
        """Keep a page that was rendered for `marked`; it is good until then at most."""
        latest = visit.at + AT_MOST
        kept = Kept(
            version=version,
            until=latest if until is None else min(until, latest),
            pieces=self._marks.split(body),
            digest=sha256(body).hexdigest()[:32],
            size=len(body) + _OVERHEAD,
        )
        self._put(_key(visit), kept)
        return kept

    def filled(self, kept: Kept, visit: Visit) -> bytes:
        """The page for this request."""
        pieces, csrf, marked = list(kept.pieces), visit.csrf.encode(), self._csrf.encode()
        pieces[1::2] = [csrf if mark == marked else visit.nonce.encode() for mark in pieces[1::2]]
        return b"".join(pieces)

    def tag(self, kept: Kept, visit: Visit) -> str | None:
        """What names the page as this visitor's browser holds it; None where it must not be shown twice.

        A form for a comment is good for one comment, so that pages of members are always sent.
        """
        if visit.session is not None or visit.new:
            return None
        return f"{kept.digest}-{visit.csrf[-8:]}"  # the form's token is on the page, too

    def remember(self, said: Said, visit: Visit, discussion_id: DiscussionId) -> None:
        """Who asked in these words; the words of a visitor who is known always mean the same."""
        if visit.session is None and not visit.new:
            self._asked[said] = visit, discussion_id
            if len(self._asked) > _MOST_ASKED:
                self._asked.popitem(last=False)

    def asked(self, said: Said) -> tuple[Visit, DiscussionId] | None:
        """Who asked for what in these words before."""
        return self._asked.get(said)

    def forget(self) -> None:
        """Something changed that no version tells of."""
        self._forgotten += 1
        self._pages.clear()
        self._size = 0

    def _put(self, key: Key, kept: Kept) -> None:
        before = self._pages.pop(key, None)
        self._size += kept.size - (before.size if before is not None else 0)
        self._pages[key] = kept
        while self._size > self._most:
            _, oldest = self._pages.popitem(last=False)
            self._size -= oldest.size


def _key(visit: Visit) -> Key:
    return visit.community.id, visit.session, visit.wanted, visit.path
