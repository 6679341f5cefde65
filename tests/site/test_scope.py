"""What a sweep of a site may examine, and until when."""

from datetime import date
from ipaddress import ip_address

import pytest

from scanner.errors import UsageProblem
from scanner.model.site import Authorisation, Site
from scanner.site.file import read
from scanner.site.scope import askable_count, check_authorised, scope_of

SITE = """\
schema = 1
exclude = ["10.0.0.240/28", "10.0.1.1"]
public = ["203.0.113.0/28"]

[site]
name = "depot"

[[segment]]
name = "cctv"
networks = ["10.0.0.0/24", "fd00:20::/64", "fd00:21::/120"]

[[segment]]
name = "uplink"
networks = ["203.0.113.8/29"]

[[segment]]
name = "trunk"
vlan = 30
"""


@pytest.mark.parametrize(
    ("address", "is_permitted"),
    [
        ("10.0.0.1", True),
        ("10.0.0.239", True),
        ("10.0.0.240", False),
        ("10.0.0.254", False),
        ("10.0.0.0", False),
        ("10.0.2.1", False),
        ("203.0.113.9", True),
        ("203.0.113.1", False),
        ("fd00:21::5", True),
        ("fd00:20::5", False),
    ],
)
def test_a_sweep_may_examine_the_segments_without_the_exclusions(address: str, is_permitted: bool) -> None:
    assert scope_of(read(SITE)).permits(ip_address(address)) is is_permitted


def test_every_address_is_counted_once() -> None:
    site = read(SITE)

    assert askable_count(site) == len(list(scope_of(site).addresses())) == 239 + 6 + 256


def test_all_of_an_excluded_network_is_excluded() -> None:
    site = read(SITE.replace("10.0.0.240/28", "10.0.0.0/28"))

    assert not scope_of(site).permits(ip_address("10.0.0.15"))


@pytest.mark.parametrize(
    "text",
    [
        'schema = 1\n[site]\nname = "depot"\n',
        'schema = 1\n[site]\nname = "depot"\n[[segment]]\nname = "trunk"\nvlan = 30\n',
        'schema = 1\nexclude = ["10.0.0.0/8"]\n[site]\nname = "depot"\n'
        '[[segment]]\nname = "cctv"\nnetworks = ["10.0.0.0/24"]\n',
    ],
)
def test_a_site_with_nothing_to_examine_cannot_be_swept(text: str) -> None:
    with pytest.raises(UsageProblem, match="nothing to sweep"):
        scope_of(read(text))


def allowed_until(until: date | None) -> Site:
    return Site("depot", authorisation=Authorisation("J. Doe", until))


def test_the_last_day_is_still_allowed() -> None:
    warning = check_authorised(allowed_until(date(2026, 11, 22)), date(2026, 11, 22))

    assert warning is not None
    assert "which is today" in warning


def test_after_the_last_day_nobody_may_sweep() -> None:
    with pytest.raises(UsageProblem, match=r"by J\. Doe ended on 2026-11-22, so it must not be swept"):
        check_authorised(allowed_until(date(2026, 11, 22)), date(2026, 11, 23))


@pytest.mark.parametrize(
    ("today", "warning"),
    [
        (date(2026, 11, 7), None),
        (date(2026, 11, 8), "ends on 2026-11-22, in 14 days. Have it renewed."),
        (date(2026, 11, 21), "ends on 2026-11-22, in 1 day. Have it renewed."),
    ],
)
def test_two_weeks_before_the_end_it_is_said(today: date, warning: str | None) -> None:
    told = check_authorised(allowed_until(date(2026, 11, 22)), today)

    assert (told is None) if warning is None else (told or "").endswith(warning)


def test_without_an_authorisation_in_the_file_nothing_is_said() -> None:
    assert check_authorised(Site("depot"), date(2026, 11, 22)) is None
    assert check_authorised(allowed_until(None), date(2026, 11, 22)) is None
