"""Who may do what, and what they are told who may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest

from adapters.web.refs import section
from bot.commands.call import Call, said
from bot.commands.declaring import Arg, Declared, Somebody, Story, command
from bot.commands.registry import Registry
from bot.domain.events import Who
from bot.domain.model import AccountId, Channel, CommunityId, MemberId, Ref, Role, Visibility
from bot.errors import RequestError
from bot.ports.commands import Answer, Caller, Unconfirmed
from bot.ports.moderation import Actor
from tests.end_to_end.small import Town, small_town


@command("try all", role=Role.ADMIN, help="Community.", examples=("try all",))
async def everywhere(call: Call) -> Answer:
    return said("Done.")


@command("try here", role=Role.MODERATOR, in_channels=True, help="Channel.", examples=("try here news",))
async def here(call: Call, channel: Annotated[Channel, Arg("The channel.")]) -> Answer:
    return said("Done.")


@command("try member", role=Role.MEMBER, help="Member.", examples=("try member",))
async def member(call: Call, who: Annotated[Somebody | None, Arg("Whom.")] = None) -> Answer:
    return said("{name}", name=who.name if who else "nobody")


@command("try article", role=Role.READER, help="Article.", examples=("try article 1",))
async def article(call: Call, article: Annotated[Story, Arg("Which.")]) -> Answer:
    return said("{title}", title=article.title)


@command("try operator", role=Role.OPERATOR, help="Operator.", confirm="Really?", examples=("try operator",))
async def operator(call: Call) -> Answer:
    return said("Done.")


COMMANDS: tuple[Declared, ...] = (everywhere, here, member, article, operator)


class Scene:
    """A town with commands of our own."""

    def __init__(self, town: Town, community: CommunityId) -> None:
        self.town = town
        self.community = community
        self.registry = Registry(town.commands.house, COMMANDS)

    async def person(self, name: str) -> tuple[AccountId, MemberId]:
        now = self.town.clock.now()
        account = await self.town.store.write(
            lambda tx: tx.members.register(self.community, "web", Ref(f"web:account/{name}"), name, now=now)
        )
        assert account is not None
        return account.id, account.member_id

    def caller(self, role: Role, who: tuple[AccountId, MemberId] | None = None) -> Caller:
        account, number = who or (None, None)
        return Caller(actor=Actor(community_id=self.community, account_id=account, member_id=number, role=role))

    async def refused(self, caller: Caller, line: str) -> str:
        asked = self.registry.read_line(line)
        with pytest.raises(RequestError) as refused:
            await self.registry.run(caller, asked.command.name, dict(asked.values), confirmed=asked.confirmed)
        return str(refused.value)

    async def said(self, caller: Caller, line: str) -> Answer:
        asked = self.registry.read_line(line)
        return await self.registry.run(caller, asked.command.name, dict(asked.values), confirmed=asked.confirmed)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with small_town(f"sqlite+aiosqlite:///{tmp_path / 'town.db'}") as town:
        yield Scene(town, await town.community("town", default=True))


async def test_who_may_not_is_told_which_role_is_missing_and_who_has_it(scene: Scene) -> None:
    caller = scene.caller(Role.MEMBER)
    assert await scene.refused(caller, "try all") == "This is for admins. Nobody here has been made one."
    for name, role in (("Ada", Role.ADMIN), ("Ben", Role.ADMIN), ("Max", Role.MODERATOR)):
        _, number = await scene.person(name)
        await scene.town.store.write(lambda tx, n=number, r=role: tx.members.grant(scene.community, n, r))  # type: ignore[misc]
    assert await scene.refused(caller, "try all") == "This is for admins. In this community they are: Ada, Ben."
    assert await scene.refused(caller, "try here town") == (
        "This is for moderators. In this community they are: Ada, Ben, Max."
    )
    assert await scene.refused(scene.caller(Role.READER), "try member") == "Sign in to take part."
    assert await scene.refused(scene.caller(Role.ADMIN), "try operator") == "This is for the operator of this Tribune."


async def test_who_is_banned_is_not_named(scene: Scene) -> None:
    _, number = await scene.person("Ada")
    await scene.town.store.write(lambda tx: tx.members.grant(scene.community, number, Role.ADMIN))
    now = scene.town.clock.now()
    await scene.town.store.write(
        lambda tx: tx.standings.sanction(scene.community, number, muted_until=None, banned_at=now, votes_void=False)
    )
    told = await scene.refused(scene.caller(Role.MEMBER), "try all")
    assert told == "This is for admins. Nobody here has been made one."


async def test_a_role_in_a_channel_holds_there_only(scene: Scene) -> None:
    max_ = await scene.person("Max")
    await scene.town.community("other", default=False)
    async with scene.town.store.read() as tx:
        (channel, foreign) = await tx.places.channels()
    await scene.town.store.write(lambda tx: tx.standings.set_channel_role(channel.id, max_[1], Role.ADMIN))
    caller = scene.caller(Role.MEMBER, max_)
    await scene.said(caller, "try here town")
    assert "This is for admins." in await scene.refused(caller, "try all")
    second = await scene.town.store.write(
        lambda tx: tx.places.put_channel(
            scene.community, section("second"), "Second", language="en", zone="UTC", visibility=channel.visibility
        )
    )
    assert await scene.refused(caller, "try here second") == (
        "You do not have the role for this in the channel Second."
    )
    assert await scene.refused(caller, "try here other") == (
        "There is no channel “other” here. There are: town, second."
    )
    assert second != foreign.id


async def test_what_cannot_be_undone_is_asked_about_and_not_done(scene: Scene) -> None:
    caller = scene.caller(Role.OPERATOR)
    with pytest.raises(Unconfirmed, match=r"Really\?"):
        await scene.registry.run(caller, "try operator", {})
    assert await scene.said(caller, "try operator --yes")


async def test_people_are_found_by_name_and_number(scene: Scene) -> None:
    _, number = await scene.person("Ann Lee")
    caller = scene.caller(Role.MEMBER)
    for line in ('try member "ann lee"', 'try member "@Ann Lee"', f"try member {number}", f"try member #{number}"):
        (said_,) = (await scene.said(caller, line)).blocks
        assert getattr(said_, "values", None) == {"name": "Ann Lee"}
    assert await scene.refused(caller, "try member Ann") == "There is no member “Ann” here. Did you mean “Ann Lee”?"
    assert await scene.refused(caller, "try member Bob") == "There is no member “Bob” here."


async def test_articles_are_found_by_number_address_and_title(scene: Scene) -> None:
    number = await scene.town.article("Bridge opened", "town")
    await scene.town.article("Bridge closed", "town")
    foreign = await scene.town.community("other", default=False)
    hidden = await scene.town.article("Secret", "other")
    caller = scene.caller(Role.READER)
    lines = (
        f"try article {number}",
        f"try article #{number}",
        f"try article https://x.example/a/{number}?sort=best",
        'try article "bridge opened"',
        "try article opened",
    )
    for line in lines:
        (said_,) = (await scene.said(caller, line)).blocks
        assert getattr(said_, "values", None) == {"title": "Bridge opened"}, line
    assert "could be several articles: Bridge" in await scene.refused(caller, "try article bridge")
    assert f"There is no article “{hidden}” here." in await scene.refused(caller, f"try article {hidden}")
    assert foreign != scene.community


async def test_what_stands_in_a_private_channel_is_not_found_elsewhere(scene: Scene) -> None:
    private = await scene.town.store.write(
        lambda tx: tx.places.put_channel(
            scene.community, section("back"), "Back", language="en", zone="UTC", visibility=Visibility.PRIVATE
        )
    )
    number = await scene.town.article("Secret", "back")
    member, moderator = scene.caller(Role.MEMBER, await scene.person("Ann")), scene.caller(Role.MODERATOR)
    for line in (f"try article {number}", "try article Secret"):
        assert "There is no article" in await scene.refused(member, line)
        assert await scene.said(moderator, line)
        assert await scene.said(replace(member, channel=section("back")), line)
    assert await scene.registry.complete_line(member, "try article S") == []
    assert await scene.registry.complete_line(moderator, "try article S")
    _, max_ = await scene.person("Max")
    await scene.town.store.write(lambda tx: tx.standings.set_channel_role(private, max_, Role.MODERATOR))
    assert await scene.said(scene.caller(Role.MEMBER, (AccountId(0), max_)), f"try article {number}")


async def test_completion_tells_nothing_to_who_may_not(scene: Scene) -> None:
    moderator, reader = scene.caller(Role.MODERATOR), scene.caller(Role.READER)
    assert [each.value for each in await scene.registry.complete_line(moderator, "try here t")] == ["town"]
    assert await scene.registry.complete_line(reader, "try here t") == []
    assert [each.value for each in await scene.registry.complete_line(reader, "try h")] == ["here"]


@pytest.mark.parametrize(
    ("own", "granted", "comes_to"),
    [
        (Role.MEMBER, None, Role.MEMBER),
        (Role.MODERATOR, None, Role.MODERATOR),
        (Role.MODERATOR, Role.READER, Role.READER),
        (Role.MEMBER, Role.ADMIN, Role.ADMIN),
        (Role.ADMIN, Role.MODERATOR, Role.MODERATOR),
    ],
)
async def test_what_is_granted_comes_before_what_the_network_says(
    scene: Scene, own: Role, granted: Role | None, comes_to: Role
) -> None:
    account, number = await scene.person("Ann")
    if granted is not None:
        await scene.town.store.write(lambda tx: tx.members.grant(scene.community, number, granted))
    actor = await scene.registry.actor(scene.community, Who(ref=Ref("web:account/Ann"), name="Ann"), own)
    assert actor == Actor(community_id=scene.community, account_id=account, member_id=number, role=comes_to)


async def test_who_asks_first_is_somebody_and_not_the_operator(scene: Scene) -> None:
    who = Who(ref=Ref("talk:account/7"), name="Mona")
    actor = await scene.registry.actor(scene.community, who, Role.MODERATOR)
    assert actor.account_id is not None
    async with scene.town.store.read() as tx:
        account = await tx.members.account(actor.account_id)
    assert account is not None
    assert (account.ref, account.name, account.member_id) == (who.ref, who.name, actor.member_id)
    assert await scene.registry.actor(scene.community, who, Role.MODERATOR) == actor
