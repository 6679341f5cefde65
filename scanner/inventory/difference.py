"""What differs between what two sweeps found. Pure: findings in, differences out.

An address that one of the two did not cover says nothing: a device that is missing there, or appears
there, was perhaps there all the time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address

from scanner.inventory import tracking
from scanner.inventory.contract import FindingRow
from scanner.model.coverage import Coverage


class Differs(Enum):
    """In which way a device differs; ``NOT_COVERED`` says that one of the sweeps cannot tell."""

    NEW = "new"
    MISSING = "missing"
    MOVED = "moved"
    REIDENTIFIED = "re-identified"
    FIRMWARE = "firmware changed"
    NOT_COVERED = "not covered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of one device; ``finding`` is the later one, where there is one."""

    finding: FindingRow
    how: Differs
    before: str = ""
    after: str = ""


def differences(
    before: Iterable[FindingRow],
    after: Iterable[FindingRow],
    covered_before: Coverage,
    covered_after: Coverage,
) -> Iterator[Difference]:
    """Yield what differs, in the order of the later sweep, then what only the earlier one met."""
    earlier = _by_device(before)
    for finding in _by_device(after).values():
        was = earlier.pop(finding.device, None)
        if was is None:
            yield _appeared(finding, covered_before)
        else:
            yield from _changed(was, finding)
    yield from (_disappeared(finding, covered_after) for finding in earlier.values())


def _by_device(findings: Iterable[FindingRow]) -> dict[int, FindingRow]:
    """Return the first finding of each device; two that proved to be one later have two."""
    first: dict[int, FindingRow] = {}
    for finding in findings:
        first.setdefault(finding.device, finding)
    return first


def _appeared(finding: FindingRow, covered: Coverage) -> Difference:
    how = Differs.NEW if _is_covered(finding, covered) else Differs.NOT_COVERED
    return Difference(finding, how, after=_place(finding))


def _disappeared(finding: FindingRow, covered: Coverage) -> Difference:
    how = Differs.MISSING if _is_covered(finding, covered) else Differs.NOT_COVERED
    return Difference(finding, how, before=_place(finding))


def _is_covered(finding: FindingRow, covered: Coverage) -> bool:
    try:
        return covered.covers(ip_address(finding.address))
    except ValueError:  # known by its name or MAC alone: no sweep looks at an address for it
        return False


def _changed(was: FindingRow, finding: FindingRow) -> Iterator[Difference]:
    if was.address != finding.address and was.address not in finding.also_at:
        yield Difference(finding, Differs.MOVED, _place(was), _place(finding))
    if tracking.contradicts(_kind(was), _kind(finding)):
        yield Difference(finding, Differs.REIDENTIFIED, kind_text(was), kind_text(finding))
    one, other = tracking.firmware_text(was.firmware), tracking.firmware_text(finding.firmware)
    if one and other and not tracking.is_same_firmware(one, other):
        yield Difference(finding, Differs.FIRMWARE, one, other)


def _kind(finding: FindingRow) -> tuple[str, str | None, str | None, str | None]:
    return finding.verdict, finding.maker, finding.brand, finding.model


def kind_text(finding: FindingRow) -> str:
    """Return what a device is, for people: verdict, maker, brand and model."""
    return " ".join(text for text in _kind(finding) if text)


def _place(finding: FindingRow) -> str:
    return f"{finding.address} ({finding.segment})" if finding.segment else finding.address
