"""The tables, by aggregate, and how the domain's values are written into them."""

from storage.schema import news, order, people, places, search, talk, work
from storage.schema.columns import metadata

__all__ = ["metadata", "news", "order", "people", "places", "search", "talk", "work"]
