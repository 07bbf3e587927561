"""What the examples rely on is really there."""

from __future__ import annotations

from pathlib import Path

from bot.domain.model import Role
from tests.contract.commands.scene import PEOPLE, Template, counted, scene


async def test_the_scene_is_as_it_is_described(template: Template, tmp_path: Path) -> None:
    async with scene(template, tmp_path) as played:
        assert await counted(played.town.store) == {"feeds": 2, "cases": 1, "parked": 1, "held": 1}
        articles = (await played.town.json("/api/articles"))["items"]
        assert isinstance(articles, list)
        assert {each["id"]: each["title"] for each in articles} == {
            1: "Bridge opened",
            2: "Library saved",
            3: "Market moved",
        }


async def test_everybody_has_the_role_that_they_play(template: Template, tmp_path: Path) -> None:
    async with scene(template, tmp_path) as played:
        for name, role in PEOPLE.items():
            assert (await played.caller(name)).actor.role is role
            async with played.town.session.get(f"{played.page}/", cookies=await played.cookies(name)) as answer:
                assert name in await answer.text()
        assert Role.READER in PEOPLE.values()
