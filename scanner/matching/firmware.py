"""Firmware strings into version and build date, by the grammars of their maker.

Makers write build dates as YYMMDD (``V5.5.0 build 170725``), YYYYMMDD and YYYY-MM-DD
(``2.400.0000000.16.R, Build Date: 2017-08-31``). The version stays as the device wrote it: whether one
is newer than another is known within one branch of one maker only.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from scanner.matching.pattern import compiled, wire_text
from scanner.model.verdict import Firmware

# Network cameras of the makers known here start about 2005; a year after 2040 is a misread number.
_FIRST_YEAR, _LAST_YEAR = 2005, 2040

# Six fields of six digits are more than any grammar here has; longer digits are no version.
_NUMBERS = re.compile(r"(\d{1,6}(?:\.\d{1,6}){0,5})(?:\.[a-z])?", re.ASCII)

_DATE = re.compile(r"(\d{4}|\d{2})(-?)(\d{2})\2(\d{2})", re.ASCII)


def read_build_date(text: str) -> date | None:
    """Return the date of YYMMDD, YYYYMMDD or YYYY-MM-DD; None for any other or an implausible one."""
    parts = _DATE.fullmatch(text.strip())
    if parts is None:
        return None
    year = int(parts[1]) + (2000 if len(parts[1]) == 2 else 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, int(parts[3]), int(parts[4]))
    except ValueError:
        return None


def read_firmware(text: str, grammars: Sequence[str]) -> Firmware:
    """Return what the first grammar that fits reads; where none does, the whole text is the version."""
    for grammar in grammars:
        captured = compiled(grammar).captures(wire_text(text))
        if captured is not None:
            build_date = read_build_date(captured.get("build_date", ""))
            return Firmware(captured.get("version", "").strip(), build_date, captured.get("branch", ""))
    return Firmware(text.strip())


def combined(candidates: Sequence[Firmware]) -> Firmware | None:
    """Return the first candidate that has a version, dated by another of the same version if need be.

    Candidates come best first; one without a version is a date alone and dates any version.
    """
    first = next((found for found in candidates if found.version), None)
    if first is None:
        return candidates[0] if candidates else None
    same = {"", _bare(first.version)}
    dates = (found.build_date for found in (first, *candidates) if _bare(found.version) in same)
    return replace(first, build_date=next((day for day in dates if day), None))


def read_numbers(firmware: Firmware) -> tuple[int, ...]:
    """Return the numbers of a version behind its branch, zero-padded ones as their value.

    They order two versions of one branch. Empty where the version is no row of numbers; a letter at
    the end (``2.420.AC00.18.R``) is a sales region and no part of the order.
    """
    rest = _bare(firmware.version).removeprefix(firmware.branch.casefold()).removeprefix(".")
    row = _NUMBERS.fullmatch(rest)
    return tuple(int(number) for number in row[1].split(".")) if row else ()


def _bare(version: str) -> str:
    return version.casefold().removeprefix("v")
