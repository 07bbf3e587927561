"""The systemd unit is one that systemd accepts."""

from __future__ import annotations

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

UNIT = Path(__file__).resolve().parents[3] / "deploy" / "tribune.service"


def service() -> dict[str, str]:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT, encoding="utf-8")
    return dict(parser["Service"])


def test_it_notifies_and_is_watched_and_stops_after_tribune_does() -> None:
    found = service()
    assert found["Type"] == "notify"
    assert int(found["WatchdogSec"]) >= 10
    assert int(found["TimeoutStopSec"]) > 10
    assert found["RestartPreventExitStatus"] == "2"


def test_it_is_hardened() -> None:
    found = service()
    assert found["ProtectSystem"] == "strict"
    assert found["NoNewPrivileges"] == "yes"
    assert found["CapabilityBoundingSet"] == ""


def test_systemd_accepts_it(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here, so that deploy/tribune.service was not held against it")
    text = UNIT.read_text(encoding="utf-8").replace(
        "/opt/tribune/.venv/bin/tribune", shutil.which("true") or "/bin/true"
    )
    copy = tmp_path / "tribune.service"
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run([analyze, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
