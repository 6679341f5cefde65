"""``camcensus notify``: messages delivered, looked at and tried out from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.inventory import opened
from scanner.inventory.contract import SweepKind, Versions
from scanner.notify.notice import announce
from tests.cli.conftest import Camcensus

SITE = """
schema = 1
[site]
name = "depot"
[[segment]]
name = "cctv"
networks = ["10.0.0.0/24"]
[[notify]]
name = "good"
way = "command"
argv = ["/bin/sh", "-c", "cat >> {folder}/told"]
[[notify]]
name = "bad"
way = "command"
argv = ["/bin/sh", "-c", "printf 'no \\\\033[31m ticket\\\\n'; exit 1"]
"""


@pytest.fixture
def inventory(tmp_path: Path) -> str:
    """An inventory with a site whose last sweep failed."""
    place = str(tmp_path / "inventory.sqlite3")
    with opened(place, must_exist=False) as made:
        made.add_site(SITE.replace("{folder}", str(tmp_path)))
        fail_sweep(place)
    return place


def fail_sweep(place: str) -> None:
    with opened(place) as made:
        now = made._clock.now()
        log = made.begin_sweep(
            made.site("depot"), SweepKind.SCAN, {}, Versions("0.1.0", "a1b2"), "4711@census"
        )
        log.fail(now, "The interface eth0 vanished.", announce)


def test_nothing_of_the_database_is_loaded_for_help() -> None:
    program = (
        "import sys; from scanner.cli import main\n"
        "for name in ('send', 'list', 'test'):\n"
        "    main(['notify', name, '--help'], standalone_mode=False)\n"
        "assert not {'sqlalchemy', 'httpx', 'smtplib'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_what_waits_is_delivered_and_what_fails_is_told(
    camcensus: Camcensus, inventory: str, tmp_path: Path
) -> None:
    done = camcensus("notify", "send", "--db", inventory, "--patience", 0.5)

    assert (done.exit_code, done.stdout) == (1, "1 delivered.\n")
    assert "Not delivered yet: depot, bad: the message of " in done.stderr
    assert "it ended with status 1: no \\x1b[31m ticket. It stays in the outbox" in done.stderr
    assert (
        json.loads((tmp_path / "told").read_text())["events"][0]["reason"] == "The interface eth0 vanished."
    )


def test_with_nothing_to_deliver_all_is_well(camcensus: Camcensus, inventory: str) -> None:
    with opened(inventory) as known:
        known.remove_site("depot")

    assert camcensus("notify", "send", "--db", inventory).stdout == "0 delivered.\n"


def test_the_list_says_what_became_of_each_message(camcensus: Camcensus, inventory: str) -> None:
    camcensus("notify", "send", "--db", inventory, "--patience", 0.5)
    listed = camcensus("notify", "list", "--db", inventory, COLUMNS="160")

    good, bad = listed.stdout.splitlines()[2:4]
    assert good.split()[:3] == ["1", "depot", "good"] and " delivered " in good
    assert bad.split()[:3] == ["2", "depot", "bad"] and " waits " in bad
    assert "1 failed" in good
    assert "\x1b" not in listed.stdout


def test_the_undelivered_come_as_json_with_their_message(camcensus: Camcensus, inventory: str) -> None:
    camcensus("notify", "send", "--db", inventory, "--patience", 0.5)
    listed = camcensus(
        "notify", "list", "--undelivered", "--site", "depot", "--format", "json", "--db", inventory
    )

    (told,) = json.loads(listed.stdout)
    assert (told["receiver"], told["state"], told["attempts"]) == ("bad", "waits", 1)
    assert told["trouble"] == "it ended with status 1: no \\x1b[31m ticket"
    assert (told["message"]["schema"], told["message"]["counts"]) == (1, {"failed": 1})
    assert told["next_attempt_at"] and not told["delivered_at"]


def test_a_trial_goes_to_one_receiver_and_leaves_the_outbox_alone(
    camcensus: Camcensus, inventory: str, tmp_path: Path
) -> None:
    done = camcensus("notify", "test", "depot", "--target", "good", "--db", inventory)

    assert (done.exit_code, done.stdout) == (0, "good (command): delivered.\n")
    assert json.loads((tmp_path / "told").read_text())["counts"] == {"test": 1}
    assert '"attempts": 0' in camcensus("notify", "list", "--format", "json", "--db", inventory).stdout


def test_a_trial_that_fails_says_how(camcensus: Camcensus, inventory: str) -> None:
    done = camcensus("notify", "test", "depot", "--db", inventory)

    assert (done.exit_code, done.stdout) == (1, "good (command): delivered.\n")
    assert "bad (command): not delivered: it ended with status 1" in done.stderr
    assert "1 of 2 receivers did not get the test message" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("test", "depot", "--target", "ugly"),
            "no receiver named 'ugly', so nothing was sent. It has: good, bad.",
        ),
        (("test", "harbour"), "There is no site named 'harbour'"),
        (("send", "--site", "harbour"), "There is no site named 'harbour'"),
        (("list", "--site", "harbour"), "There is no site named 'harbour'"),
    ],
)
def test_an_unknown_name_is_a_usage_problem(
    camcensus: Camcensus, inventory: str, arguments: tuple[str, ...], told: str
) -> None:
    done = camcensus("notify", *arguments, "--db", inventory)

    assert (done.exit_code, told in done.stderr) == (2, True)
