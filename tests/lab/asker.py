"""Asks raw questions from where it runs, without any of the scanner's code: the lab's own proof.

``python -m tests.lab.asker`` reads a JSON list of questions and prints a JSON list of answers.
"""

import asyncio
import base64
import json
import socket
import ssl
import sys
from dataclasses import asdict, dataclass
from typing import Any, Self

READ_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: connect or send to a port, then collect what comes back.

    Collecting ends after ``enough`` bytes (TCP) or datagrams (UDP), at the end of the stream, or after
    ``seconds``. ``source_port`` and ``group`` (to join) matter to multicast.
    """

    transport: str
    address: str
    port: int
    data: bytes = b""
    tls: bool = False
    enough: int = 1
    seconds: float = 2.0
    source_port: int = 0
    group: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return asdict(self) | {"data": base64.b64encode(self.data).decode()}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Read the form that ``to_json`` made."""
        return cls(**row | {"data": base64.b64decode(row["data"])})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the stream in one piece, or each datagram with its sender; or why nothing did."""

    pieces: tuple[tuple[str, bytes], ...] = ()
    error: str = ""

    @property
    def data(self) -> bytes:
        """Everything that came, in order."""
        return b"".join(data for _, data in self.pieces)

    @property
    def senders(self) -> set[str]:
        """The addresses that answered."""
        return {sender for sender, _ in self.pieces}

    def to_json(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        pieces = [(sender, base64.b64encode(data).decode()) for sender, data in self.pieces]
        return {"pieces": pieces, "error": self.error}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Read the form that ``to_json`` made."""
        pieces = tuple((sender, base64.b64decode(data)) for sender, data in row["pieces"])
        return cls(pieces, row["error"])


async def answer_all(questions: list[Ask]) -> list[Answer]:
    """Ask everything at once."""
    return await asyncio.gather(*(_ask(question) for question in questions))


async def _ask(question: Ask) -> Answer:
    pieces: list[tuple[str, bytes]] = []
    asking = _ask_tcp(question, pieces) if question.transport == "tcp" else _ask_udp(question, pieces)
    try:
        await asyncio.wait_for(asking, question.seconds)
    except TimeoutError:
        return Answer(tuple(pieces), "timed out")
    except OSError as error:
        return Answer(tuple(pieces), error.strerror or str(error))
    return Answer(tuple(pieces))


async def _ask_tcp(question: Ask, pieces: list[tuple[str, bytes]]) -> None:
    context = _any_tls() if question.tls else None
    reader, writer = await asyncio.open_connection(question.address, question.port, ssl=context)
    try:
        writer.write(question.data)
        length = 0
        while length < question.enough and (data := await reader.read(READ_BYTES)):
            pieces.append((question.address, data))
            length += len(data)
    finally:
        writer.close()


async def _ask_udp(question: Ask, pieces: list[tuple[str, bytes]]) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        # With it, the kernel may give two questions the same free port, and one would get both answers.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(question.source_port != 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.bind(("", question.source_port))
        if question.group:
            membership = socket.inet_aton(question.group) + socket.inet_aton("0.0.0.0")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        if question.data:
            await loop.sock_sendto(sock, question.data, (question.address, question.port))
        while len(pieces) < question.enough:
            data, (sender, _) = await loop.sock_recvfrom(sock, READ_BYTES)
            pieces.append((sender, data))


def _any_tls() -> ssl.SSLContext:
    """Return a client that takes any certificate and any version, as a census of old devices must."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def main() -> None:
    """Answer the questions on standard input."""
    questions = [Ask.from_json(row) for row in json.load(sys.stdin)]
    answers = asyncio.run(answer_all(questions))
    json.dump([answer.to_json() for answer in answers], sys.stdout)


if __name__ == "__main__":
    main()
