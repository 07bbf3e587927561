"""What a test run says at its end: loudly, what was left out and why."""

from __future__ import annotations

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the skipped tests by their reason."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if not reasons:
        terminalreporter.write_line("Nothing was left out.", green=True)
        return
    terminalreporter.section("LEFT OUT", sep="!", yellow=True, bold=True)
    for reason, number in reasons.most_common():
        terminalreporter.write_line(f"{number} test{'s' if number > 1 else ''}: {reason}", yellow=True)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
