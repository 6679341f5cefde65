"""The history that the bench enters differs from night to night as real nights do, and in nothing else."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, ip_address

from bench.history import Seen, crowd, nights
from scanner.model.device import Identity
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.verdict import Status, Tier, Verdict

AT = datetime(2026, 11, 22, tzinfo=UTC)
HOST = Host(ip_address("10.77.0.10"), "58:50:ed:1f:e3:85")
REPLY = (
    b"HTTP/1.1 401 Unauthorized\r\nDate: Fri, 27 Sep 2019 10:10:10 GMT\r\n"
    b'WWW-Authenticate: Digest realm="DVR", nonce="4d32497a"\r\n\r\n'
)
FACTS = (Fact(Field.HTTP_SERVER, "webserver", REPLY), Fact(Field.HTML_TITLE, "login", REPLY))
CAMERA = Seen(
    Verdict(HOST, Status.FLAGGED, Tier.CONFIRMED, "because"),
    tuple(fact.seen(HOST, "landing", Via.CONNECTION, AT) for fact in FACTS),
    (),
    frozenset({Identity(Field.MAC, HOST.mac or ""), Identity(Field.SADP_SERIAL, "DS-2CD1")}),
    (),
)


def test_dates_and_nonces_differ_from_night_to_night_and_facts_do_not() -> None:
    first, second = (night.kept[0].observations for night in nights([CAMERA])[:2])

    assert [(one.field, one.value) for one in first] == [(one.field, one.value) for one in second]
    assert second[0].observed_at - first[0].observed_at == timedelta(days=1)
    assert first[0].raw != second[0].raw
    assert b'nonce="4d32497a"' not in second[0].raw
    assert b"Date: Mon, 23 Nov 2026 00:00:00 GMT" in second[0].raw
    assert len(second[0].raw) == len(REPLY)


def test_what_one_message_showed_is_one_message_still() -> None:
    server, title = nights([CAMERA])[3].kept[0].observations

    assert server.raw is title.raw


def test_a_crowd_is_of_different_devices() -> None:
    large = crowd([CAMERA], IPv4Network("10.128.0.0/16"), 300)

    assert len({kept.host.address for kept in large.kept}) == 300
    assert len({identity for one in large.seen for identity in one.identities}) == 600
