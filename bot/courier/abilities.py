"""What a network can do for its posts, asked once: to hold an object against a Protocol takes its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.delivery import Means
from bot.ports.network import CanFind, CanInvite, CanSeed, Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Able:
    """A network with those of its abilities that nearly every order asks for."""

    network: Network
    finds: CanFind | None
    seeds: CanSeed | None
    invites: CanInvite | None

    @property
    def means(self) -> Means:
        """What it offers against doing a thing twice, as things are now."""
        settles = self.finds.settles_after if self.finds is not None else None
        return Means(keys_last=self.network.keys_last, settles_after=settles)


class Networks:
    """The networks that there are by now, each asked once what it can do."""

    def __init__(self, networks: Mapping[str, Network]) -> None:
        self._networks = networks
        self._known: dict[str, Able] = {}

    def __getitem__(self, name: str) -> Able:
        network, known = self._networks[name], self._known.get(name)
        if known is None or known.network is not network:
            known = self._known[name] = _able(network)
        return known

    def get(self, name: str) -> Able | None:
        """None where there is none of that name."""
        return self[name] if name in self._networks else None


def _able(network: Network) -> Able:
    return Able(
        network=network,
        finds=network if isinstance(network, CanFind) else None,
        seeds=network if isinstance(network, CanSeed) else None,
        invites=network if isinstance(network, CanInvite) else None,
    )
