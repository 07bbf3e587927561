"""What people invoke reaches discord.py, and how it answers reaches them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import discord
import pytest
from discord import app_commands

from tests.contract.discord.bare import Bare, bare_client
from tests.servers.discord.client import Discord

Does = Callable[[discord.Interaction], Awaitable[None]]


class Asking(discord.ui.Modal, title="Why?"):
    """A modal of one field; its answer is said back."""

    why: discord.ui.TextInput[Asking] = discord.ui.TextInput(label="Why", custom_id="why")

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        await interaction.response.send_message(f"because {self.why.value}", ephemeral=True)


class Buttons(discord.ui.View):
    """A button that changes its message, one that asks, and a choice."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Change", custom_id="change")
    async def change(self, interaction: discord.Interaction, button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="changed", view=None)

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Asking(custom_id="asking"))

    @discord.ui.select(custom_id="choice", options=[discord.SelectOption(label="A"), discord.SelectOption(label="B")])
    async def choose(self, interaction: discord.Interaction, choice: discord.ui.Select[Buttons]) -> None:
        await interaction.response.send_message(f"chose {choice.values[0]}")


def commands(client: Bare) -> app_commands.CommandTree[Bare]:
    tree = app_commands.CommandTree(client)
    group = app_commands.Group(name="feed", description="Feeds")

    @group.command(name="add", description="Add one")
    async def add(interaction: discord.Interaction, address: str, times: int = 1) -> None:
        await interaction.response.send_message(f"{address} x{times}", ephemeral=True)

    @add.autocomplete("address")
    async def offer(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed.upper(), value=typed)]

    @tree.command(name="slow", description="Promises first")
    async def slow(interaction: discord.Interaction, who: discord.Member) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"here, {who.id}")
        await interaction.followup.send("and this")

    @tree.command(name="buttons", description="Buttons")
    async def buttons(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("press", view=Buttons())

    @tree.context_menu(name="Look")
    async def look(interaction: discord.Interaction, who: discord.Member) -> None:
        await interaction.response.send_message(f"that is {who.id}", ephemeral=True)

    @tree.context_menu(name="Report")
    async def report(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"reported: {message.content}", ephemeral=True)

    tree.add_command(group)
    return tree


@pytest.fixture
async def client(server: Discord, guild: int) -> AsyncIterator[Bare]:
    """discord.py with its commands given to Discord."""
    async with bare_client() as ready:
        tree = commands(ready)
        await tree.sync()
        assert len(await tree.fetch_commands()) == 5
        yield ready


@pytest.fixture
async def channel(server: Discord, guild: int) -> int:
    """A text channel."""
    return await server.channel(guild)


@pytest.fixture
async def ann(server: Discord, guild: int) -> int:
    """Somebody."""
    return await server.user("Ann", guild)


async def test_a_command_with_options_is_answered_to_one_alone(
    server: Discord, client: Bare, channel: int, ann: int
) -> None:
    made = await server.invoke(ann, channel, "feed add", address="https://example.org", times=3)
    assert made["original"]["content"] == "https://example.org x3"
    assert made["original"]["flags"] == 64
    assert await server.messages(channel) == []


async def test_what_is_typed_is_completed(server: Discord, client: Bare, channel: int, ann: int) -> None:
    offered = await server.autocomplete(ann, channel, "feed add", "address", address="lem")
    assert [(each["name"], each["value"]) for each in offered] == [("LEM", "lem")]


async def test_a_promised_answer_and_what_follows_it(server: Discord, client: Bare, channel: int, ann: int) -> None:
    made = await server.invoke(ann, channel, "slow", who=ann)
    assert made["response"]["type"] == 5
    assert made["original"]["content"] == f"here, {ann}"
    await client.seen("message", 2)
    assert [each["content"] for each in await server.messages(channel)] == [f"here, {ann}", "and this"]


async def test_buttons_choices_and_modals(server: Discord, client: Bare, channel: int, ann: int) -> None:
    shown = int((await server.invoke(ann, channel, "buttons"))["original"]["id"])
    asked = await server.press(ann, channel, shown, "ask")
    assert asked["response"]["data"]["custom_id"] == "asking"
    told = await server.submit(ann, channel, "asking", {"why": "I can"}, message=shown)
    assert told["original"]["content"] == "because I can"
    chosen = await server.press(ann, channel, shown, "choice", ["B"])
    assert chosen["original"]["content"] == "chose B"
    assert (await server.press(ann, channel, shown, "change"))["original"]["content"] == "changed"
    assert (await server.messages(channel))[0]["content"] == "changed"


async def test_a_context_menu_on_a_message(server: Discord, client: Bare, channel: int, ann: int) -> None:
    said = await server.post(ann, channel, "bad words")
    made = await server.menu(ann, channel, "Report", message=said)
    assert made["original"]["content"] == "reported: bad words"


async def test_a_context_menu_on_somebody(server: Discord, client: Bare, channel: int, ann: int) -> None:
    assert (await server.menu(ann, channel, "Look", user=ann))["original"]["content"] == f"that is {ann}"


async def test_an_answer_that_is_late_or_not_the_first_is_refused(
    server: Discord, guild: int, channel: int, ann: int
) -> None:
    refusals: list[int] = []
    async with bare_client() as client:
        tree = app_commands.CommandTree(client)

        @tree.command(name="hasty", description="Answers twice")
        async def hasty(interaction: discord.Interaction) -> None:
            for _ in range(2):
                interaction.response._response_type = None
                try:
                    await interaction.response.send_message("now")
                except discord.HTTPException as error:
                    refusals.append(error.code)
            client.dispatch("hasty")

        await tree.sync()
        await server.invoke(ann, channel, "hasty")
        await client.seen("hasty")
        await server.settings(interactions_last=0.0)
        await server.invoke(ann, channel, "hasty", wait=0)
        await client.seen("hasty", 2)
    assert refusals == [40060, 10062, 10062]


async def test_all_that_discord_py_asked_is_in_discords_specification(
    server: Discord, client: Bare, channel: int, ann: int
) -> None:
    await server.invoke(ann, channel, "slow", who=ann)
    await server.invoke(ann, channel, "buttons")
    await server.autocomplete(ann, channel, "feed add", "address", address="lem")
    assert (await server.dump())["faults"] == []
