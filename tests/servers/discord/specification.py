"""Discord's own specification (OpenAPI 3.1), against which the bot's requests are held."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator

PATH = Path(__file__).resolve().parents[4] / "shared" / "discord" / "openapi.json"
_SNOWFLAKE = re.compile(r"(^|_)ids?$")
_DIRECT = {
    # `anyOf` would hide what is wrong behind what another kind of request lets through.
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): "IncomingWebhookRequestPartial",
}
_FORUM = "CreateForumThreadRequest"
_PLAIN_THREAD = "CreateTextThreadWithoutMessageRequest"
_CHANNEL = ("PATCH", "/channels/{channel_id}")
_OF_THREADS = {"archived", "locked", "auto_archive_duration", "applied_tags", "invitable"}
_THREADS = ("POST", "/channels/{channel_id}/threads")
_CALLBACKS = {
    1: "PongInteractionCallbackRequest",
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}


class LoggedRequest(Protocol):
    """A request as simcord notes it (`env.http_requests`)."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def json(self) -> Any: ...


@cache
def specification() -> Specification | None:
    """The specification, or None where its file is not there."""
    return Specification(json.loads(PATH.read_text())) if PATH.exists() else None


def why_absent() -> str:
    """Why there is no specification, for a test that is left out."""
    return f"Discord's specification is not at {PATH.parent.name}/{PATH.name} beside the repository"


class Specification:
    """Holds requests against the specification; what it has compiled it keeps."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        paths: list[str] = sorted(document["paths"], key=_literal_first)
        self._paths = [(_pattern(path), path) for path in paths]
        self._validators: dict[str, Validator] = {}

    def faults(self, method: str, path: str, body: Any) -> list[str]:
        """What is wrong with a request; `path` begins after the API's version."""
        template = self._template(path, method.lower())
        if template is None:
            return [f"{method} {path} is not in the specification"]
        name, schema = self._schema(method, template, body)
        if schema is None:
            return [] if body is None else [f"{method} {template} takes no body"]
        if body is None:
            return [f"{method} {template} lacks its body"] if self._needs(method, template) else []
        errors: list[ValidationError] = list(self._validator(name, schema).iter_errors(_with_texts(body)))
        return [f"{method} {template}: {_said(error)}" for error in errors]

    def faults_of(self, requests: Iterable[LoggedRequest]) -> list[str]:
        """What is wrong with the requests that simcord noted."""
        return [fault for each in requests for fault in self.faults(each.method, each.path, each.json)]

    def _template(self, path: str, method: str) -> str | None:
        bare = path.partition("?")[0]
        fitting = (template for pattern, template in self._paths if pattern.fullmatch(bare))
        return next((each for each in fitting if method in self._document["paths"][each]), None)

    def _schema(self, method: str, template: str, body: Any) -> tuple[str, dict[str, Any] | None]:
        name = _named(method, template, body)
        if name is not None:
            return name, {"$ref": f"#/components/schemas/{name}"}
        operation = self._document["paths"][template][method.lower()]
        content = operation.get("requestBody", {}).get("content", {})
        return f"{method} {template}", content.get("application/json", {}).get("schema")

    def _needs(self, method: str, template: str) -> bool:
        operation = self._document["paths"][template][method.lower()]
        return bool(operation["requestBody"].get("required"))

    def _validator(self, name: str, schema: dict[str, Any]) -> Validator:
        if name not in self._validators:
            whole = {**schema, "components": self._document["components"]}
            self._validators[name] = Draft202012Validator(whole)
        return self._validators[name]


def _named(method: str, template: str, body: Any) -> str | None:
    if (method, template) == _THREADS:
        return _FORUM if isinstance(body, dict) and "message" in body else _PLAIN_THREAD
    if (method, template) == _CHANNEL and isinstance(body, dict):
        return "UpdateThreadRequestPartial" if _OF_THREADS & set(body) else "UpdateGuildChannelRequestPartial"
    if template.endswith("/callback") and isinstance(body, dict):
        return _CALLBACKS.get(body.get("type") or 0)
    return _DIRECT.get((method, template))


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", template)
    return re.compile("".join(_part(each) for each in parts))


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return r"\d+" if part.endswith("_id}") else r"[^/]+"


def _literal_first(template: str) -> tuple[int, str]:
    return template.count("{"), template


def _with_texts(value: Any, key: str = "") -> Any:
    """With snowflakes as texts: discord.py sends some as integers, and Discord takes them."""
    match value:
        case dict():
            return {name: _with_texts(each, name) for name, each in value.items()}
        case list():
            return [_with_texts(each, key) for each in value]
        case bool():
            return value
        case int() if _SNOWFLAKE.search(key) or key in ("applied_tags", "users", "roles"):
            return str(value)
    return value


def _said(error: ValidationError) -> str:
    inner = best_match(error.context) if error.context else None
    where = ".".join(map(str, error.absolute_path)) or "the body"
    return f"{where}: {error.message[:200]}" + (f" ({inner.message[:200]})" if inner is not None else "")


def hold_to_it(requests: Iterable[LoggedRequest]) -> None:
    """Raise AssertionError where a request that simcord noted is none that Discord takes; nothing where there is no
    specification to hold it against."""
    judge = specification()
    assert judge is None or (found := judge.faults_of(requests)) == [], found
