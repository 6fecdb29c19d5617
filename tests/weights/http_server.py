"""A server on this machine that misbehaves in the ways that servers do."""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ADDRESS = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Serves ``content`` at ``/BEHAVIOUR/NAME`` and counts the requests for each path."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__((ADDRESS, 0), _Handler)
        self.content = content
        self.requests: Counter[str] = Counter()
        self.stopped = threading.Event()

    def url(self, behaviour: str, name: str) -> str:
        """Return the address of a file that is served in some way."""
        return f"http://{ADDRESS}:{self.server_port}/{behaviour}/{name}"

    def handle_error(self, *_: Any) -> None:
        """Say nothing when a client leaves early."""


@contextmanager
def serving(content: bytes) -> Iterator[Server]:
    """Serve while the context lasts."""
    with Server(content) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()


def unused_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer as the first part of the path says."""
        self.server.requests[self.path] += 1
        behaviour, name = self.path[1:].split("/", 1)
        getattr(self, f"_{behaviour}")(name)

    @property
    def _first(self) -> bool:
        return self.server.requests[self.path] == 1

    def _send(self, body: bytes, length: int | str | None = None, status: int = 200) -> None:
        self.send_response(status)
        if length != "none":
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _right(self, _: str) -> None:
        self._send(self.server.content)

    def _cut(self, _: str) -> None:
        """Close early."""
        self._send(self.server.content[:-1000], len(self.server.content))

    def _cut_once(self, name: str) -> None:
        (self._cut if self._first else self._right)(name)

    def _cut_silently_once(self, name: str) -> None:
        """Close early, having announced no length."""
        if self._first:
            self._send(self.server.content[:-1000], "none")
        else:
            self._right(name)

    def _reset_once(self, name: str) -> None:
        """Break the connection off in the midst."""
        if not self._first:
            self._right(name)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content[:1000])
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _stall(self, _: str) -> None:
        """Send some, then nothing."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content[:1000])
        self.server.stopped.wait(20)

    def _silent(self, _: str) -> None:
        """Send nothing."""
        self.server.stopped.wait(20)

    def _drip(self, _: str) -> None:
        """Send a byte now and then: no read ever times out."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        for byte in self.server.content:
            self.wfile.write(bytes([byte]))
            if self.server.stopped.wait(0.02):
                return

    def _says_less(self, _: str) -> None:
        self._send(self.server.content, len(self.server.content) - 1000)

    def _says_more(self, _: str) -> None:
        self._send(self.server.content, len(self.server.content) + 1000)

    def _says_nonsense(self, _: str) -> None:
        self._send(self.server.content, "many")

    def _endless(self, _: str) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.stopped.is_set():
            self.wfile.write(bytes(1 << 16))

    def _wrong(self, _: str) -> None:
        body = bytearray(self.server.content)
        body[len(body) // 2] ^= 1
        self._send(bytes(body))

    def _wrong_once(self, name: str) -> None:
        (self._wrong if self._first else self._right)(name)

    def _to(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _moved(self, name: str) -> None:
        self._to(f"/right/{name}")

    def _moved_to_a_file(self, _: str) -> None:
        self._to("file:///etc/passwd")

    def _moved_to_itself(self, _: str) -> None:
        self._to(self.path)

    def _missing(self, _: str) -> None:
        self._send(b"gone", status=404)

    def _broken(self, _: str) -> None:
        self._send(b"oops", status=500)

    def _broken_once(self, name: str) -> None:
        (self._broken if self._first else self._right)(name)

    def _garbage(self, _: str) -> None:
        self.wfile.write(b"\x00\xff this is no HTTP\r\n\r\n")
