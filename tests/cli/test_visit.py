"""``camcensus scan --site`` on loopback: the terms of the site, what is remembered, and resuming."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Timer

import pytest

from scanner.cli import talk
from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.running import listening, visit
from scanner.cli.running.knowledge import Knowledge
from scanner.cli.running.memory import Memory
from scanner.cli.talk import Loudness
from scanner.clock import SystemClock
from scanner.errors import NoAccess
from scanner.inventory.contract import SweepKind, SweepState
from scanner.inventory.inventory import Inventory
from scanner.model.scope import Range, Scope
from scanner.site.file import read
from scanner.sweep import Plan, Sweep
from tests.cli.announcement import AT, OneAnnouncement
from tests.cli.conftest import Camcensus
from tests.cli.device import Device

ROOT = Path(__file__).parents[2]
PORTS = ("--ports", "8080", "--port-check", "connect")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "inventory.sqlite3"


@pytest.fixture
def inventory(db: Path) -> Iterator[Inventory]:
    with Inventory.open(str(db), SystemClock(), read) as opened:
        yield opened


def site(device: Device, *more: str, top: str = "") -> str:
    """Return the file of a site with one device, swept fast."""
    return site_of(f"{device.address}/32", *more, top=top)


def site_of(network: str, *more: str, top: str = "") -> str:
    lines = (
        *("schema = 1", top, "[site]", 'name = "depot"', 'profile = "fast"'),
        *("[[segment]]", 'name = "cctv"', f'networks = ["{network}"]'),
    )
    return "\n".join([*lines, *more])


def test_a_known_site_needs_no_other_argument_and_is_remembered(
    camcensus: Camcensus, device: Device, signatures: Path, database_url: str
) -> None:
    with Inventory.open(database_url, SystemClock(), read) as inventory:
        inventory.add_site(site(device))

    result = camcensus("scan", "--site", "depot", "--db", database_url, *PORTS, "--signatures", signatures)

    assert result.exit_code == 0, result.stderr
    assert "Stored as sweep 1 of depot: 1 new." in result.stderr
    assert "Segment cctv: 1 in scope, 1 answered, 1 examined to the end." in result.stderr
    assert "Asked: landing 1 answered" in result.stderr
    with Inventory.open(database_url, SystemClock(), read) as inventory:
        (known,) = inventory.devices("depot")
        (sweep,) = inventory.sweeps()
    assert (known.segment, known.address, known.maker, known.model) == (
        "cctv",
        device.address,
        "Acme",
        "AC-1",
    )
    assert (sweep.kind, sweep.state, sweep.versions.program) == (
        SweepKind.SCAN, SweepState.FINISHED, "0.1.0",
    )  # fmt: skip
    assert sweep.coverage is not None
    assert sweep.coverage.outcomes["landing"] == {"answered": 1}
    host, coverage = map(json.loads, result.stdout.splitlines())
    assert host["sweep_id"] == sweep.uuid
    assert coverage["segments"][0]["name"] == "cctv"
    assert coverage["outcomes"]["landing"] == {"answered": 1}


def test_an_unknown_name_is_a_label_and_makes_no_inventory(
    camcensus: Camcensus, device: Device, db: Path
) -> None:
    result = camcensus("scan", device.address, "--site", "yard", "--db", db, *PORTS, "--profile", "fast")

    assert result.exit_code == 0
    assert "No inventory knows a site yard, so nothing is remembered" in result.stderr
    assert json.loads(result.stdout.splitlines()[0])["site"] == "yard"
    assert not db.exists()


def test_without_a_name_the_database_library_is_not_loaded(device: Device) -> None:
    words = ["scan", device.address, *PORTS, "--profile", "fast"]
    code = (
        "import sys\nfrom scanner.cli import main\n"
        f"try: main({words})\nexcept SystemExit: pass\n"
        "print(sorted({'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_outside_the_allowed_hours_nothing_is_sent(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory
) -> None:
    day = DAYS[(datetime.now(UTC) + timedelta(days=3)).weekday()]
    inventory.add_site(site(device, "[[hours]]", f'days = ["{day}"]', 'from = "22:00"', 'until = "23:00"'))

    result = camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 2
    assert "It is outside the allowed hours of the site depot, so nothing was sent" in result.stderr
    assert not device.asked.is_set()
    assert inventory.sweeps() == ()


def test_when_the_allowed_hours_end_the_sweep_does_and_can_be_resumed(
    camcensus: Camcensus,
    device: Device,
    db: Path,
    inventory: Inventory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inventory.add_site(site(device))
    monkeypatch.setattr(visit, "is_allowed", lambda _site, _at: not device.asked.is_set())
    monkeypatch.setattr(visit, "HOURS_CHECK_S", 0.01)

    result = camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 4, result.stderr
    assert "The allowed hours have ended" in result.stderr
    assert "camcensus scan --resume 1" in result.stderr
    coverage = json.loads(result.stdout.splitlines()[-1])
    assert coverage["gaps"] == ["the allowed hours ended before the sweep did: out of hours"]
    assert [sweep.state for sweep in inventory.sweeps()] == [SweepState.INTERRUPTED]


def test_a_defect_of_the_network_marks_the_sweep_as_failed(
    camcensus: Camcensus,
    device: Device,
    db: Path,
    inventory: Inventory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(_sweep: Sweep, _network: object) -> None:
        raise NoAccess("the interface is gone")

    inventory.add_site(site(device))
    monkeypatch.setattr(Sweep, "_examine_all", fails)

    result = camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 5
    (sweep,) = inventory.sweeps()
    assert (sweep.state, sweep.trouble) == (SweepState.FAILED, "the interface is gone")


def test_without_leave_nothing_is_sent(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory
) -> None:
    inventory.add_site(site(device, "[authorisation]", 'by = "J. Doe"', "until = 2020-12-31"))

    result = camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 2
    assert "authorisation of the site depot by J. Doe ended on 2020-12-31" in result.stderr
    assert not device.asked.is_set()


def test_the_second_sweep_of_a_site_says_who_holds_it_and_ends_with_6(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory
) -> None:
    inventory.add_site(site(device))

    with inventory.locked("depot"):
        result = camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 6
    assert "The site depot is being swept by process" in result.stderr
    assert not device.asked.is_set()


def test_targets_only_narrow_the_site(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory
) -> None:
    inventory.add_site(site(device))

    result = camcensus("scan", "127.250.0.1", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 2
    assert "None of the targets lies in the site depot" in result.stderr


def test_an_inventory_that_is_broken_is_told_before_anything_is_sent(
    camcensus: Camcensus, device: Device, db: Path
) -> None:
    db.write_bytes(b"not a database" * 100)

    result = camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    assert result.exit_code == 1
    assert "is no SQLite database" in result.stderr
    assert not device.asked.is_set()


def test_control_c_leaves_a_sweep_that_resume_finishes(
    camcensus: Camcensus, device: Device, signatures: Path, db: Path, inventory: Inventory
) -> None:
    inventory.add_site(site(device))
    device.may_answer.clear()
    words = ("scan", "--site", "depot", "--db", db, *PORTS, "--signatures", signatures)
    command = [sys.executable, "-m", "scanner", *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert device.asked.wait(timeout=60)
        running.send_signal(signal.SIGTERM)
        assert running.stderr
        assert "Stopping" in running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=60)
    device.may_answer.set()

    assert running.returncode == 130, said
    assert "camcensus scan --resume 1" in said
    (cut,) = inventory.sweeps()
    assert (cut.state, cut.devices) == (SweepState.INTERRUPTED, 0)
    assert cut.coverage is not None
    assert list(inventory.devices()) == []

    result = camcensus("scan", "--resume", "last", "--db", db)

    assert result.exit_code == 0, result.stderr
    (done,) = inventory.sweeps()
    assert (done.state, done.uuid, done.devices) == (SweepState.FINISHED, cut.uuid, 1)
    assert [row.model for row in inventory.devices()] == ["AC-1"]


def test_what_has_finished_is_not_resumed(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory
) -> None:
    inventory.add_site(site(device))
    camcensus("scan", "--site", "depot", "--db", db, *PORTS)

    result = camcensus("scan", "--resume", "1", "--db", db)

    assert result.exit_code == 2
    assert "Sweep 1 is finished, so there is nothing to resume" in result.stderr


@pytest.mark.parametrize("words", [("10.0.0.5",), ("--profile", "fast"), ("--site", "depot"), ("--passive",)])
def test_resume_takes_no_other_order(camcensus: Camcensus, words: tuple[str, ...]) -> None:
    result = camcensus("scan", "--resume", "1", *words)

    assert result.exit_code == 2
    assert "means nothing beside it" in result.stderr


def test_an_exclusion_that_was_added_since_holds_for_the_resumed_sweep(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory
) -> None:
    kept_out = site(device, '[[segment]]\nname = "more"\nnetworks = ["127.250.0.0/30"]')
    inventory.add_site(kept_out)
    camcensus("scan", "--site", "depot", "--db", db, *PORTS)
    with sqlite3.connect(db) as connection:
        connection.execute("DELETE FROM finding")
        connection.execute("DELETE FROM record")
        connection.execute("UPDATE sweep SET state = 'interrupted'")
    connection.close()
    device.asked.clear()
    excluding = site(
        device,
        '[[segment]]\nname = "more"\nnetworks = ["127.250.0.0/30"]',
        top=f'exclude = ["{device.address}"]',
    )
    inventory.change_site("depot", excluding)

    result = camcensus("scan", "--resume", "1", "--db", db)

    assert result.exit_code == 0, result.stderr
    assert not device.asked.is_set()


def test_what_is_imported_for_a_site_is_remembered_and_nobody_is_missed(
    camcensus: Camcensus, device: Device, db: Path, inventory: Inventory, tmp_path: Path
) -> None:
    inventory.add_site(site(device))
    camcensus("scan", "--site", "depot", "--db", db, *PORTS)
    table = tmp_path / "neighbours.txt"
    table.write_text("127.250.0.9 dev eth0 lladdr c0:56:e3:7a:31:02 REACHABLE\n")

    result = camcensus("import", "ip-neigh", table, "--site", "depot", "--db", db)

    assert result.exit_code == 0, result.stderr
    assert [sweep.kind for sweep in inventory.sweeps()] == [SweepKind.SCAN, SweepKind.IMPORT]
    assert sorted((row.address, row.segment, row.missed) for row in inventory.devices()) == sorted(
        [(device.address, "cctv", 0), ("127.250.0.9", "", 0)]
    )


def test_what_is_heard_for_a_site_is_remembered(inventory: Inventory, tmp_path: Path) -> None:
    inventory.add_site(site_of("10.0.0.0/24"))
    known = Memory(inventory, inventory.site("depot"))
    everybody = Scope((Range.of(ip_address("10.0.0.1"), ip_address("10.0.0.254")),))
    plan = Plan(everybody, (), listen_s=0.1, listeners=(OneAnnouncement(),))
    output = OutputOptions(str(tmp_path / "heard.jsonl"), None, None, "depot")

    code = listening.run(plan, Knowledge.of(()), output, Invocation(loudness=Loudness.QUIET), known=known)

    assert code == 0
    (sweep,) = inventory.sweeps()
    assert (sweep.kind, sweep.state) == (SweepKind.LISTEN, SweepState.FINISHED)
    (device,) = inventory.devices()
    assert (device.address, device.segment, device.last_seen) == ("10.0.0.5", "cctv", AT)
    assert sweep.coverage is not None
    assert sweep.coverage.ranges == ()


@pytest.mark.parametrize("words", [("--wait",), ("--wait", "30")])
def test_a_sweep_that_waits_begins_when_the_other_has_ended(
    camcensus: Camcensus,
    device: Device,
    db: Path,
    inventory: Inventory,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inventory.add_site(site(device))
    lock = inventory.locked("depot")
    lock.__enter__()
    info = talk.info

    def wait(text: str) -> None:
        info(text)
        if text.startswith("Waiting"):
            Timer(0.3, lambda: lock.__exit__(None, None, None)).start()

    monkeypatch.setattr(talk, "info", wait)

    result = camcensus("scan", "--site", "depot", *words, "--db", db, *PORTS)

    assert result.exit_code == 0, result.stderr
    assert "Waiting: The site depot is being swept by process" in result.stderr
