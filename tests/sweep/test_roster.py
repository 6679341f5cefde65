"""Many sightings, one host: joined by address, and by MAC where the address is of another family."""

from datetime import UTC, datetime
from ipaddress import ip_address

from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting
from scanner.sweep.roster import MAX_OBSERVATIONS_PER_HOST, Roster

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MAC = "9c:8e:cd:0f:0b:1c"


def sighting(address: str, mac: str | None = None, *values: str) -> Sighting:
    host = Host(ip_address(address), mac, "eth0")
    facts = (Fact(Field.DHCP_HOSTNAME, value) for value in values)
    return Sighting(host, tuple(fact.seen(host, "test", Via.MULTICAST, NOW) for fact in facts))


def names(roster: Roster) -> dict[str, set[str]]:
    return {str(record.host.address): {o.value for o in record.observations} for record in roster}


def test_only_the_first_sighting_of_an_address_is_a_new_host() -> None:
    roster = Roster()

    assert roster.add(sighting("10.0.0.5", None, "a")) is not None
    assert roster.add(sighting("10.0.0.5", MAC, "b")) is None
    assert names(roster) == {"10.0.0.5": {"a", "b"}}
    assert next(iter(roster)).host.mac == MAC


def test_a_second_mac_on_one_address_is_kept_apart() -> None:
    roster = Roster()
    roster.add(sighting("10.0.0.5", MAC))
    roster.add(sighting("10.0.0.5", "02:00:00:00:00:01"))

    record = next(iter(roster))
    assert record.host.mac == MAC
    assert record.other_macs == {"02:00:00:00:00:01"}


def test_one_mac_on_two_ipv4_addresses_stays_two_hosts() -> None:
    roster = Roster()
    roster.add(sighting("10.0.0.5", MAC))
    roster.add(sighting("10.0.0.6", MAC))
    roster.settle()

    assert len(roster) == 2


def test_an_ipv6_sighting_joins_the_ipv4_host_of_the_same_mac() -> None:
    roster = Roster()
    roster.add(sighting("fe80::1", MAC, "six"))
    roster.add(sighting("10.0.0.5", MAC, "four"))
    roster.add(sighting("fe80::2", "02:00:00:00:00:01", "other"))
    roster.settle()

    assert names(roster) == {"10.0.0.5": {"six", "four"}, "fe80::2": {"other"}}


def test_what_a_client_said_before_it_had_an_address_is_not_lost() -> None:
    roster = Roster()
    assert roster.add(sighting("0.0.0.0", MAC, "AMC000B0_CE1428")) is None
    roster.add(sighting("10.0.0.5", MAC))
    roster.settle()

    assert names(roster) == {"10.0.0.5": {"AMC000B0_CE1428"}}


def test_a_host_that_never_stops_talking_fills_no_memory() -> None:
    roster = Roster()
    for number in range(MAX_OBSERVATIONS_PER_HOST + 50):
        roster.add(sighting("10.0.0.5", MAC, f"name {number}"))

    assert len(next(iter(roster)).observations) == MAX_OBSERVATIONS_PER_HOST
