"""What `tribune check` says: what a start with this configuration would do, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.model import Ref, network_of
from bot.domain.plan import Comparison, Held, Plan, Standing, compare
from bot.errors import NetworkError
from bot.ports.network import CanInspect


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A channel as its network knows it. `lacks` are messages; `problem` says why nothing is known, "" where it is."""

    channel: Ref
    name: str = ""
    lacks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """`database` is where (without password), `schema` one line on its state."""

    database: str
    schema: str
    comparisons: tuple[Comparison, ...]
    looked: tuple[Looked, ...] = ()

    def count(self, standing: Standing) -> int:
        """How many things stand so."""
        return sum(each.standing is standing for each in self.comparisons)


def report(plan: Plan, held: Held | None, *, database: str, schema: str, looked: Sequence[Looked] = ()) -> CheckReport:
    """Compare a plan with a database; `held` is None where there is none yet."""
    comparisons = tuple(compare(plan, held or Held()))
    return CheckReport(database=database, schema=schema, comparisons=comparisons, looked=tuple(looked))


async def look(plan: Plan, held: Held | None, networks: Mapping[str, CanInspect]) -> list[Looked]:
    """Ask the networks for every channel of theirs that is configured or stored."""
    stored = held.channels if held is not None else ()
    refs = dict.fromkeys([*(each.ref for each in plan.channels), *(each.ref for each in stored)])
    asked = [(ref, networks[network_of(ref)]) for ref in refs if network_of(ref) in networks]
    return [await _look(ref, network) for ref, network in asked]


async def _look(ref: Ref, network: CanInspect) -> Looked:
    try:
        found = await network.inspect(ref)
    except NetworkError as error:
        return Looked(channel=ref, problem=str(error))
    return Looked(channel=ref, name=found.name, lacks=found.lacks)
