"""The main job on the virtual LAN: a site is described, swept and held against policies."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path

import click

from tests.lab.errors import NamespacesRefused
from tests.lab.lab import Lab
from tests.lab.plan import LOOPBACK_NETWORK, Plan

SITE = "ministry"
PICTURE = "timeline.svg"
# A camera network, and eight addresses in it that are the department's core network.
_SITE_FILE = """\
schema = 1

[site]
name = "{name}"
owner = "Department of Examples"
labels = ["uk-sensitive-ministers"]
profile = "normal"

[[segment]]
name = "cctv"
role = "cctv"
networks = ["{cctv}"]

[[segment]]
name = "core"
role = "core"
networks = ["{core}"]
"""
# So many days from today, so many percent of what was found are to be gone.
_MILESTONES = ((180, 30), (365, 70), (540, 100))


def demo(output: Path, plan: Plan | None = None) -> int:
    """Sweep a LAN as a site, with table, policies and timeline on standard output; return the exit code.

    The findings are left in ``output`` and the timeline's picture beside it. Where namespaces are not allowed
    the devices stand on loopback addresses, and what that leaves out is said on standard error.
    """
    with (
        tempfile.TemporaryDirectory(prefix="camcensus-demo-") as name,
        _lan_or_loopback(plan or Plan()) as lab,
    ):
        for note in lab.left_out:
            click.echo(f"left out: {note}", err=True)
        directory = Path(name)
        (directory / "site.toml").write_text(site_file(lab.plan.network))
        for command in _commands(lab, directory, output.absolute()):
            code = _run(lab, command)
            if code:
                return code
    return 0


def site_file(network: str) -> str:
    """Return the file of the demo's site: the whole network, and a part of it that is the core network."""
    core = list(IPv4Network(network).subnets(new_prefix=29))[2]
    return _SITE_FILE.format(name=SITE, cctv=network, core=core)


def _commands(lab: Lab, directory: Path, output: Path) -> Iterator[list[str]]:
    """Yield what is run, one after the other."""
    known = ["--db", str(directory / "inventory.sqlite3")]
    yield ["site", "add", str(directory / "site.toml"), *known, "-q"]
    yield ["scan", "--site", SITE, *_targets(lab), "-o", str(output), *known]
    yield ["policies", "--site", SITE, "--format", "table", *known, "-q"]
    timeline = ["timeline", SITE, *_milestones(), *known, "-q"]
    yield [*timeline, "-o", str(output.with_name(PICTURE))]
    yield [*timeline, "--format", "table"]


def _milestones() -> Iterator[str]:
    today = datetime.now(UTC).date()
    for days, percent in _MILESTONES:
        yield from ("--milestone", f"{today + timedelta(days=days)}={percent}")


def _run(lab: Lab, command: list[str]) -> int:
    click.echo(f"$ camcensus {' '.join(command)}", err=True)
    whole = [sys.executable, "-m", "scanner", *command]
    if command[0] == "scan":
        return lab.run(whole, capture_output=False).returncode
    # What was covered is said once, and not by every command again.
    done = subprocess.run(whole, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode or command[0] == "policies":
        click.echo(done.stderr, err=True, nl=False)
    return done.returncode


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


def _targets(lab: Lab) -> list[str]:
    """Return nothing, which means the whole site; of loopback, where every address answers, the devices."""
    if not lab.plan.loopback:
        return []
    addresses = [row.address for row in lab.truth]
    return [f"{addresses[0]}-{addresses[-1]}"]
