"""Stories that were taken for two, or for one: what stands where once they are merged, or parted.

Everything remembers the article or the discussion that it was first of. Where it stands follows from that, and from
which article is merged into which: so one and the same placing merges and parts, and each undoes the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.identity import link_key
from bot.domain.links import canonical_link
from bot.domain.model import (
    Alias,
    AliasKind,
    ArticleId,
    CaseId,
    ChannelId,
    CommunityId,
    DiscussionId,
    FeedId,
    Post,
    PostState,
    Ref,
)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

ALIVE = frozenset({PostState.PENDING, PostState.HELD, PostState.GATHERED, PostState.POSTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """An article, and the one that it was found to be."""

    id: ArticleId
    feed: FeedId  # its primary source
    merged_into: ArticleId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """A discussion: whose it is now and was first, and the one that it was merged into."""

    id: DiscussionId
    community_id: CommunityId
    article_id: ArticleId
    first: ArticleId
    merged_into: DiscussionId | None = None

    @property
    def host(self) -> DiscussionId:
        """Where its comments are."""
        return self.merged_into or self.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A post: whose it was first, and its state while that article stood on its own, where that was taken away."""

    post: Post
    first: ArticleId
    former: PostState | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A post and what is to be done about it on its network: publish it, or remove what is there."""

    placed: Placed
    publish: bool = False
    remove: tuple[Ref, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """An alias, the feed that brought it, and the article that was first known by it."""

    alias: Alias
    feed: FeedId | None
    first: ArticleId


@dataclass(frozen=True, kw_only=True, slots=True)
class Parting:
    """The aliases that go along with a source, and the links that identify nothing from now on."""

    own: tuple[bytes, ...]
    shared: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleCase:
    """A case on an article: where it stands, where it was made, and the one that it was folded into."""

    id: CaseId
    subject: DiscussionId
    first: DiscussionId
    open: bool
    folded: CaseId | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CasePlan:
    """What becomes of cases. `unfold` comes first, then `fold`, then `move`."""

    unfold: tuple[tuple[CaseId, CaseId], ...] = ()  # a case, and the one that it is taken out of
    fold: tuple[tuple[CaseId, CaseId], ...] = ()
    move: tuple[tuple[CaseId, DiscussionId], ...] = ()

    @property
    def touched(self) -> frozenset[CaseId]:
        """The cases that say something else afterwards."""
        pairs = (*self.unfold, *self.fold)
        return frozenset({*(one for one, _ in pairs), *(other for _, other in pairs), *(one for one, _ in self.move)})


def tree(stories: Iterable[Story], top: ArticleId) -> tuple[ArticleId, ...]:
    """An article with all that are merged into it, itself first."""
    known = list(stories)
    found = [top]
    for each in found:
        found.extend(story.id for story in known if story.merged_into == each)
    return tuple(found)


def story_of(stories: Sequence[Story], top: ArticleId, feed: FeedId) -> Story | None:
    """The article that a feed brought first and that was merged into `top`."""
    by_id = {story.id: story for story in stories}
    return next((by_id[each] for each in tree(stories, top)[1:] if by_id[each].feed == feed), None)


def place_stands(stands: Iterable[Stand], root: ArticleId) -> tuple[Stand, ...]:
    """The discussions of `root` and of what is merged into it, each community's in one of them.

    In the article's own where it has one there, else in the one that has that place already.
    """
    placed: list[Stand] = []
    for group in _groups(stands, lambda each: each.community_id):
        host = min(group, key=lambda each: (each.first != root, each.article_id != root, each.id))
        placed.append(replace(host, article_id=root, merged_into=None))
        placed.extend(replace(each, article_id=each.first, merged_into=host.id) for each in group if each.id != host.id)
    return tuple(placed)


def place_posts(
    posts: Iterable[Placed],
    root: ArticleId,
    hosts: Mapping[CommunityId, DiscussionId],
    reads_store: Callable[[Ref], bool],
) -> tuple[Move, ...]:
    """The posts of `root` and of what is merged into it, one in each channel.

    The article's own stays where it has one, and the other is removed from its network, unless that `reads_store`.
    What is said under a post that is being removed is still heard in the discussion.
    """
    moves: list[Move] = []
    for group in _groups(posts, lambda each: each.post.channel.id):
        shown = min(group, key=lambda each: (each.first != root, each.post.article_id != root, each.post.id))
        host = hosts[shown.post.channel.community_id]
        for each in group:
            on_its_own = reads_store(each.post.channel.ref)
            moves.append(
                _shown(each, root, host, live=on_its_own) if each is shown else _set_apart(each, host, live=on_its_own)
            )
    return tuple(moves)


def _shown(placed: Placed, root: ArticleId, host: DiscussionId, *, live: bool) -> Move:
    post = replace(placed.post, article_id=root, discussion_id=host)
    if placed.former is None:
        return Move(placed=replace(placed, post=post))
    if placed.former in (PostState.HELD, PostState.GATHERED) or (live and placed.former is PostState.POSTED):
        return Move(placed=replace(placed, post=replace(post, state=placed.former), former=None))
    anew = replace(post, state=PostState.PENDING, ref=None, thread=None)
    return Move(placed=replace(placed, post=anew, former=None), publish=True)


def _set_apart(placed: Placed, host: DiscussionId, *, live: bool) -> Move:
    post = replace(placed.post, article_id=placed.first, discussion_id=host)
    if placed.former is not None or post.state not in ALIVE:
        return Move(placed=replace(placed, post=post))
    gone = replace(placed, post=replace(post, state=PostState.DELETED), former=post.state)
    made = tuple(ref for ref in (post.thread, post.ref) if ref is not None)
    return Move(placed=gone, remove=() if live else made)


def part_names(names: Sequence[Name], feed: FeedId, link: str | None, others: Iterable[str | None]) -> Parting | None:
    """Which of an article's aliases are of one feed alone; `link` is what it gives, `others` what the other feeds do.

    None where the one or the others would be left without any: their entries could not be told apart.
    """
    mine, theirs = _key(link), {_key(each) for each in others}
    links = [name for name in names if name.alias.kind is AliasKind.LINK]
    shared = {
        name.alias.key for name in links if name.alias.key == mine and (name.feed != feed or name.alias.key in theirs)
    }
    own = tuple(name.alias.key for name in names if name.feed == feed and name.alias.key not in shared)
    rest = [name for name in names if name.alias.key not in shared and name.alias.key not in own]
    return Parting(own=own, shared=tuple(sorted(shared))) if own and rest else None


def learned_since(names: Iterable[Name], feeds: Collection[FeedId], others: Collection[FeedId]) -> tuple[bytes, ...]:
    """The names that only the feeds of an article brought while it was merged: they go along with it."""
    return tuple(name.alias.key for name in names if name.feed in feeds and name.feed not in others)


def _key(link: str | None) -> bytes | None:
    canonical = canonical_link(link) if link else None
    return link_key(canonical) if canonical else None


def channels_of(feed: Iterable[ChannelId], others: Iterable[ChannelId]) -> frozenset[ChannelId]:
    """The channels that only one feed is subscribed to: posts there go along with it."""
    return frozenset(feed) - frozenset(others)


def plan_cases(cases: Sequence[ArticleCase], hosts: Mapping[DiscussionId, DiscussionId]) -> CasePlan:
    """Cases follow their discussions to `hosts`; what is open there is one case.

    One that was folded into another is taken out again where the two no longer stand in one discussion.
    """
    by_id = {case.id: case for case in cases}
    taken_out = {case.id: _top(case, by_id) for case in cases if _is_parted(case, by_id, hosts)}
    standing = [case for case in cases if case.folded is None or case.id in taken_out]
    open_ones = [case for case in standing if by_id[taken_out.get(case.id, case.id)].open]
    fold = [
        (case.id, kept.id)
        for group in _groups(open_ones, lambda each: hosts[each.first])
        for kept in [min(group, key=lambda each: (each.first != hosts[each.first], each.id))]
        for case in group
        if case.id != kept.id
    ]
    folded = {case_id for case_id, _ in fold}
    return CasePlan(
        unfold=tuple(taken_out.items()),
        fold=tuple(fold),
        move=tuple(
            (case.id, hosts[case.first])
            for case in standing
            if case.id not in folded and case.id not in taken_out and case.subject != hosts[case.first]
        ),
    )


def _top(case: ArticleCase, by_id: Mapping[CaseId, ArticleCase]) -> CaseId:
    while case.folded is not None and case.folded in by_id:
        case = by_id[case.folded]
    return case.id


def _is_parted(
    case: ArticleCase, by_id: Mapping[CaseId, ArticleCase], hosts: Mapping[DiscussionId, DiscussionId]
) -> bool:
    into = by_id.get(case.folded) if case.folded is not None else None
    return into is not None and hosts[into.first] != hosts[case.first]


def _groups(items: Iterable[T], key: Callable[[T], K]) -> list[list[T]]:
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())
