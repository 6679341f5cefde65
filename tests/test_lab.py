"""The virtual LAN does what it says: every device answers as its persona, and nothing is left behind."""

import csv
import io
import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.lab import Expected, Further, Lab, LabError, Plan, asker, personas_for
from tests.lab.asker import Answer, Ask
from tests.lab.cli import cli
from tests.lab.datagram import Dhip, Sadp, UdpService
from tests.lab.persona import Truth
from tests.lab.personas import ALL_PERSONAS, PERSONAS
from tests.lab.question import DHIP_SEARCH, DVRIP_SEARCH, SADP_FRAME, SADP_INQUIRY, WSD_PROBE, exchanges
from tests.lab.unit import Unit
from tests.waiting import until

pytestmark = pytest.mark.lab
PROJECT = Path(__file__).parents[1]
EVERY_PERSONA = tuple(PERSONAS)


def ask(lab: Lab, *questions: Ask) -> list[Answer]:
    done = lab.run(
        [sys.executable, asker.__file__],
        input=json.dumps([question.to_json() for question in questions]),
        timeout=250,
    )
    assert done.returncode == 0, done.stderr
    return [Answer.from_json(row) for row in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(Plan(personas=EVERY_PERSONA, announce_seconds=1.0)) as running:
        yield running


# --- what every device says -----------------------------------------------------------------------


def test_every_port_answers_to_the_byte_as_its_persona_says(lab: Lab) -> None:
    pairs = [pair for row in lab.truth for pair in exchanges(PERSONAS[row.persona], unit_at(row))]

    answers = ask(lab, *(question for question, _ in pairs))

    wrong = [
        (question.address, question.port, question.data, answer)
        for (question, want), answer in zip(pairs, answers, strict=True)
        if answer.data != want
    ]
    assert not wrong
    assert len(pairs) > 150


def unit_at(row: Expected) -> Unit:
    firmware = (row.firmware_version, row.firmware_build_date)
    return Unit(IPv4Address(row.address), row.mac, row.serial, *firmware)


CAMERAS_WITH_DEVICE_TYPE = ("hik-ipc", "hik-thermal", "dahua-ipc", "amcrest", "honeywell", "cp-plus")


def test_a_multicast_question_is_answered_by_every_device_that_speaks_the_protocol(lab: Lab) -> None:
    def speakers(kind: type[UdpService]) -> set[str]:
        rows = (row for row in lab.truth if any(type(s) is kind for s in PERSONAS[row.persona].services))
        return {row.address for row in rows}

    group, computer, camera = (
        "239.255.255.250",
        b"<d:Types>p:Computer</d:Types>",
        b"<d:Types>n:Device</d:Types>",
    )
    # All answer at once, and a busy machine takes its time over them.
    wait_s = 5.0
    sadp, dhip, windows, cameras = ask(
        lab,
        # One old camera answers to the group, so answers are awaited on the group's own port.
        Ask("udp", group, 37020, SADP_INQUIRY, enough=999, seconds=wait_s, source_port=37020, group=group),
        Ask("udp", "239.255.255.251", 37810, DHIP_SEARCH, enough=999, seconds=wait_s),
        Ask("udp", group, 3702, WSD_PROBE % computer, enough=999, seconds=wait_s),
        Ask("udp", group, 3702, WSD_PROBE % camera, enough=999, seconds=wait_s),
    )

    # One device answers nobody, and may announce itself to the group meanwhile.
    assert sadp.senders - {lab.address("pretends-hikvision")} == speakers(Sadp)
    assert dhip.senders == speakers(Dhip)
    assert windows.senders == {lab.address("windows")}
    assert cameras.senders == {
        lab.address(name) for name in (*CAMERAS_WITH_DEVICE_TYPE, "windows", "hostile-xml")
    }


def test_a_question_in_a_sadp_frame_is_answered_in_one(lab: Lab) -> None:
    program = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)\n"
        "s.bind(('scan0', 0x8033)); s.settimeout(60)\n"
        "s.send(bytes.fromhex(sys.argv[1])); sys.stdout.write(s.recv(2000).hex())"
    )

    answer = bytes.fromhex(lab.run([sys.executable, "-c", program, SADP_FRAME.hex()]).stdout)

    assert answer[14:25] == bytes.fromhex("210201f60000115e060404")
    assert answer[52:100].rstrip(b"\0") == b"DS-2CD2385G1-I20200414AAWRE33842150"
    assert b"V5.6.2build 190701" in answer


# --- what a listener hears, and what the lab writes down --------------------------------------------


def test_a_scanner_that_says_nothing_sends_no_frame_and_hears_the_devices(tmp_path: Path) -> None:
    plan = Plan(personas=("amcrest", "hik-ipc-2014", "hik-ipc", "printer"), announce_seconds=0.5)
    with Lab(plan) as quiet:
        quiet.record(tmp_path / "wire.pcap")
        heard_before = quiet.frames().received
        until(lambda: quiet.frames().received > heard_before + 60, "three rounds of what they announce")
        frames = quiet.frames()
    kinds = {frame_kind(frame) for frame in pcap_frames(tmp_path / "wire.pcap")}

    assert frames.sent == 0
    assert frames.received > heard_before
    assert {"arp", "igmp", "udp 67", "udp 1900", "udp 3702", "udp 5353", "udp 37020"} <= kinds


def pcap_frames(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    assert struct.unpack_from("<IHH", data) == (0xA1B2C3D4, 2, 4)
    offset = 24
    while offset < len(data):
        (length,) = struct.unpack_from("<I", data, offset + 8)
        yield data[offset + 16 : offset + 16 + length]
        offset += 16 + length


def frame_kind(frame: bytes) -> str:
    if frame[12:14] == b"\x08\x06":
        return "arp"
    if frame[12:14] != b"\x08\x00":
        return "other"
    start = 14 + (frame[14] & 15) * 4
    return "igmp" if frame[23] == 2 else f"udp {int.from_bytes(frame[start + 2 : start + 4])}"


def test_the_journal_holds_what_a_device_was_sent_even_through_tls(lab: Lab) -> None:
    nvr = lab.address("dahua-nvr")
    request = b"GET /journal HTTP/1.1\r\nHost: device\r\n\r\n"
    connections = lab.connections(nvr).total

    ask(lab, Ask("tcp", nvr, 443, request, tls=True), Ask("udp", nvr, 37810, DHIP_SEARCH))

    received = lab.received(nvr)[-3:]
    assert {(r.transport, r.port, r.peer, r.data) for r in received} == {
        ("tcp", 443, "10.77.0.2", b""),
        ("tcp", 443, "10.77.0.2", request),
        ("udp", 37810, "10.77.0.2", DHIP_SEARCH),
    }
    assert all(r.at.tzinfo for r in received)
    assert lab.connections(nvr).total == connections + 1


def test_the_journal_knows_how_many_connections_were_open_at_once(lab: Lab) -> None:
    tarpit = lab.address("tarpit")

    ask(lab, *(Ask("tcp", tarpit, port, enough=99, seconds=2.0) for port in (80, 443, 554)))

    assert lab.connections(tarpit).peak == 3


# --- awkward devices ------------------------------------------------------------------------------


def test_a_silent_host_answers_arp_and_nothing_else(lab: Lab) -> None:
    silent = lab.address("silent")

    (answer,) = ask(lab, Ask("tcp", silent, 80, seconds=2.0))

    neighbours = lab.run(["cat", "/proc/net/arp"]).stdout
    assert answer.error == "timed out"
    assert any(silent in line and "02:a7:00:00:01:00" in line for line in neighbours.splitlines())


def test_awkward_devices_misbehave_as_they_are_called(lab: Lab) -> None:
    get = b"GET / HTTP/1.1\r\nHost: device\r\n\r\n"
    names = ("tarpit", "resetter", "garbage", "endless", "gzip-bomb", "huge-header", "control-characters")
    questions = (Ask("tcp", lab.address(name), 80, get, enough=1_500_000, seconds=5.0) for name in names)

    tarpit, reset, garbage, endless, bomb, huge, control = ask(lab, *questions)

    assert (set(tarpit.data), tarpit.error) == (set(b"H"), "timed out")
    assert len(tarpit.data) < 10
    assert (reset.data, reset.error) == (b"HTTP/1.1 200 OK\r\nServer: ", "Connection reset by peer")
    assert (len(garbage.data), garbage.error) == (4096, "")
    assert len(endless.data) >= 1_500_000
    assert b"Content-Encoding: gzip" in bomb.data and len(bomb.data) < 100_000
    assert len(huge.data.partition(b"\r\n\r\n")[0]) > 1_000_000
    assert b"\x1b]0;owned\x07" in control.data


def test_a_fragile_device_dies_after_its_last_connection(lab: Lab) -> None:
    fragile = lab.address("fragile")
    get = b"GET / HTTP/1.1\r\nHost: device\r\n\r\n"

    answers = ask(lab, *(Ask("tcp", fragile, 80, get, enough=9999) for _ in range(6)))

    assert sum(b"Sensor" in answer.data for answer in answers) == 5
    assert "Connection reset by peer" in {answer.error for answer in answers}


# --- the LAN as a whole ---------------------------------------------------------------------------


def test_commands_run_where_the_scanner_stands_and_nowhere_else(lab: Lab) -> None:
    names = lab.run(["cat", "/proc/net/dev"]).stdout

    assert {line.split(":")[0].strip() for line in names.splitlines()[2:]} == {"lo", "scan0"}
    assert lab.run(["sh", "-c", "exit 7"]).returncode == 7


def test_a_device_can_be_unplugged_and_come_back_as_the_same_unit_elsewhere() -> None:
    with Lab(Plan(personas=("hik-ipc", "nginx"), announce_seconds=0)) as changing:
        before = changing.truth[0]
        changing.unplug(before.address)
        moved = changing.plug("hik-ipc", "10.77.0.99", number=0)
        another = changing.plug("hik-ipc")
        (gone, there) = ask(
            changing,
            Ask("tcp", another, 80, b"GET /SDK/activateStatus HTTP/1.1\r\n\r\n"),
            Ask("udp", moved, 37020, SADP_INQUIRY),
        )
        rows = {row.address: row for row in changing.truth}

    assert another == before.address
    assert (rows[moved].mac, rows[moved].serial) == (before.mac, before.serial)
    assert rows[another].mac != before.mac
    assert b"<Activated>true" in gone.data
    assert b"<IPv4Address>10.77.0.99<" in there.data


def rows_of(lab: Lab) -> dict[str, Expected]:
    return {row.address: row for row in lab.truth}


def test_an_upgraded_device_shows_its_new_firmware_everywhere_and_stays_the_same_unit() -> None:
    with Lab(Plan(personas=("hik-ipc", "dahua-nvr", "nginx"), announce_seconds=0)) as changing:
        before = rows_of(changing)
        hik, dahua, nginx = before
        changing.upgrade(hik, "V5.7.3", "2022-01-12")
        changing.upgrade(dahua, "4.003.0000001.2.R")
        with pytest.raises(LabError, match="nothing that nginx says shows its firmware"):
            changing.upgrade(nginx, "2.0")
        after = rows_of(changing)
        sadp, dhip, dvrip = ask(
            changing,
            Ask("udp", hik, 37020, SADP_INQUIRY),
            Ask("udp", dahua, 37810, DHIP_SEARCH),
            Ask("udp", dahua, 5050, DVRIP_SEARCH),
        )

    assert b"<SoftwareVersion>V5.7.3build 220112<" in sadp.data
    assert b'"Version":"4.003.0000001.2.R"' in dhip.data
    assert struct.unpack_from("<4H", dvrip.data, 0x20) == (4, 3, 1, 2)
    assert after[hik] == replace(before[hik], firmware_version="V5.7.3", firmware_build_date="2022-01-12")
    assert after[dahua] == replace(before[dahua], firmware_version="4.003.0000001.2.R")


def test_a_renumbered_device_is_the_same_unit_with_its_firmware_elsewhere() -> None:
    with Lab(Plan(personas=("hik-ipc",), announce_seconds=0)) as changing:
        (before,) = changing.truth
        changing.upgrade(before.address, "V5.7.3", "2022-01-12")
        changing.renumber(before.address, "10.77.0.99")
        (after,) = changing.truth
        with pytest.raises(LabError, match=r"no room at 10\.77\.0\.99"):
            changing.renumber("10.77.0.99", "10.77.0.99")
        gone, there = ask(
            changing,
            Ask("udp", before.address, 37020, SADP_INQUIRY, seconds=0.3),
            Ask("udp", "10.77.0.99", 37020, SADP_INQUIRY),
        )

    assert (after.address, after.mac, after.serial) == ("10.77.0.99", before.mac, before.serial)
    assert gone.data == b""
    assert b"V5.7.3build 220112" in there.data


def test_a_swapped_device_is_another_unit_of_its_kind_at_the_same_address() -> None:
    with Lab(Plan(personas=("hik-ipc", "hik-ipc"), announce_seconds=0)) as changing:
        before = rows_of(changing)
        place = next(iter(before))
        changing.swap(place)
        after = rows_of(changing)[place]
        (there,) = ask(changing, Ask("udp", place, 37020, SADP_INQUIRY))

    assert after.persona == "hik-ipc"
    assert after.mac not in {row.mac for row in before.values()}
    assert after.serial not in {row.serial for row in before.values()}
    assert after.serial.encode() in there.data


# --- further segments -----------------------------------------------------------------------------

SEGMENTS = Plan(
    personas=("hik-ipc",),
    further=(
        Further(network="10.78.0.0/24", personas=("hik-ipc",)),
        Further(network="10.79.0.0/24", personas=("hik-ipc",), routed=True),
    ),
    announce_seconds=0,
)
HOMES = {"lan0": "10.77.0.10", "lan1": "10.78.0.10", "lan2": "10.79.0.10"}
GET = b"GET /SDK/activateStatus HTTP/1.1\r\n\r\n"


@pytest.fixture(scope="module")
def segmented() -> Iterator[Lab]:
    with Lab(SEGMENTS) as running:
        yield running


def answering(lab: Lab) -> set[str]:
    """Return the segments whose camera is reached."""
    answers = ask(lab, *(Ask("tcp", address, 80, GET, seconds=3.0) for address in HOMES.values()))
    return {name for name, answer in zip(HOMES, answers, strict=True) if b"<Activated>" in answer.data}


def test_one_segment_is_attached_and_another_is_behind_a_router(segmented: Lab) -> None:
    interfaces = segmented.run(["cat", "/proc/net/dev"]).stdout
    rows = rows_of(segmented)

    assert answering(segmented) == {"lan0", "lan1", "lan2"}
    assert {row.segment: row.address for row in rows.values() if row.persona == "hik-ipc"} == HOMES
    assert len({row.mac for row in rows.values()}) == len(rows)
    assert {address for address, row in rows.items() if row.persona == "router"} == {"10.77.0.1", "10.79.0.1"}
    assert re.findall(r"scan\d", interfaces) == ["scan0", "scan1"]
    neighbours = segmented.run(["cat", "/proc/net/arp"]).stdout
    assert re.findall(r"10\.7[89]\.\S+", neighbours) == ["10.78.0.10"]


@pytest.mark.parametrize("segment", ["lan1", "lan2"])
@pytest.mark.parametrize("visibly", [False, True])
def test_a_segment_that_is_cut_off_falls_silent_and_comes_back(
    segmented: Lab, segment: str, visibly: bool
) -> None:
    segmented.cut(segment, visibly=visibly)
    try:
        assert answering(segmented) == HOMES.keys() - {segment}
        has_no_carrier = "NO-CARRIER" in segmented.run(["ip", "link", "show", "scan1"]).stdout
        assert has_no_carrier == (visibly and segment == "lan1")
        assert {row.segment for row in segmented.truth if not row.reachable} == {segment}
        assert segmented.status()["cut"] == [segment]
    finally:
        segmented.restore(segment)
    assert answering(segmented) == HOMES.keys()
    assert all(row.reachable for row in segmented.truth)


def test_a_device_can_move_into_another_segment(segmented: Lab) -> None:
    address = segmented.plug("nginx", "10.79.0.20")
    segmented.renumber(address, "10.78.0.20")
    try:
        (answer,) = ask(segmented, Ask("tcp", "10.78.0.20", 80, b"GET / HTTP/1.1\r\n\r\n"))
        assert answer.data.startswith(b"HTTP/1.1 200")
        assert rows_of(segmented)["10.78.0.20"].segment == "lan1"
    finally:
        segmented.unplug("10.78.0.20")


def test_what_is_in_no_segment_is_refused(segmented: Lab) -> None:
    with pytest.raises(LabError, match=r"no segment of this lab holds 10\.99\.0\.1"):
        segmented.renumber(HOMES["lan1"], "10.99.0.1")
    assert HOMES["lan1"] in rows_of(segmented)
    with pytest.raises(LabError, match="there is no segment lan9; there are lan0, lan1, lan2"):
        segmented.cut("lan9")


def test_a_crowd_is_found_by_arp_but_for_the_requests_that_get_lost() -> None:
    program = (
        "import socket, struct\n"
        "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)\n"
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)\n"
        "s.bind(('scan0', 0x0806)); s.settimeout(4)\n"
        "own = s.getsockname()[4]; me = bytes([10, 77, 0, 2])\n"
        "for i in range(512):\n"
        "    to = bytes([10, 77, i >> 8, i & 255])\n"
        "    arp = struct.pack('!HHBBH6s4s6s4s', 1, 0x800, 6, 4, 1, own, me, bytes(6), to)\n"
        "    s.send(b'\\xff' * 6 + own + b'\\x08\\x06' + arp)\n"
        "found = set()\n"
        "try:\n"
        "    while True: found.add(s.recv(2000)[28:32])\n"
        "except TimeoutError: print(len(found))"
    )
    plan = Plan(personas=("nginx",), network="10.77.0.0/23", crowd=300, crowd_loss=0.1, announce_seconds=0)

    with Lab(plan) as crowded:
        found = int(crowded.run([sys.executable, "-c", program]).stdout)
        live = {row.address for row in crowded.truth}

    assert len(live) == 301
    assert 250 <= found <= 290


def test_250_devices_come_up_and_answer() -> None:
    with Lab(Plan(personas=personas_for((), devices=250))) as large:
        last = large.truth[-1]
        (answer,) = ask(large, Ask("tcp", last.address, 80, b"GET / HTTP/1.1\r\n\r\n"))
        status = large.status()

    assert status["devices"] == 250
    assert answer.data


def test_down_leaves_no_process_and_no_namespace_behind(tmp_path: Path) -> None:
    lab = Lab(Plan(personas=("hik-ipc", "tarpit")), tmp_path / "state")
    lab.up()
    process = Path(f"/proc/{lab.status()['pid']}")
    recorder = tmp_path / "wire.pcap"
    lab.record(recorder)
    namespace = os.readlink(process / "ns/net")

    said = lab.down()

    assert said[0].split()[1] == "0"
    assert not process.exists()
    assert not (tmp_path / "state").exists()
    assert namespace not in namespaces_in_use()
    with pytest.raises(LabError, match="no lab is up"):
        lab.down()


def namespaces_in_use() -> set[str]:
    found = set()
    for link in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            found.add(os.readlink(link))
        except OSError:
            continue  # ended meanwhile, or another user's
    return found


def test_a_second_lab_in_the_same_place_is_refused(lab: Lab) -> None:
    with pytest.raises(LabError, match="up already"):
        Lab(directory=lab.directory).up()


# --- loopback -------------------------------------------------------------------------------------


def test_without_namespaces_devices_answer_on_loopback_and_truth_says_what_is_missing() -> None:
    with Lab(Plan(personas=("hik-ipc", "hik-lts"), network="127.77.0.0/24", loopback=True)) as local:
        row, rebrand = local.truth
        left_out = local.left_out
        (sadp,) = ask(local, Ask("udp", row.address, 37020, SADP_INQUIRY))
        received = local.received(row.address)
        with pytest.raises(LabError, match="no interface"):
            local.frames()
        with pytest.raises(LabError, match="no segments"):
            local.cut("lan0")

    assert (row.address, row.mac, row.announced) == ("127.77.0.10", "", ())
    assert "brand" not in rebrand.shown
    assert b"<IPv4Address>127.77.0.10<" in sadp.data
    assert received[-1].data == SADP_INQUIRY
    assert any("multicast" in note for note in left_out)
    assert any("nothing can be cut off" in note for note in left_out)


# --- the command line -----------------------------------------------------------------------------


def shell(script: str, directory: Path, prefix: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, "sh", "-c", script],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=250,
    )


CONNECT = "import socket, sys; socket.create_connection(tuple(sys.argv[1:]), 30)"


def test_an_ordinary_user_brings_the_lan_up_uses_it_and_takes_it_down(tmp_path: Path) -> None:
    # Root becomes user 1000 of a user namespace: no privilege there, as for any ordinary user.
    ordinary = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"] if os.geteuid() == 0 else []
    lab = f"{sys.executable} -m tests.lab"
    script = f"""
        {lab} up --state state --persona hik-ipc --persona nginx --routed 10.79.0.0/24 || exit
        {lab} exec --state state -- sh -c 'id -u; cat /proc/net/route; exit 7'
        echo code $?
        {lab} exec --state state -- {sys.executable} -c '{CONNECT}' 10.79.0.10 80 && echo routed
        {lab} record --state state wire.pcap
        {lab} down --state state
    """

    done = shell(script, tmp_path, ordinary)

    assert done.returncode == 0, done.stderr
    assert "scan0\t00004D0A" in done.stdout
    assert "code 7" in done.stdout
    assert "routed" in done.stdout
    assert "lost 0" in done.stderr
    assert (tmp_path / "wire.pcap").stat().st_size >= 24
    assert not (tmp_path / "state").exists()


def test_what_changes_on_the_lan_can_be_done_from_the_command_line(tmp_path: Path) -> None:
    lab = f"{sys.executable} -m tests.lab"
    script = f"""
        {lab} up --state state --persona hik-ipc --segment 10.78.0.0/24 --routed 10.79.0.0/24 || exit
        {lab} upgrade --state state 10.77.0.10 V5.7.3 --built 2022-01-12
        {lab} renumber --state state 10.78.0.10 10.78.0.11
        {lab} swap --state state 10.79.0.10
        {lab} plug --state state nginx
        {lab} unplug --state state 10.77.0.11
        {lab} cut --state state lan1 --visibly
        {lab} cut --state state lan2
        {lab} restore --state state lan2
        {lab} truth --state state --format csv
        {lab} down --state state
    """

    done = shell(script, tmp_path, [])
    address, _, table = done.stdout.partition("\n")
    rows = {row["address"]: row for row in csv.DictReader(io.StringIO(table))}

    assert (done.returncode, address) == (0, "10.77.0.11"), done.stderr
    assert rows.keys() == {"10.77.0.10", "10.78.0.11", "10.79.0.10", "10.77.0.1", "10.79.0.1"}
    assert rows["10.77.0.10"]["firmware_version"] == "V5.7.3"
    assert (rows["10.78.0.11"]["segment"], rows["10.78.0.11"]["reachable"]) == ("lan1", "False")
    assert rows["10.79.0.10"]["mac"] == "58:50:ed:1f:e3:88"


def test_everything_is_one_device_of_each_kind_that_behaves(tmp_path: Path) -> None:
    lab = f"{sys.executable} -m tests.lab"

    done = shell(f"{lab} up --state state --everything && {lab} down --state state", tmp_path, [])

    assert (done.returncode, done.stderr) == (0, f"{len(ALL_PERSONAS)} devices are up on 10.77.0.0/24\n")


def test_where_namespaces_are_forbidden_up_says_so_and_loopback_remains(tmp_path: Path) -> None:
    lab = f"{sys.executable} -m tests.lab"
    script = f"""
        echo 0 > /proc/sys/user/max_user_namespaces
        echo 0 > /proc/sys/user/max_net_namespaces
        {lab} up --state state --persona hik-ezviz
        echo code $?
        {lab} up --state state --persona hik-ezviz --loopback && {lab} down --state state
    """

    done = shell(script, tmp_path, ["unshare", "--user", "--map-root-user", "--"])

    assert done.stdout == "code 5\n"
    assert "lab: network namespaces are not allowed here" in done.stderr
    assert "left out: hardware addresses and ARP" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_truth_as_csv_and_as_json_tell_the_same(lab: Lab) -> None:
    where = ["--state", str(lab.directory)]
    text = CliRunner().invoke(cli, ["truth", *where, "--format", "csv"]).stdout
    told = json.loads(CliRunner().invoke(cli, ["truth", *where]).stdout)

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["address"] for row in rows] == [row["address"] for row in told["devices"]]
    assert {field.name for field in fields(Truth)} - {"link_only"} <= rows[0].keys()
    assert text.splitlines()[1].startswith("10.77.0.10,58:50:ed:1f:e3:85,hik-ipc,flagged,Hikvision,")
    assert told["left_out"] == []


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.lab", "down", "--state", str(tmp_path / "state")]

    done = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True, timeout=250)

    assert (done.returncode, done.stderr) == (1, f"lab: no lab is up in {tmp_path / 'state'}\n")
