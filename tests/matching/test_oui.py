"""Address blocks resolve to exact registrants, by the longest prefix."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from scanner.errors import CamcensusError
from scanner.matching.oui import MAX_AGE_DAYS, Registry, encode, registrant_facts
from scanner.model.field import Field
from scanner.model.observation import Observation, Via

Observe = Callable[..., Observation]

# Source: IEEE registries; the blocks are those that the makers' fact sheets list.
SHIPPED = {
    "44:19:b6:00:00:01": "Hangzhou Hikvision Digital Technology Co.,Ltd.",
    "40:b5:70:00:00:01": "Hangzhou Hikvision Digital Technology Co.,Ltd.",
    "fc:24:22:00:00:01": "Hangzhou Ezviz Software Co.,Ltd.",
    "24:b1:05:00:00:01": "Prama Hikvision India Private Limited",
    "b4:4c:3b:00:00:01": "Zhejiang Dahua Technology Co., Ltd.",
    "f8:ce:07:00:00:01": "ZHEJIANG DAHUA TECHNOLOGYCO.,LTD",
    "a8:ca:87:00:00:01": "ZHEJIANG DAHUA ZHILIAN CO.,LTD",
    "1c:4d:89:00:00:01": "Hangzhou Huacheng Network Technology Co.,Ltd",
    "00:1f:54:00:00:01": "Lorex Technology Inc.",
    # Smaller blocks inside a block that the registration authority keeps.
    "34:46:63:2a:bc:de": "Amcrest Technologies",
    "b0:b3:53:6a:bc:de": "Hangzhou Hikrobot Technology Co., Ltd.",
    "40:2c:76:1a:bc:de": "Shanghai Dahua Scale Factory",
    "8c:1f:64:f4:ba:bc": "JOREX LOREX INDIA PRIVATE LIMITED",
}


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return Registry.shipped()


@pytest.mark.parametrize(("mac", "registrant"), SHIPPED.items())
def test_the_shipped_registry_names_the_exact_registrant(
    shipped: Registry, mac: str, registrant: str
) -> None:
    assert shipped.registrant(mac) == registrant
    assert registrant in shipped.registrants


# Blocks that the makers' fact sheets list, by the start of their owner's name in lower case.
# Source: lists of nmap 2026-08-21 and IEEE csv 2026-07-22.
BLOCKS = {
    "hangzhou hikvision digital technology co.,ltd.": """
        00BC99 040312 04EECD 083BC1 085411 08A189 08CC81 0C75D2 1012FB 1868CB 188025 240F9B 2428FD
        2432AE 244845 2857BE 2CA59C 340962 3C1BF8 40ACBF 40B570 4419B6 4447CC 44A642 48785B 4C1F86
        4C62DF 4CBD8F 4CF5DC 50E538 548C81 54C415 5803FB 5850ED 5C345B 64DB8B 686DBC 743FC2 80489F
        807C62 80BEAF 80F5AE 849459 849A40 88DE39 8C22D2 8CE748 94E1AC 988B0A 989DE5 98DF82 98F112
        A0FF0C A41437 A42902 A44BD9 A4A459 A4D5C2 ACB92F ACCB51 B4A382 BC5E33 BC9B5E BCAD28 BCBAC2
        C0517E C056E3 C06DED C42F90 C8A702 CC13F3 D4E853 DC07F8 DCD26A E0BAAD E0CA3C E0DF13 E4D58B
        E8A0ED ECA971 ECC89C F84DFC FC9FFD
    """,
    "hangzhou ezviz software co.,ltd.": """
        0CA64C 20BBBC 34C6DD 54D60D 588FCF 64244D 64F2FB 78A6A0 78C1AE 94EC13 AC1C26 EC97E0 F47018
        FC2422
    """,
    "prama hikvision india private limited": """
        24B105 BC2978
    """,
    "zhejiang dahua technology": """
        08EDED 14A78B 24526A 30DDAA 38AF29 3CE36B 3CEF8C 407AA4 4C11BF 4C99E8 5CF51A 64FD29 6C1C71
        74C929 8CE9B4 9002A9 98F9CC 9C1463 A0BD1D B44C3B BC325F C0395A C4AAC4 D4430E E02EFE E0508B
        E4246C F4B1C2 F8CE07 FC5F49 FCB69D
    """,
    "hangzhou huacheng network technology co": """
        1C4D89 302450 906A94 A83162 AC3DFA
    """,
    "amcrest technologies": """
        00651E 9C8ECD A06032
    """,
    "aditya infotech ltd.": """
        2818FD 5C3548 F82097
    """,
    "intelbras": """
        001A3F 180D2C 24FD0D 30E1F1 443B32 4851CF 546CAC 54BAD9 58108C 808544 808FE8 982A0A 98E55B
        AC1EA9 B87EE5 D8365F D8778B
    """,
}


@pytest.mark.parametrize(("owner", "blocks"), BLOCKS.items(), ids=BLOCKS)
def test_every_block_of_the_fact_sheets_has_its_owner(shipped: Registry, owner: str, blocks: str) -> None:
    names = {block: shipped.registrant(f"{block}000001") or "" for block in blocks.split()}

    strangers = {block: name for block, name in names.items() if not name.lower().startswith(owner)}

    assert strangers == {}


def test_the_shipped_registry_holds_all_three_sizes_and_says_its_source(shipped: Registry) -> None:
    assert len(shipped.registrants) > 25_000
    assert shipped.published >= date(2026, 8, 26)
    assert "IEEE MA-L, MA-M, MA-S" in shipped.source


def test_any_spelling_of_an_address_is_read(registry: Registry) -> None:
    for mac in ("44:19:b6:01:02:03", "44-19-B6-01-02-03", "4419.b601.0203", "4419B6010203"):
        assert registry.registrant(mac) == "Hangzhou Hikvision Digital Technology Co.,Ltd."


def test_the_longest_prefix_wins_and_its_neighbours_stay_unknown(registry: Registry) -> None:
    assert registry.registrant("40:2c:76:1f:ff:ff") == "Shanghai Dahua Scale Factory"
    assert registry.registrant("40:2c:76:2f:ff:ff") is None
    assert registry.registrant("8c:1f:64:f4:b0:00") == "JOREX LOREX INDIA PRIVATE LIMITED"
    assert registry.registrant("8c:1f:64:f4:c0:00") is None


@pytest.mark.parametrize("mac", ["46:19:b6:01:02:03", "45:19:b6:01:02:03", "ff:ff:ff:ff:ff:ff", "", "4419b6"])
def test_what_no_registry_assigns_has_no_registrant(registry: Registry, mac: str) -> None:
    assert registry.registrant(mac) is None


def test_old_data_is_warned_of_after_a_year(registry: Registry) -> None:
    last_good_day = registry.published + timedelta(days=MAX_AGE_DAYS)

    assert registry.age_warning(last_good_day) is None
    assert "366 days old (2026-08-26)" in (registry.age_warning(last_good_day + timedelta(days=1)) or "")


def test_a_registry_file_is_the_same_for_the_same_entries() -> None:
    entries = {"0000AA": "B  Corp\t Ltd ", "000001": "A"}

    data = encode(entries, date(2026, 1, 2), "test")

    assert data == encode(dict(reversed(entries.items())), date(2026, 1, 2), "test")


@pytest.mark.parametrize("content", [None, b"", b"not gzip", encode({}, date(2026, 1, 1), "x")[:-9]])
def test_a_damaged_registry_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "registry.txt.gz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CamcensusError, match=r"cannot be read .* Install camcensus again"):
        Registry(path).registrant("44:19:b6:01:02:03")


def test_each_address_that_was_seen_gives_its_registrant_the_way_it_was_seen(
    registry: Registry, observe: Observe
) -> None:
    seen = [
        observe(Field.MAC, "00:40:8c:00:00:01", Via.LINK),
        observe(Field.SADP_MAC, "44:19:b6:00:00:01", Via.MULTICAST),
        observe(Field.DHIP_MAC, "b4:4c:3b:00:00:01", Via.UNICAST),
        observe(Field.WSD_ENDPOINT_MAC, "02:00:00:00:00:01", Via.MULTICAST),
        observe(Field.HTTP_REALM, "44:19:b6:00:00:01"),
    ]

    facts = registrant_facts(seen, registry)

    assert [(fact.field, fact.value, fact.via) for fact in facts] == [
        (Field.OUI_REGISTRANT, "Axis Communications AB", Via.LINK),
        (Field.OUI_REGISTRANT, "Hangzhou Hikvision Digital Technology Co.,Ltd.", Via.MULTICAST),
        (Field.OUI_REGISTRANT, "Zhejiang Dahua Technology Co., Ltd.", Via.UNICAST),
    ]
