"""The measurement of memory in small: a whole Tribune finds many feeds unchanged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.memory import measure_memory


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process took at most")
async def test_a_whole_tribune_polls_all_feeds_of_a_filled_database(tmp_path: Path) -> None:
    memory = await measure_memory(300, tmp_path / "memory")
    assert memory.feeds == 300
    assert 20_000_000 < memory.peak < 150_000_000
