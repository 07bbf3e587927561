"""Members: warned, muted, banned, trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import telling
from bot.domain.cases import LONGEST_MUTE
from bot.domain.model import HIGHEST_TRUST, MemberId, Role, Standing
from bot.domain.telling import Letter
from bot.errors import RequestError
from bot.office import Act, Office, accounts_of, lower, need, tongue_of
from bot.ports.moderation import Actor

_WORDS = "Please say what the warning is for."
_NO_TIME = "Please say for how long."
_NOT_SO_LONG = "At most a year."
_TRUST = "Trust goes from 0 to {most}."


class MemberDesk:
    """The part of `bot.ports.moderation.Moderation` that is about members."""

    _office: Office

    async def warn(self, by: Actor, member_id: MemberId, words: str) -> None:
        if not words.strip():
            raise RequestError(_WORDS)

        async def work(act: Act) -> None:
            need(by, Role.MODERATOR)
            await lower(act, by, member_id)
            await _tell(act, by, member_id, telling.warned(await _name(act, by), words))
            await act.log(by.community_id, by.account_id, "member.warn", f"member:{member_id}", after=words.strip())

        await self._office.act(work)

    async def mute(self, by: Actor, member_id: MemberId, lasting: timedelta | None, words: str = "") -> None:
        if lasting is not None and not timedelta(0) < lasting <= LONGEST_MUTE:
            raise RequestError(_NO_TIME if lasting <= timedelta(0) else _NOT_SO_LONG)

        async def work(act: Act) -> None:
            need(by, Role.MODERATOR)
            await lower(act, by, member_id)
            before = await act.tx.standings.get(by.community_id, member_id)
            until = act.now + lasting if lasting is not None else None
            await _tell(act, by, member_id, telling.muted(until, words) if until is not None else telling.unmuted())
            await _sanction(act, by, member_id, replace(before, muted_until=until))
            was = before.muted_until.isoformat() if before.muted_until is not None else None
            action = "member.mute" if until is not None else "member.unmute"
            after = until.isoformat() if until is not None else None
            await act.log(by.community_id, by.account_id, action, f"member:{member_id}", before=was, after=after)

        await self._office.act(work)

    async def ban(self, by: Actor, member_id: MemberId, *, void_votes: bool, words: str = "") -> None:
        async def work(act: Act) -> None:
            need(by, Role.ADMIN)
            await lower(act, by, member_id)
            before = await act.tx.standings.get(by.community_id, member_id)
            await _tell(act, by, member_id, telling.banned(words))
            await _sanction(act, by, member_id, replace(before, banned_at=act.now, votes_void=void_votes))
            await _void(act, by, member_id, void_votes)
            after = "votes void" if void_votes else None
            await act.log(by.community_id, by.account_id, "member.ban", f"member:{member_id}", after=after)

        await self._office.act(work)

    async def unban(self, by: Actor, member_id: MemberId) -> None:
        async def work(act: Act) -> None:
            need(by, Role.ADMIN)
            before = await act.tx.standings.get(by.community_id, member_id)
            await _tell(act, by, member_id, telling.unbanned())
            await _sanction(act, by, member_id, replace(before, banned_at=None, votes_void=False))
            await _void(act, by, member_id, False)
            was = "votes void" if before.votes_void else None
            await act.log(by.community_id, by.account_id, "member.unban", f"member:{member_id}", before=was)

        await self._office.act(work)

    async def lock_trust(self, by: Actor, member_id: MemberId, trust: int | None) -> None:
        if trust is not None and not 0 <= trust <= HIGHEST_TRUST:
            raise RequestError(_TRUST, most=HIGHEST_TRUST)

        async def work(act: Act) -> None:
            need(by, Role.MODERATOR)
            await accounts_of(act, by, member_id)
            before = await act.tx.standings.get(by.community_id, member_id)
            await act.tx.standings.lock_trust(by.community_id, member_id, trust)
            act.aftermath.stale(by.community_id, member_id)
            for discussion_id in await act.tx.standings.touched(by.community_id, member_id):
                act.aftermath.touch(by.community_id, discussion_id)
            was = f"{before.trust}{' (locked)' if before.trust_locked else ''}"
            after = str(trust) if trust is not None else "by the facts"
            await act.log(
                by.community_id, by.account_id, "member.trust", f"member:{member_id}", before=was, after=after
            )

        await self._office.act(work)


async def _sanction(act: Act, by: Actor, member_id: MemberId, standing: Standing) -> None:
    await act.tx.standings.sanction(
        by.community_id,
        member_id,
        muted_until=standing.muted_until,
        banned_at=standing.banned_at,
        votes_void=standing.votes_void,
    )


async def _void(act: Act, by: Actor, member_id: MemberId, void: bool) -> None:
    for discussion_id in await act.tx.standings.void_votes(by.community_id, member_id, void=void, now=act.now):
        act.aftermath.touch(by.community_id, discussion_id)


async def _tell(act: Act, by: Actor, member_id: MemberId, letter: Letter) -> None:
    language, zone = await tongue_of(act.tx, by.community_id)
    for account in await accounts_of(act, by, member_id):
        act.aftermath.tell(by.community_id, account.ref, letter, language, zone)


async def _name(act: Act, by: Actor) -> str:
    return next(each.name for each in await act.tx.places.communities() if each.id == by.community_id)
