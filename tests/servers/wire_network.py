"""Wire as a Network of Tribune: what an adapter of a chat network without idempotency looks like.

wire:channel/<name>   wire:message/<id>   wire:thread/<id>   wire:account/<name>
wire:reaction/<message>/<account>/<emoji>
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from bot.domain.events import Cleared, Deleted, Echoed, Edited, Event, Posted, Reacted, Unreacted, Who
from bot.domain.model import Ref
from bot.errors import AnswerLost, NetworkRefused, NetworkUnavailable
from bot.ports.network import Card, Emit, Say

BOT = "bot"


class WireNetwork:
    """Network, CanFind, CanSeed, CanInvite over Wire's HTTP."""

    name = "wire"
    keys_last = timedelta(0)
    reads_store = False

    def __init__(self, address: str, *, settles_after: timedelta = timedelta(seconds=0.5), backlog: int = 50) -> None:
        self.settles_after = settles_after
        self._address = address
        self._backlog = backlog
        self._http: aiohttp.ClientSession | None = None

    # --- Network ---

    async def run(self, emit: Emit) -> None:
        """Listen; what happened shortly before comes once more."""
        try:
            await self._listen(emit)
        finally:
            await self.close()

    async def _listen(self, emit: Emit) -> None:
        after = -self._backlog
        while True:
            for each in await self._read(f"/events?after={after}&wait=10"):
                after = each["number"]
                event = _event(each)
                if event is not None:
                    await emit(event)
            after = max(after, 0)

    async def post(self, channel: Ref, card: Card, key: str) -> Ref:
        """Post a card; `key` means nothing here."""
        body = {"text": f"{card.title}\n{card.lead}", "marker": card.marker}
        return await self._make("message", f"/channels/{_id(channel, 'channel')}/messages", body)

    async def open_thread(self, post: Ref, name: str, key: str) -> Ref:
        """Open a thread, if there is none yet."""
        there = await self.find_threads(post)
        if there:
            return there[0]
        return await self._make("thread", f"/messages/{_id(post, 'message')}/threads", {"name": name})

    async def say(self, place: Ref, message: Say, key: str) -> Ref:
        """Say something in a channel or a thread."""
        return await self._make(
            "message", f"{_place(place)}/messages", {"text": message.html, "marker": message.marker}
        )

    async def edit(self, post: Ref, card: Card) -> None:
        """Change what a post says."""
        body = {"text": f"{card.title}\n{card.lead}"}
        await self._write("PATCH", f"/messages/{_id(post, 'message')}", body)

    async def delete(self, message: Ref) -> None:
        """Remove a message or a thread."""
        kind, name = _split(message)
        try:
            await self._write("DELETE", f"/{kind}s/{name}", {})
        except NetworkRefused as error:
            if not error.gone:
                raise

    # --- CanFind, CanSeed, CanInvite ---

    async def find(self, place: Ref, marker: str, since: datetime | None) -> Sequence[Ref]:
        """The bot's messages with a marker."""
        query = {"by": BOT, "marker": marker}
        if since is not None:
            query["since"] = since.astimezone(UTC).isoformat(timespec="microseconds")
        found = await self._read(f"{_place(place)}/messages?{urlencode(query)}")
        return [Ref(f"wire:message/{each['id']}") for each in found]

    async def find_threads(self, post: Ref) -> Sequence[Ref]:
        """The threads under a post."""
        found = await self._read(f"/messages/{_id(post, 'message')}/threads")
        return [Ref(f"wire:thread/{each['id']}") for each in found]

    async def seed(self, message: Ref, emoji: str) -> None:
        """React as the bot."""
        await self._write("PUT", f"/messages/{_id(message, 'message')}/reactions/{quote(emoji)}", {})

    def invitation(self, language: str) -> str:
        """The first message of a thread."""
        return "<p>Dites ce que vous en pensez.</p>" if language == "fr" else "<p>Say what you think.</p>"

    # --- calls ---

    async def _make(self, kind: str, path: str, body: dict[str, str]) -> Ref:
        return Ref(f"wire:{kind}/{(await self._write('POST', path, body))['id']}")

    async def _write(self, method: str, path: str, body: dict[str, str]) -> Any:
        try:
            return await self._call(method, path, body)
        except aiohttp.ClientConnectorError as error:
            raise NetworkUnavailable("Wire cannot be reached") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AnswerLost(f"Wire gave no answer: {error}") from error

    async def _read(self, path: str) -> Any:
        try:
            return await self._call("GET", path, None)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NetworkUnavailable("Wire gives no answer") from error

    async def _call(self, method: str, path: str, body: dict[str, str] | None) -> Any:
        if self._http is None:
            self._http = aiohttp.ClientSession(headers={"By": BOT}, timeout=aiohttp.ClientTimeout(total=20))
        async with self._http.request(method, self._address + path, json=body) as answer:
            if answer.status in (429, 503):
                wait = timedelta(seconds=float(answer.headers.get("Retry-After", "1")))
                raise NetworkUnavailable("Wire is away", retry_after=wait)
            if 400 <= answer.status < 500:
                raise NetworkRefused((await answer.json())["error"], gone=answer.status == 404)
            answer.raise_for_status()
            return await answer.json()

    async def close(self) -> None:
        """Release the connections; a later call makes new ones."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()


def _split(ref: Ref) -> tuple[str, str]:
    kind, slash, name = ref.removeprefix("wire:").partition("/")
    if not ref.startswith("wire:") or not slash or not name:
        raise NetworkRefused(f"{ref!r} is nothing of Wire's")
    return kind, name


def _id(ref: Ref, expected: str) -> str:
    kind, name = _split(ref)
    if kind != expected:
        raise NetworkRefused(f"{ref!r} is no {expected}")
    return name


def _place(ref: Ref) -> str:
    kind, name = _split(ref)
    return f"/{kind}s/{name}"


def _who(name: str) -> Who:
    return Who(ref=Ref(f"wire:account/{name}"), name=name, bot=name == BOT)


def _event(raw: dict[str, Any]) -> Event | None:
    at = datetime.fromisoformat(raw["at"])
    match raw["kind"]:
        case "posted" if raw["by"] == BOT:
            return Echoed(
                message=_message(raw["id"]), place=_place_ref(raw["place"]), marker=raw["marker"] or "", at=at
            )
        case "posted" if _is_thread(raw["place"]):
            reply = _message(raw["reply_to"]) if raw["reply_to"] else None
            thread, who = _place_ref(raw["place"]), _who(raw["by"])
            return Posted(message=_message(raw["id"]), thread=thread, who=who, html=raw["text"], at=at, reply_to=reply)
        case "edited" if raw["by"] != BOT:
            return Edited(message=_message(raw["id"]), who=_who(raw["by"]), html=raw["text"], at=at)
        case "deleted":
            return Deleted(message=_message(raw["id"]), at=at)
        case "reacted":
            emoji, who = raw["emoji"], _who(raw["by"])
            return Reacted(reaction=_reaction(raw), message=_message(raw["message"]), who=who, emoji=emoji, at=at)
        case "unreacted":
            return Unreacted(reaction=_reaction(raw), at=at)
        case "cleared":
            return Cleared(message=_message(raw["message"]), emoji=raw["emoji"], at=at)
    return None


def _message(name: str) -> Ref:
    return Ref(f"wire:message/{name}")


def _is_thread(name: str) -> bool:
    return name.startswith("t") and name[1:].isdecimal()


def _place_ref(name: str) -> Ref:
    return Ref(f"wire:{'thread' if _is_thread(name) else 'channel'}/{name}")


def _reaction(raw: dict[str, Any]) -> Ref:
    return Ref(f"wire:reaction/{raw['message']}/{raw['by']}/{raw['emoji']}")
