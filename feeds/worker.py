"""A process that reads documents: `python -m feeds.worker`, one frame in on stdin, one frame out on stdout.

A frame is its length (four bytes, big-endian) and a pickle. In: the limit of memory once, then the name of a job and
its arguments. Out: what the job returns, or a NotAFeed's reason as a text.
"""

from __future__ import annotations

import os
import pickle
import queue
import resource
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

_PR_SET_PDEATHSIG = 1
_RETIRE_AT = 400 * 1024  # kB of resident memory: a worker that one huge document has blown up makes place for another
_LENGTH = struct.Struct(">I")


def main() -> None:
    """Read documents until the other end of stdin is closed, which is when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent drains
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _die_with_parent()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that is printed gets between the frames
    requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    limit = requests.get()
    if sys.platform == "linux":  # elsewhere the limit is refused or not kept
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    from feeds.alternates import alternates  # only now: signals are set, and the parent never loads them
    from feeds.parse import parse_document

    jobs: dict[str, Callable[..., Any]] = {"parse": parse_document, "alternates": alternates}
    while True:
        job, arguments = requests.get()
        _answer(out, _attempt(jobs[job], *arguments))


def _die_with_parent() -> None:
    """Linux kills the process when its parent ends; elsewhere, and besides, the end of stdin does."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _listen(stdin: BinaryIO, requests: queue.SimpleQueue[Any]) -> None:
    """Ends the process with the stream, also while a document is being read."""
    while len(head := stdin.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        frame = stdin.read(length)
        if len(frame) < length:
            break
        requests.put(pickle.loads(frame))
    os._exit(0)


def _attempt(job: Callable[..., Any], *arguments: Any) -> Any:
    from feeds.errors import NotAFeed

    try:
        return job(*arguments)
    except NotAFeed as error:
        return error.reason
    except MemoryError:
        return "reading it takes more memory than is allowed"
    except Exception as error:  # noqa: BLE001 - one document must not end the worker; told on its feed's line and here
        traceback.print_exc()
        return f"reading it failed ({type(error).__name__}); this is a fault of Tribune's, told in its log"


def _resident() -> int:
    """Resident memory in kB; where the system tells the present one, not the highest, which a child inherits."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize() // 1024
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _answer(out: BinaryIO, result: Any) -> None:
    retire = _resident() > _RETIRE_AT
    frame = pickle.dumps((result, retire), protocol=pickle.HIGHEST_PROTOCOL)
    out.write(_LENGTH.pack(len(frame)) + frame)
    out.flush()


if __name__ == "__main__":
    main()
