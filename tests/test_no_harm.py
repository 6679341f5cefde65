"""What leaves the scanner, on the wire and behind TLS: nothing that is not declared, nothing forbidden."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from scanner.protocols import frame, sadp
from tests.lab import Lab, Plan
from tests.lab.demo import SITE, site_file
from tests.test_census import NETWORK, camcensus, frames_of

pytestmark = pytest.mark.lab
SCANNER = ip_address("10.77.0.2")
GROUPS = {ip_address(group) for group in ("224.0.0.251", "239.255.255.250", "239.255.255.251", "224.0.0.22")}

# The never-send lists of both makers' fact sheets, as what would be seen in a request.
FORBIDDEN = re.compile(
    rb"authorization|cookie:|login|logon|password|passwd|activate>|exchangecode|getencryptstring|restore"
    rb"|resetpassword|securitycode|setmailbox|/current_config|/mtd/|sha1account|videotalk|/rpc2|webcapsconfig"
    rb"|weblanguage|usercheck|auth=|configurationfile|onvif-http/snapshot|netkeyboard|loopback|setconfig"
    rb"|devinit|passwdfind|modifypwd|global\.login|/streaming/channels|realmonitor|setup rtsp|play rtsp"
    rb"|security/token|usernametoken",
    re.IGNORECASE,
)
# A harmless page whose name holds a forbidden word: it only says whether a password is set.
ALLOWED = b"GET /SDK/activateStatus"
REQUEST_LINE = re.compile(
    rb"^(?:GET|OPTIONS|DESCRIBE) \S+ (?:HTTP/1\.1|RTSP/1\.0)$|^POST /onvif/device_service HTTP/1\.1$"
)
CONTROL_PORTS = {8000, 37777, 35000, 34567, 9010}


@pytest.fixture(scope="module")
def trace(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, dict[str, list[bytes]]]]:
    """Record the sweep that the demo makes; also keep what each device was sent after decryption."""
    path = tmp_path_factory.mktemp("wire") / "trace.pcap"
    with Lab(Plan()) as lab:
        lab.record(path)
        site, known = path.with_suffix(".toml"), ("--db", str(path.with_suffix(".sqlite3")))
        site.write_text(site_file(NETWORK))
        lab.run(camcensus("site", "add", str(site), *known), check=True)
        done = lab.run(camcensus("scan", "--site", SITE, "-o", str(path.with_suffix(".csv")), *known))
        assert done.returncode == 0, done.stderr
        received = {
            expected.persona: [m.data for m in lab.received(expected.address) if m.peer == str(SCANNER)]
            for expected in lab.truth
        }
    yield path, received


def sent_frames(path: Path) -> Iterator[frame.Frame]:
    for data in frames_of(path):
        got = frame.parse(data)
        if got and got.source == SCANNER:
            yield got


def test_no_address_outside_the_lab_is_spoken_to(trace: tuple[Path, object]) -> None:
    destinations = {f.destination for f in sent_frames(trace[0])}

    assert len(destinations) > 30
    assert {d for d in destinations if d not in ip_network(NETWORK) and d not in GROUPS} == set()


def test_no_frame_holds_anything_forbidden(trace: tuple[Path, object]) -> None:
    found = {
        match.group(0)
        for f in sent_frames(trace[0])
        if (match := FORBIDDEN.search(f.datagram.replace(ALLOWED, b"")))
    }

    assert found == set()


def test_nothing_forbidden_was_said_inside_tls_either(
    trace: tuple[Path, dict[str, list[bytes]]],
) -> None:
    messages = [(who, data) for who, said in trace[1].items() for data in said]
    found = {
        (who, m.group(0)) for who, data in messages if (m := FORBIDDEN.search(data.replace(ALLOWED, b"")))
    }

    assert len(messages) > 100
    assert found == set()


def test_every_request_is_of_a_declared_kind(trace: tuple[Path, dict[str, list[bytes]]]) -> None:
    lines = {
        line
        for said in trace[1].values()
        for data in said
        for line in data.split(b"\r\n")[:1]
        if line.endswith((b"HTTP/1.1", b"RTSP/1.0")) and not line.startswith(b"M-SEARCH")
    }

    assert len(lines) > 20
    assert {line for line in lines if not REQUEST_LINE.match(line)} == set()


def test_control_ports_get_no_payload(trace: tuple[Path, object]) -> None:
    tcp = [f for f in sent_frames(trace[0]) if f.protocol == frame.PROTOCOL_TCP]
    ports = {(int.from_bytes(f.datagram[2:4]), f.datagram[(f.datagram[12] >> 4) * 4 :]) for f in tcp}

    assert any(port in CONTROL_PORTS for port, _ in ports)
    assert {port for port, payload in ports if payload and port in CONTROL_PORTS} == set()


def test_discovery_says_only_its_one_question(trace: tuple[Path, object]) -> None:
    asked: dict[int | None, set[bytes]] = {}
    for f in sent_frames(trace[0]):
        asked.setdefault(f.destination_port, set()).add(f.datagram)

    assert asked[37020]
    assert all(b"<Types>inquiry</Types>" in data for data in asked[37020])
    assert asked[37810]
    assert all(
        data.endswith(b'"DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n')
        for data in asked[37810]
    )


def test_layer_2_sadp_is_the_inquiry_and_nothing_else(trace: tuple[Path, object]) -> None:
    frames = [f for data in frames_of(trace[0]) if (f := frame.parse(data)) and f.ethertype == sadp.ETHERTYPE]
    opcodes = {f.payload[10] for f in frames if f.payload[20:24] == SCANNER.packed}

    assert opcodes == {0x03}
