"""Options that several commands share, gathered into one value per subject."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Any

import click

from scanner.export import BUILTIN_EXPORTERS
from scanner.export.redaction import Level
from scanner.model.limits import PROFILES

Command = Callable[..., Any]


class PortCheck(StrEnum):
    """How open ports are found."""

    AUTO = "auto"
    NMAP = "nmap"
    CONNECT = "connect"


class FailOn(StrEnum):
    """From which verdict on the command ends with exit code 3."""

    FLAGGED = "flagged"
    SUSPECTED = "suspected"


class ListFormat(StrEnum):
    """How a list from the inventory is printed."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"


class Amount(click.FloatRange):
    """A number in a range. What is not a number passes every comparison, and so would lift every limit."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or end with a usage error."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What may be examined, in the operator's words."""

    targets: tuple[str, ...]
    targets_file: str | None
    exclude: tuple[str, ...]
    exclude_file: str | None
    local: bool
    yes_large: bool


@dataclass(frozen=True, slots=True)
class PaceOptions:
    """How hard, and how far into each host."""

    profile: str | None
    max_rate: float | None
    host_timeout: float | None
    ports: str | None
    port_check: PortCheck
    discover_only: bool


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with: interfaces by name (none means all), and extra signatures."""

    interface_names: tuple[str, ...]
    signature_directories: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class MemoryOptions:
    """The inventory, the sweep to resume in it, and how long to wait for another sweep of the site."""

    db: str | None = None
    resume: str | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions:
    """Which policies verdicts are held against, as they stand on which day, and further labels of the site.

    No policy means those that concern the site, no day that of the sweep.
    """

    policies: tuple[str, ...] = ()
    as_of: date | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputOptions(RuleOptions):
    """Where results go, what stands in them, and what makes the command fail."""

    output: str | None
    format: str | None
    fail_on: FailOn | None
    site: str
    redact: Level = Level.NONE


def _gathered(
    bundle: type[Any], name: str, *declared: Callable[[Command], Command]
) -> Callable[[Command], Command]:
    """Return a decorator that declares options and hands their values over as one ``bundle``."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathering(*args: Any, **given: Any) -> Any:
            values = {field.name: given.pop(field.name) for field in fields(bundle)}
            return command(*args, **{name: bundle(**values)}, **given)

        decorated: Command = gathering
        for option in reversed(declared):
            decorated = option(decorated)
        return decorated

    return decorate


takes_targets = _gathered(
    TargetOptions,
    "target_options",
    click.argument("targets", nargs=-1, metavar="[TARGET]..."),
    click.option(
        "-iL", "--targets-file", metavar="FILE", help="More targets, one a line; '-' for standard input."
    ),
    click.option("--exclude", multiple=True, metavar="TARGET", help="Never examine this; repeatable."),
    click.option("--exclude-file", metavar="FILE", help="More exclusions, one a line."),
    click.option("--local", is_flag=True, help="The private IPv4 segments that this machine is attached to."),
    click.option("--yes-large", is_flag=True, help="Accept more than 65,536 addresses."),
)

takes_pace = _gathered(
    PaceOptions,
    "pace_options",
    click.option(
        "--profile",
        type=click.Choice(list(PROFILES)),
        help="How hard the network is asked.  [default: normal, or what a known site says]",
    ),
    click.option(
        "--max-rate",
        type=Amount(min=0.1, max=1_000_000),
        metavar="N",
        help="Packets per second, instead of the profile's; connections never exceed it either.",
    ),
    click.option(
        "--host-timeout",
        type=Amount(min=1),
        metavar="SECONDS",
        help="At most so long for one host, instead of the profile's.",
    ),
    click.option("--discover-only", is_flag=True, help="Find hosts and what they announce; open no port."),
    click.option("--ports", metavar="LIST", help="Only these TCP ports, e.g. 80,443,8000-8010."),
    click.option(
        "--port-check",
        type=click.Choice(PortCheck, case_sensitive=False),
        default=PortCheck.AUTO,
        help="What finds open ports. auto: nmap where it is installed, unless the profile is fast."
        "  [default: auto]",
    ),
)


def _day(_ctx: click.Context, _option: click.Parameter, moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


_RULES = (
    click.option(
        "--policy",
        "policies",
        multiple=True,
        metavar="ID",
        help="Hold verdicts against this policy; repeatable; 'all' for all.  [default: those that concern a "
        "labelled site]",
    ),
    click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=_day,
        metavar="DATE",
        help="Policies as they stood on this day.  [default: the day of the sweep]",
    ),
    click.option(
        "--label",
        "labels",
        multiple=True,
        metavar="LABEL",
        help="What the site is, beside what its file says; repeatable.",
    ),
)
takes_rules = _gathered(RuleOptions, "rule_options", *_RULES)
takes_redaction = click.option(
    "--redact",
    type=click.Choice(Level, case_sensitive=False),
    default=Level.NONE,
    help="Take out what tells one device from all others (addresses), or whose site it is as well (sites)."
    "  [default: none]",
)
takes_output = _gathered(
    OutputOptions,
    "output_options",
    click.option(
        "-o", "--output", metavar="FILE", help="Write results to this file; '-' for standard output."
    ),
    click.option(
        "--format",
        type=click.Choice([exporter.name for exporter in BUILTIN_EXPORTERS]),
        help="Format of the results.  [default: by the file's suffix]",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(FailOn, case_sensitive=False),
        help="End with exit code 3 when a host is flagged, or at least suspected.",
    ),
    click.option(
        "--site",
        default="",
        metavar="NAME",
        help="The site: what the inventory knows of it counts, else the name only stands in the results.",
    ),
    *_RULES,
    takes_redaction,
)

takes_interfaces = click.option(
    "--interface", "interface_names", multiple=True, metavar="NAME", help="Use this interface; repeatable."
)
takes_signatures = click.option(
    "--signatures",
    "signature_directories",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Add or override signatures with those in DIR/makers; repeatable.",
)
takes_database = click.option(
    "--db",
    metavar="PLACE",
    envvar="CAMCENSUS_DB",
    show_envvar=True,
    help="The inventory: a SQLite file or a postgresql:// URL.  [default: in the user's data directory]",
)
takes_memory = _gathered(
    MemoryOptions,
    "memory_options",
    takes_database,
    click.option(
        "--resume",
        metavar="SWEEP",
        help="Finish this sweep, or the 'last' that was cut short, without asking finished hosts again.",
    ),
    click.option(
        "--wait",
        type=Amount(min=0),
        is_flag=False,
        flag_value=math.inf,
        default=0,
        metavar="[SECONDS]",
        help="Wait for another sweep of the site to end, without SECONDS for ever.",
    ),
)
takes_site = click.option("--site", metavar="NAME", help="Only this site.")
takes_unit = click.option(
    "--unit", metavar="OWNER", help="Only the sites of this owner, as their files name it."
)
# For what is no table of equal rows, such as sites with their segments.
takes_document_format = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the list is written.",
)
takes_list_format = click.option(
    "--format",
    "list_format",
    type=click.Choice(ListFormat, case_sensitive=False),
    help="How the list is printed.  [default: table on a terminal, jsonl in a pipe]",
)
