"""A site with rules, cameras on it, and the commands that decide about them."""

import csv
import io
from collections.abc import Callable
from datetime import datetime

from click.testing import Result

from scanner.model.field import Field
from scanner.model.observation import Observation
from tests.inventory.building import DEPOT, device

STATEMENT, TIMELINE = "uk-wms-2022-11-24", "uk-removal-timeline"
SetClock = Callable[[datetime], None]
BECAUSE = ("--by", "A. Clerk", "--reason", "as decided on 1 June")

# One sweep that misses a device is enough here, so that each night can be counted by hand.
MINISTRY = DEPOT.replace(
    'name = "depot"\n', 'name = "ministry"\nlabels = ["uk-sensitive-ministers"]\ngone_after = 1\n'
)
# The same network, and nothing said of whose it is.
ANNEX = MINISTRY.replace('"ministry"', '"annex"').replace('labels = ["uk-sensitive-ministers"]\n', "")
# The offices' network is a core segment here.
CORE = MINISTRY.replace('role = "cctv"', 'role = "core"')


def camera(
    number: int, *told: tuple[Field, str], model: str = "DS-2CD2032-I", firmware: str = "V5.4.3build 160810"
) -> tuple[Observation, ...]:
    """Return a camera with an address, a MAC and a serial number of its own."""
    return device(
        f"10.0.0.{number}",
        f"c0:56:e3:00:00:{number:02x}",
        (Field.SADP_SERIAL, f"DS-2CD2032-I20150101AACH5074123{number:02d}"),
        (Field.SADP_SOFTWARE, firmware),
        (Field.SADP_MODEL, model),
        *told,
    )


def rows(result: Result) -> list[dict[str, str]]:
    """Return the rows of a CSV."""
    return list(csv.DictReader(io.StringIO(result.stdout, newline="")))
