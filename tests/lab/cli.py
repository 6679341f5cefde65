"""The command line of the virtual LAN: up, down, status, truth, exec, record, demo, and what changes it."""

import csv
import getpass
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from tests.lab.demo import demo as run_demo
from tests.lab.errors import LabError, NamespacesRefused
from tests.lab.lab import Lab
from tests.lab.lan import BRIDGE
from tests.lab.personas import ALL_PERSONAS, PERSONAS
from tests.lab.plan import (
    DEFAULT_ANNOUNCE_SECONDS,
    LAN_NETWORK,
    LOOPBACK_NETWORK,
    Expected,
    Further,
    Plan,
    personas_for,
)

TRUTH_COLUMNS = (
    *("address", "mac", "persona", "verdict", "maker", "brand", "model", "device_class", "firmware_version"),
    *("firmware_build_date", "serial", "shown", "announced", "segment", "reachable"),
)


def default_state() -> Path:
    """Return the state directory of this user: in the runtime directory, or in the temporary one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return Path(runtime) / "camcensus-lab"
    return Path(tempfile.gettempdir()) / f"camcensus-lab-{getpass.getuser()}"


state_option = click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    default=default_state,
    help="Directory of the running lab's state. [default: in the runtime directory]",
)


@click.group()
def cli() -> None:
    """A virtual LAN of cameras, recorders and everything else, inside this machine."""


@cli.command()
@click.option(
    "--persona",
    "personas",
    multiple=True,
    type=click.Choice(sorted(PERSONAS)),
    help="Only these; repeatable.",
)
@click.option("--everything", is_flag=True, help=f"All {len(ALL_PERSONAS)} personas that behave, once each.")
@click.option("--devices", default=0, metavar="N", help="Repeat the personas until there are N devices.")
@click.option("--size", "extra", default=0, metavar="N", help="Add N plain web servers.")
@click.option("--crowd", default=0, metavar="N", help="Add N hosts that only answer ARP.")
@click.option(
    "--crowd-loss", default=0.0, metavar="SHARE", help="Share of the crowd's ARP requests to lose, e.g. 0.02."
)
@click.option(
    "--network", default="", help=f"[default: {LAN_NETWORK}, or {LOOPBACK_NETWORK} with --loopback]"
)
@click.option(
    "--segment",
    "attached",
    multiple=True,
    metavar="NETWORK",
    help="Add a segment with the same personas, to which the scanner has an interface; repeatable.",
)
@click.option(
    "--routed",
    multiple=True,
    metavar="NETWORK",
    help="Add a segment with the same personas behind a router; repeatable, numbered after the attached.",
)
@click.option(
    "--announce-every",
    default=DEFAULT_ANNOUNCE_SECONDS,
    metavar="SECONDS",
    help="0: devices never speak unasked.",
)
@click.option("--loopback", is_flag=True, help="Serve on loopback addresses, without namespaces.")
@state_option
def up(
    state: Path,
    personas: tuple[str, ...],
    everything: bool,
    devices: int,
    extra: int,
    crowd: int,
    crowd_loss: float,
    network: str,
    attached: tuple[str, ...],
    routed: tuple[str, ...],
    announce_every: float,
    loopback: bool,
) -> None:
    """Bring the LAN up and leave it running."""
    chosen = personas_for(personas or (ALL_PERSONAS if everything else ()), devices, extra)
    further = [Further(network=one, personas=chosen) for one in attached]
    further += [Further(network=one, personas=chosen, routed=True) for one in routed]
    plan = Plan(
        personas=chosen,
        further=tuple(further),
        network=network or (LOOPBACK_NETWORK if loopback else LAN_NETWORK),
        loopback=loopback,
        crowd=crowd,
        crowd_loss=crowd_loss,
        announce_seconds=announce_every,
    )
    lab = Lab(plan, state)
    lab.up()
    for where in (plan.network, *(one.network for one in further)):
        click.echo(f"{len(chosen)} devices are up on {where}", err=True)
    for note in lab.left_out:
        click.echo(f"left out: {note}", err=True)


@cli.command()
@state_option
def down(state: Path) -> None:
    """Stop the LAN and everything that up started."""
    for recorded in Lab(directory=state).down():
        written, dropped = recorded.split()
        click.echo(f"recorded {written} frames, lost {dropped}", err=True)


@cli.command()
@state_option
def status(state: Path) -> None:
    """Print what is running."""
    for name, value in Lab(directory=state).status().items():
        click.echo(f"{name}: {value}")


@cli.command()
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json")
@state_option
def truth(state: Path, form: str) -> None:
    """Print what a census should find at every address, and what the wire shows of it."""
    lab = Lab(directory=state)
    if form == "json":
        rows = [asdict(row) for row in lab.truth]
        click.echo(json.dumps({"left_out": lab.left_out, "devices": rows}, indent=2))
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(TRUTH_COLUMNS)
    writer.writerows(_cells(row) for row in lab.truth)


@cli.command(name="exec", context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@state_option
def execute(state: Path, command: tuple[str, ...]) -> None:
    """Run a command where the scanner stands, and end with its exit code."""
    inside = Lab(directory=state).command(command)
    try:
        os.execvp(inside[0], inside)
    except OSError as error:
        raise LabError(f"{inside[0]}: {error.strerror}") from error


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--segment", default=BRIDGE, show_default=True)
@state_option
def record(state: Path, file: Path, segment: str) -> None:
    """Write every frame of one segment into a pcap FILE, from now until down."""
    Lab(directory=state).record(file, segment)


@cli.command()
@click.argument("persona", type=click.Choice(sorted(PERSONAS)))
@click.option("--address", default="", help="[default: the first free one of lan0]")
@click.option("--number", type=int, help="Which unit of its kind, from 0. [default: a new one]")
@state_option
def plug(state: Path, persona: str, address: str, number: int | None) -> None:
    """Connect one more device, and print its address."""
    click.echo(Lab(directory=state).plug(persona, address, number))


@cli.command()
@click.argument("address")
@state_option
def unplug(state: Path, address: str) -> None:
    """Take the device at ADDRESS off the LAN."""
    Lab(directory=state).unplug(address)


@cli.command()
@click.argument("address")
@click.argument("new")
@state_option
def renumber(state: Path, address: str, new: str) -> None:
    """Give the device at ADDRESS the NEW one."""
    Lab(directory=state).renumber(address, new)


@cli.command()
@click.argument("address")
@state_option
def swap(state: Path, address: str) -> None:
    """Put another unit of the same kind at ADDRESS."""
    Lab(directory=state).swap(address)


@cli.command()
@click.argument("address")
@click.argument("version")
@click.option("--built", default="", metavar="DATE", help="The build's date, such as 2022-01-12.")
@state_option
def upgrade(state: Path, address: str, version: str, built: str) -> None:
    """Give the device at ADDRESS firmware of another VERSION."""
    Lab(directory=state).upgrade(address, version, built)


@cli.command()
@click.argument("segment")
@click.option("--visibly", is_flag=True, help="Pull the cable of whoever leads there: no carrier.")
@state_option
def cut(state: Path, segment: str, visibly: bool) -> None:
    """Cut a SEGMENT (lan0, lan1, ...) off."""
    Lab(directory=state).cut(segment, visibly=visibly)


@cli.command()
@click.argument("segment")
@state_option
def restore(state: Path, segment: str) -> None:
    """Connect a SEGMENT again."""
    Lab(directory=state).restore(segment)


@cli.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("findings.csv"))
def demo(output: Path) -> None:
    """Bring the LAN up, sweep it with camcensus, print the table, and take it down."""
    sys.exit(run_demo(output))


def _cells(row: Expected) -> list[str]:
    values = (getattr(row, column) for column in TRUTH_COLUMNS)
    return ["; ".join(value) if isinstance(value, tuple) else str(value) for value in values]


def main() -> None:
    """Run the command line; what cannot be done is one line on standard error.

    Exit code 1, or 5 where namespaces are not allowed and ``up --loopback`` is what remains.
    """
    try:
        cli(prog_name="python -m tests.lab")
    except NamespacesRefused as error:
        click.echo(f"lab: {error}", err=True)
        sys.exit(5)
    except LabError as error:
        click.echo(f"lab: {error}", err=True)
        sys.exit(1)
