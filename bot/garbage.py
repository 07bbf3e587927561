"""Python's collector of garbage, set for a program that runs long and makes many values that live for a moment."""

from __future__ import annotations

import gc


def settle() -> None:
    """Call it once all parts stand: what is there by now stays, and is not looked at again.

    A collection that looks at every object of the libraries stops the loop for nearly a tenth of a second; without
    them, and with fewer of the small ones, what is left goes unnoticed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
