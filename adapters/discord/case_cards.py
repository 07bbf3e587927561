"""A case as a message shows it to moderators: who reported what and why, and the buttons that decide it."""

from __future__ import annotations

import discord

from adapters.discord import custom_ids, markup
from adapters.discord.cards import LONGEST_AUTHOR, Rows, address, button, fitting, rows
from adapters.discord.custom_ids import CaseAction
from adapters.discord.markers import address_of
from bot.domain.model import SubjectKind
from bot.domain.text import one_line, shorten
from bot.locale import Translator, translator
from bot.locale.answers import say
from bot.locale.reasons import SHORT_REASONS
from bot.ports.network import CaseCard

LONGEST_FIELD = 1024
MOST_OF_THE_TEXT = 2500  # an embed has 6000 characters in all

ACTIONS = {
    CaseAction.HIDE: "Hide it",
    CaseAction.DELETE: "Delete it",
    CaseAction.WARN: "Warn",
    CaseAction.MUTE: "Mute",
    CaseAction.KEEP: "It may stay",
    CaseAction.IGNORE: "Ignore the reports",
    CaseAction.TAKE: "Claim it",
    CaseAction.GIVE_BACK: "Give it back",
}
_STYLES = {
    CaseAction.HIDE: discord.ButtonStyle.danger,
    CaseAction.DELETE: discord.ButtonStyle.danger,
    CaseAction.KEEP: discord.ButtonStyle.success,
}
_ON_COMMENTS = (
    CaseAction.HIDE,
    CaseAction.DELETE,
    CaseAction.WARN,
    CaseAction.MUTE,
    CaseAction.KEEP,
    CaseAction.IGNORE,
)
_ON_ARTICLES = (CaseAction.HIDE, CaseAction.KEEP, CaseAction.IGNORE)
_OPEN, _CLOSED = 0xC0392B, 0x95A5A6


def case_embed(case: CaseCard, message: str | None) -> discord.Embed:
    """`message` is the address of what was reported, where it is on Discord; the embed's own carries the marker."""
    t = translator(case.language)
    embed = discord.Embed(
        description=_matter(case, message, t),
        url=address_of(case.marker),
        colour=_CLOSED if case.decided else _OPEN,
    )
    embed.set_author(name=shorten(_heading(case, t), LONGEST_AUTHOR), url=address(case.link))
    number = t.plural("{count} report", "{count} reports", len(case.reports))
    if case.reports:
        embed.add_field(name=number, value=_reports(case, t), inline=False)
    if case.decided:
        decision = "\n".join(say(t, each, case.zone) for each in case.decision)
        embed.add_field(name=t("Decision"), value=fitting(decision, LONGEST_FIELD), inline=False)
    return embed


def case_buttons(case: CaseCard) -> Rows:
    """What moderators can do about a case; nothing where it is decided."""
    if case.decided:
        return []
    t = translator(case.language)
    offered = _ON_ARTICLES if case.kind is SubjectKind.ARTICLE else _ON_COMMENTS
    hold = CaseAction.GIVE_BACK if case.claimed_by else CaseAction.TAKE
    return rows(
        button(
            t(ACTIONS[action]),
            custom_ids.for_case(action, case.case_id),
            style=_STYLES.get(action, discord.ButtonStyle.secondary),
        )
        for action in (*offered, hold)
    )


def _heading(case: CaseCard, t: Translator) -> str:
    kind = t("Article") if case.kind is SubjectKind.ARTICLE else t("Comment")
    return f"{t('Case {number}', number=case.case_id)} · {kind}"


def _matter(case: CaseCard, message: str | None, t: Translator) -> str:
    """What it is about, by whom, where it stands, and as it was."""
    title = fitting(one_line(case.title), 300) or t("Without a title")
    by = f" · {markup.escape_line(shorten(case.author, 100))}" if case.author else ""
    states = [t("It is hidden.")] if case.hidden and not case.decided else []
    if case.claimed_by and not case.decided:
        states.append(t("claimed by {name}", name=markup.escape_line(shorten(case.claimed_by, 100))))
    quoted = [f">>> {text}"] if (text := fitting(case.text, MOST_OF_THE_TEXT)) else []  # all that follows is a quote
    return "\n".join([f"**{title}**{by}", *states, *([message] if message else []), *quoted])


def _reports(case: CaseCard, t: Translator) -> str:
    """A line for each report, as many as fit."""
    lines: list[str] = []
    for number, (who, reason, words) in enumerate(case.reports):
        line = f"{markup.escape_line(shorten(who, 60))} – {t(SHORT_REASONS[reason])}"
        line += f": {fitting(one_line(words), 300)}" if words.strip() else ""
        left = t("and {number} more", number=len(case.reports) - number)
        if len("\n".join([*lines, line])) > LONGEST_FIELD - len(left) - 20:
            return "\n".join([*lines, left])
        lines.append(line)
    return "\n".join(lines)
