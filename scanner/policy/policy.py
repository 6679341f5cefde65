"""One instrument as data: what it reaches, whom it binds, where, from when, and what it asks for."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from scanner.model.site import Role
from scanner.policy.known import Known
from scanner.policy.span import Span


class Standing(Enum):
    """Where an instrument stands in law."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"
    NO_RULE = "no_rule"


class Criterion(Enum):
    """How an instrument says whose products it means."""

    NAMED = "named"
    PRC_NIL = "prc_nil"
    PRC_ORIGIN = "prc_origin"
    CERTIFICATION = "certification"
    OPEN_DETERMINATION = "open_determination"
    ALL_MAKERS = "all_makers"
    NONE = "none"


class Force(Enum):
    """How strongly an action is asked for, the strongest first."""

    MUST = "must"
    SHOULD = "should"
    TARGET = "target"
    CONSIDER = "consider"
    CONTEXT = "context"


class Deed(Enum):
    """What an instrument asks for."""

    STOP_INSTALL = "stop_install"
    NO_PROCURE = "no_procure"
    NO_CONTRACT_IF_USED = "no_contract_if_used"
    KEEP_OFF_CORE_NETWORK = "keep_off_core_network"
    CONSIDER_EARLY_REPLACEMENT = "consider_early_replacement"
    REMOVE_BY_DATE = "remove_by_date"
    REMOVE = "remove"
    REPORT_USE = "report_use"
    PUBLISH_TIMELINE = "publish_timeline"
    REVIEW_INVENTORY = "review_inventory"
    NO_IMPORT_OR_MARKETING = "no_import_or_marketing"
    NO_NEW_AUTHORISATION = "no_new_authorisation"
    EXPORT_LICENCE = "export_licence"
    CERTIFY_BEFORE_SALE = "certify_before_sale"
    CEASE_OPERATIONS = "cease_operations"


class Product(Enum):
    """The kinds of product that instruments speak of."""

    VIDEO = "video"
    THERMAL = "thermal"
    TELECOM = "telecom"
    ICT = "ict"


class Confidence(Enum):
    """Two sources or the instrument's own text, or one source. What is less sure decides nothing."""

    CONFIRMED = "confirmed"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is asked for: at sites with any of the labels, on segments with any of the roles.

    What is empty is no condition.
    """

    labels: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """One company that an instrument names: since when, for which products, and at which sites."""

    company: str
    since: Span
    products: tuple[Product, ...]
    place: Place = Place()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing asked for, ``since`` then, by the last day of a ``deadline`` where there is one.

    From ``until`` on it is no longer asked for.
    """

    do: Deed
    force: Force
    since: Span
    place: Place = Place()
    deadline: Span | None = None
    until: Span | None = None
    note: str = ""

    def is_overdue(self, on: date) -> bool:
        """Whether the deadline lies before ``on``; an uncertain one counts from its last day."""
        return self.deadline is not None and self.deadline.is_over(on)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one instrument.

    ``binds`` are the labels of the organisations that must comply, ``who`` the same in words; none means
    that it binds nobody who runs a site. ``affiliates`` is whether it reaches subsidiaries and affiliates
    of the companies that it means. ``statement`` is what a maker said to it, ``dispute`` where sources
    disagree, ``note`` what else must be known.
    """

    id: str
    version: int
    title: str
    jurisdiction: str
    issued: Span
    in_force: Span
    standing: Standing
    who: str
    criterion: Criterion
    products: tuple[Product, ...]
    citations: tuple[str, ...]
    confidence: Confidence
    as_of: date
    binds: tuple[str, ...] = ()
    affiliates: Known = Known.UNCLEAR
    named: tuple[Named, ...] = ()
    actions: tuple[Action, ...] = ()
    superseded: Span | None = None
    statement: str = ""
    dispute: str = ""
    note: str = ""

    @property
    def is_context(self) -> bool:
        """Whether it asks nothing of those who run a site: it is told, and never counted."""
        return all(action.force is Force.CONTEXT for action in self.actions)
