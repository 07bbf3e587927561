"""What a network can do for its posts, asked once: to hold an object against a Protocol takes its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def able(network: Network) -> Able:
    """Ask a network what it can do."""
    return Able(
        network=network,
        finds=network if isinstance(network, CanFind) else None,
        seeds=network if isinstance(network, CanSeed) else None,
        invites=network if isinstance(network, CanInvite) else None,
    )


class Abilities(Mapping[str, Able]):
    """The networks by name with what they can do; those that come later than the courier are found all the same."""

    def __init__(self, networks: Mapping[str, Network]) -> None:
        self._networks = networks
        self._asked: dict[str, Able] = {}

    def __getitem__(self, name: str) -> Able:
        known = self._asked.get(name)
        if known is None:
            known = self._asked[name] = able(self._networks[name])
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._networks)

    def __len__(self) -> int:
        return len(self._networks)
