"""What people press, choose and type on Discord, from the first answer to the last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from simcord import ResponseMessage
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from adapters.discord import custom_ids, refs
from adapters.discord.custom_ids import CaseAction, for_case
from adapters.discord.interactions import Interactions
from adapters.discord.interactions.quoting import Quoted, read_back
from adapters.discord.line import Line
from bot.domain.events import Flagged, Outcome, Who
from bot.domain.model import CaseId, CommunityId, CorrectionKind, FlagReason, Role, Totals
from bot.domain.telling import Sentence
from bot.errors import RequestError
from bot.ports.chat import BestComment, Place
from bot.ports.commands import (
    Answer,
    Caller,
    Column,
    Command,
    Completion,
    Kind,
    Listing,
    Offer,
    Offers,
    Parameter,
    Unconfirmed,
)
from bot.ports.moderation import Actor
from tests.servers.chat_desk import NotedChat
from tests.servers.clock import SetClock
from tests.servers.commands import NotedCommands
from tests.servers.discord_server import DiscordServer, buttons, discord_server, texts

NOW = datetime(2026, 1, 12, 12, tzinfo=UTC)
PLACE = Place(community_id=CommunityId(1), channel=None, language="fr", zone="Europe/Paris")
_DECIDING = ("mod agree", "mod disagree", "mod ignore", "mod claim")
COMMANDS = (
    Command(
        name="thing list",
        help="List them.",
        role=Role.READER,
        parameters=(
            Parameter(name="channel", kind=Kind.CHANNEL, help="Where."),
            Parameter(name="all", kind=Kind.SWITCH, help="All."),
            Parameter(name="file", kind=Kind.FILE, help="A file."),
            Parameter(name="password", kind=Kind.SECRET, help="Not shown."),
            Parameter(name="page", kind=Kind.NUMBER, help="Which."),
        ),
    ),
    *(
        Command(name=f"mod {each}", help="Do it.", role=Role.READER)
        for each in ("agree", "disagree", "ignore", "claim")
    ),
)


class Noted(NotedCommands):
    """Knows nobody, so that what Discord lets them do is what they may."""

    async def actor(self, community_id: CommunityId, who: Who, own_role: Role) -> Actor:
        return Actor(community_id=community_id, account_id=None, member_id=None, role=own_role)

    async def complete(
        self, caller: Caller, name: str, parameter: str, typed: str, values: Any
    ) -> Sequence[Completion]:
        known = [Completion(value="123", label="Known"), Completion(value="x" * 101, label="Too long")]
        return known if caller.actor.role.allows(Role.MEMBER) else []


@dataclass
class Scene:
    """A server whose bot answers by `commands` and `chat`."""

    server: DiscordServer
    commands: Noted
    chat: NotedChat

    def restarted(self) -> None:
        """A bot that remembers nothing."""
        self.server.client.interactions = Interactions(
            Line(), commands=self.commands, chat=self.chat, clock=SetClock(NOW)
        )

    async def sync(self) -> None:
        assert self.server.client.interactions is not None
        await self.server.client.interactions.sync(self.server.client)

    async def slash(self, name: str, command: str = "thing list", **options: Any) -> InteractionResult:
        return await self.server.people[name].slash(self.server.channel, command, **options)

    async def post(self, *carried: str, where: ChannelHandle | None = None, text: str = "") -> discord.Message:
        """A message of the bot's with buttons."""
        channel = self.server.client.get_channel((where or self.server.channel).id)
        assert isinstance(channel, discord.TextChannel | discord.Thread)
        view = discord.ui.View(timeout=None)
        for each in carried:
            view.add_item(discord.ui.Button(label=each, custom_id=each))
        view.stop()
        return await channel.send(embed=discord.Embed(title="Title", description=text or "Lead."), view=view)

    async def thread(self) -> tuple[discord.Thread, ChannelHandle]:
        """A thread under a post."""
        post = await self.post()
        opened = await post.create_thread(name="Thread")
        backend = self.server.env.backend
        return opened, ChannelHandle(self.server.env, self.server.guild, backend.get_channel(opened.id))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """Ann is anybody, Max a moderator, Ada an admin."""
    async with discord_server(["Ann"]) as server:
        server.add("Max", server.role("mods", moderate_members=True))
        server.add("Ada", server.role("admins", manage_guild=True))
        made = Scene(server, Noted(*COMMANDS), NotedChat(at=PLACE))
        made.restarted()
        await made.sync()
        yield made


def said(result: InteractionResult) -> str:
    """What only who asked is shown."""
    assert result.response is not None
    assert result.response.ephemeral
    return texts(result.response)


def shown(result: InteractionResult) -> ResponseMessage:
    assert result.response is not None
    return result.response


def modal(result: InteractionResult) -> dict[str, Any]:
    assert result.modal is not None
    return result.modal


# --- commands ---


async def test_a_command_is_answered_to_who_asked_alone_with_what_was_typed(scene: Scene) -> None:
    there = scene.server.channel.id
    result = await scene.slash(
        "Ann", channel=f"<#{there}>", all=False, file=("a.txt", "é".encode()), page=3, password="<#5>"
    )
    assert said(result) == "Done."
    assert scene.commands.done == [
        ("thing list", {"channel": f"discord:{there}", "all": "no", "page": "3", "password": "<#5>", "file": "é"})
    ]
    assert scene.chat.asked == [(refs.server(scene.server.guild.id), refs.channel(there))]
    (caller,) = scene.commands.callers
    assert (caller.channel, caller.language, caller.zone) == (refs.channel(there), "en", "Europe/Paris")


@pytest.mark.parametrize(("name", "role"), [("Ann", Role.MEMBER), ("Max", Role.MODERATOR), ("Ada", Role.ADMIN)])
async def test_what_discord_lets_people_do_is_their_own_role(scene: Scene, name: str, role: Role) -> None:
    await scene.slash(name)
    assert [each.actor.role for each in scene.commands.callers] == [role]


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("fr", "fr"), ("de", "fr")])
async def test_answers_are_in_the_readers_language_or_the_places(scene: Scene, locale: str, language: str) -> None:
    scene.server.client.language = locale
    await scene.slash("Ann")
    assert [each.language for each in scene.commands.callers] == [language]


async def test_a_refusal_is_said(scene: Scene) -> None:
    scene.commands.refused = RequestError("There is no command “{name}”. “help” lists them all.", name="*x*")
    assert said(await scene.slash("Ann")) == "There is no command “*x*”. “help” lists them all."


async def test_where_nobody_is_at_home_that_is_said(scene: Scene) -> None:
    scene.chat.at = None
    assert "no community is at home" in said(await scene.slash("Ann"))
    assert scene.commands.done == []


async def test_what_breaks_is_said_and_surfaces(scene: Scene) -> None:
    scene.chat.broken = True
    assert said(await scene.slash("Ann")).startswith("Something went wrong here.")
    assert [str(each) for each in scene.server.env.errors] == ["the disk is full"]


@pytest.mark.parametrize(
    ("body", "why"), [(b"\xff\xfe\xff", "no text in UTF-8"), (b"x" * (5 * 1024 * 1024 + 1), "too large")]
)
async def test_a_file_that_is_no_text_or_too_large_is_refused(scene: Scene, body: bytes, why: str) -> None:
    assert why in said(await scene.slash("Ann", file=("a.txt", body)))
    assert scene.commands.done == []


async def test_a_question_comes_first_and_its_buttons_still_work_after_a_restart(scene: Scene) -> None:
    scene.commands.refused = Unconfirmed("Do you really want this?")
    asked = shown(await scene.slash("Ann", page=2))
    assert texts(asked) == "Do you really want this?"
    assert [each["label"] for each in buttons(asked)] == ["Yes, do it", "Leave it"]
    scene.restarted()
    scene.commands.refused = None
    await scene.server.people["Ann"].click(asked.message, label="Yes, do it")
    assert (scene.commands.done[-1], scene.commands.confirmed) == (("thing list", {"page": "2"}), [False, True])
    assert (texts(asked), buttons(asked)) == ("Done.", [])


async def test_what_is_left_is_not_done(scene: Scene) -> None:
    scene.commands.refused = Unconfirmed("Do you really want this?")
    asked = shown(await scene.slash("Ann"))
    await scene.server.people["Ann"].click(asked.message, label="Leave it")
    assert (texts(asked), buttons(asked)) == ("Nothing was done.", [])
    assert scene.commands.confirmed == [False]


async def test_what_was_secret_is_not_known_after_a_restart(scene: Scene) -> None:
    scene.commands.refused = Unconfirmed("Do you really want this?")
    asked = shown(await scene.slash("Ann", password="hunter2"))
    scene.restarted()
    await scene.server.people["Ann"].click(asked.message, label="Yes, do it")
    assert texts(asked) == "I no longer know what was asked for here. Please ask again: /thing list"
    assert scene.commands.confirmed == [False]


async def test_pages_are_turned_in_place(scene: Scene) -> None:
    column = (Column(name="name", label="Name"),)
    page = Listing(columns=column, rows=(("One",),), empty=Sentence(key="None."), page=1, pages=2, total=2)
    scene.commands.answer = Answer(blocks=(page,))
    first = shown(await scene.slash("Ann", all=True))
    scene.commands.answer = Answer(blocks=(replace(page, rows=(("Two",),), page=2),))
    await scene.server.people["Ann"].click(first.message, label="▶")
    assert scene.commands.done[-1] == ("thing list", {"all": "yes", "page": "2"})
    assert texts(first) == "• Two\nPage 2 of 2, 2 in all"
    assert [each["label"] for each in buttons(first)] == ["◀"]


async def test_what_is_offered_is_asked_for_by_its_button(scene: Scene) -> None:
    offers = tuple(
        Offer(label=Sentence(key=each), command="thing list", values=(("page", page),))
        for each, page in (("This", "1"), ("That", "2"))
    )
    scene.commands.answer = Answer(blocks=(Offers(question=Sentence(key="Which one?"), offers=offers),))
    asked = shown(await scene.slash("Ann"))
    await scene.server.people["Ann"].click(asked.message, label="2. That")
    assert scene.commands.done[-1] == ("thing list", {"page": "2"})


async def test_a_channel_is_completed_by_those_of_the_server_too(scene: Scene) -> None:
    scene.server.guild.create_text_channel("newsroom")
    scene.server.guild.create_voice_channel("news aloud")
    ann = scene.server.people["Ann"]
    found = await ann.autocomplete(scene.server.channel, "thing list", "channel", "NEWS")
    assert [each["name"] for each in found] == ["Known", "#news", "#newsroom"]
    assert found[1]["value"] == refs.channel(scene.server.channel.id)


async def test_completing_never_fails_for_who_types(scene: Scene) -> None:
    scene.chat.broken = True
    ann = scene.server.people["Ann"]
    assert await ann.autocomplete(scene.server.channel, "thing list", "channel", "n") == []
    assert [str(each) for each in scene.server.env.errors] == ["the disk is full"]


@pytest.mark.parametrize("code", [10062, 40060])
async def test_who_waits_no_more_is_not_answered(scene: Scene, code: int) -> None:
    scene.server.env.inject_error("POST", "/interactions/*/callback", status=404, code=code)
    await scene.slash("Ann")
    assert scene.commands.done == []
    assert scene.server.env.errors == []


async def test_commands_are_registered_only_when_they_changed(scene: Scene) -> None:
    def registered() -> int:
        asked = [(each.method, each.path.rpartition("/")[2]) for each in scene.server.env.http_requests]
        return asked.count(("PUT", "commands"))

    assert registered() == 1
    scene.restarted()
    await scene.sync()
    assert registered() == 1
    scene.commands.commands = COMMANDS[:-1]
    await scene.sync()
    assert registered() == 2


# --- reports ---


async def test_a_message_is_reported_with_a_reason_and_words(scene: Scene) -> None:
    ann, channel = scene.server.people["Ann"], scene.server.channel
    message = await scene.server.people["Max"].send(channel, "Nonsense.")
    asked = await ann.context_menu(channel, "Report to the moderators", message)
    scene.restarted()
    done = await ann.submit_modal(asked, {"reason": ["spam"], "text": " It is. "})
    assert said(done) == "Thank you: the moderators will look at it."
    assert scene.server.client.emitted == [
        Flagged(
            message=refs.message(channel.id, message.id),
            who=Who(ref=refs.account(ann.id), name="Ann"),
            reason=FlagReason.SPAM,
            text="It is.",
            at=NOW,
        )
    ]


async def test_something_else_wants_words_and_a_refusal_is_said(scene: Scene) -> None:
    ann, channel = scene.server.people["Ann"], scene.server.channel
    message = await scene.server.people["Max"].send(channel, "Nonsense.")
    asked = await ann.context_menu(channel, "Report to the moderators", message)
    assert said(await ann.submit_modal(asked, {"reason": ["other"]})) == "Please say in a few words what is wrong."
    assert scene.server.client.emitted == []
    scene.server.client.outcome = Outcome(refused="Sign in to take part.")
    asked = await ann.context_menu(channel, "Report to the moderators", message)
    assert said(await ann.submit_modal(asked, {"reason": ["other"], "text": "x"})) == "Sign in to take part."


# --- quotes ---


async def test_a_quote_and_the_words_below_it_are_posted_for_who_wrote_them(scene: Scene) -> None:
    ann = scene.server.people["Ann"]
    thread, there = await scene.thread()
    message = await scene.server.people["Max"].send(there, "A **bridge**?\nNever.")
    asked = await ann.context_menu(there, "Quote in my reply", message)
    (label,) = modal(asked)["components"]
    assert label["component"]["value"] == "> A **bridge**?\n> Never.\n"
    await ann.submit_modal(asked, {"text": "> A **bridge**?\nAnd *yet* @everyone <@1>"})
    posted = await anext(thread.history(limit=1))
    assert posted.interaction_metadata is not None
    assert posted.interaction_metadata.user.id == ann.id
    assert not posted.flags.ephemeral
    assert "@everyone" not in posted.content
    assert "<@1>" not in posted.content
    found = read_back(posted.content)
    assert found is not None
    assert (found.quote, found.message) == ("A **bridge**?", refs.message(there.id, message.id))
    assert found.words.startswith("And *yet* ")
    assert isinstance(found, Quoted)


async def test_outside_of_threads_nothing_is_quoted(scene: Scene) -> None:
    ann, channel = scene.server.people["Ann"], scene.server.channel
    message = await ann.send(channel, "Hello.")
    asked = await ann.context_menu(channel, "Quote in my reply", message)
    assert said(asked) == "You can quote in the thread under an article only."


async def test_where_nobody_is_at_home_nothing_is_posted(scene: Scene) -> None:
    ann = scene.server.people["Ann"]
    thread, there = await scene.thread()
    message = await ann.send(there, "Hello.")
    asked = await ann.context_menu(there, "Quote in my reply", message)
    scene.chat.at = None
    assert "no community is at home" in said(await ann.submit_modal(asked, {"text": "> Hello.\nHello!"}))
    assert scene.chat.asked[-1][1:] == (refs.thread(there.id), refs.channel(scene.server.channel.id))
    assert [each.id async for each in thread.history() if each.interaction_metadata and not each.flags.ephemeral] == []


# --- buttons ---


async def test_the_best_comments_are_shown_with_where_they_are(scene: Scene) -> None:
    best = BestComment(message=refs.message(5, 6), author="A_b", excerpt="*Wow*", totals=Totals(up=3, down=1))
    post = await scene.post(custom_ids.custom_id(custom_ids.BEST, "marker"))
    assert said(await scene.server.people["Ann"].click(post, label="t:best:marker")).startswith("Nobody has liked")
    scene.chat.comments = (best,)
    result = await scene.server.people["Ann"].click(post, label="t:best:marker")
    assert said(result) == (f"**A_b** ▲3 ▼1: *Wow*\nhttps://discord.com/channels/{scene.server.guild.id}/5/6")
    assert scene.chat.asked[-1] == (refs.message(scene.server.channel.id, post.id),)


async def test_an_error_in_the_article_is_reported(scene: Scene) -> None:
    ann = scene.server.people["Ann"]
    post = await scene.post(custom_ids.custom_id(custom_ids.ERROR, "marker"), text="A \\*lead\\*.")
    asked = await ann.click(post, label="t:error:marker")
    filled = {each["component"]["custom_id"]: each["component"].get("value") for each in modal(asked)["components"]}
    assert filled == {"kind": None, "excerpt": "A *lead*.", "remark": None}
    scene.restarted()
    done = await ann.submit_modal(asked, {"kind": ["fact"], "excerpt": "lead", "remark": "No."})
    assert said(done) == "Thank you: the editors will look at it."
    post_ref = refs.message(scene.server.channel.id, post.id)
    assert scene.chat.errors == [("Ann", post_ref, CorrectionKind.FACT, "lead", "No.")]


async def test_following_puts_who_presses_into_the_thread(scene: Scene) -> None:
    ann = scene.server.people["Ann"]
    post = await scene.post(custom_ids.custom_id(custom_ids.FOLLOW, "marker"))
    assert said(await ann.click(post, label="t:follow:marker")).startswith("There is no thread here yet.")
    thread = await post.create_thread(name="Thread")
    assert "/me follow" in said(await ann.click(post, label="t:follow:marker"))
    assert ann.id in [each.id for each in await thread.fetch_members()]


@pytest.mark.parametrize(
    ("action", "command", "values"),
    [
        (CaseAction.HIDE, "mod agree", {"measure": "hide"}),
        (CaseAction.DELETE, "mod agree", {"measure": "delete"}),
        (CaseAction.KEEP, "mod disagree", {}),
        (CaseAction.IGNORE, "mod ignore", {}),
        (CaseAction.TAKE, "mod claim", {}),
        (CaseAction.GIVE_BACK, "mod claim", {"release": "yes"}),
    ],
)
async def test_a_case_is_decided_by_the_registrys_commands(
    scene: Scene, action: CaseAction, command: str, values: dict[str, str]
) -> None:
    carried = for_case(action, CaseId(7))
    result = await scene.server.people["Max"].click(await scene.post(carried), label=carried)
    assert said(result) == "Done."
    assert scene.commands.done == [(command, {"case": "7", **values})]
    assert scene.commands.callers[0].actor.role is Role.MODERATOR


@pytest.mark.parametrize(
    ("action", "filled", "values"),
    [
        (CaseAction.WARN, {"words": "Please."}, {"sanction": "warn", "words": "Please."}),
        (CaseAction.MUTE, {"words": "", "for": "3d"}, {"sanction": "mute", "for": "3d"}),
    ],
)
async def test_a_warning_and_a_mute_ask_for_words_first(
    scene: Scene, action: CaseAction, filled: dict[str, str], values: dict[str, str]
) -> None:
    carried, max_ = for_case(action, CaseId(7)), scene.server.people["Max"]
    asked = await max_.click(await scene.post(carried), label=carried)
    scene.restarted()
    assert said(await max_.submit_modal(asked, filled)) == "Done."
    assert scene.commands.done == [("mod agree", {"case": "7", **values})]
