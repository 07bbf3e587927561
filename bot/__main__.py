"""The `tribune` command line. What a command needs is imported when it runs, so that `--help` is quick.

Exit status: 0 where all went well, 1 with one line that says what went wrong, 2 where the configuration or the
command's own arguments are at fault; nothing has been touched then.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.errors import ConfigError, TribuneError

if TYPE_CHECKING:
    from bot.config import Config

T = TypeVar("T")


class _Commands(click.Group):
    """A group whose commands end with one clear line where Tribune raises an error of its own."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ConfigError as error:
            click.echo("\n".join(error.faults), err=True)
            context.exit(2)
        except TribuneError as error:
            click.echo(f"tribune: {_one_line(error)}", err=True)
            context.exit(1)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tribune", prog_name="tribune")
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    envvar="TRIBUNE_CONFIG",
    show_envvar=True,
    help="The configuration file.",
)
@click.pass_context
def main(context: click.Context, config_path: Path) -> None:
    """A community reads the news together: feeds become posts with a discussion under each."""
    context.obj = config_path


@main.command()
@click.pass_obj
def run(config_path: Path) -> None:
    """Poll the feeds, post the articles, serve the page, until SIGTERM or Ctrl-C."""
    config = _load(config_path)
    from bot import app

    _run(app.run(config, announce=_announce))


@main.command()
@click.pass_obj
def check(config_path: Path) -> None:
    """Validate the configuration and say what a start would do; change nothing."""
    config = _load(config_path)
    from rich.console import Console

    from bot import app
    from bot.check_view import print_report

    print_report(_run(app.check(config)), Console())


@main.command()
@click.option("--community", metavar="SLUG", help="In which community; the default one where it is not said.")
@click.option("--name", help="The name the account gets; chosen by who opens the link where it is not said.")
@click.option(
    "--role",
    type=click.Choice(["member", "moderator", "admin"]),
    default="member",
    show_default=True,
    help="What the account may do.",
)
@click.option("--hours", type=click.IntRange(1, 24 * 90), default=72, show_default=True, help="How long it is good.")
@click.pass_obj
def invite(config_path: Path, community: str | None, name: str | None, role: str, hours: int) -> None:
    """Print a one-time sign-in link for the page."""
    config = _load(config_path)
    from bot import maintenance
    from bot.domain.model import Role

    lifetime = timedelta(hours=hours)
    click.echo(_run(maintenance.invite(config, community=community, name=name, role=Role(role), lifetime=lifetime)))


@main.group(cls=_Commands)
def db() -> None:
    """Look after the database."""


@db.command()
@click.pass_obj
def upgrade(config_path: Path) -> None:
    """Make the database, or bring its schema up to this version."""
    config = _load(config_path)
    from bot import maintenance

    click.echo(_run(maintenance.upgrade(config)))


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(config_path: Path, file: Path) -> None:
    """Write all that the database holds into FILE; Tribune may be running."""
    config = _load(config_path)
    from bot import maintenance

    click.echo(_run(maintenance.backup(config, file)))


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def restore(config_path: Path, file: Path) -> None:
    """Replace all that the database holds with FILE; Tribune must not be running."""
    config = _load(config_path)
    from bot import maintenance

    click.echo(_run(maintenance.restore(config, file)))


@db.command()
@click.option("--days", type=click.IntRange(1), help="Keep so many days; else what the configuration says.")
@click.pass_obj
def prune(config_path: Path, days: int | None) -> None:
    """Remove what is old and not discussed; Tribune may be running."""
    config = _load(config_path)
    from bot import maintenance

    keep = timedelta(days=days) if days is not None else None
    for line in _run(maintenance.prune(config, keep=keep)):
        click.echo(line)


@main.group(cls=_Commands)
def members() -> None:
    """Look after the members' figures."""


@members.command()
@click.option("--community", metavar="SLUG", help="In which community; in all where it is not said.")
@click.pass_obj
def recount(config_path: Path, community: str | None) -> None:
    """Recompute points, titles and trust from the facts; Tribune may be running."""
    config = _load(config_path)
    from bot import maintenance

    for line in _run(maintenance.recount(config, community=community)):
        click.echo(line)


def _load(path: Path) -> Config:
    """The configuration, with the logs set up as it says: before anything else can say a word."""
    from bot.config import load, secret_values
    from bot.logs import set_up_logs

    config = load(path)
    set_up_logs(form=config.logs.format, level=config.logs.level, secrets=secret_values(config))
    return config


def _announce(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _run(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Any:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


if __name__ == "__main__":
    main(prog_name="tribune")
