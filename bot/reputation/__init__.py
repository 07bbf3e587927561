"""Points, titles and trust: recomputed from facts whenever one of them has changed."""

from bot.reputation.ledger import Ledger, Recount

__all__ = ["Ledger", "Recount"]
