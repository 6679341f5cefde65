"""A sweep that was recorded says what the sweep said: camcensus's own, and one by nmap with its scripts."""

import html
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.lab import Lab, Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(shutil.which("nmap") is None, reason="nmap is not installed on this machine"),
]
# The router and, in part, the two behind TLS show their certificates in TLS 1.3 alone.
PERSONAS = ("hik-ipc", "hik-nvr", "dahua-ipc", "amcrest", "axis", "bosch", "cisco-router", "nginx")
ADDRESSES = "10.77.0.10-17"
SCANNER = "10.77.0.2"
TIERS = ("none", "possible", "conflicting", "probable", "confirmed")

WEB_SCRIPTS = "http-title,http-headers,http-server-header,http-auth,ssl-cert"
# Side by side, since nmap mostly waits.
SCANS = {
    "services": ("-sV", "--version-intensity", "0", "-p", "80,443", ADDRESSES),
    "web": ("-p", "80,443", "--script", WEB_SCRIPTS, ADDRESSES),
    "stream": ("-p", "554", "--script", "rtsp-methods", ADDRESSES),
    "others": ("-sU", "-sS", "-p", "T:37777,U:1900", "--script", "banner,upnp-info", ADDRESSES),
    "broadcast": ("-e", "scan0", "--script", "broadcast-wsdd-discover,broadcast-dns-service-discovery"),
}

Row = dict[str, Any]
Rows = dict[str, Row]


@dataclass(frozen=True)
class Recorded:
    """What a sweep left behind: every frame of it, and what it wrote itself."""

    capture: Path
    written: tuple[Path, ...]


def camcensus(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scanner", *arguments]


def rows_of(path: Path) -> Rows:
    """The hosts of a result, but for the machine that swept."""
    hosts = [json.loads(line) for line in path.read_text().splitlines()[:-1]]
    return {host["address"]: host for host in hosts if host["address"] != SCANNER}


def judged(output: Path, *arguments: str) -> Rows:
    command = camcensus(*arguments, "-o", str(output))
    done = subprocess.run(command, capture_output=True, text=True, timeout=140, check=False)
    assert done.returncode == 0, done.stderr
    return rows_of(output)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A live sweep, and every frame of it."""
    directory = tmp_path_factory.mktemp("sweep")
    capture, findings = directory / "sweep.pcap", directory / "live.jsonl"
    with Lab(Plan(personas=PERSONAS)) as lab:
        lab.record(capture)
        done = lab.run(camcensus("scan", ADDRESSES, "--profile", "fast", "-o", str(findings)), timeout=280)
    assert done.returncode == 0, done.stderr
    return Recorded(capture, (findings,))


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Scans of the same devices by nmap, every frame of them, and nmap's own XML."""
    directory = tmp_path_factory.mktemp("nmap")
    files = {name: directory / f"{name}.xml" for name in SCANS}
    with Lab(Plan(personas=PERSONAS)) as lab:
        lab.record(directory / "nmap.pcap")
        commands = [
            lab.command(["nmap", "-n", "-T4", *options, "-oX", str(files[name])])
            for name, options in SCANS.items()
        ]
        running = [
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in commands
        ]
        assert {scan.wait(280) for scan in running} == {0}
    return Recorded(directory / "nmap.pcap", tuple(files.values()))


@pytest.fixture(scope="module")
def live(sweep: Recorded) -> Rows:
    return rows_of(sweep.written[0])


@pytest.fixture(scope="module")
def replayed(sweep: Recorded) -> Rows:
    """The recorded sweep, read as a capture."""
    return judged(sweep.capture.with_suffix(".jsonl"), "listen", "--pcap", str(sweep.capture))


@pytest.fixture(scope="module")
def overheard(scans: Recorded) -> Rows:
    """The recorded scans by nmap, read as a capture."""
    return judged(scans.capture.with_suffix(".jsonl"), "listen", "--pcap", str(scans.capture))


@pytest.fixture(scope="module")
def imported(scans: Recorded) -> Rows:
    """What nmap wrote."""
    first, *others = map(str, scans.written)
    also = chain.from_iterable(("--also", "nmap", other) for other in others)
    return judged(scans.capture.with_name("import.jsonl"), "import", "nmap", first, *also)


def proofs(row: Row) -> Iterator[Row]:
    """Yield what speaks more than weakly for a maker."""
    yield from (match for match in row["matches"] if match["certainty"] != "weak")


def is_shown(match: Row, wire: bytes) -> bool:
    """Whether bytes show what a match rests on; of a registrant, any frame shows the MAC."""
    return match["layer"] == "link" or str(match["value"]).encode() in wire


def unexplained(live: Rows, others: Rows, wire: bytes) -> dict[str, tuple[str, str]]:
    """Return the addresses where the makers differ although the bytes show what made it out live."""
    return {
        address: (row["maker"], others[address]["maker"])
        for address, row in live.items()
        if others[address]["maker"] != row["maker"] and any(is_shown(match, wire) for match in proofs(row))
    }


def invented(live: Rows, others: Rows) -> dict[str, str]:
    """Return the makers that the live sweep did not find."""
    return {
        address: row["maker"]
        for address, row in others.items()
        if row["maker"] not in (None, live[address]["maker"])
    }


def test_the_live_sweep_named_everybody_but_the_web_server(live: Rows) -> None:
    assert len(live) == len(PERSONAS)
    assert [address for address, row in live.items() if row["maker"] is None] == ["10.77.0.17"]


def test_a_recorded_sweep_names_the_same_makers(live: Rows, replayed: Rows, sweep: Recorded) -> None:
    assert replayed.keys() == live.keys()
    assert unexplained(live, replayed, sweep.capture.read_bytes()) == {}
    assert invented(live, replayed) == {}


def test_a_recorded_sweep_is_never_surer_than_the_live_one(live: Rows, replayed: Rows) -> None:
    surer = {
        address: (live[address]["tier"], row["tier"])
        for address, row in replayed.items()
        if TIERS.index(row["tier"]) > TIERS.index(live[address]["tier"])
    }

    assert surer == {}


def test_only_certificates_in_tls_1_3_are_missing_from_the_recording(live: Rows, replayed: Rows) -> None:
    def shown(row: Row) -> set[tuple[str, str]]:
        return {(match["field"], match["value"]) for match in proofs(row)}

    missing = {field for address, row in live.items() for field, _ in shown(row) - shown(replayed[address])}

    assert missing
    assert {field.partition(".")[0] for field in missing} == {"x509"}


def test_a_capture_of_nmap_names_the_makers_that_its_frames_show(
    live: Rows, overheard: Rows, scans: Recorded
) -> None:
    assert overheard.keys() == live.keys()
    assert unexplained(live, overheard, scans.capture.read_bytes()) == {}
    assert invented(live, overheard) == {}


def test_nmaps_own_file_names_the_makers_that_it_shows(live: Rows, imported: Rows, scans: Recorded) -> None:
    shown = "".join(html.unescape(path.read_text()) for path in scans.written)

    assert imported.keys() == live.keys()
    assert unexplained(live, imported, shown.encode()) == {}
    assert invented(live, imported) == {}


def test_every_target_is_flagged_by_each_way(
    live: Rows, replayed: Rows, overheard: Rows, imported: Rows
) -> None:
    def flagged(rows: Rows) -> set[tuple[str, str]]:
        return {(row["address"], row["maker"]) for row in rows.values() if row["verdict"] == "flagged"}

    assert len(flagged(live)) == 4
    assert flagged(live) == flagged(replayed) == flagged(overheard) == flagged(imported)
