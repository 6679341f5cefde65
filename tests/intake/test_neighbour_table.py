"""What ``ip neigh`` prints. The samples are described in tests/captures/intake/README.md."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.neighbour_table import KIND
from scanner.model.field import Field
from scanner.model.observation import Via
from tests.intake.telling import TOLD_AT, incidents, places, sample, sightings, time_of, told

CAMERA = "58:50:ed:1f:e3:85"
NEIGHBOURS = [
    ("10.77.0.13", "52:54:00:8c:33:1d", "scan0"),
    ("10.77.0.11", "08:ed:ed:87:42:7a", "scan0"),
    ("10.77.0.12", "ac:cc:8e:4f:21:a9", "scan0"),
    ("10.77.0.10", CAMERA, "scan0"),
    ("fe80::5a50:edff:fe1f:e385", CAMERA, "scan0"),
    ("fe80::aed:edff:fe87:427a", "08:ed:ed:87:42:7a", "scan0"),
    ("fe80::aecc:8eff:fe4f:21a9", "ac:cc:8e:4f:21:a9", "scan0"),
]


@pytest.mark.parametrize("name", ["ip-neigh.txt", "ip-neigh-statistics.txt", "ip-neigh.json"])
def test_every_neighbour_that_answered_is_met_and_no_other(name: str) -> None:
    seen = told(KIND, sample(name))

    assert sorted(places(seen)) == sorted(NEIGHBOURS)
    assert incidents(seen) == []


def test_a_neighbour_shows_its_mac_as_of_when_the_file_was_written() -> None:
    (camera,) = sightings(told(KIND, f"10.77.0.10 dev scan0 lladdr {CAMERA.upper()} STALE"))
    (seen,) = camera.observations

    assert (seen.field, seen.value, seen.via, seen.source) == (Field.MAC, CAMERA, Via.IMPORTED, "ip-neigh")
    assert seen.observed_at == TOLD_AT
    assert seen.raw == b"10.77.0.10 dev scan0 lladdr 58:50:ED:1F:E3:85 STALE"


def test_statistics_tell_when_a_neighbour_was_last_confirmed() -> None:
    # As 'ip -s neigh' of iproute2 6.1 writes it, without a blank before "probes".
    line = f"192.0.2.1 dev eth0 lladdr {CAMERA}  used 198/96/51probes 4 STALE "

    (seen,) = sightings(told(KIND, line))

    assert seen.seen_at == time_of("11:58:24")


def test_json_statistics_tell_it_too() -> None:
    entry = f'[{{"dst":"192.0.2.1","dev":"e","lladdr":"{CAMERA}","used":9,"confirmed":60,"state":["STALE"]}}]'

    (seen,) = sightings(told(KIND, entry))

    assert seen.seen_at == time_of("11:59:00")


@pytest.mark.parametrize("state", ["REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT"])
def test_states_of_hosts(state: str) -> None:
    assert places(told(KIND, f"fe80::1 dev e lladdr {CAMERA} router {state}")) == [("fe80::1", CAMERA, "e")]


@pytest.mark.parametrize(
    "line",
    [
        "10.0.0.7 dev e FAILED",
        "10.0.0.7 dev e INCOMPLETE",
        f"10.0.0.7 dev e lladdr {CAMERA} FAILED",
        "224.0.0.22 dev e lladdr 01:00:5e:00:00:16 NOARP",
        "ff02::16 dev e lladdr 33:33:00:00:00:16 PERMANENT",
    ],
)
def test_what_has_not_answered_or_is_a_group_is_no_host(line: str) -> None:
    assert told(KIND, line) == []


def test_a_table_of_one_device_does_not_name_it() -> None:
    assert places(told(KIND, f"10.0.0.7 lladdr {CAMERA} STALE")) == [("10.0.0.7", CAMERA, None)]


def test_the_pretty_form_of_json_is_read_as_well() -> None:
    pretty = sample("ip-neigh.json").replace(b"{", b"{\n    ").replace(b",", b",\n    ")

    assert sorted(places(told(KIND, pretty))) == sorted(NEIGHBOURS)


def test_tables_written_one_behind_the_other_are_one() -> None:
    twice = sample("ip-neigh.json") * 2

    assert len(places(told(KIND, twice))) == 2 * len(NEIGHBOURS)


def test_a_bad_line_costs_itself_only() -> None:
    seen = told(KIND, f"10.0.0.1 dev e lladdr 5850 STALE\n10.0.0.2 dev e lladdr {CAMERA} STALE\nwhat?\n")

    assert places(seen) == [("10.0.0.2", CAMERA, "e")]
    assert incidents(seen) == [
        "the-file, line 1: '5850' is not a hardware address; what it told was left out.",
        "the-file, line 3: it names no state of a neighbour, such as REACHABLE or STALE; "
        "what it told was left out.",
    ]


def test_json_that_was_cut_off_tells_what_it_holds() -> None:
    cut = sample("ip-neigh.json")[:-40]
    seen = told(KIND, cut)

    assert sorted(places(seen)) == sorted(NEIGHBOURS)
    (incident,) = incidents(seen)
    assert "line 1" in incident and "is not a neighbour in JSON" in incident


def test_a_machine_without_neighbours_has_an_empty_array() -> None:
    assert told(KIND, "[ ]\n") == []


def test_an_array_of_another_tool_is_not_a_neighbour_table() -> None:
    with pytest.raises(NotThisKind, match="it looks like the kind masscan"):
        told(KIND, sample("masscan.json"))


def test_a_lease_file_is_not_a_neighbour_table() -> None:
    with pytest.raises(NotThisKind, match="it looks like the kind dnsmasq"):
        told(KIND, sample("dnsmasq.leases"))
