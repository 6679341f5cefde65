"""Several records, one device: by MAC, serial number or UUID, and never against the evidence."""

from datetime import UTC, datetime
from ipaddress import IPv4Address, ip_address

from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.sweep.dossier import MAX_SHARING, Dossier, dossiers
from scanner.sweep.roster import Record

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MAC = "c0:56:e3:7a:31:02"
OTHER_MAC = "02:00:00:00:00:01"
SERIAL = "DS-2CD2143G2-I20210801AAWRG12345678"


def record(
    address: str,
    mac: str | None = None,
    segment: str | None = None,
    serial: str = "",
    field: Field = Field.SADP_SERIAL,
    name: str | None = None,
) -> Record:
    made = Record(Host(ip_address(address), mac, None, segment, name))
    if serial:
        made.keep((Fact(field, serial).seen(made.host, "test", Via.IMPORTED, NOW),))
    return made


def places(found: list[Dossier]) -> list[tuple[str, ...]]:
    return [(one.host.label, *(host.label for host in one.also_at)) for one in found]


def test_ipv6_and_ipv4_of_one_mac_are_one_device() -> None:
    found = dossiers([record("fe80::1", MAC), record("10.0.0.5", MAC), record("fe80::2", OTHER_MAC)])

    assert places(found) == [("10.0.0.5", "fe80::1"), ("fe80::2",)]


def test_a_mac_without_an_address_joins_the_address_of_that_mac_and_lends_its_segment() -> None:
    found = dossiers([record("0.0.0.0", MAC, "vlan 12"), record("10.0.0.5", MAC)])

    assert places(found) == [("10.0.0.5",)]
    assert found[0].host.segment == "vlan 12"


def test_a_mac_that_no_address_is_known_of_stays_in_the_list() -> None:
    assert places(dossiers([record("0.0.0.0", MAC, "vlan 12")])) == [(MAC,)]


def test_one_mac_on_two_ipv4_addresses_is_shown_and_not_merged() -> None:
    found = dossiers([record("10.0.0.5", MAC), record("10.0.0.6", MAC)])

    assert places(found) == [("10.0.0.5",), ("10.0.0.6",)]
    assert found[0].remarks == ("its MAC was also seen at 10.0.0.6",)
    assert found[1].remarks == ("its MAC was also seen at 10.0.0.5",)


def test_two_macs_on_one_address_are_shown_and_not_merged() -> None:
    found = dossiers([record("10.0.0.5", MAC), record("10.0.0.5", OTHER_MAC)])

    assert [one.host.mac for one in found] == [OTHER_MAC, MAC]
    assert found[0].remarks == (f"the address was also seen with MAC {MAC}",)
    assert found[1].remarks == (f"the address was also seen with MAC {OTHER_MAC}",)


def test_one_serial_number_is_one_device_where_the_macs_do_not_contradict() -> None:
    found = dossiers([record("10.0.0.5", MAC, serial=SERIAL), record("10.9.0.5", serial=SERIAL)])

    assert places(found) == [("10.0.0.5", "10.9.0.5")]
    assert found[0].remarks == ()


def test_one_onvif_uuid_is_one_device() -> None:
    uuid = "urn:uuid:00010010-0001-1020-8000-c056e37a3102"
    told = [record(a, serial=uuid, field=Field.WSD_ENDPOINT) for a in ("10.0.0.5", "192.168.1.64")]

    assert places(dossiers(told)) == [("10.0.0.5", "192.168.1.64")]


def test_one_serial_number_behind_two_macs_is_shown_and_not_merged() -> None:
    found = dossiers([record("10.0.0.5", MAC, serial=SERIAL), record("10.0.0.6", OTHER_MAC, serial=SERIAL)])

    assert places(found) == [("10.0.0.5",), ("10.0.0.6",)]
    assert found[0].remarks == ("its serial number or UUID was also seen at 10.0.0.6",)


def test_a_default_serial_number_joins_nobody() -> None:
    for default in ("0", "00000000000000", "1234567"):
        found = dossiers([record("10.0.0.5", serial=default), record("10.0.0.6", serial=default)])
        assert places(found) == [("10.0.0.5",), ("10.0.0.6",)]


def test_the_nil_uuid_joins_nobody() -> None:
    nil = "urn:uuid:00000000-0000-0000-0000-000000000000"

    found = dossiers([record(f"10.0.0.{last}", serial=nil, field=Field.WSD_ENDPOINT) for last in (5, 6)])

    assert places(found) == [("10.0.0.5",), ("10.0.0.6",)]


def test_what_somebody_names_apart_is_not_joined() -> None:
    # Samples of other people's devices often bear one made-up MAC or serial number.
    told = [record("0.0.0.0", MAC, serial=SERIAL, name=name) for name in ("hall", "roof")]

    assert places(dossiers(told)) == [("hall",), ("roof",)]


def test_a_serial_number_that_too_many_bear_joins_nobody() -> None:
    many = [record(f"10.0.0.{number}", serial=SERIAL) for number in range(1, MAX_SHARING + 2)]

    found = dossiers(many)
    assert len(found) == MAX_SHARING + 1
    assert found[0].remarks[0].startswith("its serial number or UUID was also seen at 10.0.0.2, 10.0.0.3")


def test_the_order_of_records_changes_nothing() -> None:
    told = [
        record("10.0.0.5", MAC, serial=SERIAL),
        record("fe80::1", MAC),
        record("10.9.0.5", serial=SERIAL),
        record("0.0.0.0", OTHER_MAC),
    ]

    assert places(dossiers(told)) == places(dossiers(reversed(told)))


def test_of_a_flood_that_shares_one_mac_few_are_named_and_the_rest_counted() -> None:
    flood = [Record(Host(IPv4Address(0x0A000001 + number), MAC)) for number in range(20_000)]

    found = dossiers(flood)

    assert len(found) == 20_000
    assert found[0].remarks[0].endswith("and 19995 more")
