"""Verdicts and places to hold against the shipped policies."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from ipaddress import ip_address

from scanner.matching.database import Database, load
from scanner.model.host import Host
from scanner.model.site import Role
from scanner.model.verdict import Status, Tier, Verdict
from scanner.policy.company import Decision
from scanner.policy.evaluation import PolicyResult
from scanner.policy.rulebook import Rulebook

TODAY = date(2026, 11, 22)
TARGETS = ("Hikvision", "Dahua")


@cache
def database() -> Database:
    return load()


@cache
def book() -> Rulebook:
    return Rulebook.load(database())


def device(
    maker: str | None = "Hikvision",
    device_class: str | None = "camera",
    *,
    brand: str | None = None,
    model: str | None = "DS-2CD2143G0-I",
    status: Status | None = None,
    tier: Tier = Tier.CONFIRMED,
    mac_vendor: str | None = None,
    number: int = 1,
) -> Verdict:
    """Return the verdict on a device: flagged where its maker is a target."""
    told = Status.FLAGGED if maker in TARGETS else Status.OTHER_MAKER if maker else Status.NOT_MATCHED
    return Verdict(
        host=Host(ip_address(number)),
        status=status or told,
        tier=tier,
        reason="What the evidence says.",
        maker=maker,
        brand=brand,
        model=model,
        device_class=device_class,
        mac_vendor=mac_vendor,
    )


def result(
    policy: str,
    verdict: Verdict,
    *labels: str,
    role: Role | None = Role.CCTV,
    on: date = TODAY,
    decisions: Sequence[Decision] = (),
    rulebook: Rulebook | None = None,
) -> PolicyResult:
    """Return how a device stands to one policy at a site with these labels."""
    chosen = (rulebook or book()).selected([policy])
    (found,) = chosen.evaluate(verdict, frozenset(labels), role, on, decisions)
    return found


def due(found: PolicyResult) -> list[str]:
    return [action.do.value for action in found.due]
