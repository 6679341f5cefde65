"""Receivers on loopback that answer as a test tells them, and keep what they were sent."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def run(exchange: Coroutine[Any, Any, None]) -> None:
    """Hold one exchange; a test that hangs is a failure."""
    asyncio.run(asyncio.wait_for(exchange, 60))


@dataclass(slots=True)
class Receiver:
    """A TCP server that gives one scripted answer per connection, the last one again and again."""

    port: int = 0
    received: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def answering(*answers: bytes, context: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Answer whole HTTP requests; an empty answer is silence."""
    told = Receiver()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        told.received.append(head + await reader.readexactly(length))
        answer = answers[min(len(told.received), len(answers)) - 1]
        if not answer:
            await reader.read()
        writer.write(answer)

    async with serving(serve, told, context):
        yield told


@asynccontextmanager
async def serving(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]],
    told: Receiver,
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[None]:
    """Serve every connection with a function, until the end of the test."""
    conversations: set[asyncio.Task[None]] = set()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
            writer.close()
            await writer.wait_closed()
        finally:
            writer.transport.abort()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.create_task(hold(reader, writer)))

    server = await asyncio.start_server(begin, LOOPBACK, 0, ssl=context)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        server.close()
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        # The loop closes what was aborted at its next turn.
        await asyncio.sleep(0.01)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context for 127.0.0.1, and the certificate to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "receiver.pem", folder / "receiver.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return context, public
