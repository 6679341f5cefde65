"""Whose a device is, where it hangs and what for, and what depends on it: people say so, no packet does."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from scanner.errors import UsageProblem

# Where a device hangs, what for and what depends on it stand in tables; what is longer is a document.
MAX_TEXT_CHARACTERS = 200


class Owner(Enum):
    """Whose device it is."""

    OWN = "own"
    LANDLORD = "landlord"
    CONTRACTOR = "contractor"
    UNKNOWN = "unknown"


class WorkList(Enum):
    """What is to be done about a device: to take it down oneself, or to talk to whoever owns it."""

    REMOVAL = "removal"
    NEGOTIATION = "negotiation"


@dataclass(frozen=True, slots=True)
class Custody:
    """What is said of one device. Who said it and when are None where nobody has said anything yet.

    ``location`` is for people: building, floor, room. ``dependency`` is what would stop working without
    the device; empty where nothing is known to. A device in a public place films people who have no other
    way to know whom they face: ``purpose`` says what for.
    """

    owner: Owner = Owner.UNKNOWN
    location: str = ""
    is_private_office: bool = False
    dependency: str = ""
    by: str | None = None
    at: datetime | None = None
    is_public: bool = False
    purpose: str = ""

    @property
    def work_list(self) -> WorkList:
        """The list that the device is on; one of an unknown owner stays on one's own and is not lost."""
        is_others = self.owner in (Owner.LANDLORD, Owner.CONTRACTOR)
        return WorkList.NEGOTIATION if is_others else WorkList.REMOVAL


NOTHING_SAID = Custody()


def check(told: Custody) -> None:
    """Raise UsageProblem for what nobody answers for, or what is a document and no remark."""
    if not (told.by or "").strip():
        raise UsageProblem("Say who says so, with --by. Nothing was changed.")
    if told.is_private_office and told.is_public:
        raise UsageProblem("A private office is no public place, so say which it is. Nothing was changed.")
    texts = (told.by or "", told.location, told.dependency, told.purpose)
    if max(map(len, texts)) > MAX_TEXT_CHARACTERS:
        raise UsageProblem(f"A text is longer than {MAX_TEXT_CHARACTERS} characters. Nothing was changed.")
