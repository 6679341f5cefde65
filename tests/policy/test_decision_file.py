"""``policies/decisions.toml``: what an operator decided of the companies that the sources leave open."""

from datetime import date
from pathlib import Path

import pytest

from scanner.matching.database import shipped_root
from scanner.policy.company import Decision, Question
from scanner.policy.evaluation import Outcome
from scanner.policy.pack_file import policy_problems
from scanner.policy.rulebook import Rulebook
from tests.policy.books import book, database, device, result

STATEMENT = "uk-wms-2022-11-24"
DECISION = """\
schema = 1
as_of = "2026-11-22"

[[decision]]
company = "tp-link"
question = "seat"
value = true
reason = "Our legal service holds the parent in Shenzhen to be the maker: note 12/2026."
by = "A. Clerk"
on = "2026-11-20"
"""


def written(root: Path, text: str) -> Path:
    (root / "policies").mkdir()
    (root / "policies" / "decisions.toml").write_text(text)
    return root


def test_a_decision_in_a_file_settles_what_is_open_and_stands_in_the_result(tmp_path: Path) -> None:
    decided = Rulebook.load(database(), [written(tmp_path, DECISION)])
    camera = device("TP-Link", model="Tapo C200")

    before = result(STATEMENT, camera, "uk-sensitive")
    after = result(STATEMENT, camera, "uk-sensitive", rulebook=decided)

    assert (before.outcome, after.outcome) == (Outcome.CANNOT_TELL, Outcome.APPLIES)
    assert after.decisions == decided.decisions
    assert decided.decisions[0].reason.endswith("note 12/2026.")
    assert decided.version != book().version


def test_what_is_decided_for_one_evaluation_comes_before_the_file(tmp_path: Path) -> None:
    decided = Rulebook.load(database(), [written(tmp_path, DECISION)])
    no = Decision("tp-link", Question.SEAT, False, "Decided anew.", "B. Clerk", date(2026, 11, 22))

    found = result(STATEMENT, device("TP-Link"), "uk-sensitive", rulebook=decided, decisions=[no])

    assert (found.outcome, found.decisions) == (Outcome.DOES_NOT_APPLY, (no,))


@pytest.mark.parametrize(
    ("wrong", "right", "line", "told"),
    [
        ('"tp-link"', '"hikvision"', 5, "answers what is not open"),
        ('"tp-link"', '"nobody"', 5, "is about a company or question that is not known"),
        ("value = true", 'value = "yes"', 7, "is neither true nor false"),
        ('by = "A. Clerk"\n', "", 4, "by is missing"),
        (DECISION[DECISION.index("reason") : DECISION.index("by =")], "", 4, "reason is missing"),
        ('"2026-11-20"', '"yesterday"', 10, "is no day"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_named_with_its_line(
    wrong: str, right: str, line: int, told: str, tmp_path: Path
) -> None:
    assert wrong in DECISION
    root = written(tmp_path, DECISION.replace(wrong, right))

    (problem,) = policy_problems(root, database(), [shipped_root()])

    assert (problem.line, told in problem.cause) == (line, True), problem


def test_a_question_is_decided_once(tmp_path: Path) -> None:
    again = DECISION[DECISION.index("[[decision]]") :]
    root = written(tmp_path, f"{DECISION}\n{again}")

    (problem,) = policy_problems(root, database(), [shipped_root()])

    assert "The decision on the seat of tp-link is decided twice." in problem.cause
