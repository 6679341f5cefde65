"""The main job on the virtual LAN: bring it up, sweep it with the real command, take it down."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from tests.lab.errors import NamespacesRefused
from tests.lab.lab import Lab
from tests.lab.plan import LOOPBACK_NETWORK, Plan


def demo(output: Path, plan: Plan | None = None) -> int:
    """Sweep a LAN, with the table on standard output and the findings in ``output``; return the exit code.

    Where namespaces are not allowed the devices stand on loopback addresses, and what that leaves out is
    said on standard error.
    """
    with _lan_or_loopback(plan or Plan()) as lab:
        for note in lab.left_out:
            click.echo(f"left out: {note}", err=True)
        scan = [sys.executable, "-m", "scanner", "scan", _target(lab), "-o", str(output.absolute())]
        click.echo(f"$ camcensus {' '.join(scan[3:])}", err=True)
        return lab.run(scan, capture_output=False).returncode


@contextmanager
def _lan_or_loopback(plan: Plan) -> Iterator[Lab]:
    lab = Lab(plan)
    try:
        lab.up()
    except NamespacesRefused as refusal:
        click.echo(f"lab: {refusal}", err=True)
        lab = Lab(replace(plan, network=LOOPBACK_NETWORK, loopback=True))
        lab.up()
    try:
        yield lab
    finally:
        lab.down()


def _target(lab: Lab) -> str:
    """Return the whole network; of loopback, where every address answers, only the devices."""
    if not lab.plan.loopback:
        return lab.plan.network
    addresses = [row.address for row in lab.truth]
    return f"{addresses[0]}-{addresses[-1]}"
