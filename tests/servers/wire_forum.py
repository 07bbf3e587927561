"""Wire as a network that can do more: take reactions off, rename threads, show cases, tell somebody something.

Beside the references of `wire_network`: wire:account/@<name> is what is between the bot and one person.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from bot.domain.model import Ref
from bot.errors import NetworkRefused
from bot.ports.network import CaseCard, Say
from tests.servers.wire_network import WireNetwork


class WireForum(WireNetwork):
    """CanTakeOff, CanRename, CanShowCases and CanDirectMessage over Wire's HTTP."""

    async def take_off(self, reaction: Ref) -> None:
        """Take somebody's emoji back for them."""
        message, who, emoji = reaction.removeprefix("wire:reaction/").split("/")
        try:
            await self._write("DELETE", f"/messages/{message}/reactions/{quote(unquote(emoji))}?of={quote(who)}", {})
        except NetworkRefused as error:
            if not error.gone:
                raise

    async def rename(self, thread: Ref, name: str) -> None:
        """Call a thread something else."""
        await self._write("PATCH", f"/threads/{thread.removeprefix('wire:thread/')}", {"name": name})

    async def show_case(self, channel: Ref, case: CaseCard, key: str) -> Ref:
        """Show a case; `key` means nothing here."""
        path = f"/channels/{channel.removeprefix('wire:channel/')}/messages"
        return await self._make("message", path, {"text": case_text(case), "marker": case.marker})

    async def edit_case(self, message: Ref, case: CaseCard) -> None:
        """Make a shown case say something else."""
        await self._write("PATCH", f"/messages/{message.removeprefix('wire:message/')}", {"text": case_text(case)})

    async def tell(self, account: Ref, message: Say, key: str) -> Ref:
        """Say something to one person; it is found where the account's reference says."""
        path = f"/accounts/{account.removeprefix('wire:account/')}/messages"
        return await self._make("message", path, {"text": message.html, "marker": message.marker})


def case_text(case: CaseCard) -> str:
    """A case on one line."""
    return f"{case.text} ({'decided' if case.decided else 'open'})"
