"""A web interface on loopback."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Event

_numbers: Iterator[int] = count(1)


def free_address() -> str:
    """Return a loopback address that no other test of this or another worker uses."""
    process = os.getpid()
    return f"127.{1 + process // 200 % 200}.{1 + process % 200}.{next(_numbers)}"


class _Page(BaseHTTPRequestHandler):
    server: "Device"

    def do_GET(self) -> None:
        self.server.asked.set()
        self.server.may_answer.wait(timeout=60)
        self.send_response_only(200)
        self.send_header("Server", "Acme-Webs/AC-1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Device(ThreadingHTTPServer):
    """Answers every GET with the server line of Acme's AC-1, once ``may_answer`` is set."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: str, port: int) -> None:
        super().__init__((address, port), _Page)
        self.address = address
        self.asked = Event()
        self.may_answer = Event()
        self.may_answer.set()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sweep that ends closes connections; that is no error of the device."""
