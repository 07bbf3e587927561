"""What nio itself logs: nothing but errors, since its other lines carry tokens, and what people wrote."""

from __future__ import annotations

import logging


def keep_quiet() -> None:
    """Have nio log so from now on; to do it twice changes nothing."""
    logging.getLogger("nio").setLevel(logging.ERROR)
