"""The golden table of severity: force by label, segment and evidence."""

import pytest

from scanner.model.site import Role
from scanner.model.verdict import Tier
from scanner.policy.policy import Action, Deed, Force, Place
from scanner.policy.severity import Severity, severity
from scanner.policy.span import ANY_DAY

INFO, LOW, MEDIUM, HIGH, CRITICAL = Severity

# force: confirmed (plain, labelled, core, labelled and core), then the same for probable evidence.
GOLDEN = {
    Force.MUST: ((MEDIUM, HIGH, HIGH, CRITICAL), (LOW, MEDIUM, MEDIUM, HIGH)),
    Force.SHOULD: ((LOW, MEDIUM, MEDIUM, HIGH), (LOW, LOW, LOW, MEDIUM)),
    Force.TARGET: ((LOW, MEDIUM, MEDIUM, HIGH), (LOW, LOW, LOW, MEDIUM)),
    Force.CONSIDER: ((LOW, LOW, LOW, MEDIUM), (LOW, LOW, LOW, LOW)),
    Force.CONTEXT: ((INFO, INFO, INFO, INFO), (INFO, INFO, INFO, INFO)),
}


def action(force: Force, labels: tuple[str, ...] = ()) -> Action:
    return Action(Deed.REMOVE, force, ANY_DAY, Place(labels))


@pytest.mark.parametrize("force", Force)
def test_severity_follows_the_golden_table(force: Force) -> None:
    plain, labelled = [action(force)], [action(force, ("uk-sensitive",))]
    places = [(plain, Role.CCTV), (labelled, Role.CCTV), (plain, Role.CORE), (labelled, Role.CORE)]

    found = tuple(
        tuple(severity(due, role, tier) for due, role in places) for tier in (Tier.CONFIRMED, Tier.PROBABLE)
    )

    assert found == GOLDEN[force]


def test_the_strongest_of_several_actions_counts() -> None:
    assert severity([action(Force.CONSIDER), action(Force.MUST)], None, Tier.CONFIRMED) is MEDIUM


def test_context_beside_an_action_neither_raises_nor_lowers_it() -> None:
    beside = [action(Force.SHOULD), action(Force.CONTEXT, ("uk-sensitive",))]

    assert severity(beside, Role.GUEST, Tier.CONFIRMED) is LOW


def test_nothing_due_is_information() -> None:
    assert severity([], Role.CORE, Tier.CONFIRMED) is INFO
