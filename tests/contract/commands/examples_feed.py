"""Examples of feeds and subscriptions."""

from __future__ import annotations

from tests.contract.commands.example import Example

EXAMPLES: tuple[Example, ...] = (
    # feed add
    Example(line="feed add {base}/ news", by="Ada"),
    Example(line='feed add {base}/sport.xml actualites --template "{title} ({source})" --mention readers', by="Ada"),
    Example(line='feed add {base}/sport.xml --channel actualites --filter "NOT lost" --backlog 2', by="Ada"),
    Example(line="feed add {base}/sport.xml news --since 2026-01-01 --cap 4 --quiet 22h-7h --tags sport", by="Ada"),
    Example(line="feed add {base}/sport.xml news --user me --password hunter2", by="Ada"),
    Example(line="feed add {base}/news.xml news", by="Ada"),
    Example(line="feed add {base}/news.xml actualites", by="Ada"),
    Example(line="feed add {base}/sport.xml", by="Ada", refused=True),
    Example(line="feed add", by="Ada", refused=True),
    Example(line="feed add {base}/nothing.xml news", by="Ada", refused=True),
    Example(line="feed add {base}/sport.xml nowhere", by="Ada", refused=True),
    Example(line='feed add {base}/sport.xml news --filter "(sport"', by="Ada", refused=True),
    Example(line="feed add {base}/sport.xml news --header nonsense", by="Ada", refused=True),
    Example(line="feed add {base}/sport.xml news --backlog all", by="Ada", refused=True),
    Example(line="feed add {base}/sport.xml news", by="Max", refused=True),
    # feed edit
    Example(line="feed edit 1", by="Ada"),
    Example(line='feed edit "Example News" news --filter "title:bridge OR title:market" --cap 4', by="Ada"),
    Example(line="feed edit 1 --interval 1h", by="Ada"),
    Example(line='feed edit 1 --filter ""', by="Ada", before=(("Ada", "feed edit 1 --filter bridge"),)),
    Example(line="feed edit 1 --interval 2s", by="Ada", refused=True),
    Example(line="feed edit 1 actualites --cap 1", by="Ada", refused=True),
    Example(line="feed edit 1 --user me", by="Ada", refused=True),
    Example(line="feed edit 1 --language xx", by="Ada", refused=True),
    Example(line="feed edit 1 --cap 1", by="Ann", refused=True),
    # what there is
    Example(line="feed list", by="Ada"),
    Example(line="feed list --page 2", by="Ada"),
    Example(line="feed list --page 0", by="Ada", refused=True),
    Example(line="feed list", by="Bob", refused=True),
    Example(line="feed show 1", by="Ada"),
    Example(line='feed show "Second Wind"', by="Ada"),
    Example(line="feed show 99", by="Ada", refused=True),
    Example(line="feed show {base}/news.xml", by="Max", refused=True),
    Example(line="feed health", by="Ada"),
    Example(line="feed health", by="Max", refused=True),
    Example(line="feed test 1", by="Ada"),
    Example(line='feed test 1 --filter "title:/^(Bridge|Market)/" --template "{title}[ – by {author}]"', by="Ada"),
    Example(line='feed test 1 --filter "/(a)\\1/"', by="Ada", refused=True),
    Example(line="feed test 1", by="Zoe", refused=True),
    # pausing, resuming, removing
    Example(line="feed pause 1 news", by="Ada"),
    Example(line="feed pause 1 actualites", by="Ada", refused=True),
    Example(line="feed pause 1", by="Max", refused=True),
    Example(line="feed resume 1", by="Ada", before=(("Ada", "feed pause 1"),)),
    Example(line="feed resume 1", by="Max", refused=True),
    Example(line="feed remove 1 --yes", by="Ada"),
    Example(line="feed remove 2 actualites --yes", by="Ada"),
    Example(line="feed remove 1", by="Ada", refused=True),
    Example(line="feed remove 1 --yes", by="Max", refused=True),
    # what is held
    Example(line="feed release 2", by="Ada"),
    Example(line="feed skip 2", by="Ada"),
    Example(line="feed release 2", by="Max", refused=True),
    Example(line="feed skip 99", by="Ada", refused=True),
)
