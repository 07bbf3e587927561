"""Typed lines and deciding reactions: the registry's door in rooms."""

from adapters.matrix.commands.door import Door

__all__ = ["Door"]
