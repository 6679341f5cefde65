"""Webhooks against real HTTP servers on loopback, willing and unwilling."""

import asyncio
import hashlib
import hmac
from pathlib import Path

import pytest

from scanner.net.notice.contract import Rejected, Undelivered
from scanner.net.notice.webhook import post
from tests.net.notice.receiver import AT, LOOPBACK, Receiver, answering, certified, free_port, run, serving

OK = b"HTTP/1.1 204 No Content\r\n\r\n"
BODY = b'{"schema": 1}'
SECRET = b"a shared secret"


def url_of(receiver: Receiver, scheme: str = "http") -> str:
    return f"{scheme}://{LOOPBACK}:{receiver.port}/hook"


def is_genuine(request: bytes, secret: bytes) -> bool:
    """Check a signature as the documentation tells receivers to."""
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    timestamp, signature = headers[b"X-Camcensus-Timestamp"], headers[b"X-Camcensus-Signature"]
    expected = hmac.new(secret, timestamp + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature, b"sha256=" + expected.encode())


def test_a_document_arrives_signed_with_its_time_and_id() -> None:
    async def exchange() -> None:
        async with answering(OK) as receiver:
            await post(url_of(receiver), BODY, "4711", SECRET, AT)

        (request,) = receiver.received
        assert request.startswith(b"POST /hook HTTP/1.1\r\n")
        assert request.endswith(b"\r\n\r\n" + BODY)
        assert b"\r\nX-Camcensus-Id: 4711\r\n" in request
        assert f"\r\nX-Camcensus-Timestamp: {int(AT.timestamp())}\r\n".encode() in request
        assert is_genuine(request, SECRET)
        assert not is_genuine(request.replace(b'"schema": 1', b'"schema": 2'), SECRET)
        assert not is_genuine(request, b"another secret")

    run(exchange())


def test_without_a_secret_nothing_is_signed() -> None:
    async def exchange() -> None:
        async with answering(OK) as receiver:
            await post(url_of(receiver), BODY, "4711", b"", AT)

        assert b"X-Camcensus-Signature" not in receiver.received[0]

    run(exchange())


@pytest.mark.parametrize(
    ("answer", "reason", "retry_after_s"),
    [
        (b"HTTP/1.1 500 Oops\r\n\r\n", "status 500", None),
        (b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n", "status 503", 120.0),
        (b"HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\n\r\n", "status 429", 7.0),
        (b"HTTP/1.1 429 Slow down\r\nRetry-After: Sun, 22 Nov 2026 03:00:00 GMT\r\n\r\n", "status 429", None),
        (b"HTTP/1.1 429 Slow down\r\nRetry-After: 99999999999999\r\n\r\n", "status 429", None),
        (b"HTTP/1.1 200", "could not be reached", None),
        (b"nonsense\r\n\r\n", "could not be reached", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2_000_000, "could not be reached", None),
    ],
)
def test_a_receiver_in_trouble_is_asked_again_later(
    answer: bytes, reason: str, retry_after_s: float | None
) -> None:
    async def exchange() -> None:
        async with answering(answer) as receiver:
            with pytest.raises(Undelivered, match=reason) as caught:
                await post(url_of(receiver), BODY, "4711", SECRET, AT)

        assert not isinstance(caught.value, Rejected)
        assert caught.value.retry_after_s == retry_after_s

    run(exchange())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
def test_a_refusal_is_final(status: int) -> None:
    async def exchange() -> None:
        async with answering(b"HTTP/1.1 %d No\r\n\r\n" % status) as receiver:
            with pytest.raises(Rejected, match=f"status {status}"):
                await post(url_of(receiver), BODY, "4711", SECRET, AT)

    run(exchange())


def test_a_redirect_is_not_followed() -> None:
    async def exchange() -> None:
        async with answering(OK) as stranger:
            moved = b"HTTP/1.1 307 Moved\r\nLocation: " + url_of(stranger).encode() + b"\r\n\r\n"
            async with answering(moved) as receiver:
                with pytest.raises(Rejected, match="redirects"):
                    await post(url_of(receiver), BODY, "4711", SECRET, AT)

        assert (len(receiver.received), stranger.received) == (1, [])

    run(exchange())


def test_an_endless_answer_is_not_read() -> None:
    async def exchange() -> None:
        sent = 0

        async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
                await writer.drain()
                sent += 65_536

        receiver = Receiver()
        async with serving(pour, receiver):
            await post(url_of(receiver), BODY, "4711", SECRET, AT)
        # What the sockets' buffers take in, and not a byte that anybody has read.
        assert sent < 16 * 1024 * 1024

    run(exchange())


def test_nobody_listens() -> None:
    with pytest.raises(Undelivered, match="could not be reached"):
        run(post(f"http://{LOOPBACK}:{free_port()}/hook", BODY, "4711", SECRET, AT))


def test_a_silent_receiver_costs_no_more_than_the_deadline() -> None:
    async def exchange() -> None:
        async with answering(b"") as receiver:
            with pytest.raises(Undelivered, match=r"did not answer within 1\.5 seconds"):
                await post(url_of(receiver), BODY, "4711", SECRET, AT, deadline_s=1.5)

    run(exchange())


def test_a_receiver_that_drips_costs_no_more_than_the_deadline() -> None:
    async def exchange() -> None:
        async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                writer.write(b"a")
                await asyncio.sleep(0.02)

        receiver = Receiver()
        async with serving(drip, receiver):
            with pytest.raises(Undelivered, match="did not answer within"):
                await post(url_of(receiver), BODY, "4711", SECRET, AT, deadline_s=1.5)

    run(exchange())


def test_a_certificate_that_nobody_vouches_for_gets_no_message(tmp_path: Path) -> None:
    async def exchange() -> None:
        async with answering(OK, context=certified(tmp_path)[0]) as receiver:
            with pytest.raises(Undelivered, match=r"(?i)certificate verify failed"):
                await post(url_of(receiver, "https"), BODY, "4711", SECRET, AT)

        assert receiver.received == []

    run(exchange())


def test_a_trusted_certificate_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, certificate = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def exchange() -> None:
        async with answering(OK, context=context) as receiver:
            await post(url_of(receiver, "https"), BODY, "4711", SECRET, AT)

        assert len(receiver.received) == 1

    run(exchange())


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{LOOPBACK}:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://{LOOPBACK}:{free_port()}")

    async def exchange() -> None:
        async with answering(OK) as receiver:
            await post(url_of(receiver), BODY, "4711", SECRET, AT)

        assert len(receiver.received) == 1

    run(exchange())
