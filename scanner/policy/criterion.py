"""Whether an instrument's criterion fits the company that made a device: one function per criterion."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from scanner.policy.company import Companies, Company, Decision, Question, decided
from scanner.policy.known import ORDER, Answer, Known, both, either
from scanner.policy.label import Labels
from scanner.policy.policy import Criterion, Named, Policy
from scanner.policy.scope import Kind, in_scope

_NOBODY = Answer(Known.UNCLEAR, "Nothing shows who made the device.", "Find out who made it.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged: who made it, of which kind it is, and what its site is labelled.

    ``company`` is None where the evidence does not show whose firmware it is, and ``doubt`` says so.
    Without ``labels`` the question is asked of a product that stands at no site yet.
    """

    company: Company | None
    kind: Kind
    labels: frozenset[str] | None = frozenset()
    doubt: Answer = _NOBODY


@dataclass(frozen=True, slots=True)
class Ground:
    """What a question is answered from."""

    companies: Companies
    labels: Labels
    on: date
    decisions: tuple[Decision, ...] = ()


# The answers to a criterion, and the decisions that they rest on.
Findings = tuple[tuple[Answer, ...], tuple[Decision, ...]]
_Test = Callable[[Policy, Company, Subject, Ground], Findings]

MATCH = "Matches its criterion"
ASK_DAY = "Look the day up in the instrument."
_ASK_CERTIFICATE = "Ask for the certificate of this model."
_ASK_LIST = "Ask the authority, or look the supplier up in its list."


def weigh(policy: Policy, subject: Subject, ground: Ground) -> Findings:
    """Return the answers to a policy's criterion and product scope; all must be yes for it to fit."""
    product = in_scope(policy.products, subject.kind)
    if policy.criterion is Criterion.ALL_MAKERS:
        return (product, Answer(Known.YES, f"{MATCH}: it reaches every maker.")), ()
    if subject.company is None:
        return (product, subject.doubt), ()
    answers, decisions = _TESTS[policy.criterion](policy, subject.company, subject, ground)
    return (product, *answers), decisions


def _named(policy: Policy, company: Company, subject: Subject, ground: Ground) -> Findings:
    if own := [one for one in policy.named if one.company == company.id]:
        reason = f"{MATCH}: it names {company.name}."
        return _entries(own, subject, ground, Answer(Known.YES, reason)), ()
    parent = ground.companies.parent_of(company)
    entries = [one for one in policy.named if parent is not None and one.company == parent.id]
    if parent is None or not entries:
        return (Answer(Known.NO, f"It does not name {company.name}."),), ()
    belongs, decision = decided(company, Question.BELONGING, ground.decisions)
    answer = _affiliated(policy, company, parent, belongs)
    return _entries(entries, subject, ground, answer), (decision,) if decision else ()


def _entries(entries: list[Named], subject: Subject, ground: Ground, base: Answer) -> tuple[Answer, ...]:
    """Return the answers to the entry that goes furthest: one that fits, else one that may."""
    tried = [(base, *_conditions(entry, subject, ground)) for entry in entries]
    return max(tried, key=lambda answers: ORDER.index(known_of(answers)))


def _conditions(entry: Named, subject: Subject, ground: Ground) -> Iterator[Answer]:
    since = entry.since.has_come(ground.on)
    if since is not Known.YES:
        reason = f"It names the company from {entry.since} on."
        yield Answer(since, reason, ASK_DAY)
    yield in_scope(entry.products, subject.kind)
    if subject.labels is not None:
        yield ground.labels.site(entry.place.labels, subject.labels)


def _affiliated(policy: Policy, company: Company, parent: Company, belongs: Known) -> Answer:
    known = both(belongs, policy.affiliates)
    named = f"it names {parent.name}"
    if known is Known.YES:
        return Answer(known, f"{MATCH}: {named} with its affiliates, of which {company.name} is one.")
    if known is Known.NO:
        return Answer(known, f"I{named[1:]}, but not {company.name}.")
    if belongs is Known.UNCLEAR:
        ask = f"Decide, with a written reason, whether {company.id} belongs to {parent.id}."
        return Answer(known, f"I{named[1:]}; whether {company.name} belongs to it is not clear.", ask)
    reason = f"I{named[1:]}; whether it means {company.name}, which belongs to it, is not clear."
    return Answer(known, reason, "Have the reach of the instrument to affiliates examined.")


def _prc_origin(_: Policy, company: Company, __: Subject, ground: Ground) -> Findings:
    seated, decision = decided(company, Question.SEAT, ground.decisions)
    return (_seat_answer(company, seated),), (decision,) if decision else ()


def _prc_nil(policy: Policy, company: Company, _: Subject, ground: Ground) -> Findings:
    """Return whether the company is subject to the law by its own seat or by that of its parent."""
    seated, decision = decided(company, Question.SEAT, ground.decisions)
    used = [decision] if decision else []
    parent = ground.companies.parent_of(company)
    if seated is Known.YES or parent is None:
        return (_seat_answer(company, seated),), tuple(used)
    above, of_parent = decided(parent, Question.SEAT, ground.decisions)
    belongs, of_belonging = decided(company, Question.BELONGING, ground.decisions)
    used += [one for one in (of_parent, of_belonging) if one]
    through = both(above, both(belongs, policy.affiliates))
    if through is Known.NO:
        return (_seat_answer(company, seated),), tuple(used)
    reason = f"{company.name} belongs, surely or perhaps, to {parent.name}. {company.seat.detail}"
    ask = "Have the reach of the instrument to affiliates examined, and decide what is open of the company."
    known = either(seated, through)
    return (Answer(known, reason, ask if known is Known.UNCLEAR else ""),), tuple(used)


def _seat_answer(company: Company, seated: Known) -> Answer:
    if seated is Known.YES:
        return Answer(seated, f"{MATCH}: {company.name} is seated in the PRC.")
    if seated is Known.NO:
        return Answer(seated, f"{company.name} is not seated in the PRC.")
    reason = f"Whether {company.name} is seated in the PRC is not clear: {company.seat.detail}"
    ask = f"Decide, with a written reason, whether {company.id} is seated in the PRC."
    return Answer(seated, reason, ask)


def _certification(_: Policy, company: Company, __: Subject, ___: Ground) -> Findings:
    reason = f"It asks for a certificate, which a device of {company.name} does not show."
    return (Answer(Known.UNCLEAR, reason, _ASK_CERTIFICATE),), ()


def _open_determination(_: Policy, company: Company, __: Subject, ___: Ground) -> Findings:
    reason = f"An authority decides case by case; whether it did of {company.name} is not in the data."
    return (Answer(Known.UNCLEAR, reason, _ASK_LIST),), ()


def _none(_: Policy, __: Company, ___: Subject, ____: Ground) -> Findings:
    return (Answer(Known.NO, "It has no criterion."),), ()


def known_of(answers: Iterable[Answer]) -> Known:
    """Return whether everything holds."""
    known = Known.YES
    for answer in answers:
        known = both(known, answer.known)
    return known


_TESTS: Mapping[Criterion, _Test] = {
    Criterion.NAMED: _named,
    Criterion.PRC_NIL: _prc_nil,
    Criterion.PRC_ORIGIN: _prc_origin,
    Criterion.CERTIFICATION: _certification,
    Criterion.OPEN_DETERMINATION: _open_determination,
    Criterion.NONE: _none,
}
