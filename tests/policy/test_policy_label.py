"""What the labels of a site amount to."""

import pytest

from scanner.policy.known import Known
from tests.policy.books import book

YES, UNCLEAR, NO = Known
LABELS = book().labels
CRITERIA = ("uk-sensitive-secret", "uk-sensitive-vetted", "uk-sensitive-ministers", "uk-sensitive-socpa")


@pytest.mark.parametrize("criterion", CRITERIA)
def test_each_of_the_four_uk_criteria_makes_a_site_sensitive(criterion: str) -> None:
    held = LABELS.all_of([criterion])

    assert held == {criterion, "uk-sensitive", "uk-central-government", "uk-contracting-authority"}
    assert LABELS.site(("uk-sensitive",), held).known is YES


def test_a_label_may_be_given_without_its_criterion() -> None:
    assert LABELS.site(("uk-sensitive",), LABELS.all_of(["uk-sensitive"])).known is YES


def test_only_a_label_that_says_so_makes_a_site_not_sensitive() -> None:
    def known(*given: str) -> Known:
        return LABELS.site(("uk-sensitive",), LABELS.all_of(given)).known

    assert known("uk-not-sensitive") is NO
    assert known("uk-local-government") is NO
    assert known("uk-central-government", "local-annex") is UNCLEAR


def test_who_says_what_an_organisation_is_says_all_that_it_is() -> None:
    def known(*given: str) -> Known:
        return LABELS.organisation(("us-tx-state",), LABELS.all_of(given)).known

    assert known("us-tx-state", "us-federal-contractor") is YES
    assert known("us-federal-contractor") is NO
    assert known("us-889-public-safety", "local-annex") is UNCLEAR


def test_a_rule_that_binds_nobody_in_particular_binds_everybody() -> None:
    assert LABELS.organisation((), frozenset()).known is YES


def test_labels_of_ones_own_are_taken_as_they_are() -> None:
    assert LABELS.faults(["local-headquarters", "uk-sensitive"]) == ()


def test_an_unknown_label_is_named_with_the_likely_one() -> None:
    assert LABELS.faults(["uk-sensitve", "annex"]) == (
        'The label "annex" is not known: begin your own with local-.',
        'The label "uk-sensitve" is not known: did you mean uk-sensitive?',
    )


def test_two_labels_that_contradict_each_other_are_named_once() -> None:
    assert LABELS.faults(["uk-local-government", "uk-sensitive-ministers"]) == (
        'The labels "uk-local-government" and "uk-sensitive" contradict each other.',
    )


def test_every_label_that_a_policy_asks_for_exists_and_none_contradicts_itself() -> None:
    for name in LABELS.by_id:
        assert LABELS.contradictions([name]) == ()
