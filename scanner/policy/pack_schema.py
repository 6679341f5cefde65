"""The shape of policy files: instruments, companies, labels, decisions.

A file that passes needs no further care.
"""

from enum import Enum

from scanner.matching.schema import (
    Check,
    Key,
    Sections,
    check_text,
    check_texts,
    is_date,
    is_id,
    one_of,
)
from scanner.matching.vocabulary import Vocabulary
from scanner.model.site import Role
from scanner.policy.company import Question
from scanner.policy.known import Known
from scanner.policy.label import LabelKind
from scanner.policy.policy import Confidence, Criterion, Deed, Force, Product, Standing
from scanner.policy.span import UNKNOWN, read_span


def _values(kind: type[Enum]) -> frozenset[str]:
    return frozenset(str(one.value) for one in kind)


def _word(kind: type[Enum]) -> Check:
    return one_of(lambda _: _values(kind))


def _words(kind: type[Enum]) -> Check:
    known = _word(kind)

    def check(value: object, words: Vocabulary) -> str | None:
        if not isinstance(value, list) or not value:
            return "is not a list with at least one word"
        return next((f"holds one that {fault}" for entry in value if (fault := known(entry, words))), None)

    return check


def _list_of(kind: type[Enum]) -> str:
    return ", ".join(str(one.value) for one in kind)


def _id(value: object, _: Vocabulary) -> str | None:
    return None if isinstance(value, str) and is_id(value) else "is not lower-case words with hyphens"


def _version(value: object, _: Vocabulary) -> str | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return None if is_count else "is not a whole number from 1"


def _span(value: object, _: Vocabulary) -> str | None:
    return None if isinstance(value, str) and read_span(value) else "is no date"


def _known_span(value: object, words: Vocabulary) -> str | None:
    return "is not known" if value == UNKNOWN else _span(value, words)


def _fact(value: object, words: Vocabulary) -> str | None:
    return _fact_fault(value, FACT, words)


def _belonging(value: object, words: Vocabulary) -> str | None:
    return _fact_fault(value, {"company": _COMPANY, **FACT}, words)


def _fact_fault(value: object, keys: dict[str, Key], words: Vocabulary) -> str | None:
    if not isinstance(value, dict):
        return "is not a table in braces"
    if odd := sorted(value.keys() - keys.keys()):
        return f"says {', '.join(odd)}"
    for name, key in keys.items():
        if name not in value:
            return f"has no {name}"
        if fault := key.check(value[name], words):
            return f"has a {name} that {fault}"
    return None


def _truth(value: object, _: Vocabulary) -> str | None:
    return None if isinstance(value, bool) else "is neither true nor false"


def _day(value: object, _: Vocabulary) -> str | None:
    return None if is_date(value) else "is no day"


_SPAN = (
    'Write "2022-11-24", "2021-04", "2025", the interval "2025-04-09/2026-04-01", or "unknown" with a note.'
)
_TEXT = "Say it in a sentence."
_COMPANY = Key(_id, "Use the id of a company of companies.toml.")
_LABELS = Key(check_texts, "List ids of labels.toml.", False)
_PRODUCTS = f"List of: {_list_of(Product)}. Leave it out where every product is meant."
_ROLES = Key(_words(Role), f"List of: {_list_of(Role)}.", False)
_SOURCES = Key(check_texts, "Name where the fact stands, with what identifies it.")
_CONFIDENCE = Key(_word(Confidence), "Write confirmed (two sources, or the text itself) or single.")

POLICY = {
    "id": Key(_id, "Write the name of the file without .toml."),
    "version": Key(_version, "Count from 1, one more with each change of what it says."),
    "title": Key(check_text, "Name the instrument as a sentence can."),
    "jurisdiction": Key(one_of(lambda v: v.jurisdictions), "Use a word of vocabulary/jurisdictions.txt."),
    "issued": Key(_span, _SPAN),
    "in_force": Key(_span, _SPAN),
    "superseded": Key(_known_span, "Write the first day on which it is no longer in force.", False),
    "status": Key(_word(Standing), f"One of: {_list_of(Standing)}."),
    "who": Key(check_text, "Say who must comply."),
    "binds": _LABELS,
    "criterion": Key(_word(Criterion), f"One of: {_list_of(Criterion)}."),
    "affiliates": Key(_word(Known), "Whether affiliates of a company are meant: yes, no or unclear.", False),
    "products": Key(_words(Product), _PRODUCTS, False),
    "citations": _SOURCES,
    "confidence": _CONFIDENCE,
    "statement": Key(check_text, "Say what a maker said to it.", False),
    "dispute": Key(check_text, "Say where sources disagree.", False),
    "note": Key(check_text, "Say what else must be known.", False),
}
NAMED = {
    "company": _COMPANY,
    "since": Key(_span, f"{_SPAN} Without it, since the instrument is in force.", False),
    "products": Key(_words(Product), _PRODUCTS, False),
    "labels": _LABELS,
    "note": Key(check_text, _TEXT, False),
}
ACTION = {
    "do": Key(_word(Deed), f"One of: {_list_of(Deed)}."),
    "force": Key(_word(Force), f"One of: {_list_of(Force)}."),
    "since": Key(_span, f"{_SPAN} Without it, since the instrument is in force.", False),
    "deadline": Key(_known_span, "Write the last day, or leave it out where there is none.", False),
    "until": Key(_known_span, "Write the first day on which it is no longer asked for.", False),
    "labels": _LABELS,
    "roles": _ROLES,
    "note": Key(check_text, _TEXT, False),
}
FACT = {
    "known": Key(_word(Known), "Write yes, no or unclear."),
    "detail": Key(check_text, _TEXT),
    "sources": _SOURCES,
    "dated": Key(_day, "Write the day of the source, or the day it was read."),
    "confidence": _CONFIDENCE,
}
_FACT_REMEDY = f"Write {{ {', '.join(FACT)} }}."
COMPANY = {
    "id": _COMPANY,
    "name": Key(check_text, "Write the name that reports print."),
    "legal": Key(check_text, "Write its legal name, as far as it is known."),
    "maker": Key(one_of(lambda v: v.makers), "Use a word of vocabulary/makers.txt.", False),
    "brands": Key(check_texts, "List the labels that are its own.", False),
    "seat": Key(_fact, f"{_FACT_REMEDY} Whether it is seated in the PRC."),
    "belongs": Key(_belonging, f"{_FACT_REMEDY} Put the company that it belongs to first.", False),
    "state": Key(_fact, f"{_FACT_REMEDY} Whether a state owns a share.", False),
    "registrants": Key(check_texts, "List exact names of the address registry.", False),
    "sources": _SOURCES,
    "statement": Key(check_text, "Say what it said itself.", False),
    "note": Key(check_text, "Say what else must be known.", False),
}
LABEL = {
    "id": Key(_id, "Write lower-case words with hyphens, the jurisdiction first."),
    "kind": Key(_word(LabelKind), f"One of: {_list_of(LabelKind)}."),
    "title": Key(check_text, "Say what a site with this label is."),
    "implies": _LABELS,
    "excludes": _LABELS,
    "sources": _SOURCES,
}
DECISION = {
    "company": Key(_id, "Use the id of a company of companies.toml, or of a maker."),
    "question": Key(_word(Question), "Write seat (whether it is seated in the PRC) or belonging."),
    "value": Key(_truth, "Write true or false."),
    "reason": Key(check_text, "Say why, so that somebody else can follow it."),
    "by": Key(check_text, "Name who decided it."),
    "on": Key(_day, "Write the day of the decision."),
}
POLICY_FILE: Sections = {"policy": (POLICY, False), "named": (NAMED, True), "action": (ACTION, True)}
COMPANY_FILE: Sections = {"company": (COMPANY, True)}
LABEL_FILE: Sections = {"label": (LABEL, True)}
DECISION_FILE: Sections = {"decision": (DECISION, True)}
