"""What the reasons of reports are called, for those who report and, in a word or two, for moderators."""

from __future__ import annotations

from bot.domain.model import FlagReason

REASONS = {
    FlagReason.SPAM: "Advertising or spam",
    FlagReason.OFF_TOPIC: "Has nothing to do with the article",
    FlagReason.UNKIND: "Insulting or unkind",
    FlagReason.ILLEGAL: "Against the law",
    FlagReason.PRIVATE_DATA: "Tells private things about somebody",
    FlagReason.OTHER: "Something else",
}
SHORT_REASONS = {
    FlagReason.SPAM: "Spam",
    FlagReason.OFF_TOPIC: "Off topic",
    FlagReason.UNKIND: "Unkind",
    FlagReason.ILLEGAL: "Illegal",
    FlagReason.PRIVATE_DATA: "Private data",
    FlagReason.OTHER: "Something else",
}
