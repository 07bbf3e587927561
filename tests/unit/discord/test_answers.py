"""An answer as Discord shows it: nothing is lost, nothing is read as markdown, every message is within the limits."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.interactions.answers import Button, Showing, Shown, question, refused, sentence
from adapters.discord.interactions.presses import Ask, Presses
from bot.domain.model import Role
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.locale import translator
from bot.ports.commands import (
    Address,
    Answer,
    Block,
    Column,
    Command,
    Document,
    Fact,
    Facts,
    Kind,
    Listing,
    Offer,
    Offers,
    Parameter,
    Preview,
    Unconfirmed,
)
from bot.ports.network import Card

COMMAND = Command(
    name="thing list",
    help="List them.",
    role=Role.READER,
    parameters=(
        Parameter(name="page", kind=Kind.NUMBER, help="Which."),
        Parameter(name="password", kind=Kind.SECRET, help="Not shown."),
    ),
)
ASK = Ask(command="thing list", values=(("page", "2"),))


def presses() -> Presses:
    numbers = count(1)
    return Presses(lambda name: COMMAND, lambda: f"k{next(numbers)}")


def show(*blocks: Block, language: str = "en") -> list[Shown]:
    showing = Showing(t=translator(language), zone="Europe/Paris", command=COMMAND, ask=ASK, presses=presses())
    return showing.messages(Answer(blocks=blocks))


def only(*blocks: Block, language: str = "en") -> Shown:
    (message,) = show(*blocks, language=language)
    return message


def embed(*blocks: Block, language: str = "en") -> discord.Embed:
    (found,) = only(*blocks, language=language).embeds
    return found


def listing(rows: int, text: str = "row", *, page: int = 1, pages: int = 1) -> Listing:
    return Listing(
        columns=(Column(name="name", label="Name"),),
        rows=tuple((f"{text} {number}",) for number in range(rows)),
        empty=Sentence(key="There is nothing."),
        title=Sentence(key="Things"),
        page=page,
        pages=pages,
        total=1234,
    )


def within_limits(messages: list[Shown]) -> None:
    for message in messages:
        assert len(message.embeds) <= 10
        assert sum(len(each) for each in message.embeds) <= 6000
        for each in message.embeds:
            assert len(each.title or "") <= 256
            assert len(each.description or "") <= 4096
            assert len(each.fields) <= 25
            assert all(len(field.name or "") <= 256 and len(field.value or "") <= 1024 for field in each.fields)
            assert each.title or each.description or each.fields or each.author.name
        assert len(message.buttons) <= 25
        assert all(len(button.label) <= 80 and len(button.carried or "") <= 100 for button in message.buttons)


def test_a_sentence_is_shown_as_it_is() -> None:
    said = Sentence(
        key="“{title}” until {until}", values={"title": "*A* @everyone", "until": datetime(2026, 1, 2, tzinfo=UTC)}
    )
    shown = embed(said).description
    assert shown is not None
    assert shown.startswith("“\\*A\\* @\u200beveryone” until ")


def test_facts_are_fields() -> None:
    facts = Facts(
        facts=(
            Fact(name="feed", label="Feed", value=1234, plain=True),
            Fact(name="up", label="Votes", value=1234),
            Fact(name="none", label="Nothing", value=None),
        ),
        title=Sentence(key="About <@1>"),
    )
    shown = embed(facts)
    assert [(each.name, each.value) for each in shown.fields] == [
        ("Feed", "1234"),
        ("Votes", "1,234"),
        ("Nothing", "–"),
    ]
    assert shown.title == "About \\<\\@1>"
    assert embed(facts, language="fr").fields[1].value == "1\u202f234"


@pytest.mark.parametrize(
    "facts",
    [
        Facts(facts=tuple(Fact(name=f"n{each}", label=f"Label {each}", value="x") for each in range(26))),
        Facts(facts=(Fact(name="n", label="Label 25", value="x" * 1025),)),
        Facts(facts=tuple(Fact(name=f"n{each}", label=f"Label {each}", value="x" * 1000) for each in range(26))),
        Facts(facts=tuple(Fact(name=f"n{each}", label=f"Label {each + 18}", value="x" * 900) for each in range(8))),
    ],
)
def test_facts_that_are_too_many_or_too_long_are_lines(facts: Facts) -> None:
    messages = show(facts)
    within_limits(messages)
    text = "".join(each.description or "" for message in messages for each in message.embeds)
    text += "".join(file.body.decode() for message in messages for file in message.files)
    assert "Label 25: x" in text.replace("\\", "")
    assert all(not each.fields for message in messages for each in message.embeds)


def test_a_list_has_a_title_its_page_and_buttons_to_the_others() -> None:
    message = only(listing(2, page=2, pages=3))
    (shown,) = message.embeds
    assert (shown.title, shown.description) == ("Things", "• row 0\n• row 1")
    assert shown.footer.text == "Page 2 of 3, 1,234 in all"
    assert message.buttons == (
        Button(label="◀", carried="t:do:n:thing list?page=1"),
        Button(label="▶", carried="t:do:n:thing list?page=3"),
    )
    assert [each.label for each in only(listing(2, page=1, pages=3)).buttons] == ["▶"]
    assert [each.label for each in only(listing(2, page=3, pages=3)).buttons] == ["◀"]


def test_an_empty_list_says_so() -> None:
    assert embed(listing(0)).description == "There is nothing."
    assert only(listing(0)).buttons == ()


def test_a_long_list_goes_on_in_further_messages_and_a_very_long_one_in_a_file() -> None:
    messages = show(listing(150, "x" * 80))
    assert len(messages) > 1
    within_limits(messages)
    lines = [line for each in messages for one in each.embeds for line in (one.description or "").splitlines()]
    assert lines == [f"• {'x' * 80} {number}" for number in range(150)]
    message = only(listing(1000, "*" * 80))
    (file,) = message.files
    assert file.name == "thing-list.txt"
    assert file.body.decode().count("\n") == 1000
    assert f"• {'*' * 80} 999" in file.body.decode()


def test_a_file_is_attached() -> None:
    message = only(Document(name="feeds.opml", media_type="text/xml", text="<é/>"))
    assert [(each.name, each.body) for each in message.files] == [("feeds.opml", "<é/>".encode())]


def test_an_address_is_a_button_and_what_cannot_be_one_a_line() -> None:
    address = Address(label="Your link", url="https://example.org/signin/1", secret=True)
    assert only(address).buttons == (Button(label="Your link", url="https://example.org/signin/1"),)
    long = Address(label="Your link", url=f"https://example.org/{'x' * 600}")
    assert only(long).buttons == ()
    assert f"/{'x' * 600}" in (embed(long).description or "")


def test_offers_are_buttons_that_ask_for_them() -> None:
    offer = Offer(label=Sentence(key="This one"), command="thing list", values=(("page", "7"),))
    secret = Offer(label=Sentence(key="x" * 100), command="thing list", values=(("password", "hunter2"),))
    message = only(Offers(question=Sentence(key="Which one?"), offers=(offer, secret)))
    (shown,) = message.embeds
    assert shown.description == "\n".join(["Which one?", "1. This one", f"2. {'x' * 100}"])
    assert [each.carried for each in message.buttons] == ["t:do:n:thing list?page=7", "t:kept:k1:thing list"]
    within_limits([message])
    assert "hunter2" not in repr(message)


def test_a_preview_looks_like_the_post() -> None:
    card = Card(
        title="A *title*", link="https://example.org/1", source="Example", author="Ann", lead="The lead.", image=None,
        dated=datetime(2026, 1, 2, tzinfo=UTC), up=0, down=0, comments=0, marker="m", language="en",
    )  # fmt: skip
    shown = embed(Preview(card=card))
    assert shown.title == "A *title*"
    assert shown.url == "https://example.org/1"
    assert "The lead." in (shown.description or "")


def test_a_question_can_be_answered_with_yes_and_no() -> None:
    asked = question(translator("fr"), Unconfirmed("Do you really want this?"), "UTC", ASK, presses())
    assert [(each.label, each.carried) for each in asked.buttons] == [
        ("Oui, exécuter", "t:do:y:thing list?page=2"),
        ("Laisser tel quel", "t:leave:"),
    ]


def test_a_refusal_says_why() -> None:
    why = refused(translator("en"), RequestError("There is no feed “{value}”.", value="@here"), "UTC")
    assert why.embeds[0].description == "There is no feed “@\u200bhere”."


BLOCKS = st.one_of(
    st.builds(lambda text: Sentence(key="{text}", values={"text": text}), st.text(max_size=5000)),
    st.builds(
        lambda rows: Facts(facts=tuple(Fact(name="n", label="L", value=text) for text in rows)),
        st.lists(st.text(max_size=1100), max_size=30),
    ),
    st.builds(
        lambda rows: Listing(
            columns=(Column(name="n", label="N"),), rows=tuple((each,) for each in rows), empty=Sentence(key="None.")
        ),
        st.lists(st.text(max_size=700), max_size=30),
    ),
)


@given(st.lists(BLOCKS, max_size=4))
def test_whatever_is_answered_every_message_is_within_the_limits(blocks: list[Block]) -> None:
    messages = show(*blocks)
    within_limits(messages)
    assert all(each.embeds or each.files for each in messages)


def test_a_text_of_any_length_is_one_message() -> None:
    assert len(sentence("*" * 5000).embeds[0].description or "") <= 4096
