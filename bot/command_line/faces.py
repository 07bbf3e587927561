"""Click's commands, made of the registry's. Nothing of the registry is imported before it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from bot.command_line.setting import Setting, is_zone, locale_language
from bot.commands.groups import GROUPS
from bot.errors import RequestError

if TYPE_CHECKING:
    from bot.locale import Translator
    from bot.ports.commands import Command

_HELP = ("-h", "--help")
LABELS = {"usage": "How to write it", "parameters": "Parameters", "options": "Options", "examples": "Examples"}
"""What the parts of a help text are called."""

TEXTS = {
    "--json": "Answer in JSON, for programs.",
    "--yes": "Go on without being asked.",
    "--help": "Show this and do nothing.",
}
"""What every command takes here."""


def setting_of(context: click.Context) -> Setting:
    """How the command line was started; what a test sets beside it stays."""
    root = context.find_root()
    given = root.obj if isinstance(root.obj, Setting) else Setting(config_path=root.params["config_path"])
    return replace(given, **{name: root.params[name] for name in root.params if root.params[name] is not None})


def spoken(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The language that was asked for. Raises click.BadParameter where there is no catalogue for it."""
    if value is None or context.resilient_parsing:
        return value
    from bot.locale import LANGUAGES, supported

    if supported(value) is None:
        raise click.BadParameter(f"{value} is not spoken here; there are: {', '.join(LANGUAGES)}")
    return supported(value)


def there(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The time zone that was asked for. Raises click.BadParameter where there is no such zone."""
    if value is not None and not context.resilient_parsing and not is_zone(value):
        raise click.BadParameter(f"there is no time zone {value}; write it like Europe/Paris")
    return value


def help_translator(context: click.Context) -> Translator | None:
    """In which language help is given; None: as it stands in the source, so that English needs no catalogue."""
    wanted = context.find_root().params.get("language") or locale_language()
    if wanted.partition("-")[0].casefold() in ("en", "c", "posix"):
        return None
    from bot.locale import translator

    return translator(wanted)


def in_words(context: click.Context, message: str) -> str:
    """A message of the catalogue in the language of help."""
    t = help_translator(context)
    return t(message) if t is not None else message


def registered() -> Sequence[Command]:
    """All commands."""
    from bot.commands.everything import COMMANDS

    return tuple(each.command for each in COMMANDS)


def group_face(context: click.Context, name: str) -> click.Command:
    """What stands for a group of commands, or for the one that is called like its group."""
    return Face(context, name, name) if name == "help" else GroupFace(context, name)


class GroupFace(click.Group):
    """The commands that begin with one word. `asked_in` says in which language it is described."""

    def __init__(self, asked_in: click.Context, name: str) -> None:
        super().__init__(name=name)
        self._asked_in = asked_in

    def get_short_help_str(self, limit: int = 45) -> str:
        return in_words(self._asked_in, GROUPS[self.name or ""])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [each.name.partition(" ")[2] for each in registered() if each.group == self.name]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        word = cmd_name.casefold()
        return Face(ctx, f"{self.name} {word}", word) if word in self.list_commands(ctx) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            not_found(ctx, [self.name or "", *args], registered())
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(in_words(ctx, GROUPS[self.name or ""]))


class Face(click.Command):
    """One command. What is typed after its name is read by the registry, as it is at every door."""

    def __init__(self, asked_in: click.Context, full_name: str, name: str) -> None:
        super().__init__(name=name)
        self._asked_in = asked_in
        self.full_name = full_name

    @property
    def spec(self) -> Command:
        """The registry's command."""
        return next(each for each in registered() if each.name == self.full_name)

    def get_short_help_str(self, limit: int = 45) -> str:
        return in_words(self._asked_in, GROUPS.get(self.full_name) or self.spec.help)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and any(each in _HELP for each in args):
            click.echo(self.get_help(ctx), color=ctx.color)
            ctx.exit()
        ctx.params["words"] = list(args)
        return []

    def invoke(self, ctx: click.Context) -> Any:
        from bot.command_line.asking import ask

        ask(setting_of(ctx), [*self.full_name.split(), *ctx.params["words"]], registered())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from bot.command_line.asking import complete, wants_file

        words = [*self.full_name.split(), *ctx.params.get("words", ())]
        if wants_file(words, incomplete, registered()):
            return [CompletionItem(incomplete, type="file")]
        known = [(each.value, each.label) for each in complete(setting_of(ctx), words, incomplete)]
        own = [(name, in_words(ctx, text)) for name, text in self._options() if incomplete.startswith("-")]
        fitting = [*known, *(each for each in own if each[0].startswith(incomplete))]
        return [CompletionItem(value, help=label if label != value else None) for value, label in fitting]

    def _options(self) -> Iterator[tuple[str, str]]:
        """What this command takes here, besides its parameters."""
        return ((name, text) for name, text in TEXTS.items() if self.spec.confirm or name != "--yes")

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from bot.commands.help import usage

        spec = self.spec
        formatter.write_usage("tribune", f"{usage(spec)} [--json]", f"{in_words(ctx, LABELS['usage'])}: ")
        for text in (spec.help, spec.more):
            if text:
                formatter.write_paragraph()
                formatter.write_text(in_words(ctx, text))
        for title, lines in self._sections(ctx, spec):
            with formatter.section(in_words(ctx, title)):
                formatter.write_dl(lines)
        with formatter.section(in_words(ctx, LABELS["examples"])):
            for example in spec.examples:
                formatter.write_text(f"tribune {example}")

    def _sections(self, ctx: click.Context, spec: Command) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        parameters = [
            (each.name.upper() if each.placed else f"--{each.name}", _described(ctx, each.help, each.choices))
            for each in spec.parameters
        ]
        if parameters:
            yield LABELS["parameters"], parameters
        yield LABELS["options"], [(name, in_words(ctx, text)) for name, text in self._options()]


def named_here(group: click.Group) -> list[Command]:
    """The commands that stand beside the registry's, for a guess at what was meant."""
    from bot.domain.model import Role
    from bot.ports.commands import Command

    found = []
    for name, each in group.commands.items():
        below = [f"{name} {second}" for second in each.commands] if isinstance(each, click.Group) else [name]
        found += [Command(name=full, help="", role=Role.OPERATOR) for full in below]
    return found


def _described(ctx: click.Context, text: str, choices: Sequence[Any]) -> str:
    values = ", ".join(each.value for each in choices)
    return f"{in_words(ctx, text)} [{values}]" if values else in_words(ctx, text)


def not_found(ctx: click.Context, words: Sequence[str], commands: Sequence[Command]) -> None:
    """End with the nearest name, where there is no such command."""
    from bot.command_line.speaking import MISUSED, Speaking
    from bot.commands.line import parse_words
    from bot.locale import translator

    wanted = ctx.find_root().params.get("language") or locale_language()
    speaking = Speaking(t=translator(wanted), zone="UTC", json="--json" in words)
    try:
        parse_words([each for each in words if each != "--json"], commands)
    except RequestError as refused:
        speaking.refuse(refused, MISUSED)
