"""``camcensus schedule install``: units for systemd, written and explained, never started."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.invocation import takes_common
from scanner.errors import CamcensusError, NoAccess, UsageProblem

if TYPE_CHECKING:
    from scanner.schedule.unit import Unit

SYSTEM_DIRECTORY = "/etc/systemd/system"
STANDARD_OUTPUT = "-"
_UNIT_MODE = 0o644

# systemd-sysusers(8), sysusers.d(5)
_USER = """sudo systemd-sysusers --inline 'u {user} - "camcensus" {state}'
sudo install -d -o {user} -g {user} -m 700 {state}
sudo -u {user} env CAMCENSUS_DB={database} {program} site add - < SITE.toml"""

_DAEMON_STEPS = """sudo -u {user} env CAMCENSUS_DB={database} {program} schedule add SITE '0 2 * * *'
sudo systemctl daemon-reload
sudo systemctl enable --now camcensus.service"""

_TIMER_STEPS = """sudo systemctl daemon-reload
sudo systemctl enable --now "$(systemd-escape --template=camcensus-sweep@.timer SITE)\""""

# setpriv(1): cron starts it as root, and it keeps nothing of that but the right to read frames.
_CRON = """0 2 * * * root CAMCENSUS_DB={database} setpriv --reuid={user} --regid={user} --init-groups \
--inh-caps=-all,+net_raw --ambient-caps=+net_raw --bounding-set=-all,+net_raw --no-new-privs \
{program} --quiet scan --site SITE >/dev/null"""


@click.command()
@click.option(
    "--directory",
    default=SYSTEM_DIRECTORY,
    show_default=True,
    metavar="DIR",
    help="Where the units go; '-' prints them.",
)
@click.option("--timer", is_flag=True, help="A timer for each site instead of the daemon.")
@click.option(
    "--program",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The camcensus that the units start.  [default: this one]",
)
@takes_common
def install(directory: str, timer: bool, program: Path | None) -> None:
    """Write units for systemd, and say how to enable them, or how to use cron instead.

    The service has a user of its own, the one capability CAP_NET_RAW, and a strict sandbox. Nothing is
    started and no user is made.
    """
    from scanner.schedule import unit

    chosen = _usable(program or Path(sys.executable).with_name("camcensus"))
    units = unit.timer_units(chosen) if timer else unit.daemon_units(chosen)
    if directory == STANDARD_OUTPUT:
        steps = (f"# {line}".rstrip() for line in _steps(chosen, timer))
        lines = [*(f"# {one.name}\n{one.text}" for one in units), *steps]
    else:
        lines = [*_written(units, Path(directory)), *_steps(chosen, timer)]
    for line in lines:
        click.echo(line)


def _usable(program: Path) -> Path:
    """Return the absolute path of a program that the service can start. Raises UsageProblem."""
    from scanner.schedule.unit import is_hidden

    path = program.absolute()
    if not path.is_file():
        raise UsageProblem(f"{path} is no program, so no unit was written. Name camcensus with --program.")
    if is_hidden(path) or is_hidden(path.resolve()):
        raise UsageProblem(
            f"The service cannot see {path}: home and temporary directories are hidden from it, so no unit "
            "was written. Install camcensus elsewhere (python3 -m venv /opt/camcensus), or name one with "
            "--program."
        )
    return path


def _written(units: "Sequence[Unit]", directory: Path) -> Iterator[str]:
    """Write the units; yield a line for each. Raises NoAccess or CamcensusError."""
    for one in units:
        path = directory / one.name
        try:
            path.write_text(one.text, encoding="utf-8")
            path.chmod(_UNIT_MODE)
        except PermissionError as error:
            raise NoAccess(
                f"{path} may not be written: that takes root. Run it with sudo, name another --directory, or "
                "print the units with '--directory -'."
            ) from error
        except OSError as error:
            raise CamcensusError(
                f"{path} could not be written ({error.strerror}). Name another --directory, or print the "
                "units with '--directory -'."
            ) from error
        yield f"{path} is written."


def _steps(program: Path, timer: bool) -> Iterator[str]:
    """Yield what is left to do, as lines."""
    from scanner.schedule.unit import DATABASE, SERVICE_USER, STATE_DIRECTORY

    known = {
        "user": SERVICE_USER,
        "state": STATE_DIRECTORY,
        "database": DATABASE,
        "program": program,
    }
    yield ""
    yield "The user of the service, and a site, once (SITE.toml describes it, SITE is its name):"
    yield from _USER.format(**known).splitlines()
    yield ""
    yield "The timer of each site:" if timer else "The schedule, and the daemon:"
    yield from (_TIMER_STEPS if timer else _DAEMON_STEPS).format(**known).splitlines()
    yield ""
    yield "Or without systemd, one line in /etc/cron.d/camcensus for each site:"
    yield _CRON.format(**known)
