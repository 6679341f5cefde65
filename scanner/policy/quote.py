"""What the policies say of a model on a list or a quote, before anybody buys it.

Paper is weaker than what a device sends: a brand that sells several makers' devices leads to a question
for the supplier, and a brand that is not in the data is unknown, whatever it may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from scanner.policy.brand import BrandRow, Catalogue, ModelReading
from scanner.policy.company import Company, Decision
from scanner.policy.criterion import Ground, Subject, known_of, weigh
from scanner.policy.evaluation import standing
from scanner.policy.known import ORDER, Known
from scanner.policy.policy import Policy
from scanner.policy.rulebook import Rulebook
from scanner.policy.scope import Kind


class ItemOutcome(Enum):
    """What one line of a list comes to. That no policy asked for fits says nothing of any other."""

    COVERED = "covered"
    MIXED = "mixed brand"
    CANNOT_TELL = "cannot tell"
    NOT_COVERED = "not covered by these policies"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """What the policies say of one line.

    ``policies`` are those whose criterion fits, or for a mixed brand would fit one of its makers;
    ``open`` those of which that is not clear; ``context`` are lists that name the maker and ask nothing of
    a buyer. ``makers`` are the names of who may have made it.
    """

    outcome: ItemOutcome
    reasons: tuple[str, ...]
    asks: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()
    open: tuple[Policy, ...] = ()
    context: tuple[Policy, ...] = ()
    makers: tuple[str, ...] = ()
    device_class: str | None = None
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who may have made an item, why that is so, and whether one of them surely has."""

    companies: tuple[Company, ...]
    reason: str
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whether a policy reaches a product, why, and what would tell."""

    policy: Policy
    known: Known
    reasons: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


_NOBODY = "Neither the brand nor the model is in the data."
_ASK_FIRMWARE = "Ask the supplier who makes the firmware of this model: {makers}?"
_ASK_MAKER = "Ask the supplier who makes the device and its firmware."
_AS_CAMERA = "The model does not show its kind; it is taken for a camera."


def check_item(
    text_brand: str, text_model: str, rulebook: Rulebook, catalogue: Catalogue, ground: Ground
) -> ItemCheck:
    """Return what the rulebook's policies say of a brand and model, as they stand on the ground's day.

    Either text may be empty. Sites do not count: it is asked whether a policy reaches the product.
    """
    readings = catalogue.readings(text_model) if text_model.strip() else ()
    found = _read(text_brand.strip(), readings, rulebook, catalogue)
    if found is None:
        return ItemCheck(ItemOutcome.UNKNOWN, (_NOBODY,), (_ASK_MAKER,))
    return _checked(found, _class_of(found, readings, rulebook), rulebook.policies, ground)


def _read(
    brand: str, readings: Sequence[ModelReading], rulebook: Rulebook, catalogue: Catalogue
) -> _Reading | None:
    row = catalogue.row(brand)
    maker = catalogue.maker(brand)
    own = [one for one in readings if catalogue.owner(one)]
    if row is not None and not row.is_of_one_maker:
        return _mixed(row, maker, rulebook)
    if row is not None or maker is not None:
        made = maker or (row.makers[0] if row else "")
        return _of_one(made, row.name if row else None, own, rulebook)
    if company := rulebook.companies.called(brand):
        return _Reading((company,), f"{company.name} sells under this name.")
    return _by_model(brand, readings, rulebook, catalogue)


def _mixed(row: BrandRow, maker: str | None, rulebook: Rulebook) -> _Reading:
    ids = dict.fromkeys((*row.makers, *((maker,) if maker else ())))
    note = f" {row.note}" if row.note else ""
    reason = f"{row.name} sells, or may sell, devices of other makers: a prior, no proof.{note}"
    return _Reading(tuple(_company(one, row.name, rulebook) for one in ids), reason, is_sure=False)


def _of_one(maker: str, brand: str | None, own: Sequence[ModelReading], rulebook: Rulebook) -> _Reading:
    company = _company(maker, brand, rulebook)
    against = [one for one in own if one.maker != maker]
    if against and all(one.maker != maker for one in own):
        other = _company(against[0].maker, against[0].brand, rulebook)
        reason = f"The brand is {company.name}'s, but the model is written as {other.name} writes its own."
        return _Reading((company, other), reason, is_sure=False)
    return _Reading((company,), f"The brand is {company.name}'s.")


def _by_model(
    brand: str, readings: Sequence[ModelReading], rulebook: Rulebook, catalogue: Catalogue
) -> _Reading | None:
    if not readings:
        return None
    own = [one for one in readings if catalogue.owner(one)]
    companies = tuple(dict.fromkeys(_company(one.maker, one.brand, rulebook) for one in own or readings))
    names = " or ".join(company.name for company in companies)
    if not own:
        reason = f"The model is written as {names} may write it, and others do as well."
        return _Reading(companies, reason, is_sure=False)
    reason = f"The model is written as {names} writes its own."
    if brand:
        return _Reading(companies, f"{reason} The brand is not in the data.", is_sure=False)
    return _Reading(companies, reason, is_sure=len(companies) == 1)


def _company(maker: str, brand: str | None, rulebook: Rulebook) -> Company:
    return rulebook.companies.producer(rulebook.companies.maker_name(maker), brand)


def _class_of(found: _Reading, readings: Sequence[ModelReading], rulebook: Rulebook) -> str | None:
    """Return the kind that the model shows, as one of the makers in question writes it."""
    makers = {maker for one in found.companies for maker in rulebook.companies.makers_of(one)}
    kinds = {one.device_class for one in readings if one.maker in makers}
    return kinds.pop() if len(kinds) == 1 else None


def _checked(
    found: _Reading, device_class: str | None, policies: Sequence[Policy], ground: Ground
) -> ItemCheck:
    kind = Kind(device_class, True) if device_class else Kind("camera", False)
    reaches = [_reach(policy, found.companies, kind, ground) for policy in policies]
    reaching = [one for one in reaches if one.known is not Known.NO]
    counted = [one for one in reaching if not one.policy.is_context]
    reasons = [found.reason, *(() if device_class else (_AS_CAMERA,))]
    makers = tuple(company.name for company in found.companies)
    asks = [] if found.is_sure else [_ASK_FIRMWARE.format(makers=" or ".join(makers))]
    if not counted:
        reasons.append(f"No policy asked for reaches what {' or '.join(makers)} makes of this kind.")
    return ItemCheck(
        outcome=_outcome(found, counted),
        reasons=(*reasons, *(text for one in reaching for text in one.reasons)),
        asks=tuple(dict.fromkeys((*asks, *(text for one in counted for text in one.asks)))),
        policies=tuple(one.policy for one in counted if one.known is Known.YES),
        open=tuple(one.policy for one in counted if one.known is Known.UNCLEAR),
        context=tuple(one.policy for one in reaching if one.policy.is_context),
        makers=makers,
        device_class=device_class,
        decisions=tuple(dict.fromkeys(used for one in counted for used in one.decisions)),
    )


def _outcome(found: _Reading, counted: Sequence[_Reach]) -> ItemOutcome:
    if not found.is_sure:
        return ItemOutcome.MIXED
    if not counted:
        return ItemOutcome.NOT_COVERED
    is_covered = any(one.known is Known.YES for one in counted)
    return ItemOutcome.COVERED if is_covered else ItemOutcome.CANNOT_TELL


def _reach(policy: Policy, companies: Sequence[Company], kind: Kind, ground: Ground) -> _Reach:
    """Return how far a policy reaches the product: of the companies, the one that it reaches furthest."""
    in_force = standing(policy, ground.on)
    if in_force.known is Known.NO:
        return _Reach(policy, Known.NO)
    tried = [weigh(policy, Subject(company, kind, None), ground) for company in companies]
    answers, decisions = max(tried, key=lambda one: ORDER.index(known_of(one[0])))
    answers = (in_force, *answers)
    known = known_of(answers)
    _, _, criterion, *_ = answers
    doubtful = [answer for answer in answers if answer.known is Known.UNCLEAR]
    reasons = [criterion.reason] if known is Known.YES else [answer.reason for answer in doubtful]
    told = tuple(f"{policy.title}: {reason}" for reason in reasons)
    return _Reach(policy, known, told, tuple(answer.ask for answer in doubtful), decisions)
