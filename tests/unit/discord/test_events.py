"""What Discord's payloads are read as."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from adapters.discord import refs
from adapters.discord.events import clean_name, edited, emoji_text, listed, named, said
from adapters.discord.interactions.quoting import Quoted, written
from adapters.discord.markers import address_of
from bot.domain.events import Echoed, Edited, Posted, Who

ME, ANN, BOB = 10, 11, 12
SERVER, NEWS, FORUM, THREAD, POST, ELSEWHERE = 1, 20, 21, 30, 31, 40
MESSAGE = 500

STATE = discord.Client(intents=discord.Intents.none())._connection
GUILD = discord.Guild(data={"id": str(SERVER), "name": "Town"}, state=STATE)  # type: ignore[typeddict-item]


def user(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "username": name, "discriminator": "0", "avatar": None} | more


def thread(number: int, parent: int) -> discord.Thread:
    data: Any = {
        "id": str(number),
        "type": 11,
        "name": "Talk",
        "parent_id": str(parent),
        "owner_id": str(ME),
        "message_count": 1,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 60,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
        },
    }
    return discord.Thread(guild=GUILD, state=STATE, data=data)


def text_channel() -> discord.TextChannel:
    data: Any = {"id": str(NEWS), "type": 0, "name": "news", "position": 0, "guild_id": str(SERVER)}
    return discord.TextChannel(state=STATE, guild=GUILD, data=data)


IN_THREAD = thread(THREAD, NEWS)
IN_POST = thread(POST, FORUM)
IN_NEWS = text_channel()
UNKNOWN = discord.PartialMessageable(state=STATE, id=ELSEWHERE, guild_id=SERVER)
DIRECT = discord.PartialMessageable(state=STATE, id=ELSEWHERE)


def message(channel: Any = IN_THREAD, **payload: Any) -> discord.Message:
    """A message of ann's that says hello, or what `payload` makes of it."""
    data: Any = {
        "id": str(MESSAGE),
        "channel_id": str(channel.id),
        "author": user(ANN, "ann"),
        "content": "Hello",
        "timestamp": "2026-01-02T03:04:05+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
    }
    return discord.Message(state=STATE, channel=channel, data=data | payload)


def file(name: str) -> dict[str, Any]:
    return {
        "id": "1",
        "filename": name,
        "size": 1,
        "url": "https://cdn.example/1",
        "proxy_url": "https://cdn.example/1",
    }


def by_me(**payload: Any) -> dict[str, Any]:
    return {"author": user(ME, "tribune", bot=True), "content": ""} | payload


def marked(marker: str) -> dict[str, Any]:
    return by_me(embeds=[{"type": "rich", "url": address_of(marker)}])


def of_bob(content: str) -> dict[str, Any]:
    """What the bot posts for bob."""
    asked = {"id": "1", "type": 5, "user": user(BOB, "bob"), "authorizing_integration_owners": {}}
    return by_me(content=content, interaction_metadata=asked, webhook_id=str(ME))


QUOTED = written(Quoted(quote="Hi", words="Not so", message=refs.message(THREAD, 400)), name="bob", server=SERVER)

FORWARDED = {
    "content": "Old news",
    "type": 0,
    "embeds": [],
    "attachments": [],
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "flags": 0,
    "mentions": [],
    "mention_roles": [],
    "components": [],
}

WORDS = {
    "plain words": ({}, "<p>Hello</p>"),
    "mentions by name": (
        {"content": "<@12> hi", "mentions": [user(BOB, "bob", global_name="Bob B.")]},
        "<p>@Bob B. hi</p>",
    ),
    "files below the words": ({"attachments": [file("map.png")]}, "<p>Hello</p><p>[map.png]</p>"),
    "a file alone": ({"content": "", "attachments": [file("a<b>.png")]}, "<p>[a&lt;b&gt;.png]</p>"),
    "a sticker": ({"content": "", "sticker_items": [{"id": "7", "name": "Wave", "format_type": 1}]}, "<p>[Wave]</p>"),
    "what is forwarded as a quote": (
        {"content": "", "message_snapshots": [{"message": FORWARDED}]},
        "<blockquote><p>Old news</p></blockquote>",
    ),
}


@pytest.mark.parametrize(("payload", "html"), WORDS.values(), ids=WORDS)
def test_words_are_read_as_html(payload: dict[str, Any], html: str) -> None:
    event = said(message(**payload), ME)
    assert isinstance(event, Posted)
    assert event.html == html


def test_a_message_in_a_thread_is_posted() -> None:
    assert said(message(), ME) == Posted(
        message=refs.message(THREAD, MESSAGE),
        thread=refs.thread(THREAD),
        who=Who(ref=refs.account(ANN), name="ann"),
        html="<p>Hello</p>",
        at=discord.utils.snowflake_time(MESSAGE),
    )


NO_PERSONS = {
    "a bot": {"author": user(BOB, "robot", bot=True)},
    "a webhook": {"webhook_id": "77", "author": user(77, "Hook")},
    "Discord itself": {"type": 4, "content": "Another name"},
}


@pytest.mark.parametrize("payload", NO_PERSONS.values(), ids=NO_PERSONS)
def test_what_no_person_wrote_is_a_bots(payload: dict[str, Any]) -> None:
    event = said(message(**payload), ME)
    assert isinstance(event, Posted)
    assert event.who.bot


NOTHING = {
    "in a channel": message(IN_NEWS),
    "in a direct conversation": message(DIRECT),
    "without content": message(content=""),
    "the first line of a thread": message(type=21, content=""),
    "the bot's own without a marker": message(**by_me(content="Hi")),
    "a forum's post of the bot's in a place that nobody knows": message(UNKNOWN, **marked("m"), id=str(ELSEWHERE)),
}


@pytest.mark.parametrize("there", NOTHING.values(), ids=NOTHING)
def test_what_nobody_waits_for_is_not_told(there: discord.Message) -> None:
    assert said(there, ME) is None


def test_a_place_that_is_not_known_is_a_thread() -> None:
    event = said(message(UNKNOWN), ME)
    assert isinstance(event, Posted)
    assert event.thread == refs.thread(ELSEWHERE)


PLACES = {
    "in a channel": (message(IN_NEWS, **marked("m")), refs.channel(NEWS)),
    "in a thread": (message(IN_THREAD, **marked("m")), refs.thread(THREAD)),
    "a forum's post": (message(IN_POST, **marked("m"), id=str(POST)), refs.channel(FORUM)),
    "under a forum's post": (message(IN_POST, **marked("m")), refs.thread(POST)),
    "in an unknown thread": (message(UNKNOWN, **marked("m")), refs.thread(ELSEWHERE)),
}


@pytest.mark.parametrize(("there", "place"), PLACES.values(), ids=PLACES)
def test_the_bots_own_messages_are_echoed_where_they_were_posted(there: discord.Message, place: str) -> None:
    event = said(there, ME)
    assert isinstance(event, Echoed)
    assert (event.place, event.marker) == (place, "m")


def test_a_reply_names_what_it_answers() -> None:
    reference = {"message_id": "400", "channel_id": str(THREAD), "guild_id": str(SERVER)}
    event = said(message(type=19, message_reference=reference), ME)
    assert isinstance(event, Posted)
    assert event.reply_to == refs.message(THREAD, 400)


def test_what_is_forwarded_answers_nothing() -> None:
    event = said(message(message_reference={"type": 1, "message_id": "400", "channel_id": "2"}), ME)
    assert isinstance(event, Posted)
    assert event.reply_to is None


def test_a_reply_that_the_bot_posted_is_the_persons_behind_it() -> None:
    event = said(message(**of_bob(QUOTED)), ME)
    assert isinstance(event, Posted)
    assert event.who == Who(ref=refs.account(BOB), name="bob")
    assert event.html == "<blockquote><p>Hi</p></blockquote><p>Not so</p>"
    assert event.reply_to == refs.message(THREAD, 400)


NOT_QUOTED = {
    "somebody else's with the same look": message(content=QUOTED),
    "the bot's that nobody asked for": message(**by_me(content=QUOTED)),
}


@pytest.mark.parametrize("there", NOT_QUOTED.values(), ids=NOT_QUOTED)
def test_nobody_speaks_as_somebody_else(there: discord.Message) -> None:
    event = said(there, ME)
    assert event is None or (isinstance(event, Posted) and event.who.ref == refs.account(ANN))


def test_an_answer_of_another_bot_is_that_bots() -> None:
    event = said(message(**of_bob(QUOTED) | {"author": user(99, "robot", bot=True)}), ME)
    assert isinstance(event, Posted)
    assert event.who == Who(ref=refs.account(99), name="robot", bot=True)


CURTAINS = {
    "bars": ({"content": "||He dies||"}, "Spoiler"),
    "a veiled file": ({"attachments": [file("SPOILER_end.png")]}, "Spoiler"),
    "neither": ({}, None),
}


@pytest.mark.parametrize(("payload", "sensitive"), CURTAINS.values(), ids=CURTAINS)
def test_spoilers_stand_behind_a_curtain(payload: dict[str, Any], sensitive: str | None) -> None:
    read = listed(message(**payload), ME)
    assert read is not None
    assert read.sensitive == sensitive


CHANGED = {"edited_timestamp": "2026-01-02T03:05:00+00:00"}


def test_what_somebody_changed_is_edited() -> None:
    event = edited(message(**CHANGED, content="Hello!"), ME)
    assert isinstance(event, Edited)
    assert (event.html, event.at) == ("<p>Hello!</p>", datetime(2026, 1, 2, 3, 5, tzinfo=UTC))


UNCHANGED = {
    "the preview of a link": message(embeds=[{"type": "link", "url": "https://gazette.example"}]),
    "content that may not be read": message(**CHANGED, content=""),
    "in a channel": message(IN_NEWS, **CHANGED),
    "the bot's own": message(**marked("m") | CHANGED),
}


@pytest.mark.parametrize("there", UNCHANGED.values(), ids=UNCHANGED)
def test_what_nobody_changed_is_not_edited(there: discord.Message) -> None:
    assert edited(there, ME) is None


NAMES = {"ann": "ann", "  a\nb ": "a b", "a\u202eb": "ab", "\u2066": "", "👩\u200d🚀": "👩\u200d🚀"}


@pytest.mark.parametrize(("name", "clean"), NAMES.items())
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_somebody_without_a_name_goes_by_the_number() -> None:
    assert named(user(ANN, "\u2066")).name == str(ANN)


EMOJI = {
    "a sign": ("▲", "▲"),
    "one that moves, which is not always told": (discord.PartialEmoji(name="up", id=5, animated=True), "<:up:5>"),
    "a server's own": (discord.PartialEmoji(name="up", id=5), "<:up:5>"),
}


@pytest.mark.parametrize(("emoji", "text"), EMOJI.values(), ids=EMOJI)
def test_emoji_have_one_spelling(emoji: discord.PartialEmoji | str, text: str) -> None:
    assert emoji_text(emoji) == text
