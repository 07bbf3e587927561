"""Which server a channel is in: the network is asked where that is not known yet."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.domain.model import Channel, Ref, network_of
from bot.errors import NetworkError
from bot.office import Act, Office
from bot.ports.network import CanInspect, Network

log = structlog.get_logger()


class Whereabouts:
    """Notes the servers of channels that the configuration named."""

    def __init__(self, office: Office, networks: Mapping[str, Network]) -> None:
        """`networks` are those that run here; they may fill up later."""
        self._office = office
        self._networks = networks

    async def note(self, network: str) -> None:
        """Ask a network for the servers of its channels of which that is not known. One that it does not find, or
        cannot tell of now, is asked for again the next time. Raises StorageError."""
        able = self._networks.get(network)
        if not isinstance(able, CanInspect):
            return
        for channel in await self._unplaced(network):
            server = await _server_of(able, channel)
            if server is not None:
                await self._place(channel, server)

    async def _unplaced(self, network: str) -> list[Channel]:
        async with self._office.read() as tx:
            channels = await tx.places.channels()
        return [each for each in channels if each.server is None and network_of(each.ref) == network]

    async def _place(self, channel: Channel, server: Ref) -> None:
        async def work(act: Act) -> None:
            await act.tx.places.place_in(channel.id, server)

        await self._office.act(work)


async def _server_of(network: CanInspect, channel: Channel) -> Ref | None:
    try:
        return (await network.inspect(channel.ref)).server
    except NetworkError as error:
        log.warning("a channel's server is not known", channel=channel.ref, reason=str(error))
        return None
