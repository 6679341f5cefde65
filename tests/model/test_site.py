"""A site: which day it is there, and what its segments are for."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from scanner.model.site import Role, Segment, Site

DEPOT = Site("depot", zone=ZoneInfo("Europe/Berlin"), segments=(Segment("yard", Role.CCTV),))


def test_a_day_begins_at_the_midnight_of_the_site() -> None:
    assert DEPOT.day(datetime(2026, 11, 22, 22, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert DEPOT.day(datetime(2026, 11, 22, 23, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_place_that_nobody_has_mapped_has_no_role() -> None:
    assert DEPOT.role_of("yard") is Role.CCTV
    assert DEPOT.role_of("cellar") is None
    assert DEPOT.role_of("") is None
    assert DEPOT.role_of(None) is None
