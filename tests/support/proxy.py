"""A wire between dbtool and Postgres that counts statements, and acts between two of them."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Requests that come before the startup message: SSL and GSS encryption, and cancel.
_PRELUDES = {80877103, 80877104}
# A simple query, and the first message of one with parameters.
_STATEMENTS = {b"Q", b"P"}


class Proxy:
    """Forwards connections to a server.

    Calls ``before`` with the number of each message that brings statements, then sends it on, then
    calls ``after``.
    """

    def __init__(
        self, server_port: int, before: Callable[[int], None], after: Callable[[int], None]
    ) -> None:
        self._server_port = server_port
        self._before = before
        self._after = after
        self._count = 0
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def count(self) -> int:
        """Statements seen so far."""
        return self._count

    def cut(self) -> None:
        """Break every connection."""
        _close(*self._open)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [client, server]
                threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
                threading.Thread(target=self._requests, args=(client, server), daemon=True).start()

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        _close(client, server)

    def _requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                head = _read(client, 8)
                length, code = struct.unpack("!ii", head)
                server.sendall(head + _read(client, length - 8))
                if code not in _PRELUDES:
                    break
            while True:
                head = _read(client, 5)
                body = _read(client, struct.unpack("!i", head[1:])[0] - 4)
                if head[:1] not in _STATEMENTS:
                    server.sendall(head + body)
                    continue
                with self._lock:
                    self._count += 1
                    number = self._count
                self._before(number)
                server.sendall(head + body)
                self._after(number)
        _close(client, server)


def _read(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = source.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def between(
    server_port: int,
    before: Callable[[int], None] = lambda _: None,
    after: Callable[[int], None] = lambda _: None,
) -> Iterator[Proxy]:
    """A proxy for the length of a block."""
    proxy = Proxy(server_port, before, after)
    try:
        yield proxy
    finally:
        proxy.close()
