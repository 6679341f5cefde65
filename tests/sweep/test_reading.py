"""Judging what was seen elsewhere: sources are merged by device, and what they lack is said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from scanner.clock import SystemClock
from scanner.matching.database import load
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Incident, Sighting
from scanner.model.verdict import Status, Tier
from scanner.sweep import Progress, Reading
from scanner.sweep.reading import MAX_GAPS

AT = datetime(2026, 11, 1, tzinfo=UTC)
HIKVISION_MAC = "c0:56:e3:7a:31:02"
AXIS_MAC = "00:40:8c:12:34:56"


def seen(address: str, mac: str | None, field: Field, value: str, via: Via = Via.IMPORTED) -> Sighting:
    host = Host(ip_address(address), mac)
    at = AT + timedelta(seconds=1)
    linked = (Fact(Field.MAC, mac).seen(host, "test", Via.LINK, AT),) if mac else ()
    return Sighting(host, (*linked, Fact(field, value).seen(host, "test", via, at)))


def reading() -> Reading:
    return Reading(load(), SystemClock())


def test_a_switch_knows_the_mac_and_a_scan_the_address() -> None:
    both = reading()
    both.take([seen("0.0.0.0", HIKVISION_MAC, Field.SWITCH_PORT, "sw1 Gi0/7")])
    both.take([seen("10.0.0.5", HIKVISION_MAC, Field.HTTP_SERVER, "DNVRS-Webs")])

    ((_, verdict),), coverage = both.finish()
    assert (verdict.status, verdict.maker) == (Status.FLAGGED, "Hikvision")
    assert verdict.host.label == "10.0.0.5"
    assert coverage.is_complete
    assert (coverage.answered, coverage.examined) == (1, 0)


def test_what_one_side_alone_was_overheard_to_say_is_probable_at_most() -> None:
    one = reading()
    one.take([seen("10.0.0.5", None, Field.HTTP_SERVER, "DNVRS-Webs", Via.OVERHEARD)])

    ((_, verdict),), _ = one.finish()
    assert (verdict.status, verdict.tier) == (Status.FLAGGED, Tier.PROBABLE)


def test_a_claim_that_the_hardware_address_contradicts_is_conflicting() -> None:
    one = reading()
    one.take([seen("10.0.0.5", AXIS_MAC, Field.SADP_MODEL, "DS-2CD2143G2-I", Via.MULTICAST)])

    ((_, verdict),), _ = one.finish()
    assert (verdict.status, verdict.tier) == (Status.SUSPECTED, Tier.CONFLICTING)
    assert "Axis" in verdict.reason


def test_an_answer_over_a_connection_outweighs_the_hardware_address() -> None:
    one = reading()
    one.take([seen("10.0.0.5", AXIS_MAC, Field.HTTP_SERVER, "DNVRS-Webs", Via.CONNECTION)])

    ((_, verdict),), _ = one.finish()
    assert verdict.status is Status.FLAGGED


def test_what_could_not_be_used_is_a_gap_and_the_rest_is_judged() -> None:
    def told() -> Iterator[Sighting | Incident]:
        yield Incident("line 1 cannot be read")
        yield seen("10.0.0.5", None, Field.HTTP_SERVER, "DNVRS-Webs")

    one = reading()
    one.take(told())

    verdicts, coverage = one.finish()
    assert len(verdicts) == 1
    assert coverage.gaps == ("line 1 cannot be read",)
    assert not coverage.is_complete


def test_many_gaps_are_counted_and_not_all_printed() -> None:
    one = reading()
    one.take(Incident(f"line {number} cannot be read") for number in range(MAX_GAPS + 5))

    _, coverage = one.finish()
    assert len(coverage.gaps) == MAX_GAPS + 1
    assert coverage.gaps[-1] == "5 more things could not be used"


def test_long_reading_tells_how_many_hosts_it_has_met() -> None:
    told: list[Progress] = []
    one = Reading(load(), SystemClock(), told.append)
    one.take([seen(f"10.0.0.{n}", None, Field.HTTP_SERVER, "nginx") for n in (1, 2)], "reading a.pcap")

    assert told == [Progress(1, 0, "reading a.pcap")]
