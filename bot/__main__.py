"""The `tribune` command line. What a command needs is imported when it runs, so that `--help` is quick.

Exit status: 0 where all went well, 1 with one line that says what went wrong, 2 where the configuration or the
command's own arguments are at fault; nothing has been touched then.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from bot.command_line.faces import group_face, named_here, not_found, registered, setting_of, spoken, there
from bot.command_line.setting import Setting, run_it
from bot.commands.groups import GROUPS
from bot.errors import ConfigError, TribuneError


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


class _Doors(_Commands):
    """What stands here, and the groups of the registry."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        return group_face(ctx, cmd_name.casefold()) if found is None and cmd_name.casefold() in GROUPS else found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            not_found(ctx, args, [*registered(), *named_here(self)])
        return super().resolve_command(ctx, args)


@click.group(cls=_Doors, context_settings={"help_option_names": ["-h", "--help"]})
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
@click.option("--community", metavar="SLUG", help="Where commands are done, if not in the default community.")
@click.option("--as", "name", metavar="NAME", help="The member for whom they are done, if not for the operator.")
@click.option("--language", is_eager=True, callback=spoken, help="In which language to answer: en, fr.")
@click.option("--zone", callback=there, help="The time zone of what is shown, if not this machine's.")
@click.pass_context
def main(context: click.Context, /, **_: object) -> None:
    """A community reads the news together: feeds become posts with a discussion under each."""
    context.obj = setting_of(context)


@main.command()
@click.pass_obj
def run(setting: Setting) -> None:
    """Poll the feeds, post the articles, serve the page, until SIGTERM or Ctrl-C."""
    config = setting.config()
    from bot import app

    run_it(app.run(config, announce=_announce))


@main.command()
@click.pass_obj
def check(setting: Setting) -> None:
    """Validate the configuration and say what a start would do; change nothing."""
    config = setting.config()
    from rich.console import Console

    from bot import app
    from bot.check_view import print_report

    print_report(run_it(app.check(config)), Console())


@main.group(cls=_Commands)
def db() -> None:
    """Look after the database."""


@db.command()
@click.pass_obj
def upgrade(setting: Setting) -> None:
    """Make the database, or bring its schema up to this version."""
    config = setting.config()
    from bot import maintenance

    click.echo(run_it(maintenance.upgrade(config)))


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(setting: Setting, file: Path) -> None:
    """Write all that the database holds into FILE; Tribune may be running."""
    config = setting.config()
    from bot import maintenance

    click.echo(run_it(maintenance.backup(config, file)))


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def restore(setting: Setting, file: Path) -> None:
    """Replace all that the database holds with FILE; Tribune must not be running."""
    config = setting.config()
    from bot import maintenance

    click.echo(run_it(maintenance.restore(config, file)))


@db.command()
@click.pass_obj
def reindex(setting: Setting) -> None:
    """Make the index of the search anew; Tribune must not be running."""
    config = setting.config()
    from bot import maintenance

    click.echo(run_it(maintenance.reindex(config)))


@db.command()
@click.option("--days", type=click.IntRange(1), help="Keep so many days; else what the configuration says.")
@click.pass_obj
def prune(setting: Setting, days: int | None) -> None:
    """Remove what is old and not discussed; Tribune may be running."""
    config = setting.config()
    from bot import maintenance

    keep = timedelta(days=days) if days is not None else None
    for line in run_it(maintenance.prune(config, keep=keep)):
        click.echo(line)


@main.group(cls=_Commands)
def members() -> None:
    """Look after the members' figures."""


@members.command()
@click.option("--community", metavar="SLUG", help="In which community; in all where it is not said.")
@click.pass_obj
def recount(setting: Setting, community: str | None) -> None:
    """Recompute points, titles and trust from the facts; Tribune may be running."""
    config = setting.config()
    from bot import maintenance

    for line in run_it(maintenance.recount(config, community=community)):
        click.echo(line)


@main.group(cls=_Commands)
def matrix() -> None:
    """Look after who the bot is on Matrix."""


def _first_line(context: click.Context, parameter: click.Parameter, wanted: bool) -> str | None:
    if not wanted:
        return None
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise click.BadParameter("the first line of the input is empty", context, parameter)
    return password


_password = click.option(
    "--password-stdin",
    "password",
    is_flag=True,
    callback=_first_line,
    help="The account's password is the first line of the input.",
)


@matrix.command()
@_password
@click.pass_obj
def login(setting: Setting, password: str | None) -> None:
    """Log the bot in and have its device signed; Tribune may be running."""
    config = setting.config()
    from bot.app import matrix

    run_it(matrix.login(config, _announce, _ask, password=password))


@matrix.command()
@_password
@click.option("--replace", is_flag=True, help="Replace keys that somebody else set up for the account.")
@click.pass_obj
def verify(setting: Setting, password: str | None, replace: bool) -> None:
    """Have the bot's device signed, and show its keys for comparing; Tribune may be running."""
    config = setting.config()
    from bot.app import matrix

    run_it(matrix.verify(config, _announce, _ask, password=password, replaces=replace))


@matrix.command()
@click.pass_obj
def status(setting: Setting) -> None:
    """Say how the bot stands on its homeserver; change nothing."""
    config = setting.config()
    from bot.app import matrix

    run_it(matrix.status(config, _announce))


def _ask() -> str | None:
    """The password of the bot's account, where somebody sits at a terminal."""
    if not sys.stdin.isatty():
        return None
    return str(click.prompt("Password of the bot's account", hide_input=True, err=True))


def _announce(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main(prog_name="tribune")
