"""One message to one receiver: in the form of its way, with the settings of the site file."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scanner.model.site import NotifyTarget, NotifyWay
from scanner.net.notice import command, email, syslog, webhook
from scanner.net.notice.contract import Undelivered, Way
from scanner.notify import letter, log_line
from scanner.notify.digest import Digest, dumped

BUILTIN_WAYS: tuple[Way, ...] = (webhook.WEBHOOK, syslog.SYSLOG, email.EMAIL, command.COMMAND)


@dataclass(frozen=True, slots=True)
class Means:
    """What a delivery needs beside the message: the environment, which holds the secrets, and the time."""

    environment: Mapping[str, str] = field(repr=False)
    at: datetime

    def secret(self, target: NotifyTarget, setting: str) -> str:
        """Return what the variable that a setting names holds; empty where the setting names none.

        Raises Undelivered when there is no such variable: nothing is sent unsigned or without login then.
        """
        name = target.setting(setting)
        if name and not self.environment.get(name):
            raise Undelivered(f"the environment variable {name}, which {setting} names, is not set")
        return self.environment[name] if name else ""


async def send(target: NotifyTarget, digest: Digest, means: Means) -> str:
    """Deliver a message; return a remark, mostly empty.

    Raises Undelivered when it did not arrive, and Rejected when it never will.
    """
    return await _SENDERS[target.way](target, digest, means)


async def _webhook(target: NotifyTarget, digest: Digest, means: Means) -> str:
    secret = means.secret(target, "secret_env").encode(errors="surrogateescape")
    await webhook.post(target.setting("url"), _document(digest), digest.id, secret, means.at)
    return ""


async def _syslog(target: NotifyTarget, digest: Digest, means: Means) -> str:
    del means
    form = log_line.FORMS[target.setting("format", "rfc5424")]
    messages = log_line.messages(digest, syslog.host_name(), target.setting("facility", "local0"), form)
    sending = syslog.send_stream if target.setting("transport") == "tcp" else syslog.send_datagrams
    await sending(target.setting("host"), int(target.setting("port", "514")), messages)
    return ""


async def _email(target: NotifyTarget, digest: Digest, means: Means) -> str:
    server = email.MailServer(
        host=target.setting("host"),
        port=int(target.setting("port")),
        tls=email.MailTls(target.setting("tls")),
        user=means.secret(target, "user_env"),
        password=means.secret(target, "password_env"),
    )
    mail = email.Letter(
        sender=target.setting("from"),
        recipients=target.entries("to"),
        subject=letter.subject(digest),
        text=letter.text(digest),
        message_id=digest.id,
        at=digest.at,
    )
    return await email.send(server, mail)


async def _command(target: NotifyTarget, digest: Digest, means: Means) -> str:
    del means
    await command.run(target.entries("argv"), _document(digest))
    return ""


def _document(digest: Digest) -> bytes:
    """Return the JSON document; its own escapes keep what devices sent harmless."""
    return json.dumps(dumped(digest)).encode()


_SENDERS: dict[NotifyWay, Callable[[NotifyTarget, Digest, Means], Awaitable[str]]] = {
    NotifyWay.WEBHOOK: _webhook,
    NotifyWay.SYSLOG: _syslog,
    NotifyWay.EMAIL: _email,
    NotifyWay.COMMAND: _command,
}
