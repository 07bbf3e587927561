"""In which language and zone a community is spoken to, where nothing says better."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.web.site import Site
from adapters.web.visit import Visit
from bot.ports.pages import SectionLine


async def tongue(site: Site, visit: Visit) -> tuple[str | None, str]:
    """Language and zone of a community: those of its first section."""
    sections: Sequence[SectionLine] = await site.reader.sections(visit.viewer)
    return (sections[0].language, sections[0].zone) if sections else (None, "UTC")
