"""How the lab's server is spoken to: one JSON line each way, over a Unix socket in its state directory."""

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from tests.lab.errors import LabError

SOCKET_NAME = "control"
# Everything one device received in a sweep, as base64, fits; longer lines are a mistake.
MAX_LINE_BYTES = 256 * 1024 * 1024
CALL_TIMEOUT_SECONDS = 60.0

Call = Callable[..., Awaitable[Any]]


async def answer_calls(calls: Mapping[str, Call]) -> asyncio.Server:
    """Answer calls on a socket in the current directory."""

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = json.loads(await reader.readline())
        try:
            answer = {"result": await calls[request.pop("call")](**request)}
        except (LabError, ValueError) as error:
            answer = {"error": str(error)}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(on_connection, SOCKET_NAME)


def call(directory: Path, name: str, **arguments: Any) -> Any:
    """Call the server of a state directory; raises ``LabError`` when it is gone or refuses."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(CALL_TIMEOUT_SECONDS)
        _connect(sock, directory)
        sock.sendall(json.dumps({"call": name, **arguments}).encode() + b"\n")
        with sock.makefile("rb") as file:
            line = file.readline(MAX_LINE_BYTES)
    if not line:
        raise LabError("the lab's server ended in the middle of a call")
    answer = json.loads(line)
    if "error" in answer:
        raise LabError(answer["error"])
    return answer["result"]


def _connect(sock: socket.socket, directory: Path) -> None:
    # A socket's path may have 107 bytes and a test's directory is longer: /proc makes it short.
    try:
        descriptor = os.open(directory, os.O_PATH)
    except FileNotFoundError as error:
        raise LabError(f"no lab is up in {directory}") from error
    try:
        sock.connect(f"/proc/self/fd/{descriptor}/{SOCKET_NAME}")
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise LabError(f"no lab is up in {directory}") from error
    finally:
        os.close(descriptor)
