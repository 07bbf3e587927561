"""What every lane is worked on with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.courier.abilities import Able
from bot.courier.keeper import Keeper
from bot.domain.delivery import RefillPolicy
from bot.ports.cards import CaseCards
from bot.ports.clock import Clock
from bot.ports.signals import Signals
from bot.ports.stores import Store


@dataclass(kw_only=True, slots=True)
class Context:
    """What every lane is worked on with."""

    store: Store
    keeper: Keeper
    networks: Mapping[str, Able]
    signals: Signals
    clock: Clock
    lease: timedelta
    refill: RefillPolicy
    seeds: tuple[str, ...]
    random: Callable[[], float]
    new_key: Callable[[], str]
    draining: Callable[[], bool]
    cases: CaseCards | None = None
    recovering_until: datetime | None = None
