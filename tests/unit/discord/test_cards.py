"""Articles and cases as messages on Discord show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import discord
import pytest

from adapters.discord import cards, custom_ids
from adapters.discord.cards import Rows
from adapters.discord.case_cards import case_buttons, case_embed
from adapters.discord.custom_ids import CaseAction
from bot.domain.model import CaseId, FlagReason, SubjectKind
from bot.domain.telling import Sentence
from bot.ports.network import Card, CaseCard, Say

CARD = Card(
    title="The bridge is open again",
    link="https://gazette.example/bridge",
    source="The Gazette",
    author="A. Mason",
    lead="After two years of work the old bridge carries its first cars.",
    image="https://gazette.example/bridge.jpg",
    dated=datetime(2026, 5, 1, 12, tzinfo=UTC),
    up=3,
    down=1,
    comments=2,
    marker="b71d9e",
    language="en",
    colour=0x336699,
)
CASE = CaseCard(
    case_id=CaseId(17),
    kind=SubjectKind.COMMENT,
    title="The bridge is open again",
    text="You are a **fool**.\nAll of you.",
    author="ben",
    message=None,
    reports=(("ann", FlagReason.UNKIND, "not nice"), ("cid", FlagReason.SPAM, "")),
    hidden=True,
    claimed_by=None,
    decision=(),
    link="https://tribune.example/mod/cases/17",
    marker="c17",
    language="en",
    zone="UTC",
)


def test_a_post_shows_the_article() -> None:
    embed = cards.post_embed(CARD)
    assert (embed.title, embed.url) == (CARD.title, CARD.link)
    assert embed.description == CARD.lead
    assert embed.author.name == "The Gazette · A. Mason"
    assert embed.image.url == CARD.image
    assert embed.timestamp == CARD.dated
    assert embed.colour == discord.Colour(0x336699)
    assert embed.footer.text == "▲ 3  ▼ 1 · 2 comments"


def test_it_speaks_the_readers_language() -> None:
    french = replace(CARD, language="fr", comments=1)
    assert cards.post_embed(french).footer.text == "▲ 3  ▼ 1 · 1 commentaire"
    assert [each["label"] for each in buttons(cards.post_buttons(french))] == [
        "Meilleurs commentaires",
        "Signaler une erreur",
        "Suivre",
    ]


def test_the_words_of_a_template_stand_in_place_of_author_and_lead() -> None:
    embed = cards.post_embed(replace(CARD, words="Read *this*!"))
    assert embed.description == "Read \\*this\\*!"
    assert embed.author.name == "The Gazette"


def test_the_buttons_carry_the_marker() -> None:
    assert [each["custom_id"] for each in buttons(cards.post_buttons(CARD))] == [
        "t:best:b71d9e",
        "t:error:b71d9e",
        "t:follow:b71d9e",
    ]


def test_what_is_sensitive_stands_behind_a_curtain_without_its_picture() -> None:
    embed = cards.post_embed(replace(CARD, sensitive="war", lead="It || ends || here."))
    assert embed.description is not None
    why, hidden = embed.description.split("\n")
    assert why == "Sensitive: war"
    assert hidden.startswith("||It ")
    assert hidden.endswith(" here.||")
    assert hidden[2:-2].count("||") == 0
    assert embed.image.url is None


@pytest.mark.parametrize(
    "image", ["http://gazette.example/a.jpg", "https://", "data:image/png;base64,x", "https://a b/c"]
)
def test_only_a_picture_over_https_is_shown(image: str) -> None:
    assert cards.post_embed(replace(CARD, image=image)).image.url is None


@pytest.mark.parametrize("link", [None, "javascript:alert(1)", "https://x.example/" + "a" * 2048, "https://"])
def test_a_link_that_discord_would_not_take_is_left_out(link: str | None) -> None:
    assert cards.post_embed(replace(CARD, link=link)).url is None


@pytest.mark.parametrize("letter", ["x", "*", "@everyone ", "<@1> ", "[a](http://b.example) ", "🎈", "é\n"])
def test_everything_fits(letter: str) -> None:
    long = letter * 9000
    embed = cards.post_embed(
        replace(CARD, title=long, source=long, author=long, lead=long, words=None, sensitive=long, link=None)
    )
    assert embed.title is not None
    assert embed.description is not None
    assert embed.author.name is not None
    assert 0 < len(embed.title) <= 256
    assert len(embed.description) <= 4096
    assert len(embed.author.name) <= 256
    assert len(embed) <= 6000
    case = case_embed(
        replace(CASE, title=long, text=long, author=long, reports=(("x" * 99, FlagReason.OTHER, long),) * 50), long[:50]
    )
    assert len(case.description or "") <= 4096
    assert all(len(field.value or "") <= 1024 for field in case.fields)
    assert len(case) <= 6000


@pytest.mark.parametrize("hostile", ["@everyone look", "@here", "<@123456>", "<@&123456>"])
def test_nothing_in_a_post_is_a_mention(hostile: str) -> None:
    described = cards.post_embed(replace(CARD, lead=hostile)).description
    assert described is not None
    assert hostile not in described


@pytest.mark.parametrize(
    ("name", "shown"),
    [("A name", "A name"), ("", "…"), (" \n", "…"), ("two\nlines", "two lines"), ("x" * 101, "x" * 99 + "…")],
)
def test_the_name_of_a_thread_is_one_that_discord_takes(name: str, shown: str) -> None:
    assert cards.thread_name(name) == shown


def test_what_is_said_carries_its_marker() -> None:
    embed = cards.said_embed(Say(html="<p>Say what <strong>you</strong> think.</p>", marker="a b/ü", language="en"))
    assert embed.description == "Say what **you** think."
    assert embed.url == "https://tribune.invalid/#a%20b%2F%C3%BC"
    assert embed.title is None


def test_a_case_shows_what_was_reported_by_whom_and_why() -> None:
    embed = case_embed(CASE, "https://discord.com/channels/1/2/3")
    assert embed.author.name == "Case 17 · Comment"
    assert embed.author.url == CASE.link
    assert embed.description == (
        "**The bridge is open again** · ben\nIt is hidden.\nhttps://discord.com/channels/1/2/3\n"
        ">>> You are a \\*\\*fool\\*\\*.\nAll of you."
    )
    assert [(field.name, field.value) for field in embed.fields] == [
        ("2 reports", "ann – Unkind: not nice\ncid – Spam")
    ]


@pytest.mark.parametrize(
    ("case", "actions"),
    [
        (CASE, ["hide", "delete", "warn", "mute", "keep", "ignore", "take"]),
        (replace(CASE, claimed_by="dora"), ["hide", "delete", "warn", "mute", "keep", "ignore", "give-back"]),
        (replace(CASE, kind=SubjectKind.ARTICLE, author=None), ["hide", "keep", "ignore", "take"]),
    ],
)
def test_an_open_case_can_be_decided(case: CaseCard, actions: list[str]) -> None:
    pressed = [custom_ids.read(each["custom_id"]) for each in buttons(case_buttons(case))]
    assert [custom_ids.read_case(each.rest) for each in pressed if each is not None] == [
        (CaseAction(action), CaseId(17)) for action in actions
    ]


def test_a_decided_case_says_who_decided_what_and_cannot_be_decided() -> None:
    decided = replace(CASE, decision=(Sentence(key="Case {case} is decided.", values={"case": 17}),), claimed_by="dora")
    assert case_buttons(decided) == []
    embed = case_embed(decided, None)
    assert (embed.fields[-1].name, embed.fields[-1].value) == ("Decision", "Case 17 is decided.")
    assert "dora" not in (embed.description or "")


def test_reports_that_do_not_fit_are_counted() -> None:
    many = replace(CASE, reports=tuple((f"member {number}", FlagReason.SPAM, "y" * 100) for number in range(30)))
    value = case_embed(many, None).fields[0].value
    assert value is not None
    shown = value.count("member ")
    assert value.endswith(f"and {30 - shown} more")
    assert 0 < shown < 30


def buttons(under: Rows) -> list[dict[str, str]]:
    assert all(len(row["components"]) <= 5 for row in under)
    return [each for row in under for each in row["components"]]
