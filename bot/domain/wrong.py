"""What is wrong with something that people wrote in a language of ours: a filter, a template, hours of the day."""

from __future__ import annotations


class Wrong(Exception):
    """It cannot be understood. `key` is a message of the catalogue and `values` fill it; it names place and remedy.

    The domain knows no errors but its own: who reads for somebody answers with this message.
    """

    def __init__(self, key: str, **values: str | int) -> None:
        super().__init__(key.format(**values))
        self.key = key
        self.values = values
