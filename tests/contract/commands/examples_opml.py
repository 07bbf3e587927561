"""Examples of the commands about OPML files; in a line stands the text of the file."""

from __future__ import annotations

from tests.contract.commands.example import Example

_FILE = (
    "<opml version='2.0'><body>"
    "<outline text='News'><outline text='Again' xmlUrl='{base}/news.xml'/></outline>"
    "<outline text='Sport' xmlUrl='{base}/sport.xml'/>"
    "<outline text='Nothing' type='rss'/>"
    "</body></opml>"
)

EXAMPLES: tuple[Example, ...] = (
    Example(line=f'feed import "{_FILE}" news', by="Ada"),
    Example(line=f'feed import "{_FILE}" actualites --backlog 2', by="Ada"),
    Example(line=f'feed import "{_FILE}"', by="Ada"),
    Example(line="feed import <rss/> news", by="Ada", refused=True),
    Example(line=f'feed import "{_FILE}" news', by="Max", refused=True),
    Example(line="feed export", by="Ada"),
    Example(line="feed export news", by="Ada"),
    Example(line="feed export", by="Ann", refused=True),
)
