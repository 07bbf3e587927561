"""Which messages the program says: read out of its source, so that none is forgotten in a catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
HOMES = ("bot", "adapters", "feeds")
TEMPLATES = ROOT / "adapters" / "web" / "templates"

_IN_TEMPLATE = re.compile(r"\b(?:t(?P<plural>\.plural)?\(|told\(t,)\s*\"(?P<one>[^\"]*)\"(?:,\s*\"(?P<many>[^\"]*)\")?")
_TELLERS = {
    "RequestError",
    "Wrong",
    "Refusal",
    "Outcome",
    "Notice",
    "Verdict",
    "Sentence",
    "t",
    "plural",
    "Arg",
    "said",
    "counted",
    "Unconfirmed",
    "Left",
}
_DECLARERS = {
    "command",
    "Fact",
    "Column",
    "Address",
    "Facts",
    "Listing",
    "suspend",
}  # what they are called is no message
_KEYWORDS = {"refused", "key", "tell", "message", "many", "help", "more", "confirm", "label", "why"}
_TABLES = {
    "REASONS",
    "SHORT_REASONS",
    "TEXTS",
    "ROLES",
    "MEASURES",
    "WHY",
    "OUTCOMES",
    "STATES",
    "RECEIVED",
    "NOT_RECEIVED",
    "TITLES",
    "KINDS",
    "ANSWERS",
    "ENDINGS",
    "RULINGS",
    "SANCTIONS",
    "RULED",
    "TAKEN",
    "GIVEN",
    "ENDED",
    "HIDERS",
    "STANDINGS",
    "ACTIONS",
    "GROUPS",
    "LABELS",
    "PERIODS",
    "SEARCHED",
    "SPANS",
    "NEEDED",
    "NEEDED_BUT_NOBODY",
    "SUBJECTS",
    "VALUES",
    "PASSAGES",
    "FIELDS",
    "PERMISSIONS",
}
_SENTENCE = re.compile(r"[A-Z{].* .*[.:?!}]")


def said() -> set[str]:
    """Every message that a template or a call says, by its English text."""
    return (set(_in_templates()) | set(_in_source())) - {""}


def _in_templates() -> Iterator[str]:
    for template in sorted(TEMPLATES.glob("*.html")):
        for match in _IN_TEMPLATE.finditer(template.read_text(encoding="utf-8")):
            yield match["one"]
            if match["plural"]:
                yield match["many"]


def _in_source() -> Iterator[str]:
    for home in HOMES:
        for file in sorted((ROOT / home).rglob("*.py")):
            yield from _of_module(ast.parse(file.read_text(encoding="utf-8")))


def _of_module(module: ast.Module) -> Iterator[str]:
    constants = dict(_constants(module))
    for name in _TABLES & constants.keys():
        yield from _texts(constants[name], {})
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        if _name(call.func) in _TELLERS:
            for argument in [*call.args, *_named(call)]:
                yield from _texts(argument, constants)
        elif _name(call.func) in _DECLARERS:
            for argument in _named(call):
                yield from _texts(argument, constants)
    for name in constants.keys() & _returned(module):
        yield from (text for text in _texts(constants[name], {}) if _SENTENCE.fullmatch(text))


def _named(call: ast.Call) -> list[ast.expr]:
    return [each.value for each in call.keywords if each.arg in _KEYWORDS]


def _constants(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in module.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                yield target.id, node.value


def _returned(module: ast.Module) -> set[str]:
    """The constants that functions return, as a verdict's message is."""
    returns = [node for node in ast.walk(module) if isinstance(node, ast.Return)]
    return {each.id for node in returns for each in ast.walk(node) if isinstance(each, ast.Name)}


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _texts(constants[node.id], {})
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value, constants)
    elif isinstance(node, ast.Tuple):
        for each in node.elts:
            yield from _texts(each, constants)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each, constants)
