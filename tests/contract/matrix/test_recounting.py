"""After a gap the bot lists what stands in a thread: exactly what the homeserver has, whatever happened meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

import pytest
from nio.client.async_client import AsyncClient

from adapters.matrix import refs, related, replies
from adapters.matrix.line import Line
from adapters.matrix.recounting import Recounting
from bot.domain.html import plain_text
from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.ports.network import Listed, Recount
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands
from tests.servers.matrix.people import Person, crowd
from tests.servers.matrix.synapse import Synapse

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
UP, DOWN, FLAG = "👍", "👎", "🚩"


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A discussion of the bot's, and people in it. `calls`: those that were made; `unknown`: what the homeserver does
    not know of them."""

    bot: Person
    people: Sequence[Person]
    room: str
    post: str
    recounting: Recounting
    calls: list[str]
    unknown: list[str]

    @property
    def anna(self) -> Person:
        return self.people[0]

    @property
    def bob(self) -> Person:
        return self.people[1]

    async def says(self, person: Person, text: str, *, reply_to: str | None = None) -> str:
        """A message in the thread."""
        return await person.write(self.room, text, thread=self.post, reply_to=reply_to)

    async def recount(self, since: datetime = LONG_AGO, known: Sequence[str] = ()) -> Recount:
        """What the bot lists; `known` are messages in the room."""
        await self.bot.sync()  # what it hears of while it lives: keys
        named = [refs.message(self.room, each) for each in known]
        thread = refs.thread(self.room, self.post)
        return await self.recounting.recount(self.ref(self.post), thread, since, named)

    def ref(self, event: str) -> Ref:
        return refs.message(self.room, event)


class TypedCommands(NotedCommands):
    """What begins with the prefix is for the bot."""

    prefix = "!tribune"

    def addressed(self, message: str) -> str | None:
        return message.removeprefix(self.prefix) if message.startswith(self.prefix) else None


class _Noting:
    """A client that notes its calls; what stands in `unknown` is taken out of them, as by a homeserver that does not
    know it."""

    def __init__(self, client: AsyncClient, calls: list[str], unknown: list[str]) -> None:
        self._client = client
        self._calls = calls
        self._unknown = unknown

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    async def send(self, method: str, path: str, *more: object) -> object:
        for each in self._unknown:
            path = path.replace(each, "")
        self._calls.append(path)
        return await self._client.send(method, path, *more)


@asynccontextmanager
async def talking(synapse: Synapse, version: str = "12", *, encrypted: bool = False) -> AsyncIterator[Talk]:
    """A room with a post of the bot's in it, an invitation and votes to press."""
    async with crowd(synapse) as people:
        bot, anna, bob = [await people.comes(each, encrypts=encrypted) for each in ("bot", "anna", "bob")]
        room = await bot.room("News", version=version, encrypted=encrypted, invite=[anna.user, bob.user])
        for each in (anna, bob):
            await each.join(room)
        post = await bot.write(room, "The bridge is open")
        await bot.write(room, "What do you think?", thread=post, kind="m.notice")
        await bot.react(room, post, UP)
        clock, calls, unknown = SetClock(datetime.now(UTC) + timedelta(hours=1)), list[str](), list[str]()
        line = Line(clock)
        line.open(cast(AsyncClient, _Noting(bot.client, calls, unknown)), LONG_AGO)
        yield Talk(
            bot=bot,
            people=(anna, bob),
            room=room,
            post=post,
            recounting=Recounting(line, TypedCommands(), clock),
            calls=calls,
            unknown=unknown,
        )


rooms = pytest.mark.parametrize(
    ("version", "encrypted"), [("11", False), ("12", False), ("12", True)], ids=["v11", "v12", "encrypted"]
)


def words(recount: Recount) -> dict[Ref, str]:
    return {each.message: plain_text(each.html) for each in recount.messages}


def reactions(talk: Talk, events: Sequence[str]) -> set[Ref]:
    return {refs.reaction(talk.room, each) for each in events}


def one(recount: Recount) -> Listed:
    (found,) = recount.messages
    return found


# --- all of it ---


async def disturb(talk: Talk, random: Random) -> None:
    """Messages in the thread and beside it, edits, redactions, reactions given and taken back."""
    said: list[tuple[Person, str]] = []
    answered: set[str] = set()
    for number in range(10):
        who = random.choice(talk.people)
        if number % 4 == 3:
            answered.add(to := random.choice(said)[1])
            said.append((who, await who.write(talk.room, f"Beside, {number}", reply_to=to)))
        else:
            said.append((who, await talk.says(who, f"Thought {number}")))
    gone = random.sample([each for each in said if each[1] not in answered], 3)
    for who, event in random.sample(said, 4):
        for edition in ("On second thoughts", "On third thoughts"):
            await who.edit(talk.room, event, f"{edition}, {event}")
    for who, event in gone:
        await who.redact(talk.room, event)
    targets = [talk.post, *(event for who, event in said if (who, event) not in gone)]
    for target in random.sample(targets, 5):
        for who in talk.people:
            emoji = random.choice((UP, DOWN, FLAG))
            reaction = await who.react(talk.room, target, emoji)
            if random.random() < 0.3:
                await who.redact(talk.room, reaction)


@rooms
async def test_after_a_gap_exactly_what_stands_is_listed(synapse: Synapse, version: str, encrypted: bool) -> None:
    random = Random(f"{version} {encrypted}")
    async with talking(synapse, version, encrypted=encrypted) as talk:
        await disturb(talk, random)
        old = [each for each in await talk.anna.read(talk.room) if each.sender != talk.bot.user and not each.redacted]
        await disturb(talk, random)
        last = max(each.at for each in old)

        recount = await talk.recount(moment(last + 1), [each.event for each in old])

        now = {each.event: each for each in await talk.anna.read(talk.room)}
        said = [each for each in now.values() if each.sender != talk.bot.user and not each.redacted]
        lately = [each for each in said if each.at > last]
        assert {each.message for each in recount.messages} == {talk.ref(each.event) for each in lately}
        assert words(recount) == {talk.ref(each.event): f"{each.body}" for each in lately}
        assert {each.message: each.at for each in recount.messages} == {
            talk.ref(each.event): moment(each.at) for each in lately
        }
        assert {each.message for each in recount.messages if each.edited_at} == {
            talk.ref(each.event) for each in lately if each.edits
        }
        kept = [each.event for each in old if not now[each.event].redacted]
        assert recount.missing == {talk.ref(each.event) for each in old if each.event not in kept}
        counted = {talk.post, *kept, *(each.event for each in lately)}
        assert recount.counted == {talk.ref(each) for each in counted}
        standing = {
            (talk.ref(event), refs.account(user), emoji, refs.reaction(talk.room, reaction))
            for event in counted
            for emoji, users in now[event].reactions.items()
            for user, reaction in users.items()
            if user != talk.bot.user
        }
        found = [(each.message, each.who.ref, each.emoji, each.reaction) for each in recount.reactions]
        assert set(found) == standing
        assert len(found) == len(standing)
        assert (recount.gone, recount.locked) == (False, None)


def moment(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


# --- what a message is ---


@rooms
async def test_the_newest_edit_that_is_one_counts(synapse: Synapse, version: str, encrypted: bool) -> None:
    async with talking(synapse, version, encrypted=encrypted) as talk:
        message = await talk.says(talk.anna, "One")
        await talk.anna.edit(talk.room, message, "Two")
        relation = {"rel_type": "m.replace", "event_id": message}
        nothing_new = {"msgtype": "m.text", "body": "* Three", "m.relates_to": relation}
        await talk.anna.send(talk.room, "m.room.message", nothing_new)
        await talk.bob.edit(talk.room, message, "Bob's")
        listed = one(await talk.recount())
        assert listed.html == "Two"
        assert listed.edited_at is not None


async def test_an_edit_that_was_taken_back_counts_no_more(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        message = await talk.says(talk.anna, "One")
        await talk.anna.redact(talk.room, await talk.anna.edit(talk.room, message, "Two"))
        listed = one(await talk.recount())
        assert (listed.html, listed.edited_at) == ("One", None)


async def test_replies_say_to_what_unless_they_only_look_so(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        first = await talk.says(talk.anna, "First")
        second = await talk.says(talk.bob, "Second", reply_to=first)
        beside = await talk.bob.write(talk.room, "Beside", reply_to=first)
        below = await talk.anna.write(talk.room, "Below it", reply_to=beside)
        to_the_post = await talk.bob.write(talk.room, "To the post", reply_to=talk.post)
        await talk.bob.write(talk.room, "To nobody")
        found = {each.message: each.reply_to for each in (await talk.recount()).messages}
        replies = {first: None, second: first, beside: first, below: beside, to_the_post: talk.post}
        assert found == {talk.ref(each): talk.ref(to) if to else None for each, to in replies.items()}


async def test_what_bots_say_is_none_of_it(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        await talk.anna.write(talk.room, "Beep", thread=talk.post, kind="m.notice")
        assert (await talk.recount()).messages == ()


async def test_commands_are_none_of_it(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        await talk.says(talk.anna, "!tribune news best")
        await talk.anna.write(talk.room, f"{talk.bot.user} help", thread=talk.post, mentions=[talk.bot.user])
        about = await talk.anna.write(talk.room, "Ask the bot", thread=talk.post, mentions=[talk.bot.user])
        assert words(await talk.recount()) == {talk.ref(about): "Ask the bot"}


async def test_what_cannot_be_read_is_there_all_the_same(synapse: Synapse) -> None:
    async with talking(synapse, encrypted=True) as talk:
        unread = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "s", "sender_key": "k"}
        relation = {"rel_type": "m.thread", "event_id": talk.post}
        content = {**unread, "device_id": "d", "m.relates_to": relation}
        sent = await talk.anna.ask("PUT", "rooms", talk.room, "send", "m.room.encrypted", "once", body=content)
        recount = await talk.recount()
        assert recount.messages == ()
        assert recount.counted == {talk.ref(talk.post), talk.ref(sent["event_id"])}


# --- what is known ---


@rooms
async def test_what_changed_since_the_last_list_is_in_the_next_one(
    synapse: Synapse, version: str, encrypted: bool
) -> None:
    """Homeservers remember what they have listed, and some for too long."""
    async with talking(synapse, version, encrypted=encrypted) as talk:
        message = await talk.says(talk.anna, "One")
        beside = await talk.bob.write(talk.room, "Beside", reply_to=message)
        old = [await talk.bob.react(talk.room, each, UP) for each in (talk.post, message, beside)]
        assert {each.reaction for each in (await talk.recount()).reactions} == reactions(talk, old)
        new = [await talk.anna.react(talk.room, message, DOWN)]
        assert {each.reaction for each in (await talk.recount()).reactions} == reactions(talk, old + new)
        await talk.bob.redact(talk.room, old[1])
        assert {each.reaction for each in (await talk.recount()).reactions} == reactions(talk, [old[0], old[2], *new])
        await talk.anna.edit(talk.room, message, "Two")
        await talk.bob.redact(talk.room, beside)
        assert words(await talk.recount()) == {talk.ref(message): "Two"}


async def test_a_reply_beside_the_thread_stays_when_what_it_replied_to_is_gone(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        first = await talk.says(talk.anna, "First")
        beside = await talk.bob.write(talk.room, "Beside", reply_to=first)
        await talk.anna.redact(talk.room, first)
        below = await talk.anna.write(talk.room, "Below it", reply_to=beside)
        reaction = await talk.anna.react(talk.room, beside, UP)
        recount = await talk.recount(known=[first, beside])
        assert words(recount) == {talk.ref(beside): "Beside", talk.ref(below): "Below it"}
        assert recount.missing == {talk.ref(first)}
        assert [each.reaction for each in recount.reactions] == [refs.reaction(talk.room, reaction)]


async def test_a_message_that_was_never_there_is_missing(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        assert (await talk.recount(known=["$never"])).missing == {talk.ref("$never")}


async def test_old_messages_are_counted_and_not_listed(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        old = await talk.says(talk.anna, "Long ago")
        beside = await talk.bob.write(talk.room, "Beside, long ago", reply_to=old)
        await talk.bob.react(talk.room, old, DOWN)
        recount = await talk.recount(datetime.now(UTC) + timedelta(minutes=1), known=[old, beside])
        assert (recount.messages, recount.missing) == ((), frozenset())
        assert recount.counted == {talk.ref(each) for each in (talk.post, old, beside)}
        assert [each.message for each in recount.reactions] == [talk.ref(old)]


# --- pages and calls ---


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related, "PAGE", 3)
    monkeypatch.setattr(replies, "PAGE", 3)


@pytest.mark.usefixtures("small_pages")
async def test_long_threads_are_listed_page_by_page(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        said = [await talk.says(talk.anna, f"{number}") for number in range(10)]
        beside = [await talk.bob.write(talk.room, f"Beside {each}", reply_to=each) for each in said]
        for each in (talk.post, *said, *beside):
            await talk.bob.react(talk.room, each, UP)
        recount = await talk.recount(known=said[:5])
        assert {each.message for each in recount.messages} == {talk.ref(each) for each in (*said, *beside)}
        assert {each.message for each in recount.reactions} == {talk.ref(each) for each in (talk.post, *said, *beside)}


@pytest.mark.usefixtures("small_pages")
async def test_a_room_is_walked_through_once_and_then_on(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        for number in range(10):
            await talk.anna.write(talk.room, f"Small talk {number}")
        await talk.recount()
        beside = [await talk.bob.write(talk.room, f"Beside {each}", reply_to=talk.post) for each in range(5)]
        talk.calls.clear()
        assert {each.message for each in (await talk.recount()).messages} == {talk.ref(each) for each in beside}
        assert 2 <= len([each for each in talk.calls if "/messages?" in each]) <= 3


async def test_few_calls_are_made(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        said = [await talk.says(talk.anna, f"{number}") for number in range(20)]
        for each in said:
            await talk.bob.react(talk.room, each, UP)
            await talk.anna.edit(talk.room, each, "Changed")
        await talk.recount()
        talk.calls.clear()
        assert len((await talk.recount(known=said)).reactions) == 20
        assert len(talk.calls) == 3


async def test_a_homeserver_that_lists_no_deeper_is_asked_message_by_message(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        message = await talk.says(talk.anna, "One")
        for each in (talk.post, message):
            await talk.bob.react(talk.room, each, UP)
        talk.unknown.append("recurse=true")
        assert len((await talk.recount()).reactions) == 2


# --- what is not there ---


async def test_a_thread_that_is_gone_is_gone(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        thread = refs.thread(talk.room, "$never")
        assert await talk.recounting.recount(talk.ref("$never"), thread, LONG_AGO, []) == Recount(
            since=LONG_AGO, gone=True
        )


async def test_a_room_that_the_bot_is_not_in_cannot_be_listed(synapse: Synapse) -> None:
    async with talking(synapse) as talk:
        room = await talk.anna.room("Elsewhere")
        post = await talk.anna.write(room, "Hello")
        with pytest.raises(NetworkRefused):
            await talk.recounting.recount(refs.message(room, post), refs.thread(room, post), LONG_AGO, [])
