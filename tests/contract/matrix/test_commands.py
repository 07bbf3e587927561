"""Lines that people type in rooms of a real homeserver, and what they are answered there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import nio
import pytest

from adapters.matrix import refs
from adapters.matrix.asking import upload
from bot.domain.telling import Sentence
from bot.errors import StorageError
from bot.locale import translator
from bot.ports.commands import Address, Answer, Column, Document, Listing
from tests.contract.matrix.asked import PLACE, Meeting, meeting, refusing
from tests.servers.clock import SetClock
from tests.servers.matrix.people import crowd
from tests.servers.matrix.synapse import Synapse


async def test_an_answer_stands_in_a_thread_on_the_command_and_calls_nobody(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asked = await met.asks("!tribune thing list 3")
        (answer,) = await met.anna.thread(met.room, asked)
        assert (answer.body, answer.html, answer.kind) == ("Done.", "<p>Done.</p>", "m.notice")
        assert answer.content["m.mentions"] == {}
        assert met.commands.done == [("thing list", {"number": "3"})]
        assert met.commands.callers[0].thread is None


async def test_in_a_thread_it_is_answered_there_and_the_command_knows_of_it(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        post = await met.anna.write(met.room, "An article")
        asked = await met.asks("!tribune thing list", thread=post)
        (_, answer) = await met.bert.thread(met.room, post)
        assert (answer.body, answer.reply_to) == ("Done.", asked)
        assert met.commands.callers[0].thread == refs.thread(met.room, post)


async def test_a_reply_to_a_post_is_about_it(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        post = await met.anna.write(met.room, "An article")
        asked = await met.asks("!tribune thing list", reply_to=post)
        assert await met.answers(asked) == ["Done."]
        assert met.commands.callers[0].thread == refs.thread(met.room, post)


async def test_who_calls_the_bot_by_its_name_is_answered(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        me = met.bot.person.user
        link = f'<a href="https://matrix.to/#/{me}">Tribune</a>'
        for text, html in (
            ("Tribune: thing list 1", f"{link}: thing list 1"),
            (f"{me} thing list 2", None),
            ("@Tribune thing list 3", None),
        ):
            event = await met.anna.write(met.room, text, html=html, mentions=[] if html else [me])
            assert await met.bot.answered(event)
            assert await met.answers(event) == ["Done."]
        assert [values["number"] for _, values in met.commands.done] == ["1", "2", "3"]


async def test_a_comment_that_answers_the_bot_or_speaks_of_it_is_none(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        me = met.bot.person.user
        post = await met.bot.person.write(met.room, "An article")
        answer = await met.anna.write(met.room, "I do not think so", reply_to=post, mentions=[me])
        comment = await met.anna.write(met.room, "What Tribune finds!", thread=post, mentions=[me])
        assert not await met.bot.answered(answer)
        assert not await met.bot.answered(comment)
        assert met.commands.done == []


async def test_who_says_nothing_but_the_name_is_told_how_to_ask(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asked = await met.asks("!tribune")
        assert await met.answers(asked) == ["I am Tribune. Write “!tribune help” to see what you can ask me for here."]


async def test_a_word_that_is_nearly_a_command_is_answered_with_it(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asked = await met.asks("!tribune thing lst")
        assert await met.answers(asked) == ["There is no command “thing lst”. Did you mean “thing list”?"]


async def test_what_was_asked_while_the_bot_was_away_for_long_is_not_done(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        met.bot.opens(met.commands, SetClock(datetime.now(UTC) + timedelta(minutes=6)))
        old = await met.anna.write(met.room, "!tribune thing list")
        assert await met.bot.answered(old)  # it is no comment all the same
        assert (met.commands.done, await met.answers(old)) == ([], [])


async def test_what_is_told_twice_is_said_once(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asked = await met.asks("!tribune thing list")
        event = await _event(met, asked)
        room = met.bot.person.client.rooms[met.room]
        assert met.bot.door is not None
        assert met.bot.door.said(room, event)
        await met.bot.door.turns.idle()
        assert met.commands.names == ["thing list"]
        met.restarts()
        assert met.bot.door.said(room, event)
        await met.bot.door.turns.idle()
        assert met.commands.names == ["thing list"] * 2
        assert await met.answers(asked) == ["Done."]


async def test_where_no_community_is_at_home_each_is_told_once(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        met.bot.chat.at = None
        first, second = await met.asks("!tribune help"), await met.asks("!tribune help")
        (answer,) = await met.answers(first)
        assert f"tribune server admit matrix:{met.room}" in answer
        assert await met.answers(second) == []
        assert len(await met.answers(await met.asks("!tribune help", by=met.bert))) == 1


async def test_what_only_one_may_see_is_told_directly(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        export = Document(name="me.json", media_type="application/json", text="{}" + " " * 3000)
        link = Address(label="Sign in to the page", url="https://news.example.org/signin/abc", secret=True)
        met.commands.answer = Answer(blocks=(Sentence(key="Done."), link))
        met.commands.answers["help"] = Answer(blocks=(export,))
        asked = await met.asks("!tribune thing list")
        (direct,) = await met.anna.invitations()
        await met.anna.join(direct)
        told, *_ = await met.anna.read(direct)
        assert "https://news.example.org/signin/abc" in told.html
        answers = await met.answers(asked)
        assert sorted(answers) == sorted(
            ["Done.", "Only you are to see this: I have sent it to you in a direct message."]
        )
        await met.asks("!tribune help")
        assert export.name in [each.body for each in await met.anna.thread(met.room, (await _last(met)))]


async def test_a_long_document_is_a_file_and_so_is_a_very_long_answer(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        document = Document(name="feeds.opml", media_type="text/x-opml", text="<opml/>" * 1000)
        met.commands.answer = Answer(blocks=(document,))
        asked = await met.asks("!tribune thing list")
        said, file = await met.anna.thread(met.room, asked)
        assert (said.body, file.kind, file.body) == ("feeds.opml", "m.file", "feeds.opml")
        assert await _downloaded(met, file.content["url"]) == document.text
        columns = tuple(Column(name=each, label="Title") for each in ("a", "b", "c"))
        rows = tuple((f"{number}", "é" * 400, "x") for number in range(200))
        empty = Sentence(key="Nothing.")
        met.commands.answer = Answer(blocks=(Listing(columns=columns, rows=rows, empty=empty, total=200),))
        asked = await met.asks("!tribune thing list")
        said, file = await met.anna.thread(met.room, asked)
        assert said.body == "The answer is long: all of it is in the file."
        text = await _downloaded(met, file.content["url"])
        assert text.count("é" * 400) == 200


async def test_an_answer_that_one_event_cannot_hold_is_parted(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        columns = tuple(Column(name=each, label="Title") for each in ("a", "b", "c"))
        rows = tuple((f"row {number}", "é" * 100, "x") for number in range(40))
        met.commands.answer = Answer(blocks=(Listing(columns=columns, rows=rows, empty=Sentence(key="Nothing.")),))
        asked = await met.asks("!tribune thing list")
        answers = await met.answers(asked)
        assert len(answers) > 1
        lines = [line.split(" (")[0] for each in answers for line in each.splitlines()]
        assert lines == [f"• row {number}" for number in range(40)]


async def test_a_command_that_takes_a_file_is_a_reply_to_it(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        address = await upload(met.anna.client, "<opml>é</opml>".encode(), "text/xml")
        content = {"msgtype": "m.file", "body": "feeds.opml", "url": address}
        file = await met.anna.send(met.room, "m.room.message", content)
        await met.asks("!tribune thing read", reply_to=file)
        assert met.commands.done == [("thing read", {"file": "<opml>é</opml>"})]


async def test_a_file_that_is_none_is_said_to_be_none(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        address = await upload(met.anna.client, b"x", "text/xml")
        sealed = {"url": address, "key": {"k": "a"}, "hashes": {"sha256": 1}, "iv": "a"}
        content = {"msgtype": "m.file", "body": "feeds.opml", "url": address, "file": sealed}
        file = await met.anna.send(met.room, "m.room.message", content)
        (answer,) = await met.answers(await met.asks("!tribune thing read", reply_to=file))
        assert "feeds.opml" in answer
        assert met.commands.done == []


async def test_a_command_that_takes_its_time_shows_it(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        met.commands.goes_on = asyncio.Event()
        asked = await met.anna.write(met.room, "!tribune thing list")

        async def shown() -> bool:
            return "⏳" in (await met.anna.message(met.room, asked)).reactions

        await met.anna.until("the hourglass is there", shown)
        met.commands.goes_on.set()
        await met.bot.answered(asked)
        assert not await shown()
        assert await met.answers(asked) == ["Done."]


async def test_a_secret_that_was_typed_is_taken_away(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asked = await met.asks("!tribune thing drop 3 --password sesame --yes")
        assert met.commands.done == [("thing drop", {"number": "3", "password": "sesame"})]
        assert (await met.anna.message(met.room, asked)).redacted


async def test_a_secret_in_a_line_that_cannot_be_read_is_taken_away_and_not_repeated(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        asked = await met.asks("!tribune thing drop 3 --password correct horse staple")
        assert met.commands.done == []
        assert (await met.anna.message(met.room, asked)).redacted
        (answer,) = await met.answers(asked)
        assert "quotation marks" in answer
        assert not {"correct", "horse", "staple"} & set(answer.split())


async def test_what_breaks_is_said_and_surfaces(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        met.commands.breaks = StorageError("the disk is full")
        asked = await met.anna.write(met.room, "!tribune thing list")
        with pytest.raises(StorageError):
            await met.bot.answered(asked)
        (said,) = await met.answers(asked)
        assert said.startswith("Something went wrong here.")


async def test_what_the_registry_refuses_is_said_in_the_language_of_the_place(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people) as met:
        text = "This is for the operator of this Tribune."
        french = translator("fr")(text)
        assert french != text
        met.bot.chat.at = replace(PLACE, language="fr")
        met.commands.refused = refusing(text)
        assert await met.answers(await met.asks("!tribune thing list")) == [french]


async def test_an_encrypted_room_is_answered_encrypted(synapse: Synapse) -> None:
    async with crowd(synapse) as people, meeting(people, encrypted=True) as met:
        met.commands.answer = Answer(blocks=(Document(name="a.txt", media_type="text/plain", text="é" * 3000),))
        asked = await met.asks("!tribune thing list")
        said, file = await met.anna.thread(met.room, asked)
        assert (said.body, said.readable) == ("a.txt", True)
        assert "url" not in file.content
        assert file.content["file"]["url"].startswith("mxc://")
        raw = await met.anna.ask("GET", "rooms", met.room, "event", said.event)
        assert raw["type"] == "m.room.encrypted"


async def _event(met: Meeting, event: str) -> nio.RoomMessageText:
    found = nio.Event.parse_event(await met.bot.person.ask("GET", "rooms", met.room, "event", event))
    assert isinstance(found, nio.RoomMessageText)
    return found


async def _last(met: Meeting) -> str:
    """The last message that Anna wrote."""
    return [each.event for each in await met.anna.read(met.room) if each.sender == met.anna.user][-1]


async def _downloaded(met: Meeting, address: str) -> str:
    answer = await met.anna.client.download(address)
    assert isinstance(answer, nio.MemoryDownloadResponse), answer
    return answer.body.decode()
