"""What members do for themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.domain import following, reputation
from bot.domain.model import MemberId
from bot.domain.reputation import TITLES, Title
from bot.errors import RequestError
from bot.office import Act, Office
from bot.ports.moderation import Actor
from bot.ports.people import Forgotten, Links, Profile, TitleNames
from bot.ports.stores.people import Erased

_NOBODY = "This is for members with an account of their own: ask from a chat, or signed in on the page."
_NO_PAGE = "This Tribune has no page to sign in to."
_ALREADY = "You follow “{word}” already."
_TOO_MANY = "You follow {most} words already: unfollow one first."
_NOT_FOLLOWED = "You do not follow “{word}”. What you follow: {words}."
_NOTHING_FOLLOWED = "You follow nothing yet."
_ONLY_ADMIN = (
    "Without you nobody is admin of {communities}. Make somebody admin first (“role grant”), "
    "or say --leave to go all the same."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleSettings:
    """The titles that there are, the least first, and what those of the configuration are called."""

    ladder: Sequence[Title] = TITLES
    titles: TitleNames = field(default_factory=dict)


class MembersDesk:
    """See `bot.ports.people.PeopleDesk`."""

    def __init__(
        self, office: Office, *, links: Links | None, new_name: Callable[[], str], settings: PeopleSettings
    ) -> None:
        """`links` is None where there is no page; `new_name` makes the names of pseudonyms."""
        self._office = office
        self._links = links
        self._new_name = new_name
        self._settings = settings

    async def profile(self, by: Actor) -> Profile:
        member_id, community_id = _member(by), by.community_id
        async with self._office.read() as tx:
            standing = await tx.standings.get(community_id, member_id)
            return Profile(
                accounts=await tx.people.own_accounts(community_id, member_id),
                standing=standing,
                coming=reputation.coming(standing, self._settings.ladder),
                follows=[each.word for each in await tx.people.follows(community_id, member_id)],
                preferences=await tx.people.preferences(community_id, member_id),
                titles=self._settings.titles,
            )

    async def sign_in(self, by: Actor) -> str:
        _member(by)
        if self._links is None:
            raise RequestError(_NO_PAGE)
        return await self._links.sign_in(by)

    async def choose_language(self, by: Actor, language: str | None) -> None:
        member_id = _member(by)
        await self._office.act(lambda act: act.tx.people.choose_language(by.community_id, member_id, language))

    async def follows(self, by: Actor) -> Sequence[str]:
        member_id = _member(by)
        async with self._office.read() as tx:
            return [each.word for each in await tx.people.follows(by.community_id, member_id)]

    async def follow(self, by: Actor, word: str) -> str:
        member_id, (shown, key) = _member(by), following.key_of(word)

        async def work(act: Act) -> None:
            known = await act.tx.people.follows(by.community_id, member_id)
            if any(each.key == key for each in known):
                raise RequestError(_ALREADY, word=shown)
            if len(known) >= following.MOST_WORDS:
                raise RequestError(_TOO_MANY, most=following.MOST_WORDS)
            if not await act.tx.people.follow(by.community_id, member_id, shown, key, act.now):
                raise RequestError(_ALREADY, word=shown)

        await self._office.act(work)
        return shown

    async def unfollow(self, by: Actor, word: str) -> str:
        member_id, (shown, key) = _member(by), following.key_of(word)

        async def work(act: Act) -> str:
            gone = await act.tx.people.unfollow(by.community_id, member_id, key)
            if gone is None:
                words = [each.word for each in await act.tx.people.follows(by.community_id, member_id)]
                raise (
                    RequestError(_NOT_FOLLOWED, word=shown, words=", ".join(words))
                    if words
                    else RequestError(_NOTHING_FOLLOWED)
                )
            return gone

        return await self._office.act(work)

    async def notify(self, by: Actor, *, on: bool) -> None:
        member_id = _member(by)
        await self._office.act(lambda act: act.tx.people.choose_notify(by.community_id, member_id, notify=on))

    async def export(self, by: Actor) -> str:
        async with self._office.read() as tx:
            kept = await tx.people.kept_of(_member(by))
        return json.dumps(kept, ensure_ascii=False, indent=2)

    async def forget(self, by: Actor, *, leave: bool) -> Forgotten:
        member_id = _member(by)

        async def work(act: Act) -> Forgotten:
            left_alone = await act.tx.people.only_admin_of(member_id)
            if left_alone and not leave:
                raise RequestError(_ONLY_ADMIN, communities=", ".join(left_alone))
            erased = await act.tx.people.erase(member_id, f"gone-{self._new_name()[:12]}", act.now)
            await _follow_up(act, by, erased)
            return Forgotten(erased=erased, without_admin=left_alone)

        return await self._office.act(work)


async def _follow_up(act: Act, by: Actor, erased: Erased) -> None:
    """What they wrote is gone, and what they thought weighs what a stranger's thoughts weigh."""
    act.aftermath.case(*await act.tx.case_posts.about(erased.pseudonym.member_id))
    for community_id, discussion_id in erased.touched:
        act.aftermath.touch(community_id, discussion_id)
    for community_id in {*erased.communities, by.community_id}:
        act.aftermath.stale(community_id, erased.pseudonym.member_id)
        act.aftermath.changed(community_id)
        await act.log(community_id, None, "member.forget", f"member:{erased.pseudonym.member_id}")


def _member(by: Actor) -> MemberId:
    if by.member_id is None:
        raise RequestError(_NOBODY)
    return by.member_id
