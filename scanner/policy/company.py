"""Who stands behind a label: seats, parents and ownership, each a fact with its source and its day.

A fact that the sources leave open is unclear. An operator may decide it, with a reason that is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from scanner.errors import UsageProblem
from scanner.model.verdict import Verdict
from scanner.policy.known import Known
from scanner.policy.policy import Confidence


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a company: ``detail`` in words, from ``sources`` as they stood on ``dated``."""

    known: Known
    detail: str
    sources: tuple[str, ...] = ()
    dated: date | None = None
    confidence: Confidence = Confidence.SINGLE


_NOT_IN_TABLE = Fact(Known.UNCLEAR, "The table of companies does not hold it.")


@dataclass(frozen=True, slots=True)
class Company:
    """One company. ``maker`` is its id among the signatures, ``brands`` the labels that are its own.

    ``seat`` is whether it is seated in the People's Republic of China; ``belonging`` whether it is a
    subsidiary or affiliate of ``parent``, the one at the top; ``state`` what is known of state ownership.
    """

    id: str
    name: str
    legal: str
    seat: Fact
    maker: str | None = None
    brands: tuple[str, ...] = ()
    parent: str | None = None
    belonging: Fact | None = None
    state: Fact | None = None
    registrants: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    statement: str = ""
    note: str = ""


class Question(Enum):
    """What an operator may decide of a company."""

    SEAT = "seat"
    BELONGING = "belonging"


@dataclass(frozen=True, slots=True)
class Decision:
    """An operator's answer to a question that the table leaves open: who decided it, when, and why."""

    company: str
    question: Question
    value: bool
    reason: str
    by: str
    on: date

    @property
    def key(self) -> tuple[str, Question]:
        """What is decided, and of whom."""
        return self.company, self.question


class Companies:
    """The table of companies, and how a verdict leads to one of them."""

    def __init__(self, companies: Iterable[Company], maker_names: Mapping[str, str]) -> None:
        """``maker_names`` are the names that verdicts print, by the maker's id."""
        self.by_id = {one.id: one for one in companies}
        self._names = dict(maker_names)
        self._makers = {name: maker for maker, name in maker_names.items()}
        self._of_maker = {one.maker: one for one in self.by_id.values() if one.maker}
        self._of_brand = {brand.casefold(): one for one in self.by_id.values() for brand in one.brands}
        self._called = {bare(text): one for one in self.by_id.values() for text in _texts(one)}

    def of(self, verdict: Verdict) -> Company | None:
        """Return who produced a device, as the verdict names its maker and label; None without a maker."""
        return self.producer(verdict.maker, verdict.brand) if verdict.maker is not None else None

    def producer(self, maker_name: str, brand: str | None) -> Company:
        """Return the label's owner where it belongs to the maker, else the maker.

        A maker outside the table is returned with everything open.
        """
        maker = self._makers.get(maker_name, maker_name)
        label = self._of_brand.get((brand or "").casefold())
        if label is not None and maker in self.makers_of(label):
            return label
        return self._of_maker.get(maker) or Company(maker, maker_name, maker_name, _NOT_IN_TABLE, maker)

    def called(self, text: str) -> Company | None:
        """Return the company with exactly this name, id, label or registrant; a part of one is nobody's."""
        return self._called.get(bare(text))

    def parent_of(self, company: Company) -> Company | None:
        """Return the company that it belongs to, surely or perhaps."""
        return self.by_id.get(company.parent) if company.parent else None

    def makers_of(self, company: Company) -> frozenset[str]:
        """Return the ids of the makers that sign for a company: its own, and that of its parent."""
        parent = self.parent_of(company)
        return frozenset(one.maker for one in (company, parent) if one is not None and one.maker)

    def maker_name(self, maker: str) -> str:
        """Return the name that verdicts print of a maker."""
        return self._names.get(maker, maker)

    def check(self, decisions: Iterable[Decision]) -> None:
        """Raise ``UsageProblem`` for a decision without reason or name, or of what is not open."""
        made = list(decisions)
        for index, fault in self.faults(made):
            about = f"The decision on the {made[index].question.value} of {made[index].company} {fault}."
            raise UsageProblem(f"{about} Nothing was evaluated. Correct it or leave it out.")

    def faults(self, decisions: Iterable[Decision]) -> Iterator[tuple[int, str]]:
        """Yield the place of each decision that cannot be taken, and why not."""
        taken: set[tuple[str, Question]] = set()
        for index, one in enumerate(decisions):
            if fault := self._fault(one) or ("is decided twice" if one.key in taken else None):
                yield index, fault
            taken.add(one.key)

    def _fault(self, decision: Decision) -> str | None:
        if not decision.reason.strip() or not decision.by.strip():
            return "does not say who decided it and why"
        company = self.by_id.get(decision.company)
        if company is None:
            is_maker = decision.company in self._makers.values() and decision.question is Question.SEAT
            return None if is_maker else "is about a company or question that is not known"
        fact = company.seat if decision.question is Question.SEAT else company.belonging
        return None if fact is not None and fact.known is Known.UNCLEAR else "answers what is not open"


def decided(
    company: Company, question: Question, decisions: Sequence[Decision]
) -> tuple[Known, Decision | None]:
    """Return what is known of a company, by the table or else by an operator's decision."""
    fact = company.seat if question is Question.SEAT else company.belonging
    known = fact.known if fact else Known.NO
    if known is not Known.UNCLEAR:
        return known, None
    found = next((one for one in decisions if one.key == (company.id, question)), None)
    if found is None:
        return Known.UNCLEAR, None
    return (Known.YES if found.value else Known.NO), found


def _texts(company: Company) -> tuple[str, ...]:
    return company.id, company.name, company.legal, *company.brands, *company.registrants


def bare(text: str) -> str:
    """Return a name without case, blanks and marks, which lists write in every way."""
    return "".join(filter(str.isalnum, text.casefold()))
