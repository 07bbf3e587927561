"""What a fetched document means: new articles, revisions, new sources, a suspicious flood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.html import lead, plain_text
from bot.domain.identity import aliases_of, digest_of, disowned_links
from bot.domain.model import Alias, AliasKind, ArticleId, Content, Entry, Feed, KnownArticle, ParsedFeed

LEAD_CHARACTERS = 400
TITLE_CHARACTERS = 90
SAME_STORY = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """When a flood is held back, and how many revisions are kept."""

    hold_at_least: int = 10
    hold_share: float = 0.7
    revisions_kept: int = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """An entry made ready to be compared: what it says, and what it is recognised by."""

    position: int
    content: Content
    digest: bytes
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewArticle:
    """A story nobody has brought yet."""

    candidate: Candidate
    aliases: tuple[Alias, ...]
    held: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSource:
    """A known story that this feed brings too."""

    article_id: ArticleId
    position: int
    title: str  # as this feed has it
    link: str | None
    held: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Revised:
    """A known story says something else now."""

    article_id: ArticleId
    candidate: Candidate
    replace_latest: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """A known story goes by more names than we knew."""

    article_id: ArticleId
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All that follows from a document. `arrivals` stand in the order in which they are to be posted."""

    arrivals: tuple[NewArticle | NewSource, ...] = ()
    revised: tuple[Revised, ...] = ()
    learned: tuple[Learned, ...] = ()
    disowned: frozenset[bytes] = frozenset()


def candidates(parsed: ParsedFeed, feed: Feed, now: datetime) -> tuple[Candidate, ...]:
    """The entries of a document, the oldest first (undated ones by their place: the last first)."""
    return tuple(_candidate(entry, parsed, feed, now) for entry in _oldest_first(parsed, now))


def contents(parsed: ParsedFeed, now: datetime) -> tuple[Content, ...]:
    """What the entries of a document say, the newest first."""
    return tuple(content_of(entry, parsed, now) for entry in reversed(_oldest_first(parsed, now)))


def _oldest_first(parsed: ParsedFeed, now: datetime) -> list[Entry]:
    return sorted(parsed.entries, key=lambda entry: (_dated(entry, now), -entry.position))


def decide(
    feed: Feed,
    found: Sequence[Candidate],
    known: Mapping[bytes, KnownArticle | None],
    *,
    disowned: frozenset[bytes],
    total: int,
    policy: Policy,
) -> Plan:
    """Compare what was found with what is known; `total` counts the items of the document, seen ones included."""
    sorting = _Sorting(feed, known)
    for candidate in found:
        sorting.take(candidate)
    flood = _is_flood(feed, sorting.unknown, total, policy)
    return Plan(
        arrivals=tuple(_arrival(each, feed, held=flood) for each in sorting.unknown),
        revised=tuple(
            Revised(
                article_id=article.id, candidate=candidate, replace_latest=article.revisions >= policy.revisions_kept
            )
            for article, candidate in sorting.changed.values()
        ),
        learned=tuple(Learned(article_id=a, aliases=tuple(names)) for a, names in sorting.learned.items() if names),
        disowned=disowned,
    )


def disowned_of(parsed: ParsedFeed, feed: Feed) -> frozenset[bytes]:
    """The link keys that this document shows to identify nothing."""
    return disowned_links(parsed.entries, feed.id, owned=feed.owner is not None)


@dataclass(slots=True)
class _Unknown:
    candidate: Candidate
    aliases: list[Alias]
    article: KnownArticle | None  # known, but not from this feed


class _Sorting:
    """Sorts candidates one by one; what came before in the same document counts as known."""

    def __init__(self, feed: Feed, known: Mapping[bytes, KnownArticle | None]) -> None:
        self._feed = feed
        self._known = known
        self._met: dict[bytes, _Unknown] = {}
        self._brought: set[ArticleId] = set()
        self.unknown: list[_Unknown] = []
        self.changed: dict[ArticleId, tuple[KnownArticle, Candidate]] = {}
        self.learned: dict[ArticleId, list[Alias]] = {}

    def take(self, candidate: Candidate) -> None:
        if self._forgotten(candidate):
            return
        article = self._recognise(candidate)
        if article is not None:
            self._take_known(article, candidate)
        elif (earlier := self._earlier(candidate)) is not None:
            earlier.aliases.extend(a for a in candidate.aliases if a.key not in self._met and a.key not in self._known)
            self._meet(candidate, earlier)
        else:
            self._take_unknown(candidate, None)

    def _forgotten(self, candidate: Candidate) -> bool:
        """The article was posted once and has been pruned since: its id or text is remembered without it."""
        return any(
            alias.kind is not AliasKind.LINK and alias.key in self._known and self._known[alias.key] is None
            for alias in candidate.aliases
        )

    def _recognise(self, candidate: Candidate) -> KnownArticle | None:
        for alias in candidate.aliases:
            article = self._known.get(alias.key)
            if article is None:
                continue
            if alias.kind is not AliasKind.FINGERPRINT or _same_days(article.published, candidate.content.published):
                return article
        return None

    def _earlier(self, candidate: Candidate) -> _Unknown | None:
        for alias in candidate.aliases:
            earlier = self._met.get(alias.key)
            if earlier is None:
                continue
            published = earlier.candidate.content.published
            if alias.kind is not AliasKind.FINGERPRINT or _same_days(published, candidate.content.published):
                return earlier
        return None

    def _take_known(self, article: KnownArticle, candidate: Candidate) -> None:
        names = self.learned.setdefault(article.id, [])
        names.extend(alias for alias in candidate.aliases if alias.key not in self._known and alias not in names)
        if self._feed.id not in article.sources and article.id not in self._brought:
            self._brought.add(article.id)
            self._take_unknown(candidate, article)
        elif article.primary_feed == self._feed.id and not article.merged and article.digest != candidate.digest:
            self.changed[article.id] = (article, candidate)

    def _take_unknown(self, candidate: Candidate, article: KnownArticle | None) -> None:
        aliases = [a for a in candidate.aliases if a.key not in self._known and a.key not in self._met]
        new = _Unknown(candidate=candidate, aliases=aliases, article=article)
        self.unknown.append(new)
        if article is None:
            self._meet(candidate, new)

    def _meet(self, candidate: Candidate, unknown: _Unknown) -> None:
        for alias in candidate.aliases:
            self._met.setdefault(alias.key, unknown)


def _arrival(unknown: _Unknown, feed: Feed, *, held: bool) -> NewArticle | NewSource:
    held = held and _is_old(unknown.candidate, feed)
    if unknown.article is not None:
        content = unknown.candidate.content
        return NewSource(
            article_id=unknown.article.id,
            position=unknown.candidate.position,
            title=content.title,
            link=content.link,
            held=held,
        )
    return NewArticle(candidate=unknown.candidate, aliases=tuple(unknown.aliases), held=held)


def _is_flood(feed: Feed, unknown: Sequence[_Unknown], total: int, policy: Policy) -> bool:
    """An established feed whose document is mostly strange and old: it was renumbered, or is another feed now."""
    if feed.last_read_at is None:
        return False
    old = sum(_is_old(each.candidate, feed) for each in unknown)
    return old >= policy.hold_at_least and old > policy.hold_share * total


def _is_old(candidate: Candidate, feed: Feed) -> bool:
    published = candidate.content.published
    return published is None or (feed.last_read_at is not None and published < feed.last_read_at)


def _same_days(one: datetime | None, other: datetime | None) -> bool:
    """Equal words on another day are another story: the weekly open thread, the daily forecast."""
    return one is None or other is None or abs(one - other) <= SAME_STORY


def _candidate(entry: Entry, parsed: ParsedFeed, feed: Feed, now: datetime) -> Candidate:
    content = content_of(entry, parsed, now)
    return Candidate(
        position=entry.position,
        content=content,
        digest=digest_of(content),
        aliases=aliases_of(entry, feed.id, owned=feed.owner is not None),
    )


def content_of(entry: Entry, parsed: ParsedFeed, now: datetime) -> Content:
    """What an entry says, with a title and a lead made where it has none, and no date in the future."""
    text = entry.summary or entry.content
    return Content(
        title=entry.title or _made_title(entry, parsed),
        link=entry.link,
        author=entry.author,
        published=_never_later(entry.published or entry.updated, now),
        lead=lead(text, LEAD_CHARACTERS),
        summary=entry.summary,
        body=entry.content if entry.content != entry.summary else "",
        image=entry.image,
        categories=entry.categories,
        comments_url=entry.comments_url,
        language=entry.language or parsed.language,
        teaser=entry.teaser,
    )


def _made_title(entry: Entry, parsed: ParsedFeed) -> str:
    text = plain_text(entry.summary or entry.content)
    return lead(text, TITLE_CHARACTERS) or _readable(entry.link) or parsed.title or "…"


def _readable(link: str | None) -> str:
    return link.partition("://")[2].partition("?")[0].rstrip("/") if link else ""


def _never_later(moment: datetime | None, now: datetime) -> datetime | None:
    return None if moment is None else min(moment, now)


def _dated(entry: Entry, now: datetime) -> datetime:
    return min(entry.published or entry.updated or now, now)
