"""Devices that announce that nobody has set them up yet, so that whoever comes first can."""

from collections.abc import Iterable
from enum import Enum

from scanner.model.field import Field
from scanner.model.observation import Observation

# byInitStatus in the search record of the maker's SDK: of its lowest two bits 1 means not initialised and
# 2 initialised. That the number in a discovery answer is the same one fits the four published samples and
# is nowhere written, so that it makes no more than "perhaps not".
_INIT_BITS = 0b11
_NOT_INITIALISED = 1


class SetUp(Enum):
    """What a device announces of itself; most announce nothing."""

    NO = "no"
    PERHAPS_NOT = "perhaps not"
    NOT_TOLD = ""


def set_up(observations: Iterable[Observation]) -> SetUp:
    """Return what a device's latest announcements say. That it is set up is no finding and not told."""
    latest = {one.field: one.value for one in sorted(observations, key=_moment)}
    if latest.get(Field.SADP_ACTIVATED) == "false":
        return SetUp.NO
    number = latest.get(Field.DHIP_INIT, "")
    is_number = number.isascii() and number.isdecimal()
    if is_number and int(number) & _INIT_BITS == _NOT_INITIALISED:
        return SetUp.PERHAPS_NOT
    return SetUp.NOT_TOLD


def _moment(seen: Observation) -> float:
    return seen.observed_at.timestamp()
