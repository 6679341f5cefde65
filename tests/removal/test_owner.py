"""Whose a device is decides which list it is on."""

import pytest

from scanner.errors import UsageProblem
from scanner.removal.owner import NOTHING_SAID, Custody, Owner, WorkList, check


@pytest.mark.parametrize(
    ("owner", "work_list"),
    [
        (Owner.OWN, WorkList.REMOVAL),
        (Owner.LANDLORD, WorkList.NEGOTIATION),
        (Owner.CONTRACTOR, WorkList.NEGOTIATION),
        (Owner.UNKNOWN, WorkList.REMOVAL),
    ],
)
def test_others_devices_are_negotiated_about(owner: Owner, work_list: WorkList) -> None:
    assert Custody(owner).work_list is work_list


def test_of_whom_nothing_is_said_the_owner_is_unknown() -> None:
    assert NOTHING_SAID.owner is Owner.UNKNOWN


@pytest.mark.parametrize(
    "told",
    [
        Custody(by=" "),
        Custody(by=None),
        Custody(by="A", location="x" * 201),
        Custody(by="A", purpose="x" * 201),
        Custody(by="A", is_private_office=True, is_public=True),
    ],
    ids=["blank name", "no name", "long location", "long purpose", "office in public"],
)
def test_somebody_answers_for_what_is_said_in_a_few_words(told: Custody) -> None:
    with pytest.raises(UsageProblem, match="Nothing was changed"):
        check(told)
