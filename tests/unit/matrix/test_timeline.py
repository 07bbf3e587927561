"""What is taken from a timeline."""

from __future__ import annotations

import nio

from adapters.matrix.timeline import readable

CREATED = {
    "type": "m.room.create",
    "event_id": "$create",
    "sender": "@anna:tribune.test",
    "origin_server_ts": 1,
    "state_key": "",
    "content": {"room_version": "12", "predecessor": {"room_id": "!old"}},
}


def test_what_nio_takes_for_malformed_is_told_by_its_source() -> None:
    bad = nio.BadEvent.from_dict(CREATED)
    (told,) = readable([bad])
    assert isinstance(told, nio.UnknownEvent)
    assert (told.event_id, told.sender, told.source) == ("$create", "@anna:tribune.test", CREATED)


def test_what_is_no_event_is_left_out() -> None:
    assert readable([nio.UnknownBadEvent({"content": {}}), "nothing"]) == []
