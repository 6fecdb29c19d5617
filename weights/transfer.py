"""One file over HTTP, which a server's misbehaviour can neither spoil nor hold up for ever."""

from __future__ import annotations

import hashlib
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from .transfer_error import TransferError, explained

#: Bytes that are waited for together.
CHUNK = 1 << 16


@dataclass(frozen=True)
class Limits:
    """How long, how often and how much.

    Attributes
    ----------
    tries
        Whole transfers that are begun.
    connect, stall
        Seconds to connect in, and in which the next 64 KiB must come.
    pause
        Seconds before the second try; the third waits twice as long.
    size
        Bytes above which no weights file is.
    """

    tries: int = 3
    connect: float = 10.0
    stall: float = 30.0
    pause: float = 1.0
    size: int = 1 << 28


def download(url: str, path: Path, hashes: Mapping[str, str], limits: Limits, label: str) -> None:
    """Download ``url`` to ``path``, which holds the bytes with these hashes on return.

    Parameters
    ----------
    url
        Redirects are followed, to http and https only.
    path
        Of the file to write; it may remain, in part, if this raises.
    hashes
        By algorithm of hashlib; the first digits are enough.
    limits
        When to give up.
    label
        For the progress bar, which is drawn on stderr if that is a terminal.

    Raises
    ------
    TransferError
        If the file cannot be had, or has other hashes.
    OSError
        If ``path`` cannot be written.
    """
    last: str | None = None
    for attempt in range(1, limits.tries + 1):
        try:
            found = _transfer(url, path, tuple(hashes), limits, label)
            wrong = _mismatch(hashes, found)
            if wrong is None:
                return
            # What comes twice is what the server has, not an accident on the way.
            raise TransferError(wrong, again=wrong != last)
        except TransferError as failure:
            last = str(failure)
            if not failure.again:
                raise
            if attempt == limits.tries:
                raise TransferError(f"{last}; tried {attempt} times") from failure
        time.sleep(limits.pause * attempt)


def _mismatch(expected: Mapping[str, str], found: Mapping[str, str]) -> str | None:
    """Return in words which hash is wrong, or None."""
    for algorithm, digits in expected.items():
        if not found[algorithm].startswith(digits):
            relation = "is" if len(digits) == len(found[algorithm]) else "begins with"
            return (
                f"wrong bytes: their {algorithm.upper()} is {found[algorithm]}, "
                f"that of the published file {relation} {digits}"
            )
    return None


def _transfer(
    url: str, path: Path, algorithms: tuple[str, ...], limits: Limits, label: str
) -> dict[str, str]:
    """Download once; return the hashes of what came."""
    from pooch import HTTPDownloader  # type: ignore[import-untyped]
    from tqdm import tqdm  # type: ignore[import-untyped]

    digests = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    pipe = _Pipe(limits.size)
    bar = tqdm(
        # pooch asks whether there is a bar by its truth, which for tqdm is its total.
        total=1, desc=label, unit="B", unit_scale=True, leave=False,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip
    responses: list[Any] = []
    downloader = HTTPDownloader(
        progressbar=bar,
        chunk_size=CHUNK,
        timeout=(limits.connect, limits.stall),
        # Archives are compressed already, and the hashes are those of the archive.
        headers={"Accept-Encoding": "identity"},
        hooks={"response": lambda response, **_: responses.append(response)},
    )
    # A server that sends a byte now and then holds up a read for hours, whatever its timeout:
    # so another thread reads, and is left behind if nothing comes of it.
    reading = (url, pipe, downloader, responses)
    threading.Thread(target=_read, args=reading, daemon=True).start()
    try:
        with path.open("wb") as file:
            while chunk := pipe.take(limits.stall):
                file.write(chunk)
                for digest in digests.values():
                    digest.update(chunk)
    finally:
        pipe.abandoned = True
        bar.close()
    return {name: digest.hexdigest() for name, digest in digests.items()}


class _Pipe:
    """The file that pooch writes to, read by another thread."""

    def __init__(self, limit: int) -> None:
        self.abandoned = False
        self._left = limit
        self._limit = limit
        self._chunks: queue.SimpleQueue[bytes | TransferError] = queue.SimpleQueue()

    def write(self, chunk: bytes) -> None:
        """Pass on some bytes."""
        self._left -= len(chunk)
        if self.abandoned:
            raise TransferError("abandoned")
        if self._left < 0:
            raise TransferError(f"more than {self._limit} bytes")
        self._chunks.put(chunk)

    def flush(self) -> None:
        """Do nothing: what is written is passed on at once."""

    def end(self, failure: TransferError | None = None) -> None:
        """Say that no more comes."""
        self._chunks.put(failure or b"")

    def take(self, seconds: float) -> bytes:
        """Return the next bytes, none at the end; raise what went wrong."""
        try:
            item = self._chunks.get(timeout=seconds)
        except queue.Empty:
            raise TransferError(f"it sends too little in {seconds:g} s", again=True) from None
        if isinstance(item, TransferError):
            raise item
        return item


def _read(url: str, pipe: _Pipe, downloader: Callable[..., object], responses: list[Any]) -> None:
    """Read all of ``url`` into the pipe."""
    try:
        downloader(url, pipe, None)
        pipe.end()
    except TransferError as failure:
        pipe.end(failure)
    except (OSError, ValueError, HTTPException) as cause:
        pipe.end(explained(cause))
    finally:
        # pooch leaves them open where writing fails.
        for response in responses:
            response.close()
