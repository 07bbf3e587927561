"""What `tribune check` says: what a start with this configuration would do, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.plan import Comparison, Held, Plan, Standing, compare


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """`database` is where (without password), `schema` one line on its state."""

    database: str
    schema: str
    comparisons: tuple[Comparison, ...]

    def count(self, standing: Standing) -> int:
        """How many things stand so."""
        return sum(each.standing is standing for each in self.comparisons)


def report(plan: Plan, held: Held | None, *, database: str, schema: str) -> CheckReport:
    """Compare a plan with a database; `held` is None where there is none yet."""
    return CheckReport(database=database, schema=schema, comparisons=tuple(compare(plan, held or Held())))
