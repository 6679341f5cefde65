"""A site file as it comes: read from a file or standard input, and checked under its name."""

from datetime import date

import click

from scanner.cli import talk
from scanner.clock import SystemClock
from scanner.errors import UsageProblem
from scanner.export.plural import counted
from scanner.matching.database import load
from scanner.model.site import Site
from scanner.policy.rulebook import Rulebook
from scanner.site.file import read
from scanner.site.scope import askable_count

STANDARD_INPUT = "-"
# In bytes; four of them may make one character, and the reader says how many of those are too many.
MAX_FILE_BYTES = 4 * 1024 * 1024


def text_of(name: str) -> str:
    """Return the text of a file, or of standard input for ``-``. Raises UsageProblem."""
    try:
        with click.open_file(name, "rb") as file:
            data: bytes = file.read(MAX_FILE_BYTES)
            return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageProblem(
            f"The site file {name} cannot be read ({error.strerror}), so nothing was stored. Name a readable "
            "file."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageProblem(
            f"The site file {name} is not text in UTF-8, so nothing was stored. Save it as UTF-8."
        ) from error


def checked(text: str, name: str) -> Site:
    """Return the site that a file describes; complaints begin with the file's name. Raises UsageProblem."""
    try:
        site = read(text)
        _check_labels(site)
        return site
    except UsageProblem as error:
        shown = "Standard input" if name == STANDARD_INPUT else name
        raise UsageProblem(f"{shown}: {error}") from error


def _check_labels(site: Site) -> None:
    """Raise UsageProblem for labels that contradict each other; warn of those that no policy knows."""
    if not site.labels:
        return
    labels = Rulebook.load(load()).labels
    for fault in labels.unknown(site.labels):
        talk.warning(fault)
    if faults := labels.contradictions(site.labels):
        raise UsageProblem(f"{faults[0]} Nothing was stored: leave one of them out.")


def today_at(site: Site) -> date:
    """Return the day that it is at a site."""
    return site.day(SystemClock().now())


def summary(site: Site) -> str:
    """Return in a few words how large a site is."""
    addresses = counted(askable_count(site), "address", "addresses")
    return f"{counted(len(site.segments), 'segment')}, {addresses} to examine"
