"""Mail against a real SMTP server on loopback."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from scanner.net.notice.contract import Rejected, Undelivered
from scanner.net.notice.email import Letter, MailServer, MailTls, send
from tests.net.notice.receiver import AT, LOOPBACK, Receiver, certified, free_port, run, serving

LETTER = Letter(
    sender="camcensus <camcensus@example.org>",
    recipients=("noc@example.org", "owner@example.org"),
    subject="camcensus: dépôt: 1 new",
    text="depot, sweep 12\n\n.\n* new: 10.0.0.5, 海康威视\n" + "a" * 3000 + "\n",
    message_id="0123456789abcdef",
    at=AT,
)


class Mailbox:
    """Keeps what arrives; refuses whoever it is told to refuse."""

    def __init__(self, refused: dict[str, str] | None = None, says: str = "250 OK") -> None:
        self.refused, self.says = refused or {}, says
        self.arrived: list[Envelope] = []
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.arrived.append(envelope)
        self.was_encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return self.says

    def message(self) -> EmailMessage:
        (envelope,) = self.arrived
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=SMTP)
        assert isinstance(message, EmailMessage)
        return message


@contextmanager
def mail_server(mailbox: Mailbox, tls: MailTls = MailTls.NONE, **settings: Any) -> Iterator[MailServer]:
    port = free_port()
    controller = Controller(mailbox, hostname=LOOPBACK, port=port, **settings)
    controller.start()
    try:
        yield MailServer(LOOPBACK, port, tls)
    finally:
        controller.stop()


def deliver(server: MailServer, letter: Letter = LETTER, deadline_s: float = 10.0) -> str:
    return asyncio.run(send(server, letter, deadline_s))


def test_a_mail_arrives_as_it_was_written() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as server:
        assert deliver(server) == ""

    message = mailbox.message()
    assert mailbox.arrived[0].mail_from == "camcensus@example.org"
    assert mailbox.arrived[0].rcpt_tos == ["noc@example.org", "owner@example.org"]
    assert message["Subject"] == "camcensus: dépôt: 1 new"
    assert message["Message-ID"] == "<0123456789abcdef@camcensus>"
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r"])
def test_no_header_can_be_smuggled_in(break_: str) -> None:
    mailbox = Mailbox()
    hostile = f"new{break_}Bcc: stranger@example.com{break_}{break_}another body"
    with mail_server(mailbox) as server:
        for letter in (
            replace(LETTER, subject=hostile),
            replace(LETTER, sender=f"a@example.org{break_}Bcc: stranger@example.com"),
            replace(LETTER, recipients=(f"a@example.org{break_}Bcc: stranger@example.com",)),
        ):
            with pytest.raises(Undelivered, match="header that cannot be sent"):
                deliver(server, letter)

    assert mailbox.arrived == []


@pytest.mark.parametrize("tls", [MailTls.STARTTLS, MailTls.IMPLICIT])
def test_tls_protects_the_login_and_the_mail(
    tls: MailTls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox, logins = Mailbox(), []

    def log_in(_server: object, _session: object, _envelope: object, _way: str, said: object) -> AuthResult:
        assert isinstance(said, LoginPassword)
        logins.append((said.login, said.password))
        return AuthResult(success=said.password == b"right", handled=False)

    with mail_server(mailbox, tls, **protected(tls, context), authenticator=log_in) as server:
        deliver(replace(server, user="census", password="right"))
        with pytest.raises(Undelivered, match="does not accept the user") as caught:
            deliver(replace(server, user="census", password="wrong"))

    assert not isinstance(caught.value, Rejected)
    assert (len(mailbox.arrived), mailbox.was_encrypted) == (1, [True])
    assert logins[0] == (b"census", b"right")


def protected(tls: MailTls, context: ssl.SSLContext) -> dict[str, Any]:
    if tls is MailTls.IMPLICIT:
        return {"ssl_context": context, "auth_require_tls": False}
    return {"tls_context": context, "require_starttls": True}


@pytest.mark.parametrize("tls", [MailTls.STARTTLS, MailTls.IMPLICIT])
def test_a_server_that_nobody_vouches_for_gets_nothing(tls: MailTls, tmp_path: Path) -> None:
    mailbox = Mailbox()
    with (
        mail_server(mailbox, tls, **protected(tls, certified(tmp_path)[0])) as server,
        pytest.raises(Undelivered, match="certificate verify failed"),
    ):
        deliver(server)

    assert mailbox.arrived == []


def test_where_tls_is_asked_for_nothing_goes_in_clear() -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as server, pytest.raises(Undelivered, match="STARTTLS"):
        deliver(replace(server, tls=MailTls.STARTTLS))

    assert mailbox.arrived == []


def test_a_password_never_goes_in_clear() -> None:
    with pytest.raises(Undelivered, match="never sent in clear"):
        deliver(MailServer(LOOPBACK, free_port(), MailTls.NONE, "census", "a password"))


def test_one_refused_recipient_is_remarked_and_the_others_get_the_mail() -> None:
    mailbox = Mailbox({"noc@example.org": "550 no such user"})
    with mail_server(mailbox) as server:
        assert deliver(server) == "the mail server refused noc@example.org"

    assert mailbox.arrived[0].rcpt_tos == ["owner@example.org"]


@pytest.mark.parametrize(
    ("refused", "says", "is_final"),
    [
        ({"noc@example.org": "550 no", "owner@example.org": "550 no"}, "250 OK", True),
        ({"noc@example.org": "550 no", "owner@example.org": "450 grey"}, "250 OK", False),
        ({}, "552 too large", True),
        ({}, "451 try again", False),
    ],
)
def test_only_a_lasting_refusal_is_final(refused: dict[str, str], says: str, is_final: bool) -> None:
    with mail_server(Mailbox(refused, says)) as server, pytest.raises(Undelivered) as caught:
        deliver(server)

    assert isinstance(caught.value, Rejected) is is_final


def test_nobody_listens() -> None:
    with pytest.raises(Undelivered, match="could not be reached"):
        deliver(MailServer(LOOPBACK, free_port(), MailTls.NONE))


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_a_silent_server_costs_no_more_than_the_deadline(greeting: bytes) -> None:
    async def exchange() -> None:
        receiver = Receiver()

        async def say_no_more(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(greeting)
            await asyncio.sleep(60)

        async with serving(say_no_more, receiver):
            with pytest.raises(Undelivered, match=r"did not take it within 1\.5 seconds"):
                await send(MailServer(LOOPBACK, receiver.port, MailTls.NONE), LETTER, 1.5)

    run(exchange())


def test_a_server_that_talks_without_end_is_left() -> None:
    async def exchange() -> None:
        receiver = Receiver()

        async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                writer.write(b"220-" + b"a" * 100_000)
                await writer.drain()

        async with serving(babble, receiver):
            with pytest.raises(Undelivered):
                await send(MailServer(LOOPBACK, receiver.port, MailTls.NONE), LETTER, 2.0)

    run(exchange())
