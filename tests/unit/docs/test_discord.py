"""The guide to Discord says what the code does: permissions, the invitation, settings, what is said when something is
amiss."""

from __future__ import annotations

import re
from pathlib import Path

import discord
import pytest

from adapters.discord import custom_ids, disconnections, failures, gateway, inspecting
from adapters.discord.interactions.definitions import ACTIONS
from adapters.discord.settings import DiscordSettings
from bot.config import load

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading it is."""
    lines = GUIDE.split(f"| {heading} |", 1)[1].splitlines()[2:]
    table = lines[: next(n for n, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_the_permissions_are_those_that_are_asked_for() -> None:
    assert [name for name, _ in rows("permission")] == list(inspecting.PERMISSIONS.values())


def test_the_invitation_asks_for_just_these() -> None:
    """In forums one of them has another name, and is the same."""
    flags = {name for name in inspecting.PERMISSIONS if name in discord.Permissions.VALID_FLAGS}
    assert set(inspecting.PERMISSIONS) - flags == {"create_posts"}
    (number,) = re.findall(r"&permissions=(\d+)", GUIDE)
    assert discord.Permissions(int(number)) == discord.Permissions(**dict.fromkeys(flags, True))


def test_what_is_said_when_something_is_amiss_is_what_the_code_says() -> None:
    source = "".join(
        Path(str(each.__file__)).read_text(encoding="utf-8") for each in (disconnections, failures, gateway)
    )
    quoted = [said.strip("“”") for said, _ in rows("what Tribune says") if said.startswith("“")]
    assert len(quoted) > 5
    assert [each for each in quoted if each not in source] == []


@pytest.mark.parametrize(
    "said", [*ACTIONS.values(), f"at most {DiscordSettings(token='').calls_a_second} times a second"]
)
def test_the_guide_names(said: str) -> None:
    assert said in GUIDE


def test_the_buttons_under_a_post_are_named() -> None:
    assert len(custom_ids.OF_POSTS) == len(re.findall(r"\*Best comments\*|\*Report an error\*|\*Follow\*", GUIDE))


def test_the_snippets_are_a_good_configuration(tmp_path: Path) -> None:
    token, community = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    sections = '\n[[communities.sections]]\nslug = "news"\nname = "News"\n'
    path = tmp_path / "config.toml"
    lines = "\n".join(line.strip() for line in token.splitlines())
    path.write_text(f'[tribune]\ncontact = "me@example.org"\n{lines}\n{community}{sections}', encoding="utf-8")
    config = load(path, {"DISCORD_TOKEN": "secret"})
    assert config.discord.token is not None
    assert config.discord.token.get_secret_value() == "secret"
    assert [each for community in config.communities for each in community.servers] == ["discord:server/1234567890"]
