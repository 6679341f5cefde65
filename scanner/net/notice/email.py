"""Email: one text mail by SMTP (RFC 5321), to a server that the operator named.

``smtplib`` blocks, so it runs in a thread of its own, which the deadline leaves behind with its socket
closed. Delivered means that the server has taken the mail; what it does with it is out of sight.
"""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import Enum
from threading import Thread

from scanner.model.traffic import Reach, Traffic
from scanner.net.notice.contract import Rejected, Undelivered, Way

EMAIL = Way(
    "email",
    (
        Traffic(
            Reach.UNICAST, "tcp host:port of the site file", "SMTP, one mail per sweep", "RFC 5321, RFC 3207"
        ),
    ),
)

# Mail servers may keep a stranger waiting against spam (greet delay), mostly for 5 to 10 s.
DEADLINE_S = 20.0
_SILENCE_S = 15.0
# RFC 5321, 4.2.1: from 500 on the answer is lasting.
_LASTING = 500


class MailTls(Enum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; without a ``user`` nobody logs in."""

    host: str
    port: int
    tls: MailTls
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail; ``subject`` has one line."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    at: datetime


async def send(server: MailServer, letter: Letter, deadline_s: float = DEADLINE_S) -> str:
    """Hand in a mail; return a remark, empty or naming the recipients that the server refused.

    Raises Undelivered when the server did not take it, and Rejected when it says that it never will.
    """
    if server.user and server.tls is MailTls.NONE:
        raise Undelivered("a password is never sent in clear: set tls to starttls or implicit")
    session = _Session(server, _message(letter))
    try:
        async with asyncio.timeout(deadline_s):
            refused = await session.run()
    except TimeoutError as error:
        raise Undelivered(f"the mail server did not take it within {deadline_s:g} seconds") from error
    except smtplib.SMTPException as error:
        raise _failure(error) from error
    except (OSError, ValueError) as error:
        raise Undelivered(f"the mail server could not be reached ({error})") from error
    finally:
        session.cut()
    return f"the mail server refused {', '.join(sorted(refused))}" if refused else ""


class _Session:
    """One conversation with the server, in a thread that nobody has to wait for."""

    def __init__(self, server: MailServer, message: EmailMessage) -> None:
        self._server, self._message = server, message
        self._smtp: smtplib.SMTP | None = None
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[Mapping[str, object]] = self._loop.create_future()

    async def run(self) -> Mapping[str, object]:
        """Hold the conversation; return the refused recipients."""
        Thread(target=self._talk, daemon=True).start()
        return await self._done

    def cut(self) -> None:
        """Close the connection, whatever the thread waits for."""
        if self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.shutdown(socket.SHUT_RDWR)

    def _talk(self) -> None:
        try:
            refused = self._converse()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._report({}, error)
        else:
            self._report(refused, None)

    def _converse(self) -> Mapping[str, object]:
        server, context = self._server, ssl.create_default_context()
        name = socket.gethostname()
        if server.tls is MailTls.IMPLICIT:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=_SILENCE_S, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, name, timeout=_SILENCE_S)
        self._smtp = smtp
        try:
            if server.tls is MailTls.STARTTLS:
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
            refused = smtp.send_message(self._message)
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            return refused
        finally:
            smtp.close()

    def _report(self, refused: Mapping[str, object], error: Exception | None) -> None:
        """Hand the end over to the loop, unless it has gone on without it."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._settle, refused, error)

    def _settle(self, refused: Mapping[str, object], error: Exception | None) -> None:
        if self._done.done():
            return
        if error is None:
            self._done.set_result(refused)
        else:
            self._done.set_exception(error)


def _message(letter: Letter) -> EmailMessage:
    """Return the mail. Raises Undelivered for a line break in a header: none can be smuggled in."""
    message = EmailMessage(policy=SMTP)
    headers = {
        "From": letter.sender,
        "To": ", ".join(letter.recipients),
        "Subject": letter.subject,
        "Date": format_datetime(letter.at),
        "Message-ID": f"<{letter.message_id}@camcensus>",
        # RFC 3834: no holiday notice shall come back.
        "Auto-Submitted": "auto-generated",
    }
    try:
        for name, value in headers.items():
            message[name] = value
    except ValueError as error:
        raise Undelivered(f"the mail has a header that cannot be sent ({error})") from error
    # Not every server takes eight bits.
    message.set_content(letter.text, cte="quoted-printable")
    return message


def _failure(error: smtplib.SMTPException) -> Undelivered:
    """Return Rejected for a lasting refusal of the mail itself; a wrong password can be put right."""
    said = " ".join(str(error).split())
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Undelivered(f"the mail server does not accept the user and password ({said})")
    if all(code >= _LASTING for code in _codes(error)):
        return Rejected(f"the mail server refuses the mail ({said})")
    return Undelivered(f"the mail server did not take it ({said})")


def _codes(error: smtplib.SMTPException) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else [0]
