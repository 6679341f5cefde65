"""One message to one receiver, with the settings of the site file, end to end over loopback."""

import asyncio
import json
import socket
from pathlib import Path

import pytest

from scanner.model.site import NotifyTarget, Site
from scanner.net.notice.contract import Undelivered
from scanner.net.notice.webhook import signed
from scanner.notify.digest import Digest, Event, dumped
from scanner.notify.receiver import Means, send
from scanner.site.file import read
from tests.export.hostile import HOSTILE
from tests.net.notice.receiver import LOOPBACK, answering, free_port, run
from tests.notify.sweep import AT

EVENT = Event("new", "new", device=7, flagged=True, address="10.0.0.5", model="".join(HOSTILE))
DIGEST = Digest("4711", "depot", 12, AT, {"new": 1}, (EVENT,))
OK = b"HTTP/1.1 204 No Content\r\n\r\n"
SITE = """
schema = 1
[site]
name = "depot"
[[segment]]
name = "cctv"
networks = ["10.0.0.0/24"]
[[notify]]
name = "target"
"""


def target(settings: str) -> NotifyTarget:
    """Return the receiver of a site file, so that both sides agree on every setting."""
    site: Site = read(SITE + settings)
    return site.notify[0]


def deliver(receiver: NotifyTarget, **environment: str) -> str:
    return asyncio.run(send(receiver, DIGEST, Means(environment, AT)))


def test_a_webhook_gets_the_whole_document_signed() -> None:
    async def exchange() -> None:
        async with answering(OK) as hook:
            url = f'way = "webhook"\nurl = "http://{LOOPBACK}:{hook.port}/"\nsecret_env = "HOOK_SECRET"'
            await send(target(url), DIGEST, Means({"HOOK_SECRET": "secret"}, AT))

        head, _, body = hook.received[0].partition(b"\r\n\r\n")
        # A lone half of a surrogate pair comes back as it was; so does everything else.
        assert json.loads(body) == json.loads(json.dumps(dumped(DIGEST)))
        assert signed(body, b"secret", AT)["X-Camcensus-Signature"].encode() in head

    run(exchange())


def test_without_its_secret_a_webhook_gets_nothing() -> None:
    settings = 'way = "webhook"\nurl = "http://127.0.0.1:1/"\nsecret_env = "HOOK_SECRET"'
    with pytest.raises(Undelivered, match="HOOK_SECRET, which secret_env names, is not set"):
        deliver(target(settings))


@pytest.mark.parametrize(("form", "mark"), [("rfc5424", b"[camcensus@32473 "), ("cef", b" - CEF:0|")])
def test_syslog_gets_one_line_in_the_form_of_the_site_file(form: str, mark: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind((LOOPBACK, 0))
        daemon.settimeout(5)
        port = daemon.getsockname()[1]
        deliver(
            target(
                f'way = "syslog"\nhost = "{LOOPBACK}"\nport = {port}\nformat = "{form}"\nfacility = "auth"'
            )
        )
        line = daemon.recv(65_536)

    assert line.startswith(b"<36>1 2026-11-22T02:00:00Z ")
    assert mark in line
    assert b"\n" not in line


def test_syslog_goes_by_tcp_where_the_site_file_says_so() -> None:
    settings = f'way = "syslog"\nhost = "{LOOPBACK}"\nport = {free_port()}\ntransport = "tcp"'
    with pytest.raises(Undelivered, match="could not be reached"):
        deliver(target(settings))


def test_mail_needs_both_its_variables() -> None:
    settings = (
        f'way = "email"\nhost = "{LOOPBACK}"\nport = {free_port()}\nfrom = "a@example.org"\n'
        'to = ["b@example.org", "c@example.org"]\nuser_env = "MAIL_USER"\npassword_env = "MAIL_PASSWORD"'
    )
    with pytest.raises(Undelivered, match="MAIL_PASSWORD, which password_env names, is not set"):
        deliver(target(settings), MAIL_USER="census")
    with pytest.raises(Undelivered, match="could not be reached"):
        deliver(target(settings), MAIL_USER="census", MAIL_PASSWORD="secret")


def test_a_command_gets_the_document_and_its_arguments_as_they_are(tmp_path: Path) -> None:
    told = tmp_path / "with a blank; $(echo)"
    argv = json.dumps(["/bin/sh", "-c", 'cat > "$0"', str(told)])
    deliver(target(f'way = "command"\nargv = {argv}'))

    assert json.loads(told.read_bytes()) == json.loads(json.dumps(dumped(DIGEST)))
