"""The capture that reading is measured on: what it holds, and that a reader finds it there."""

import random
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path

from bench.packet import Party, conversation, group, tcp, udp
from bench.traffic import BULK_PER_FRAME, HOSTS, device_frames, mixture, tls_turn, write
from scanner.hearing.ear import Ear
from scanner.intake.capture import Batch, frames
from scanner.intake.contract import Source
from scanner.protocols import frame, tls
from scanner.protocols import tcp as segment
from tests.lab.certificate import Certificate
from tests.lab.plan import Plan
from tests.lab.unit import Unit

CLIENT = Party(b"\2" * 6, Plan().addresses()[0], 40_000)
SERVER = Party(b"\4" * 6, Plan().addresses()[1], 80)


def test_nineteen_frames_in_twenty_are_bulk() -> None:
    sources = Counter(
        str(got.source)[:5] if (got := frame.parse(data)) and got.source else "none"
        for data in islice(mixture(random.Random(1)), 20_000)
    )

    assert sources["10.90"] + sources["10.91"] == 20_000 * BULK_PER_FRAME // (BULK_PER_FRAME + 1)


def test_the_devices_say_what_every_protocol_of_a_census_hears() -> None:
    heard = [frame.parse(data) for data in islice(device_frames(), 6_000)]
    spoken = {(got.ethertype, got.protocol, got.source_port) for got in heard if got}

    datagrams = {port for _, protocol, port in spoken if protocol == frame.PROTOCOL_UDP}
    assert {68, 1900, 3702, 5353, 37020, 37810} <= datagrams
    assert {(frame.ETHERTYPE_ARP, None, None), (0x8033, None, None)} <= spoken
    assert frame.PROTOCOL_IGMP in {protocol for _, protocol, _ in spoken}


def test_a_file_holds_as_many_frames_as_asked_for_and_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first.pcap", tmp_path / "second.pcap"
    write(first, 2_000)
    write(second, 2_000)

    read = list(frames(Source(BytesIO(first.read_bytes()), "first", datetime(2026, 1, 1, tzinfo=UTC))))

    assert sum(len(batch.frames) for batch in read if isinstance(batch, Batch)) == 2_000
    assert first.read_bytes() == second.read_bytes()


def test_every_device_can_be_heard() -> None:
    ear = Ear()
    told = ear.hear((1.0, data) for data in islice(device_frames(), 10_000))
    addresses = {str(sighting.host.address) for sighting in told if str(sighting.host.address) != "0.0.0.0"}

    # Those that say nothing unasked and serve nothing are heard of by nobody.
    assert HOSTS * 0.9 < len(addresses) <= HOSTS + 1


def test_a_conversation_is_whole_and_its_numbers_follow() -> None:
    request, reply = b"GET / HTTP/1.1\r\n\r\n", b"x" * 4_000

    segments = [got for data in conversation(CLIENT, SERVER, [(request, reply)]) if (got := _segment(data))]

    said = b"".join(got.payload for got in segments if got.source_port == SERVER.port)
    assert said == reply
    due = 1
    for got in (got for got in segments if got.source_port == SERVER.port and got.payload):
        assert got.sequence == due
        due += len(got.payload)
    assert [got.flags & 0x03 for got in segments][:1] == [0x02]
    assert [got.flags & 0x01 for got in segments][-3:] == [1, 1, 0]


def _segment(data: bytes) -> segment.Segment | None:
    got = frame.parse(data)
    return segment.parse(got.datagram) if got else None


def test_a_datagram_to_a_group_goes_to_the_groups_hardware_address() -> None:
    got = frame.parse(udp(SERVER, group("239.255.255.250", 1900), b"NOTIFY"))

    # RFC 1112 section 6.4.
    assert got is not None
    assert (got.destination_mac, got.datagram) == ("01:00:5e:7f:ff:fa", b"NOTIFY")


def test_a_segment_is_padded_to_the_shortest_frame() -> None:
    assert len(tcp(CLIENT, SERVER, (1, 1), 0x10)) == 66


def test_a_tls_server_shows_its_certificate() -> None:
    unit = Unit(SERVER.address, "02:00:00:00:00:01")

    _, flight = tls_turn(Certificate(subject="CN=device"), unit)

    assert len(tls.read_flight(flight).certificates) == 1


def test_an_old_tls_server_shows_its_certificate_as_well() -> None:
    unit = Unit(SERVER.address, "02:00:00:00:00:01")

    _, flight = tls_turn(Certificate(subject="CN=old", only_tls10=True), unit)

    assert tls.read_flight(flight).version == "TLSv1.0"
