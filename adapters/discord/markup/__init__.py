"""Discord's markdown: what members type becomes HTML, and HTML becomes what Discord shows."""

from adapters.discord.markup.escaping import escape, escape_line
from adapters.discord.markup.inline import Names
from adapters.discord.markup.reading import spoils, to_html, with_attachments
from adapters.discord.markup.writing import to_markdown

__all__ = ["Names", "escape", "escape_line", "spoils", "to_html", "to_markdown", "with_attachments"]
