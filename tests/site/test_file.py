"""Reading site files: all that a site can be, and a line, a key and a remedy for all that it cannot."""

from dataclasses import replace
from datetime import date, time
from ipaddress import ip_address, ip_network
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageProblem
from scanner.model.scope import Range
from scanner.model.site import (
    Authorisation,
    Hours,
    NotifyOn,
    NotifyTarget,
    NotifyWay,
    Role,
    Segment,
    Site,
)
from scanner.site.file import read, renamed

LEAST = """\
schema = 1

[site]
name = "depot"

[[segment]]
name = "cctv"
networks = ["10.0.0.0/24"]
"""

WHOLE = """\
schema = 1
exclude = ["10.0.0.1", "10.0.0.16/28", "10.0.1.5-7"]
public = ["203.0.113.0/28"]

[site]
name = "Städtisches Depot 2"
owner = "City works"
location = "Harbour road 7"
contact = "noc@example.org"
timezone = "Europe/Berlin"
labels = ["municipal", "critical-site"]
gone_after = 5
profile = "gentle"
max_rate = 20
notify_repeat_hours = 48

[[segment]]
name = "cameras"
role = "cctv"
networks = ["10.0.0.0/24", "fd00:20::/64"]
vlan = 20

[[segment]]
name = "uplink"
networks = ["203.0.113.0/29"]

[authorisation]
by = "J. Doe"
until = 2027-03-31
reference = "Order 114"

[[hours]]
days = ["mon-thu", "sun"]
from = "22:00"
until = "06:00"

[[hours]]
days = "fri-sat"
from = "00:00"
until = "24:00"

[[notify]]
name = "tickets"
way = "webhook"
on = ["new", "gone"]
flagged_only = false
url = "https://tickets.example.org/hook?id=7"
secret_env = "HOOK_SECRET"
"""


def depot(*more: str, **changed: str) -> str:
    """Return the least file with lines at its end, and with some pieces of text replaced."""
    text = LEAST
    for old, new in changed.items():
        text = text.replace(old, new)
    return "\n".join([text, *more])


def refusal(text: str) -> str:
    with pytest.raises(UsageProblem) as refused:
        read(text)
    return str(refused.value)


def test_the_least_file_is_a_site_with_every_default() -> None:
    assert read(LEAST) == Site("depot", segments=(Segment("cctv", networks=(ip_network("10.0.0.0/24"),)),))


def test_a_whole_file_is_read_whole() -> None:
    assert read(WHOLE) == Site(
        name="Städtisches Depot 2",
        owner="City works",
        location="Harbour road 7",
        contact="noc@example.org",
        segments=(
            Segment("cameras", Role.CCTV, (ip_network("10.0.0.0/24"), ip_network("fd00:20::/64")), 20),
            Segment("uplink", Role.OTHER, (ip_network("203.0.113.0/29"),)),
        ),
        excluded=(
            Range.of(ip_address("10.0.0.1"), ip_address("10.0.0.1")),
            Range.of(ip_address("10.0.0.16"), ip_address("10.0.0.31")),
            Range.of(ip_address("10.0.1.5"), ip_address("10.0.1.7")),
        ),
        public=(ip_network("203.0.113.0/28"),),
        hours=(
            Hours(frozenset({6, 0, 1, 2, 3}), time(22), time(6)),
            Hours(frozenset({4, 5}), time(0), time(0)),
        ),
        zone=ZoneInfo("Europe/Berlin"),
        authorisation=Authorisation("J. Doe", date(2027, 3, 31), "Order 114"),
        profile="gentle",
        max_rate=20.0,
        gone_after=5,
        labels=frozenset({"municipal", "critical-site"}),
        notify=(
            NotifyTarget(
                "tickets",
                NotifyWay.WEBHOOK,
                frozenset({NotifyOn.NEW, NotifyOn.GONE}),
                (("url", "https://tickets.example.org/hook?id=7"), ("secret_env", "HOOK_SECRET")),
                flagged_only=False,
            ),
        ),
        notify_repeat_hours=48,
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (('[site2]\nname = "x"',), "line 10: site2 is not known here"),
        (("[[hours]]", 'from = "22:00"', 'untl = "06:00"'), "line 12: [[hours]] 1: untl is not known here"),
        (("[[hours]]", 'until = "06:00"'), "line 10: [[hours]] 1: from is missing"),
        (("[[hours]]", 'from = "24:00"', 'until = "06:00"'), "line 11: [[hours]] 1: from is not a time"),
        (("[[hours]]", 'from = "9:00"', 'until = "17:00"'), "line 11: [[hours]] 1: from is not a time"),
        (("[[hours]]", "from = 22:00:00", 'until = "06:00"'), "line 11: [[hours]] 1: from is not a time"),
        (('[[hours]]\ndays = "monday"',), "line 11: [[hours]] 1: days holds 'monday', which is no day"),
        (("[[hours]]\ndays = []",), "line 11: [[hours]] 1: days names no day"),
        (("[hours]", 'from = "22:00"'), "line 10: hours is not a list of tables"),
        (("[authorisation]", 'by = "J. Doe"'), "line 10: [authorisation]: until is missing"),
        (("[authorisation]", "until = 2027-03-31"), "line 10: [authorisation]: by is missing"),
        (('[authorisation]\nby = ""',), "line 11: [authorisation]: by is blank"),
        (
            ("[authorisation]", 'by = "J."', 'until = "soon"'),
            "line 12: [authorisation]: until is not a date",
        ),
        (
            ("[authorisation]", 'by = "J."', "until = 2027-03-31T10:00:00Z"),
            "line 12: [authorisation]: until is not a date",
        ),
        (("[[authorisation]]", 'by = "J."'), "line 10: authorisation is not one table"),
        (('[[segment]]\nname = "lab"',), "line 10: [[segment]] 2: networks is missing, and so is vlan"),
        (("[[segment]]", 'name = "cctv"', "vlan = 7"), "line 11: [[segment]] 2: name says cctv, which"),
        (
            ("[[segment]]", 'name = "lab"', "vlan = 4095"),
            "line 12: [[segment]] 2: vlan is not a whole number",
        ),
        (
            ("[[segment]]", 'name = "lab"', "vlan = true"),
            "line 12: [[segment]] 2: vlan is not a whole number",
        ),
        (
            ("[[segment]]", 'name = "lab"', 'networks = ["10.0.0.0/24"]'),
            "line 12: [[segment]] 2: networks says 10.0.0.0/24, which [[segment]] 1 says already",
        ),
        (("[[segment]]", 'name = "lab"', "networks = []"), "line 12: [[segment]] 2: networks is not a list"),
        (('networks = "10.0.0.0/24"',), "The site file is not TOML"),
        (('role = "cam"',), "line 10: [[segment]] 1: role is 'cam', which is not known here"),
    ],
)
def test_what_is_wrong_is_named_with_line_table_and_key(lines: tuple[str, ...], message: str) -> None:
    assert refusal(depot(*lines)).startswith(message)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ("10.0.0.5/24", "10.0.0.5/24 has host bits set"),
        ("10.0.0/24", "does not appear to be"),
        ("10.0.0.0/33", "does not appear to be"),
        ("fe80::%eth0/64", "names an interface"),
        ("203.0.113.0/28", "is not, or not wholly, in private address space"),
        ("172.0.0.0/8", "is not, or not wholly, in private address space"),
        ("::/0", "is not, or not wholly, in private address space"),
        ("0.0.0.0/0", "is not, or not wholly, in private address space"),
        ("203.0.113.0/25", 'permit it at the top of the file: public = ["203.0.113.0/25"].'),
    ],
)
def test_a_network_that_cannot_be_one_is_refused_with_its_line(network: str, message: str) -> None:
    told = refusal(LEAST.replace("10.0.0.0/24", network))

    assert told.startswith("line 8: [[segment]] 1: networks holds")
    assert message in told


def test_a_public_network_is_taken_as_far_as_it_is_permitted() -> None:
    segment = '[[segment]]\nname = "uplink"\nnetworks = ["203.0.113.0/27"]\n'
    halves = 'public = ["203.0.113.0/28", "203.0.113.16/28"]\n'

    assert read(halves + depot(segment)).public == (
        ip_network("203.0.113.0/28"),
        ip_network("203.0.113.16/28"),
    )
    assert refusal('public = ["203.0.113.0/28"]\n' + depot(segment)).startswith("line 13: [[segment]] 2")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema = 1", "", "line 1: schema is missing, so the site file was not taken. Write schema = 1"),
        ("schema = 1", "schema = 2", "line 1: schema is not a whole number from 1 to 1"),
        ("schema = 1", "schema = true", "line 1: schema is not"),
        ("[site]\n", "", "line 3: name is not known here"),
        ("[site]", "[[site]]", "line 3: site is not one table"),
        ('name = "depot"', "", "line 3: [site]: name is missing"),
        ('name = "depot"', 'name = "-x"', "line 4: [site]: name is '-x', which cannot be a name"),
        ('name = "depot"', 'name = "../etc"', "line 4: [site]: name is '../etc'"),
        ('name = "depot"', f'name = "{"x" * 65}"', "line 4: [site]: name is 'xxx"),
        ('name = "depot"', f'name = "{"x" * 201}"', "line 4: [site]: name is longer than 200 characters"),
        ('name = "depot"', 'name = "a\\nb"', "line 4: [site]: name holds characters that do not print"),
        ('name = "depot"', "name = 7", "line 4: [site]: name is not a text in quotes"),
        ("\n[[segment]]", 'ownr = "x"\n[[segment]]', "line 5: [site]: ownr is not known here"),
        ("\n[[segment]]", 'timezone = "Mars/Base"\n[[segment]]', "line 5: [site]: timezone is 'Mars/Base'"),
        ("\n[[segment]]", 'timezone = "../UTC"\n[[segment]]', "line 5: [site]: timezone is '../UTC'"),
        ("\n[[segment]]", 'timezone = "Europe"\n[[segment]]', "line 5: [site]: timezone is 'Europe'"),
        ("\n[[segment]]", 'labels = ["A B"]\n[[segment]]', "line 5: [site]: labels holds an entry that"),
        ("\n[[segment]]", "gone_after = 0\n[[segment]]", "line 5: [site]: gone_after is not a whole number"),
        ("\n[[segment]]", 'profile = "mad"\n[[segment]]', "line 5: [site]: profile is 'mad'"),
        ("\n[[segment]]", "max_rate = inf\n[[segment]]", "line 5: [site]: max_rate is not a number"),
        ("\n[[segment]]", "max_rate = nan\n[[segment]]", "line 5: [site]: max_rate is not a number"),
        ("schema = 1", 'schema = 1\nexclude = ["nas.local"]', "line 2: exclude holds an entry that cannot"),
        ("schema = 1", 'schema = 1\nexclude = "10.0.0.1"', "line 2: exclude is not a list"),
        (
            "schema = 1",
            'schema = 1\npublic = ["0.0.0.0/0"]',
            "line 2: public holds an entry that is 0.0.0.0/0",
        ),
        ("schema = 1", 'schema = 1\npublic = ["2000::/3"]', "line 2: public holds an entry that is 2000::/3"),
        ("schema = 1", f"schema = {'9' * 5000}", "The site file is not TOML"),
        ("schema = 1", "schema = 1\npublic = [7]", "line 2: public holds an entry that is not a text"),
    ],
)
def test_what_the_head_gets_wrong_is_named_too(old: str, new: str, message: str) -> None:
    assert refusal(LEAST.replace(old, new)).startswith(message)


@pytest.mark.parametrize(
    ("lines", "remedy"),
    [
        ('networcs = ["10.1.0.0/24"]', "Did you mean 'networks'?"),
        ('exclude = ["10.0.0.1"]', "Move it to the top of the file, above the first [table]."),
        ('owner = "City"', "It belongs in [site]."),
        ('colour = "red"', "Known keys: name, role, networks, vlan."),
    ],
)
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(lines: str, remedy: str) -> None:
    assert refusal(LEAST + lines).endswith(remedy)


def test_a_broken_file_is_told_its_line() -> None:
    assert "at line 4" in refusal(LEAST.replace('"depot"', '"depot'))


def test_a_file_that_nests_without_end_is_refused() -> None:
    assert "too deep" in refusal("a = " + "[" * 100_000)


def test_a_file_without_end_is_refused() -> None:
    assert "characters" in refusal("#" * 1_100_000)


@given(st.text(alphabet='[]="\n.#abkm1 {},', max_size=80))
def test_any_text_is_a_site_or_a_usage_problem(text: str) -> None:
    for whole in (text, LEAST + text, text + LEAST):
        try:
            read(whole)
        except UsageProblem as problem:
            assert "site file" in str(problem)


@pytest.mark.parametrize(
    "text", [LEAST, WHOLE, LEAST.replace('"depot"', "'depot'  # the first")], ids=["least", "whole", "remark"]
)
def test_another_name_leaves_everything_else_as_it_was(text: str) -> None:
    changed = renamed(text, "north depot")

    assert read(changed) == replace(read(text), name="north depot")
    before, after = text.splitlines(), changed.splitlines()
    assert [one.split("#")[1:] for one in before] == [one.split("#")[1:] for one in after]
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (LEAST.replace('"depot"', '"""depot"""'), "north depot"),
        (LEAST, 'north"\nowner = "somebody else'),
        (LEAST, "north/depot"),
    ],
    ids=["a text of several lines", "another key in the name", "no name"],
)
def test_a_name_that_cannot_be_put_in_is_refused(text: str, name: str) -> None:
    with pytest.raises(UsageProblem):
        renamed(text, name)
