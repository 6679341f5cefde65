"""The command line as a whole: help, errors, exit codes, and what it imports."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner, Result

from scanner import __version__
from scanner.cli import SECTIONS, main
from scanner.cli.group import RootGroup
from scanner.cli.signatures import COMMANDS as SIGNATURE_COMMANDS
from scanner.errors import CamcensusError, Incomplete, NoAccess, UsageProblem
from tests.cli.conftest import Camcensus

HEAVY = (
    *("asyncio", "cryptography", "httpx", "lxml", "mmh3", "nmap"),
    *("re2", "rich", "scapy", "selectolax", "zeroconf"),
)

COMMANDS = [name for section in SECTIONS.values() for name in section]


def fail_with(error: BaseException) -> Result:
    @click.group(cls=RootGroup, sections={}, invoke_without_command=True)
    def failing() -> None:
        raise error

    return CliRunner().invoke(failing, [])


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def test_help_imports_no_heavy_module() -> None:
    code = (
        "import sys\nfrom scanner.cli import main\n"
        "try: main(['--help'])\n"
        f"finally: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )

    done = run_python(code)

    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_the_help_says_what_each_command_is_for_without_cutting_its_sentence(camcensus: Camcensus) -> None:
    told = camcensus("--help").stdout.removeprefix("Usage: camcensus [OPTIONS] COMMAND [ARGS]...")

    assert "..." not in told
    headings = [told.index(f"\n{heading}:\n") for heading in SECTIONS]
    assert headings == sorted(headings)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, camcensus: Camcensus) -> None:
    assert camcensus(command, "--help").exit_code == 0


@pytest.mark.parametrize("command", SIGNATURE_COMMANDS)
def test_so_does_every_command_about_signatures(command: str, camcensus: Camcensus) -> None:
    assert camcensus("signatures", command, "--help").exit_code == 0


def test_no_argument_is_a_usage_error_that_shows_the_usage(camcensus: Camcensus) -> None:
    result = camcensus()

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")


def test_an_unknown_command_is_a_usage_error(camcensus: Camcensus) -> None:
    result = camcensus("sacn")

    assert result.exit_code == 2
    assert "No such command 'sacn'" in result.stderr


def test_the_version_is_the_packages(camcensus: Camcensus) -> None:
    assert camcensus("--version").stdout == f"camcensus, version {__version__}\n"


def test_the_module_runs_like_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "scanner", "-V"], capture_output=True, text=True, timeout=60)

    assert done.stdout == f"camcensus, version {__version__}\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [(CamcensusError("why"), 1), (UsageProblem("why"), 2), (Incomplete("why"), 4), (NoAccess("why"), 5)],
)
def test_an_error_is_one_paragraph_and_its_exit_code(error: CamcensusError, code: int) -> None:
    result = fail_with(error)

    assert (result.exit_code, result.stdout, result.stderr) == (code, "", "Error: why\n")


def test_an_error_that_quotes_a_device_stays_one_harmless_line() -> None:
    assert fail_with(CamcensusError("\x1b[2Jgone\nError: none")).stderr == (
        r"Error: \x1b[2Jgone\x0aError: none" + "\n"
    )


def test_control_c_outside_a_sweep_ends_with_130() -> None:
    result = fail_with(KeyboardInterrupt())

    assert (result.exit_code, result.stderr) == (130, "Error: Interrupted.\n")


DEFECT = """
import sys
from scanner.cli import doctor, main
from scanner.cli.doctor import doctor
def fail(*_): raise RuntimeError("boom\\x1b[2J")
doctor.callback = fail
main({arguments!r})
"""


def test_a_defect_is_one_paragraph_and_exit_code_1() -> None:
    done = run_python(DEFECT.format(arguments=["doctor"]))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        r"Error: camcensus has a defect and had to stop (RuntimeError: boom\x1b[2J)"
    )
    assert done.stderr.count("\n") == 1


def test_a_verbose_run_adds_the_traceback() -> None:
    done = run_python(DEFECT.format(arguments=["-v", "doctor"]))

    assert done.returncode == 1
    assert "Traceback (most recent call last):" in done.stderr
    assert "in fail" in done.stderr


def test_a_program_that_reads_json_gets_every_event_as_json() -> None:
    done = run_python(DEFECT.format(arguments=["--log-format", "json", "-v", "doctor"]))

    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert events[-1]["level"] == "error"
    assert "RuntimeError: boom\x1b[2J" in events[-1]["message"]
    assert {event["level"] for event in events[:-1]} == {"debug"}


def run_in_shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in which ``$0`` is the interpreter, with the shell's redirections."""
    return subprocess.run(
        ["/bin/sh", "-c", command, sys.executable], capture_output=True, text=True, timeout=60
    )


def test_a_closed_standard_output_is_refused_before_anything_is_done() -> None:
    done = run_in_shell('"$0" -m scanner policies list >&-')

    assert (done.returncode, done.stderr) == (
        UsageProblem.exit_code,
        "Error: Standard output is closed, so nothing was done. Send it to a file or /dev/null.\n",
    )


def test_a_closed_standard_input_is_an_empty_one() -> None:
    done = run_in_shell('"$0" -m scanner import ip-neigh - <&-')

    assert done.returncode == UsageProblem.exit_code
    assert "standard input cannot be used" in done.stderr


def test_a_closed_standard_error_keeps_the_results() -> None:
    done = run_in_shell('"$0" -m scanner policies list 2>&-')

    assert done.returncode == 0
    assert "uk-removal-timeline" in done.stdout


def test_a_full_disk_behind_standard_output_is_no_defect() -> None:
    done = run_in_shell('"$0" -m scanner policies list >/dev/full')

    assert (done.returncode, done.stderr) == (
        1,
        "Error: The output could not be written whole (No space left on device). Make room, and run again.\n",
    )


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "10.0.0.0/24", "--max-rate", "nan"),
        ("plan", "10.0.0.0/24", "--max-rate", "inf"),
        ("plan", "10.0.0.0/24", "--host-timeout", "nan"),
        ("listen", "--duration", "nan"),
        ("listen", "--write-every", "nan", "-o", "heard.csv"),
        ("scan", "10.0.0.0/24", "--wait", "nan"),
        ("notify", "send", "--patience", "nan"),
    ],
    ids=" ".join,
)
def test_what_is_no_number_lifts_no_limit(words: tuple[str, ...], camcensus: Camcensus) -> None:
    result = camcensus(*words)

    assert result.exit_code == UsageProblem.exit_code
    assert "nan is not a number" in result.stderr or "inf is not in the range" in result.stderr


def test_the_command_line_is_called_by_its_name() -> None:
    assert isinstance(main, RootGroup)
