"""Many sightings, one record: an address is one host while its MACs agree, and close in time without one."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting
from scanner.sweep.roster import (
    ADDRESS_REUSE,
    MAX_OBSERVATIONS_PER_HOST,
    MAX_RIVALS,
    Record,
    Roster,
    by_interface,
    by_segment,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MAC = "9c:8e:cd:0f:0b:1c"
OTHER_MAC = "02:00:00:00:00:01"


def sighting(
    address: str, mac: str | None = None, *values: str, at: datetime = NOW, segment: str | None = None
) -> Sighting:
    host = Host(ip_address(address), mac, "eth0", segment)
    facts = (Fact(Field.DHCP_HOSTNAME, value) for value in values)
    return Sighting(host, tuple(fact.seen(host, "test", Via.MULTICAST, at) for fact in facts))


def told(roster: Roster) -> list[tuple[str, str | None, set[str]]]:
    return [(str(r.host.address), r.host.mac, {o.value for o in r.observations}) for r in roster]


def test_only_the_first_sighting_of_an_address_is_a_new_host() -> None:
    roster = Roster()

    assert roster.add(sighting("10.0.0.5", None, "a")) is not None
    assert roster.add(sighting("10.0.0.5", MAC, "b")) is None
    assert told(roster) == [("10.0.0.5", MAC, {"a", "b"})]


def test_a_second_mac_on_one_address_is_a_record_of_its_own_and_no_new_host() -> None:
    roster = Roster()
    roster.add(sighting("10.0.0.5", MAC, "a"))

    assert roster.add(sighting("10.0.0.5", OTHER_MAC, "b")) is None
    assert told(roster) == [("10.0.0.5", MAC, {"a"}), ("10.0.0.5", OTHER_MAC, {"b"})]


def test_the_same_mac_on_the_same_address_is_the_same_host_however_much_later() -> None:
    roster = Roster()
    roster.add(sighting("10.0.0.5", MAC, "a"))
    roster.add(sighting("10.0.0.5", MAC, "b", at=NOW + timedelta(days=30)))

    assert told(roster) == [("10.0.0.5", MAC, {"a", "b"})]


def test_without_a_mac_an_address_is_the_same_host_for_a_short_time_only() -> None:
    roster = Roster()
    roster.add(sighting("10.0.0.5", None, "a"))
    roster.add(sighting("10.0.0.5", None, "b", at=NOW + ADDRESS_REUSE / 2))
    roster.add(sighting("10.0.0.5", None, "c", at=NOW + 2 * ADDRESS_REUSE))

    assert told(roster) == [("10.0.0.5", None, {"a", "b"}), ("10.0.0.5", None, {"c"})]


def test_an_address_in_another_segment_is_another_host() -> None:
    roster = Roster(by_segment)
    roster.add(sighting("10.0.0.5", None, "a", segment="vlan 12"))
    roster.add(sighting("10.0.0.5", None, "b", segment="vlan 13"))

    assert [one[2] for one in told(roster)] == [{"a"}, {"b"}]


def test_an_address_on_another_interface_is_another_host_to_a_listener() -> None:
    roster = Roster(by_interface)
    roster.add(Sighting(Host(ip_address("10.0.0.5"), None, "eth0")))
    roster.add(Sighting(Host(ip_address("10.0.0.5"), None, "eth1")))

    assert len(roster) == 2


def test_what_has_no_address_is_known_by_its_mac_or_its_name() -> None:
    roster = Roster()
    roster.add(sighting("0.0.0.0", MAC, "a"))
    roster.add(sighting("0.0.0.0", OTHER_MAC, "b"))
    roster.add(sighting("0.0.0.0", MAC, "c"))
    roster.add(Sighting(Host(ip_address("0.0.0.0"), name="recorder in the cellar")))

    assert told(roster) == [
        ("0.0.0.0", MAC, {"a", "c"}),
        ("0.0.0.0", OTHER_MAC, {"b"}),
        ("0.0.0.0", None, set()),
    ]


def test_a_fact_said_again_is_kept_once_and_made_younger() -> None:
    roster = Roster()
    for minute in range(3):
        roster.add(sighting("10.0.0.5", MAC, "a", at=NOW + timedelta(minutes=minute)))

    (record,) = roster
    assert [seen.observed_at for seen in record.observations] == [NOW + timedelta(minutes=2)]
    assert record.last_seen == NOW + timedelta(minutes=2)


def test_facts_told_out_of_order_keep_the_youngest_time() -> None:
    record = Record(Host(ip_address("10.0.0.5")))
    record.keep(sighting("10.0.0.5", MAC, "a", at=NOW + timedelta(minutes=9)).observations)
    record.keep(sighting("10.0.0.5", MAC, "a", at=NOW).observations)

    assert [seen.observed_at for seen in record.observations] == [NOW + timedelta(minutes=9)]


def test_a_host_that_never_stops_talking_fills_no_memory() -> None:
    roster = Roster()
    for number in range(MAX_OBSERVATIONS_PER_HOST + 50):
        roster.add(sighting("10.0.0.5", MAC, f"name {number}"))

    (record,) = roster
    assert len(record.observations) == MAX_OBSERVATIONS_PER_HOST


def test_an_address_that_everybody_claims_fills_no_memory_and_is_told() -> None:
    roster = Roster()
    for number in range(MAX_RIVALS + 50):
        roster.add(sighting("10.0.0.5", f"02:00:00:00:01:{number:02x}"))

    assert len(roster) == MAX_RIVALS
    assert roster.turned_away == 50


def test_a_candidate_that_is_forgotten_is_new_when_it_is_met_again() -> None:
    roster = Roster()
    record = roster.add(sighting("10.0.0.5"))
    assert record is not None
    roster.forget(record)

    assert len(roster) == 0
    assert roster.add(sighting("10.0.0.5", MAC)) is not None
