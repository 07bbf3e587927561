"""What events of Matrix are read as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import nio
import pytest

from adapters.matrix import refs
from adapters.matrix.events import (
    Relation,
    echoed,
    edited,
    is_message,
    listed,
    moment,
    posted,
    reacted,
    redacted,
    relation,
)
from bot.domain.events import Echoed, Edited, Posted, Reacted, Who
from bot.ports.network import Listed
from tests.unit.matrix.rooms import ANNA, BEN, ME, ROOM, event, raw, room

AT = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
NOW = AT + timedelta(hours=1)
ANNA_WHO = Who(ref=refs.account(ANNA), name="Anna")
MESSAGE, THREAD = refs.message(ROOM, "$event"), refs.thread(ROOM, "$root")

IN_THREAD = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True, "m.in_reply_to": {"event_id": "$x"}}
REPLY_IN_THREAD = {**IN_THREAD, "is_falling_back": False}


def message(relates_to: Any = None, sender: Any = ANNA, body: Any = "Hello", **more: Any) -> nio.Event:
    content = {"msgtype": "m.text", "body": body, **more}
    return event("m.room.message", content if relates_to is None else {**content, "m.relates_to": relates_to}, sender)


RELATIONS: dict[str, tuple[Any, Relation]] = {
    "in a thread": (IN_THREAD, Relation(root="$root")),
    "in a thread, by a client that does not say what it falls back to": (
        {"rel_type": "m.thread", "event_id": "$root"},
        Relation(root="$root"),
    ),
    "a reply in a thread": (REPLY_IN_THREAD, Relation(root="$root", reply_to="$x")),
    "a reply in a thread, as is meant where nothing is said": (
        {key: value for key, value in IN_THREAD.items() if key != "is_falling_back"},
        Relation(root="$root", reply_to="$x"),
    ),
    "a reply": ({"m.in_reply_to": {"event_id": "$x"}}, Relation(reply_to="$x")),
    "an edit": ({"rel_type": "m.replace", "event_id": "$x"}, Relation(replaces="$x")),
    "a reference": ({"rel_type": "m.reference", "event_id": "$x"}, Relation()),
    "nothing": (None, Relation()),
    "a text": ("m.thread", Relation()),
    "a list": ([1], Relation()),
    "no event": ({"rel_type": "m.thread", "event_id": 5, "m.in_reply_to": "$x"}, Relation()),
    "what is no event's name": ({"rel_type": "m.thread", "event_id": "!room"}, Relation()),
    "a name without end": ({"m.in_reply_to": {"event_id": "$" + "x" * 300}}, Relation()),
}


@pytest.mark.parametrize("name", RELATIONS)
def test_messages_belong_to_others(name: str) -> None:
    told, expected = RELATIONS[name]
    assert relation(message(told)) == expected


def test_a_message_is_somebodys_words_in_a_thread() -> None:
    assert posted(room(), message(REPLY_IN_THREAD), "$root", NOW) == Posted(
        message=MESSAGE, thread=THREAD, who=ANNA_WHO, html="Hello", at=AT, reply_to=refs.message(ROOM, "$x")
    )


def test_a_curtain_is_its_authors() -> None:
    veiled = message(IN_THREAD, format="org.matrix.custom.html", formatted_body='<span data-mx-spoiler="end">x</span>')
    told = posted(room(), veiled, "$root", NOW)
    assert told is not None
    assert (told.html, told.sensitive) == ("x", "end")


NO_WORDS: dict[str, nio.Event] = {
    "the bot's own": message(IN_THREAD, ME),
    "a bot's": event("m.room.message", {"msgtype": "m.notice", "body": "beep", "m.relates_to": IN_THREAD}),
    "an edit": message({"rel_type": "m.replace", "event_id": "$x"}, **{"m.new_content": {"body": "x"}}),
    "nothing said": message(IN_THREAD, body="  "),
    "a verification": event("m.room.message", {"msgtype": "m.key.verification.request", "body": "me?"}),
    "redacted": event("m.room.message", {}, unsigned={"redacted_because": {"sender": ANNA, "content": {}}}),
    "of another kind": event("org.example.poll", {"body": "Yes?"}),
}


@pytest.mark.parametrize("name", NO_WORDS)
def test_what_nobody_says_is_no_comment(name: str) -> None:
    assert posted(room(), NO_WORDS[name], "$root", NOW) is None


def test_a_sticker_and_a_picture_are_comments() -> None:
    sticker = event("m.sticker", {"body": "party", "url": "mxc://a/b", "info": {}, "m.relates_to": IN_THREAD})
    assert is_message(sticker)
    told = posted(room(), sticker, "$root", NOW)
    assert told is not None
    assert told.html == "<p>[party]</p>"


def test_an_edit_says_what_a_message_says_now() -> None:
    edit = message(
        {"rel_type": "m.replace", "event_id": "$x"},
        body="* New",
        **{"m.new_content": {"msgtype": "m.text", "body": "New"}},
    )
    assert edited(room(), edit, NOW) == Edited(message=refs.message(ROOM, "$x"), who=ANNA_WHO, html="New", at=AT)


NO_EDITS: dict[str, nio.Event] = {
    "a message": message(IN_THREAD),
    "the bot's own": message(
        {"rel_type": "m.replace", "event_id": "$x"}, ME, **{"m.new_content": {"msgtype": "m.text", "body": "y"}}
    ),
    "without words": message({"rel_type": "m.replace", "event_id": "$x"}),
    "with a text for its words": message({"rel_type": "m.replace", "event_id": "$x"}, **{"m.new_content": "y"}),
    "of nothing": message(
        {"rel_type": "m.replace", "event_id": None}, **{"m.new_content": {"msgtype": "m.text", "body": "y"}}
    ),
}


@pytest.mark.parametrize("name", NO_EDITS)
def test_what_changes_nothing_is_no_edit(name: str) -> None:
    assert edited(room(), NO_EDITS[name], NOW) is None


def test_a_message_is_listed_with_its_last_edit_if_that_is_its_authors() -> None:
    edit = {"rel_type": "m.replace", "event_id": "$event"}, {"m.new_content": {"msgtype": "m.text", "body": "New"}}
    first = Listed(message=MESSAGE, who=ANNA_WHO, html="Hello", at=AT)
    assert listed(room(), message(IN_THREAD), NOW) == first
    assert listed(room(), message(IN_THREAD), NOW, message(edit[0], **edit[1])) == replace(
        first, html="New", edited_at=AT
    )
    assert listed(room(), message(IN_THREAD), NOW, message(edit[0], BEN, **edit[1])) == first


def annotation(key: Any = "👍\ufe0f", kind: str = "m.annotation", target: Any = "$x", sender: str = ANNA) -> nio.Event:
    content = {"m.relates_to": {"rel_type": kind, "event_id": target, "key": key}}
    return nio.UnknownEvent(raw("m.reaction", content, sender), "m.reaction")


def test_a_reaction_is_named_by_its_own_event() -> None:
    assert reacted(room(), annotation(), NOW) == Reacted(
        reaction=refs.reaction(ROOM, "$event"),
        message=refs.message(ROOM, "$x"),
        who=ANNA_WHO,
        emoji="👍\ufe0f",
        at=AT,
    )


NO_REACTIONS: dict[str, nio.Event] = {
    "the bot's own": annotation(sender=ME),
    "no emoji": annotation(key=""),
    "a novel": annotation(key="x" * 101),
    "a number": annotation(key=1),
    "another relation": annotation(kind="m.thread"),
    "on nothing": annotation(target=None),
    "redacted": event("m.reaction", {}, unsigned={"redacted_because": {"sender": ANNA, "content": {}}}),
    "a message": message({"rel_type": "m.annotation", "event_id": "$x", "key": "👍"}),
}


@pytest.mark.parametrize("name", NO_REACTIONS)
def test_what_is_no_reaction(name: str) -> None:
    assert reacted(room(), NO_REACTIONS[name], NOW) is None


ECHOES: dict[str, tuple[nio.Event, str | None]] = {
    "a post": (message(None, ME, **{"tribune.marker": "m"}), refs.channel(ROOM)),
    "in a thread": (message(IN_THREAD, ME, **{"tribune.marker": "m"}), THREAD),
    "an edit of a post": (message({"rel_type": "m.replace", "event_id": "$x"}, ME, **{"tribune.marker": "m"}), None),
    "without a marker": (message(IN_THREAD, ME), None),
    "somebody's with a marker": (message(IN_THREAD, **{"tribune.marker": "m"}), None),
    "with a strange marker": (message(None, ME, **{"tribune.marker": ["m"]}), None),
}


@pytest.mark.parametrize("name", ECHOES)
def test_the_bots_own_messages_are_known(name: str) -> None:
    own, place = ECHOES[name]
    told = echoed(room(), own, NOW)
    assert (told.place if told is not None else None) == place
    assert told is None or told == Echoed(message=MESSAGE, place=told.place, marker="m", at=AT)


REDACTIONS: dict[str, tuple[str, Any, Any, str | None]] = {
    "of version 10": ("10", "$x", None, "$x"),
    "of version 11": ("11", None, "$x", "$x"),
    "of version 12": ("12", None, "$x", "$x"),
    "of version 12, copied for older clients": ("12", "$x", "$x", "$x"),
    "of version 10, copied for newer clients": ("10", "$x", "$x", "$x"),
    "of version 10, with another one in the content": ("10", "$x", "$victim", "$x"),
    "of version 10, in the content alone": ("10", None, "$victim", None),
    "of version 11, with another one beside": ("11", "$victim", "$x", "$x"),
    "of version 12, beside alone": ("12", "$victim", None, None),
    "of an unstable version": ("org.example.13", "$victim", "$x", "$x"),
    "of a version that is not known": ("1", "$x", None, "$x"),
    "of a version that is not known, in the content": ("1", None, "$x", "$x"),
    "of a version that is not known, twice the same": ("1", "$x", "$x", "$x"),
    "of a version that is not known, of two": ("1", "$x", "$victim", None),
    "of nothing": ("11", None, None, None),
    "of a number": ("11", None, 5, None),
}


@pytest.mark.parametrize("name", REDACTIONS)
def test_a_redaction_takes_away_what_its_rooms_version_says(name: str) -> None:
    version, beside, within, expected = REDACTIONS[name]
    content = {} if within is None else {"redacts": within}
    source = raw("m.room.redaction", content, **({} if beside is None else {"redacts": beside}))
    assert redacted(room(version), nio.UnknownEvent(source, "m.room.redaction")) == expected


def test_a_redacted_redaction_and_a_message_take_nothing_away() -> None:
    gone = event("m.room.redaction", {}, redacts="$x", unsigned={"redacted_because": {"sender": ANNA, "content": {}}})
    assert redacted(room("10"), gone) is None
    assert redacted(room(), message(redacts="$x")) is None


MOMENTS: dict[str, tuple[Any, datetime]] = {
    "as it is": (1_800_000_000_000, AT),
    "in the future": (1_900_000_000_000, NOW),
    "beyond all time": (10**30, NOW),
    "before all time": (-(10**30), datetime(1970, 1, 1, tzinfo=UTC)),
    "a text": ("1800000000000", NOW),
    "yes": (True, NOW),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_when_something_happened_is_not_simply_believed(name: str) -> None:
    told, expected = MOMENTS[name]
    assert moment(told, NOW) == expected


@pytest.mark.parametrize("name", ["$\ud800", "$\x00", "$a b", "$", "event", "$" + "x" * 255, 7, None])
def test_what_is_no_name_of_an_event_relates_to_nothing(name: Any) -> None:
    told = {"rel_type": "m.thread", "event_id": name, "m.in_reply_to": {"event_id": name}}
    assert relation(message(told)) == Relation()


@pytest.mark.parametrize("emoji", ["\ud800", "a\x00", ""])
def test_what_is_no_text_is_no_reaction(emoji: str) -> None:
    told = {"rel_type": "m.annotation", "event_id": "$event", "key": emoji}
    assert reacted(room(), event("m.reaction", {"m.relates_to": told}), NOW) is None
