"""`python -m tests.servers.tribune_on_matrix CONFIG`: Tribune as people start it. What was sent has settled after
SETTLES_AFTER seconds of the environment, if it says so."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from tests.servers.matrix.synapse import Registered

SETTLES_AFTER = "TRIBUNE_TEST_SETTLES_AFTER"


def environment(bot: Registered) -> dict[str, str]:
    """The secrets that the configuration asks the environment for."""
    return {"MATRIX_PASSWORD": bot.password, "MATRIX_KEY": "a long text that is only for tests"}


def write_config(
    folder: Path,
    homeserver: str,
    bot: Registered,
    *,
    channels: Mapping[str, str],
    feeds: Mapping[str, Sequence[str]],
    servers: Sequence[str] = (),
    page: bool = True,
    backlog: int = 20,
    private: Sequence[str] = (),
    more: str = "",
) -> Path:
    """A configuration of one community, "town", in a folder. `channels`: slug -> room, shown to everybody but for those
    that are `private`; `feeds`: address -> slugs, where "front" is the section of the page; `servers`: spaces or rooms;
    `more`: lines of other tables."""
    name = bot.user.partition(":")[2]
    places = "".join(
        f'[[communities.channels]]\nslug = "{slug}"\nref = "matrix:{room}"\nname = "{slug}"\n'
        f'visibility = "{"private" if slug in private else "public"}"\n'
        for slug, room in channels.items()
    )
    subscribed = "".join(
        f'[[feeds]]\naddress = "{address}"\nchannels = {list(slugs)}\nbacklog = {backlog}\n'
        for address, slugs in feeds.items()
    )
    section = '[[communities.sections]]\nslug = "front"\nname = "Front"\n' if page else ""
    path = folder / "config.toml"
    path.write_text(
        f'[tribune]\ncontact = "test@example.org"\n[database]\nurl = "sqlite+aiosqlite:///{folder}/tribune.db"\n'
        f"[web]\nenabled = {str(page).lower()}\n[polling]\nallowed_hosts = ['127.0.0.1']\n"
        f'[matrix]\nhomeserver = "{homeserver}"\nuser = "{bot.user}"\ninvited_by = ["{name}"]\n'
        'password = { env = "MATRIX_PASSWORD" }\nkey = { env = "MATRIX_KEY" }\nstore = "keys"\n'
        f'{more}[[communities]]\nslug = "town"\nname = "Town"\n'
        f"servers = {[f'matrix:{each}' for each in servers]}\n{section}{places}{subscribed}",
        encoding="utf-8",
    )
    return path


if __name__ == "__main__":
    from adapters.matrix import MatrixNetwork
    from bot.__main__ import main

    if SETTLES_AFTER in os.environ:
        MatrixNetwork.settles_after = timedelta(seconds=float(os.environ[SETTLES_AFTER]))
    main(["--config", sys.argv[1], "run"], prog_name="tribune")
