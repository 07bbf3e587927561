"""Help, asked for through the registry on the real parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.model import Role
from bot.errors import RequestError
from bot.locale import translator
from bot.locale.answers import as_data, as_text, refusal
from bot.ports.commands import Caller
from bot.ports.moderation import Actor
from tests.end_to_end.small import small_town


async def test_help_tells_of_itself(tmp_path: Path) -> None:
    async with small_town(f"sqlite+aiosqlite:///{tmp_path / 'town.db'}") as town:
        community = await town.community("town", default=True)
        actor = Actor(community_id=community, account_id=None, member_id=None, role=Role.READER)
        caller = Caller(actor=actor, language="fr", zone="Europe/Paris")
        t = translator("fr")
        asked = town.commands.read_line("help help")
        answer = await town.commands.run(caller, asked.command.name, dict(asked.values))
        text = as_text(answer, t, caller.zone)
        assert "Montre ce que l'on peut demander, ou tout sur une commande." in text
        assert "Comment l'écrire\u00a0: help [COMMAND…]" in text
        assert as_data(answer, t, caller.zone)[1]["facts"] == {"usage": "help [COMMAND…]", "role": "Tout le monde"}
        with pytest.raises(RequestError) as refused:
            await town.commands.run(caller, "help", {"command": "hepl"})
        assert refusal(t, refused.value, "UTC").startswith("Il n'y a pas de commande «\u00a0hepl\u00a0».")
