"""What members follow reaches them: once, at most hourly, where they may see it, in the language they chose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.model import DiscussionId, PostState, Ref, Role, Visibility
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.office import Act, Office
from bot.people import Watch
from bot.ports.commands import Caller, Listing
from bot.ports.moderation import Actor
from bot.ports.stores import Tx
from storage.schema.people import follow_hits
from storage.schema.places import channels, discussions, posts
from storage.schema.work import outbox
from tests.contract.order_scene import Order, order, who
from tests.end_to_end.small import START, Town, small_town


@dataclass
class Reader:
    """Somebody who follows something."""

    scene: Order
    name: str
    actor: Actor

    async def say(self, line: str) -> tuple[Any, ...]:
        asked = self.scene.town.commands.read_line(line)
        done = await self.scene.town.commands.run(
            Caller(actor=self.actor), asked.command.name, dict(asked.values), confirmed=True
        )
        return done.blocks

    async def letters(self) -> list[str]:
        """What was told, the latest first."""
        return await self.scene.letters(self.name)


async def reader(scene: Order, name: str = "ann", *lines: str) -> Reader:
    made = Reader(scene, name, await scene.actor(name, Role.MEMBER))
    for line in lines:
        await made.say(line)
    return made


async def looked_after(town: Town) -> None:
    while await town.watch.look_after():
        pass


async def test_one_notice_names_what_came(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow ecole", "me follow lead", "me follow nothing like it")
        await looked_after(town)
        town.clock.time += timedelta(hours=1)
        number = await town.article("L’École ouvre <b>", "town")
        await town.article("Another story", "town")
        await looked_after(town)
        latest, first = await ann.letters()
        assert "“A story” (news.example): article 1 here, for “lead”" in first
        assert f"“L’École ouvre &lt;b&gt;” (news.example): article {number} here, for “ecole, lead”" in latest
        assert "Another story" in latest
        assert '<a href="https://news.example/' in latest
        assert "me unfollow ecole" in latest
        assert "me notify off" in latest


async def test_at_most_once_an_hour_and_never_twice(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow story")
        await looked_after(town)
        await town.article("A second story", "town")
        await looked_after(town)
        assert len(await ann.letters()) == 1
        town.clock.time += timedelta(minutes=59)
        await looked_after(town)
        assert len(await ann.letters()) == 1
        town.clock.time += timedelta(minutes=1)
        await looked_after(town)
        await looked_after(town)
        letters = await ann.letters()
        assert len(letters) == 2
        assert "A second story" in letters[0]
        assert "“A story”" not in letters[0]


class CutOff(Exception):
    """The process was killed here."""


class Dying(Office):
    """An office whose acts are cut off before they are on disk, after so many."""

    left = 0

    async def act(self, work: Callable[[Act], Awaitable[Any]]) -> Any:
        async def cut(act: Act) -> Any:
            done = await work(act)
            self.left -= 1
            if self.left < 0:
                raise CutOff
            return done

        return await super().act(cut)


@pytest.mark.parametrize("survived", [0, 1])
async def test_a_crash_anywhere_neither_loses_nor_repeats(database_url: str, survived: int) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow story")
        office = town.watch._office
        dying = Dying(
            store=office._store, signals=office._signals, clock=office._clock, following=office._following,
            on_orders=office._on_orders,
        )  # fmt: skip
        dying.left = survived
        with pytest.raises(CutOff):
            await Watch(dying).look_after()
        assert await ann.letters() == []
        await looked_after(town)
        await looked_after(town)
        assert len(await ann.letters()) == 1


async def test_how_to_stop(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow story", "me follow lead")
        assert await ann.say("me unfollow STORY") == (
            Sentence(key="You do not follow “{word}” any more.", values={"word": "story"}),
        )
        await ann.say("me notify off")
        await looked_after(town)
        assert await ann.letters() == []
        await ann.say("me notify on")
        await looked_after(town)
        assert await ann.letters() == []
        await town.article("News with a lead", "town")
        await looked_after(town)
        assert len(await ann.letters()) == 1


async def test_a_letter_is_written_in_the_language_that_its_reader_chose(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow story", "me language fr")
        await scene.say("ann")
        moderator = await scene.actor("Max")
        assert ann.actor.member_id is not None
        await town.moderation.warn(moderator, ann.actor.member_id, "Hm.")
        await looked_after(town)
        told, warned = await ann.letters()
        assert "Il y a du nouveau" in told
        assert "modérateurs de Town" in warned
        await ann.say("me language auto")
        await town.moderation.warn(moderator, ann.actor.member_id, "Hm.")
        assert "The moderators of Town" in (await ann.letters())[0]


async def _hidden(tx: Tx, number: DiscussionId) -> None:
    await tx.sql.run(  # type: ignore[attr-defined]
        update(discussions).where(discussions.c.id == number).values(hidden_at=START)
    )


async def _private(tx: Tx, number: DiscussionId) -> None:
    values = {"ref": "chat:square", "network": "chat", "visibility": Visibility.PRIVATE}
    await tx.sql.run(update(channels).values(**values))  # type: ignore[attr-defined]


async def _held(tx: Tx, number: DiscussionId) -> None:
    await tx.sql.run(update(posts).values(state=PostState.HELD))  # type: ignore[attr-defined]


async def _banned(tx: Tx, number: DiscussionId) -> None:
    account = await tx.members.by_ref(who("ann").ref)
    assert account is not None
    community = (await tx.places.communities())[0].id
    await tx.standings.sanction(community, account.member_id, muted_until=None, banned_at=START, votes_void=False)


async def _old(tx: Tx, number: DiscussionId) -> None:
    await tx.sql.run(update(discussions).values(dated=START - timedelta(days=8)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", [_hidden, _private, _held, _banned, _old])
async def test_what_a_member_may_not_see_is_not_told(
    database_url: str, state: Callable[[Tx, DiscussionId], Awaitable[None]]
) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow story")
        await town.store.write(lambda tx: state(tx, scene.discussion))
        await looked_after(town)
        async with town.store.read() as tx:
            assert await tx.sql.all(select(follow_hits)) == []
            assert [row for row in await tx.sql.all(select(outbox)) if row.kind == "tell"] == []
        assert await ann.letters() == []


async def test_who_has_written_in_a_private_channel_is_told_of_it(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann, bob = await reader(scene, "ann", "me follow story"), await reader(scene, "bob", "me follow story")
        await scene.say("ann")
        await town.store.write(lambda tx: _private(tx, scene.discussion))
        await looked_after(town)
        assert (len(await ann.letters()), len(await bob.letters())) == (1, 0)


async def test_what_is_hidden_before_it_is_told_is_left_out(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene, "ann", "me follow story")
        await looked_after(town)
        later = await town.article("A later story", "town")
        await looked_after(town)
        await town.store.write(lambda tx: _hidden(tx, later))
        town.clock.time += timedelta(hours=2)
        await looked_after(town)
        assert len(await ann.letters()) == 1


async def test_communities_do_not_hear_of_each_other(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        await town.community("village", default=False)
        ann = await reader(scene, "ann", "me follow story")
        await looked_after(town)
        town.clock.time += timedelta(hours=2)
        await town.article("A village story", "village")
        await looked_after(town)
        assert len(await ann.letters()) == 1


async def test_what_is_followed_is_listed_and_limited(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene)
        for number in range(50):
            await ann.say(f"me follow word{number}")
        (listing,) = await ann.say("me follow")
        assert isinstance(listing, Listing)
        assert listing.total == 50
        for line, refused in (
            ("me follow another", "50 words already"),
            ("me unfollow another", "You do not follow “another”"),
            ("me follow ***", "has a letter or a digit"),
        ):
            with pytest.raises(RequestError, match=refused):
                await ann.say(line)
        await ann.say("me unfollow word1")
        await ann.say("me follow WORD2 again")
        with pytest.raises(RequestError, match="already"):
            await ann.say("me follow word2  AGAIN")


async def test_the_operator_has_no_page_of_their_own(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        operator = Reader(scene, "", Actor(
            community_id=scene.community, account_id=None, member_id=None, role=Role.OPERATOR
        ))  # fmt: skip
        for line in ("me profile", "me signin", "me follow x1", "me export", "me forget"):
            with pytest.raises(RequestError, match="account of their own"):
                await operator.say(line)


async def test_a_link_signs_in_the_same_member(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)

        async def chats(tx: Tx) -> Actor:
            account = await tx.members.seen("chat", Ref("chat:user/9"), "Ann", bot=False, now=START)
            taken = await tx.members.register(scene.community, "web", Ref("web:account/x"), "ANN", now=START)
            assert taken is not None
            return Actor(
                community_id=scene.community, account_id=account.id, member_id=account.member_id, role=Role.MEMBER
            )

        ann = Reader(scene, "Ann", await town.store.write(chats))
        await ann.say("me follow story")
        (address,) = await ann.say("me signin")
        (again,) = await ann.say("me signin")
        assert address.secret
        assert address.url != again.url
        async with town.store.read() as tx:
            assert ann.actor.member_id is not None
            own = await tx.people.own_accounts(scene.community, ann.actor.member_id)
        assert [(each.network, each.name) for each in own] == [("chat", "Ann"), ("web", "Ann 2")]
        async with town.session.get(address.url) as form:
            assert form.status == 200
        profile = await ann.say("me profile")
        assert list(profile[1].rows) == [("chat", "Ann"), ("web", "Ann 2")]


async def test_a_word_among_thousands_is_found(database_url: str) -> None:
    async with small_town(database_url) as town:
        scene = await order(town)
        ann = await reader(scene)
        assert ann.actor.member_id is not None
        member = ann.actor.member_id

        async def follow(tx: Tx) -> None:
            for number in range(2_000):
                await tx.people.follow(scene.community, member, f"word{number}", f"word{number}", START)
            await tx.people.follow(scene.community, member, "story", "story", START)

        await town.store.write(follow)
        await looked_after(town)
        assert len(await ann.letters()) == 1
