"""Roles by command: who may hand out what, and what becomes of who has one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.events import Who
from bot.domain.model import Ref, Role
from bot.errors import RequestError
from bot.ports.commands import Unconfirmed
from tests.contract.commands.saying import logged, operator, say, somebody
from tests.end_to_end.small import small_town


async def test_nobody_hands_out_more_than_they_have_or_changes_who_has_as_much(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        await somebody(town, community, "Eve", Role.ADMIN)
        max_ = await somebody(town, community, "Max", Role.MODERATOR)
        bob = await somebody(town, community, "Bob")
        await say(town, ada, "role grant Bob moderator")
        with pytest.raises(RequestError, match="hand out more"):
            await say(town, ada, "role grant Bob operator")
        for line in ("role grant Eve member", "role revoke Eve", "role revoke Ada"):
            with pytest.raises(RequestError, match="as much as you"):
                await say(town, ada, line)
        with pytest.raises(RequestError, match=r"for admins.*Ada, Eve"):
            await say(town, max_, "role revoke Bob")
        await say(town, operator(community), "role grant Eve reader")
        async with town.store.read() as tx:
            assert bob.member_id is not None
            assert (await tx.standings.get(community, bob.member_id)).role is Role.MODERATOR
        subject = f"member:{bob.member_id}"
        assert ("role.grant", subject, "member", "moderator") in await logged(town, community)


async def test_the_last_admin_stays(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await somebody(town, community, "Ada", Role.ADMIN)
        await somebody(town, community, "Bob")
        for line in ("role revoke Ada", "role grant Ada reader"):
            with pytest.raises(RequestError, match=r"last admin of Town.*role grant NAME admin"):
                await say(town, operator(community), line)
        await say(town, operator(community), "role grant Bob admin")
        await say(town, operator(community), "role revoke Ada")
        with pytest.raises(RequestError, match="Nothing was granted"):
            await say(town, operator(community), "role revoke Ada")


async def test_an_admin_of_a_channel_makes_moderators_there(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        cid = await somebody(town, community, "Cid")
        bob = await somebody(town, community, "Bob")
        await say(town, ada, "role grant Cid admin --channel town")
        await say(town, cid, "role grant Bob moderator --channel town")
        for line in ("role grant Bob moderator", "role grant Bob reader --channel town"):
            with pytest.raises(RequestError):
                await say(town, cid, line)
        (listing,) = await say(town, cid, "role list --channel town")
        assert [(each["member"], each["role"], each["channel"]) for each in listing["rows"]] == [
            ("Cid", "Admin", "Town"),
            ("Bob", "Moderator", "Town"),
        ]
        await say(town, cid, "role revoke Bob --channel town")
        lines = [each for each in await logged(town, community) if each[1] == f"member:{bob.member_id}"]
        assert [each[0] for each in lines] == ["role.grant", "role.revoke"]
        assert lines[1][2] == lines[0][3] == "moderator channel:1"


NETWORK = list(Role)


@pytest.mark.parametrize("own", NETWORK)
@pytest.mark.parametrize("granted", [None, *NETWORK])
async def test_what_is_granted_comes_before_what_the_network_says(
    database_url: str, own: Role, granted: Role | None
) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        who = Who(ref=Ref("web:account/Bob"), name="Bob")
        assert (await town.commands.actor(community, who, own)).role is own  # unknown
        bob = await somebody(town, community, "Bob", granted or Role.MODERATOR)
        assert bob.member_id is not None
        if granted is None:
            await say(town, operator(community), "role revoke Bob")
        actor = await town.commands.actor(community, who, own)
        assert (actor.role, actor.member_id) == (granted or own, bob.member_id)


async def test_an_invitation_signs_in_once_and_not_who_has_as_much(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        now = town.clock.now()
        eve = await town.store.write(
            lambda tx: tx.members.register(community, "web", Ref("web:account/eve"), "Eve", now=now)
        )
        assert eve is not None
        address, good = await say(town, ada, "role invite moderator --name Cid --hours 24")
        assert address["url"].startswith(f"{town.web.settings.base}/signin/")
        assert "until" in good["text"]
        text = await town.text(address["url"].removeprefix(town.web.settings.base))
        assert "Cid" in text
        await say(town, ada, "role invite --name Eve")
        await town.store.write(lambda tx: tx.members.grant(community, eve.member_id, Role.ADMIN))
        with pytest.raises(RequestError, match="as much as you"):
            await say(town, ada, "role invite --name Eve")
        with pytest.raises(RequestError, match="hand out more"):
            await say(town, ada, "role invite operator")
        town.clock.time += timedelta(hours=25)
        await town.text(address["url"].removeprefix(town.web.settings.base), status=404)
        assert [each[0] for each in await logged(town, community)] == ["role.invite", "role.invite"]


async def test_who_loses_a_role_loses_it_at_once(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        await somebody(town, community, "Ada", Role.ADMIN)
        max_ = await somebody(town, community, "Max", Role.MODERATOR)
        await say(town, max_, "mod log")
        await say(town, operator(community), "role revoke Max")
        who = Who(ref=Ref("web:account/Max"), name="Max")
        with pytest.raises(RequestError, match="for moderators"):
            await say(town, await town.commands.actor(community, who, Role.MEMBER), "mod log")


async def test_a_ban_is_asked_about(database_url: str) -> None:
    async with small_town(database_url) as town:
        community = await town.community("town", default=True)
        ada = await somebody(town, community, "Ada", Role.ADMIN)
        await somebody(town, community, "Bob")
        with pytest.raises(Unconfirmed):
            await say(town, ada, "mod ban Bob")
        await say(town, ada, "mod ban Bob --yes")
        await say(town, ada, "mod unban Bob")
        assert [each[0] for each in await logged(town, community)] == ["member.ban", "member.unban"]
