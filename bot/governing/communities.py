"""The communities of one Tribune: named, and made one."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.counting import derive
from bot.domain import merging
from bot.domain.model import ArticleId, Community, CommunityId, DiscussionId, Role, Subject, SubjectKind
from bot.domain.text import one_line
from bot.domain.votes import USUAL, Ballot, own_ballots
from bot.errors import RequestError
from bot.office import Act, Office
from bot.ports.governing import CommunityLine
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from bot.ports.stores.reactions import Target

Placing = Callable[[Act, Sequence[ArticleId]], Awaitable[None]]
"""Puts all that belongs to articles, and to what is merged into them, where it stands."""

LONGEST_NAME = 80
JOINED = "joined"
"""The setting that remembers which community went into which: the configuration may still name it."""

_FOR_OPERATORS = "This is for the operator of this Tribune."
_NO_COMMUNITY = "There is no such community."
_NO_NAME = "A community has a name, of at most {most} characters."
_NOTHING = "Nothing is to be changed. “help community set” shows what can be."
_ITSELF = "A community cannot be joined into itself."
_DEFAULT = (
    "{name} is the community at the root of the page. Put another one there first: community set {slug} --default"
)
_CLASH = "Both communities have a feed of their own at {address}. Remove one of the two first."


class CommunityDesk:
    """See `bot.ports.governing.CommunitiesDesk`."""

    def __init__(self, office: Office, place: Placing, ballot: Ballot = USUAL) -> None:
        self._office = office
        self._place = place
        self._ballot = ballot

    async def lines(self, by: Actor) -> Sequence[CommunityLine]:
        _need(by)
        async with self._office.read() as tx:
            return await tx.joining.lines()

    async def set(self, by: Actor, community_id: CommunityId, *, name: str | None, default: bool) -> None:
        async def work(act: Act) -> None:
            _need(by)
            if name is None and not default:
                raise RequestError(_NOTHING)
            before = await _community(act.tx, community_id)
            after = replace(
                before, name=before.name if name is None else _name(name), default=before.default or default
            )
            await act.tx.places.set_community(community_id, after.name, default=default)
            if before.name != after.name:
                await _log(act, by, community_id, "community.set", before.name, after.name)
            if not before.default and default:
                await _log(act, by, community_id, "community.set", None, "default")
            for each in await act.tx.places.communities():
                act.aftermath.changed(each.id)

        await self._office.act(work)

    async def join(self, by: Actor, other: CommunityId, into: CommunityId) -> None:
        async def work(act: Act) -> None:
            _need(by)
            gone, kept = await _community(act.tx, other), await _community(act.tx, into)
            await _refuse(act.tx, gone, kept)
            await act.tx.merging.alone()
            for each in (other, into):
                await _log(act, by, each, "community.join", gone.slug, kept.slug)
            roots = await act.tx.joining.merged(other)
            for root in roots:
                await _take_apart(act, root, {other, into})
            for pair in await act.tx.joining.twins(other, into):
                await self._fold(act, into, *pair)
            await self._move(act, gone, kept)
            await self._place(act, roots)
            await _remember(act.tx, gone, kept)

        await self._office.act(work)

    async def _fold(self, act: Act, into: CommunityId, gone: DiscussionId, kept: DiscussionId) -> None:
        """Two discussions of one article are one."""
        for each in sorted((gone, kept)):
            await act.tx.discussions.alone_with(each)
        hosts = {gone: kept, kept: kept}
        plan = merging.plan_cases(await act.tx.merging.cases([gone, kept]), hosts)
        await act.tx.merging.place_cases(plan, hosts, act.now)
        act.aftermath.case(*plan.touched)
        await act.tx.joining.fold(gone, kept)
        subject = Subject(kind=SubjectKind.ARTICLE, id=kept)
        target = Target(subject=subject, discussion_id=kept, community_id=into, author=None)
        await self._derive(act.tx, target)
        act.aftermath.touch(into, kept)

    async def _derive(self, tx: Tx, target: Target) -> None:
        pairs = {(target.subject, member_id): target for member_id in await tx.merging.voters(target.subject)}
        standings = await tx.reactions.sanctioned({(target.community_id, member_id) for _, member_id in pairs})
        own = own_ballots(await tx.places.own_emoji(), self._ballot)
        reactions = await tx.reactions.of_members(pairs)
        await derive(tx, pairs, reactions, standings, ballot=self._ballot, own=own)
        await tx.reactions.recount({target.subject})

    async def _move(self, act: Act, gone: Community, kept: Community) -> None:
        members = await act.tx.joining.move(gone.id, kept.id, slug=gone.slug, now=act.now)
        for member_id, void in members:
            if void:
                for each in await act.tx.standings.void_votes(kept.id, member_id, void=True, now=act.now):
                    act.aftermath.touch(kept.id, each)
        act.aftermath.stale(kept.id, *await act.tx.standings.members(kept.id))
        act.aftermath.changed(gone.id)
        act.aftermath.changed(kept.id)


def _need(by: Actor) -> None:
    if not by.role.allows(Role.OPERATOR):
        raise RequestError(_FOR_OPERATORS)


async def _community(tx: Tx, community_id: CommunityId) -> Community:
    found = next((each for each in await tx.places.communities() if each.id == community_id), None)
    if found is None:
        raise RequestError(_NO_COMMUNITY)
    return found


async def _refuse(tx: Tx, gone: Community, kept: Community) -> None:
    if gone.id == kept.id:
        raise RequestError(_ITSELF)
    if gone.default:
        raise RequestError(_DEFAULT, name=gone.name, slug=kept.slug)
    if (address := await tx.joining.clash(gone.id, kept.id)) is not None:
        raise RequestError(_CLASH, address=address)


async def _take_apart(act: Act, root: ArticleId, communities: set[CommunityId]) -> None:
    """What was said of merged articles goes back to where it was said, before it is placed in one community."""
    tree = merging.tree(await act.tx.merging.stories(root), root)
    stands = [each for each in await act.tx.merging.stands(tree) if each.community_id in communities]
    for each in sorted(stands, key=lambda each: each.id):
        await act.tx.discussions.alone_with(each.id)
        if each.host != each.id:
            await act.tx.merging.move_talk(each.id, each.host, each.id)
    hosts = {each.id: each.id for each in stands}
    plan = merging.plan_cases(await act.tx.merging.cases(list(hosts)), hosts)
    await act.tx.merging.place_cases(plan, hosts, act.now)
    act.aftermath.case(*plan.touched)
    await act.tx.merging.place_stands([replace(each, article_id=each.first, merged_into=None) for each in stands])


def _name(text: str) -> str:
    name = one_line(text).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise RequestError(_NO_NAME, most=LONGEST_NAME)
    return name


async def _remember(tx: Tx, gone: Community, kept: Community) -> None:
    known = json.loads(await tx.settings.get(JOINED) or "{}")
    moved = {slug: kept.slug if into == gone.slug else into for slug, into in known.items()}
    await tx.settings.put(JOINED, json.dumps(moved | {gone.slug: kept.slug}, sort_keys=True))


async def _log(
    act: Act, by: Actor, community_id: CommunityId, action: str, before: str | None, after: str | None
) -> None:
    account_id = by.account_id
    await act.log(community_id, account_id, action, f"community:{community_id}", before=before, after=after)
