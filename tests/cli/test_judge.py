"""``camcensus judge``: what other tools have seen, from line to verdict."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from base64 import b64encode
from datetime import date
from pathlib import Path

import pytest

from scanner.intake.protocol import PROTOCOLS
from scanner.matching.oui import Registry, encode
from scanner.model.field import Field
from tests.cli.conftest import Camcensus
from tests.cli.terminal import shown_on
from tests.export.hostile import HOSTILE, is_harmless
from tests.intake.messages import MESSAGES


def line(host: str, field: str, value: str) -> str:
    return json.dumps({"host": host, "field": field, "value": value}) + "\n"


ACME = line("10.0.0.5", "http_header.server", "Acme-Webs/AC-1")
OTHER = line("10.0.0.6", "http.server", "Acme-Webs-Proxy")


def test_each_host_gets_one_verdict_in_the_order_of_the_input(camcensus: Camcensus, signatures: Path) -> None:
    said = OTHER + ACME + line("10.0.0.6", "html_title", "Acme")

    result = camcensus("judge", "--signatures", signatures, said=said)

    first, second, coverage = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert (first["address"], first["verdict"], first["tier"]) == ("10.0.0.6", "suspected", "possible")
    assert (second["address"], second["verdict"], second["model"]) == ("10.0.0.5", "flagged", "AC-1")
    assert (coverage["type"], coverage["in_scope"], coverage["complete"]) == ("coverage", 2, True)
    assert second["matches"][0]["via"] == "imported"


def test_a_file_can_be_named_and_csv_asked_for(
    camcensus: Camcensus, signatures: Path, tmp_path: Path
) -> None:
    (tmp_path / "seen.jsonl").write_text(ACME)

    result = camcensus("judge", tmp_path / "seen.jsonl", "--signatures", signatures, "-o", "-")

    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert (row["address"], row["maker"]) == ("10.0.0.5", "Acme")


def test_a_bad_line_is_named_the_rest_is_used_and_the_exit_code_is_4(
    camcensus: Camcensus, signatures: Path
) -> None:
    result = camcensus("judge", "--signatures", signatures, said=ACME + "{\n" + OTHER)

    assert result.exit_code == 4
    assert "Warning: line 2: it is not JSON" in result.stderr
    assert "Not examined: 1 of 3 lines could not be used." in result.stderr
    assert len(result.stdout.splitlines()) == 3


def test_findings_come_before_incompleteness(camcensus: Camcensus, signatures: Path) -> None:
    result = camcensus("judge", "--signatures", signatures, "--fail-on", "flagged", said=ACME + "{\n")

    assert result.exit_code == 3


def test_fail_on_suspected_takes_suspicion_too(camcensus: Camcensus, signatures: Path) -> None:
    hint = line("10.0.0.5", "html_title", "Acme")

    codes = [
        camcensus("judge", "--signatures", signatures, "--fail-on", level, said=hint).exit_code
        for level in ("flagged", "suspected")
    ]

    assert codes == [0, 3]


def test_many_bad_lines_are_counted_and_not_all_shown(camcensus: Camcensus) -> None:
    result = camcensus("judge", said="{\n" * 500)

    assert result.stderr.count("Warning: line ") == 20
    assert "Warning: 480 more lines could not be used" in result.stderr


def test_a_host_of_which_nothing_can_be_read_is_not_assessed(camcensus: Camcensus) -> None:
    result = camcensus("judge", said='{"host": "cam", "protocol": "dhip", "data_base64": "AAAA"}\n')

    host = json.loads(result.stdout.splitlines()[0])
    assert (host["address"], host["verdict"]) == ("cam", "not_assessed")
    assert result.exit_code == 4


def test_every_protocol_goes_all_the_way(camcensus: Camcensus) -> None:
    said = "".join(
        json.dumps({"host": name, "protocol": name, "data_base64": b64encode(data).decode(), "port": 80})
        + "\n"
        for name, (data, _, _) in MESSAGES.items()
    )

    result = camcensus("judge", said=said)

    *hosts, _ = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0, result.stderr
    assert [host["address"] for host in hosts] == list(MESSAGES)


def test_an_old_address_registry_is_noted(
    camcensus: Camcensus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.gz").write_bytes(encode({"5850ED": "Hikvision"}, date(2024, 1, 1), "IEEE"))
    monkeypatch.setattr(Registry, "shipped", lambda: Registry(tmp_path / "old.gz"))

    result = camcensus("judge", said=OTHER)

    assert result.exit_code == 0
    assert "Note: The address registry is" in result.stderr
    assert "The address registry is" in json.loads(result.stdout.splitlines()[-1])["notes"][-1]


def test_no_input_is_no_host(camcensus: Camcensus) -> None:
    result = camcensus("judge", said="")

    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_a_file_that_cannot_be_read_is_a_usage_error(camcensus: Camcensus, tmp_path: Path) -> None:
    result = camcensus("judge", tmp_path / "missing.jsonl")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "missing.jsonl cannot be read (No such file or directory)" in result.stderr


def test_every_field_and_protocol_is_listed(camcensus: Camcensus) -> None:
    listed = [
        row.split()[0] for row in camcensus("judge", "--list-fields").stdout.splitlines() if row[0] == " "
    ]

    assert listed == [*(field.value for field in Field), *(protocol.name for protocol in PROTOCOLS)]


def begin(signatures: Path, stdout: int, **environment: str) -> subprocess.Popen[bytes]:
    """Start judge as a process of its own, with the given standard output."""
    command = [sys.executable, "-m", "scanner", "judge", "--signatures", str(signatures)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=stdout, stderr=pipe, env=os.environ | environment)


def test_a_terminal_gets_a_table_in_which_hostile_names_are_harmless(signatures: Path) -> None:
    ours, theirs = pty.openpty()
    said = "".join(line(f"host {i} {text}", "http.server", "Acme-Webs") for i, text in enumerate(HOSTILE))

    with begin(signatures, theirs, TERM="dumb") as running:
        os.close(theirs)
        assert running.stdin
        running.stdin.write(said.encode())
        running.stdin.close()
        shown = b"".join(shown_on(ours)).decode()

    assert running.returncode == 0
    assert shown.split()[:2] == ["Address", "Verdict"]
    assert is_harmless(shown)


def test_a_full_disk_behind_standard_output_loses_nothing(signatures: Path, tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        running = begin(signatures, full.fileno(), TMPDIR=str(tmp_path))
        _, complaint = running.communicate(ACME.encode(), timeout=60)

    (rescued,) = tmp_path.glob("camcensus-*.jsonl")
    assert running.returncode == 1
    assert f"Nothing is lost: the results are in {rescued}." in complaint.decode()
    assert json.loads(rescued.read_text().splitlines()[0])["model"] == "AC-1"


def test_a_reader_that_has_gone_is_no_defect(signatures: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)

    running = begin(signatures, theirs)
    os.close(theirs)
    _, complaint = running.communicate(ACME.encode(), timeout=60)

    assert running.returncode == 1
    assert b"defect" not in complaint
    assert b"Traceback" not in complaint
