"""Evidence is weighed into verdicts."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address
from pathlib import Path
from random import Random

import pytest

from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Observation, Via
from scanner.model.verdict import Firmware, Status, Tier, Verdict

Observe = Callable[..., Observation]
Judge = Callable[..., Verdict]

HOST = Host(IPv4Address("192.0.2.10"), "44:19:b6:00:00:01")


@pytest.fixture
def verdict(database: Database) -> Judge:
    """Judge one host by what was seen of it."""

    def judged(*observations: Observation, not_assessed: str | None = None) -> Verdict:
        return judge(HOST, observations, database, not_assessed=not_assessed)

    return judged


def test_one_decisive_match_confirms(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.SADP_MODEL, "DS-2CD2032-I", Via.UNICAST))

    assert (found.status, found.tier, found.maker) == (Status.FLAGGED, Tier.CONFIRMED, "Hikvision")
    assert found.reason == (
        "Hikvision confirmed: A reply of the maker's own search protocol "
        '(sadp.device_description "DS-2CD2032-I").'
    )


def test_one_strong_match_makes_probable(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.HTTP_SERVER, "DNVRS-Webs"))

    assert (found.status, found.tier) == (Status.FLAGGED, Tier.PROBABLE)
    assert found.device_class == "recorder"


def test_two_strong_matches_of_two_layers_confirm(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.HTTP_SERVER, "DNVRS-Webs"), observe(Field.MAC, "44:19:b6:00:00:01", Via.LINK)
    )

    assert found.tier is Tier.CONFIRMED
    assert [match.signature.id for match in found.matches] == ["hikvision-http-server", "hikvision-oui"]
    assert "DNVRS-Webs" in found.reason
    assert "link.oui_registrant" in found.reason


def test_repeats_on_one_layer_count_once(verdict: Judge, observe: Observe) -> None:
    found = verdict(*(observe(Field.HTTP_SERVER, "DNVRS-Webs", port=port) for port in (80, 443, 8080)))

    assert found.tier is Tier.PROBABLE
    assert len(found.matches) == 1


def test_weak_matches_alone_make_possible_however_many(verdict: Judge, observe: Observe) -> None:
    found = verdict(*(observe(Field.HTTP_REALM, f"DS-{number}") for number in range(9)))

    assert (found.status, found.tier, found.maker) == (Status.SUSPECTED, Tier.POSSIBLE, "Hikvision")
    assert "only weak evidence" in found.reason


def test_multicast_alone_never_confirms(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.SADP_MODEL, "DS-2CD2032-I", Via.MULTICAST),
        observe(Field.SADP_MAC, "44:19:b6:00:00:01", Via.MULTICAST),
        observe(Field.HTTP_REALM, "DS-2CD2032-I"),
    )

    assert (found.status, found.tier) == (Status.FLAGGED, Tier.PROBABLE)
    assert "which anyone on the segment can claim" in found.reason


def test_multicast_confirms_together_with_an_answer(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.SADP_MODEL, "DS-2CD2032-I", Via.MULTICAST), observe(Field.HTTP_SERVER, "DNVRS-Webs")
    )

    assert found.tier is Tier.CONFIRMED
    assert "DS-2CD2032-I" in found.reason
    assert "DNVRS-Webs" in found.reason


def test_another_maker_s_strong_match_outweighs_a_hint(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.HTTP_REALM, "AXIS_ACCC8E000000"), observe(Field.HTTP_REALM, "DS-copied", port=81)
    )

    assert (found.status, found.tier, found.maker) == (Status.OTHER_MAKER, Tier.PROBABLE, "Axis")
    assert "outweighs weak evidence for Hikvision" in found.reason


def test_strong_matches_of_two_makers_are_shown_as_conflicting(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.HTTP_REALM, "AXIS_ACCC8E000000"), observe(Field.HTTP_SERVER, "DNVRS-Webs"))

    assert (found.status, found.tier, found.maker) == (Status.SUSPECTED, Tier.CONFLICTING, "Hikvision")
    assert "Hikvision and Axis are at odds" in found.reason
    assert "DNVRS-Webs" in found.reason
    assert "AXIS_ACCC8E000000" in found.reason


def test_two_targets_at_odds_are_conflicting_too(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.SADP_MODEL, "DS-1", Via.UNICAST), observe(Field.DHIP_MODEL, "IPC", Via.UNICAST)
    )

    assert (found.status, found.tier) == (Status.SUSPECTED, Tier.CONFLICTING)


def test_a_component_never_contradicts_a_device_maker(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.HTTP_SERVER, "nginx/1.24.0"), observe(Field.SADP_MODEL, "DS-1", Via.UNICAST)
    )

    assert (found.status, found.tier) == (Status.FLAGGED, Tier.CONFIRMED)
    assert found.firmware is None


def test_a_component_alone_is_not_a_maker(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.HTTP_SERVER, "nginx/1.24.0"))

    assert (found.status, found.tier, found.maker) == (Status.NOT_MATCHED, Tier.NONE, None)
    assert "it runs nginx" in found.reason


def test_an_unknown_answer_is_not_matched(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.HTTP_STATUS, "404"), not_assessed="unused")

    assert (found.status, found.tier) == (Status.NOT_MATCHED, Tier.NONE)
    assert found.reason == "It answered, but nothing it said is known from any maker."


def test_a_silent_host_is_not_assessed_and_says_why(verdict: Judge, observe: Observe) -> None:
    ports = [observe(Field.PORT_OPEN, "80/tcp"), observe(Field.MAC, "00:60:37:00:00:01", Via.LINK)]

    assert verdict(*ports).status is Status.NOT_ASSESSED
    assert verdict(not_assessed="Its time was spent.").reason == "Its time was spent."
    assert verdict().reason == "Nothing answered, so nothing is known about its firmware."


def test_a_silent_host_in_another_maker_s_block_stays_not_assessed(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.MAC, "00:40:8c:00:00:01", Via.LINK))

    assert (found.status, found.maker) == (Status.NOT_ASSESSED, None)


def test_an_answering_host_in_another_maker_s_block_is_possibly_theirs(
    verdict: Judge, observe: Observe
) -> None:
    found = verdict(observe(Field.MAC, "00:40:8c:00:00:01", Via.LINK), observe(Field.HTTP_STATUS, "404"))

    assert (found.status, found.tier, found.maker) == (Status.OTHER_MAKER, Tier.POSSIBLE, "Axis")


def test_a_silent_host_in_a_target_s_own_block_is_flagged(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.MAC, "44:19:b6:00:00:01", Via.LINK))

    assert (found.status, found.tier) == (Status.FLAGGED, Tier.PROBABLE)


@pytest.mark.parametrize("mac", ["40:2c:76:1a:00:01", "00:cc:c1:00:00:01", "8c:1f:64:f4:b0:01"])
def test_a_registrant_whose_name_only_resembles_a_target_is_nothing(
    verdict: Judge, observe: Observe, mac: str
) -> None:
    # Shanghai Dahua Scale Factory, Yoshiki Electronics, Jorex Lorex India.
    found = verdict(observe(Field.MAC, mac, Via.LINK))

    assert (found.status, found.brand) == (Status.NOT_ASSESSED, None)


def test_identity_is_read_from_captures_and_grammars(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.SADP_MODEL, "DS-2TD2617", Via.UNICAST),
        observe(Field.SADP_SOFTWARE, "V5.5.0 build 170725", Via.UNICAST),
        observe(Field.SADP_SERIAL, "DS-2TD261720170915AARR831427436", Via.UNICAST),
        observe(Field.SADP_CHANNELS, "2", Via.UNICAST),
    )

    assert (found.model, found.device_class, found.brand) == ("DS-2TD2617", "thermal_camera", "Hikvision")
    assert found.firmware == Firmware("V5.5.0", date(2017, 7, 25))
    assert found.serial == "DS-2TD261720170915AARR831427436"
    assert found.channels == 2


def test_a_model_may_tell_the_number_of_channels(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.SADP_MODEL, "DS-7616NI-K2", Via.UNICAST))

    assert (found.device_class, found.channels) == ("recorder", 16)
    assert found.reason.endswith("Up to 16 cameras may be behind this recorder.")


def test_a_neutral_label_is_no_brand(verdict: Judge, observe: Observe) -> None:
    assert verdict(observe(Field.DHIP_VENDOR, "General", Via.UNICAST)).brand is None


def test_a_brand_that_the_device_sends_is_spelled_as_the_vocabulary_does(
    verdict: Judge, observe: Observe
) -> None:
    assert verdict(observe(Field.DHIP_VENDOR, "AMCREST", Via.UNICAST)).brand == "Amcrest"
    assert verdict(observe(Field.DHIP_VENDOR, "Newbrand", Via.UNICAST)).brand == "Newbrand"


def test_a_seller_s_address_block_gives_the_brand_and_never_the_maker(
    verdict: Judge, observe: Observe
) -> None:
    block = observe(Field.MAC, "00:1f:54:00:00:01", Via.LINK)

    alone = verdict(block)
    proven = verdict(block, observe(Field.DHIP_MODEL, "IPC", Via.UNICAST))

    assert (alone.status, alone.maker, alone.brand) == (Status.NOT_ASSESSED, None, "Lorex")
    assert (proven.status, proven.maker, proven.brand) == (Status.FLAGGED, "Dahua", "Lorex")


def test_an_unknown_device_still_says_its_stated_model_and_firmware(verdict: Judge, observe: Observe) -> None:
    found = verdict(observe(Field.ONVIF_MODEL, "X100"), observe(Field.ONVIF_FIRMWARE, "9.80.1"))

    assert found.status is Status.NOT_MATCHED
    assert (found.model, found.firmware) == ("X100", Firmware("9.80.1"))


def test_names_ports_and_vendor_stand_beside_the_verdict(verdict: Judge, observe: Observe) -> None:
    found = verdict(
        observe(Field.MDNS_HOST, "cam-1.local."),
        observe(Field.DHCP_HOSTNAME, "other"),
        observe(Field.PORT_OPEN, "8000/tcp"),
        observe(Field.PORT_OPEN, "80/tcp"),
        observe(Field.PORT_OPEN, "odd"),
    )

    assert found.hostname == "cam-1.local"
    assert found.open_ports == ("odd", "80/tcp", "8000/tcp")
    assert found.mac_vendor == "Hangzhou Hikvision Digital Technology Co.,Ltd."


def test_a_reason_never_holds_control_characters_or_endless_text(verdict: Judge, observe: Observe) -> None:
    reason = verdict(observe(Field.SADP_MODEL, "DS-\x1b[31m\r\n" + "x" * 500, Via.UNICAST)).reason

    assert reason.isprintable()
    assert len(reason) < 200


def everything_seen(observe: Observe) -> list[Observation]:
    return [
        observe(Field.MAC, "44:19:b6:00:00:01", Via.LINK),
        observe(Field.SADP_MODEL, "DS-2TD2617", Via.UNICAST),
        observe(Field.SADP_MODEL, "DS-2TD2617", Via.MULTICAST),
        observe(Field.SADP_MODEL, "DS-7616NI", Via.UNICAST),
        observe(Field.SADP_SOFTWARE, "V5.5.0 build 170725", Via.UNICAST),
        observe(Field.ONVIF_FIRMWARE, "V5.5.0"),
        observe(Field.HTTP_SERVER, "nginx"),
        observe(Field.HTTP_SERVER, "DNVRS-Webs", port=81),
        observe(Field.HTTP_SERVER, "DNVRS-Webs", port=82),
        observe(Field.HTTP_REALM, "DS-1"),
        observe(Field.HTTP_REALM, "DS-2"),
        observe(Field.HTTP_REALM, "AXIS_ACCC8E000000"),
        observe(Field.DHIP_VENDOR, "General", Via.UNICAST),
        observe(Field.MDNS_HOST, "b.local"),
        observe(Field.MDNS_HOST, "a.local"),
    ]


def test_the_order_of_observations_never_changes_a_verdict(verdict: Judge, observe: Observe) -> None:
    seen = everything_seen(observe)
    expected = verdict(*seen)

    for seed in range(20):
        assert repr(verdict(*Random(seed).sample(seen, len(seen)))) == repr(expected)


JUDGE_ONCE = """
import sys
from pathlib import Path
from ipaddress import IPv4Address
from datetime import UTC, datetime
from scanner.matching.database import Database
from scanner.matching.oui import Registry
from scanner.matching.tree import read_tree
from scanner.matching.verdict import judge
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Observation, Via

database = Database.merged([read_tree(Path(sys.argv[1]))], Registry(Path(sys.argv[2])))
host, at = Host(IPv4Address("192.0.2.10")), datetime(2026, 11, 22, tzinfo=UTC)
values = {
    (Field.HTTP_REALM, "DS-1"), (Field.HTTP_REALM, "AXIS_1"), (Field.HTTP_SERVER, "nginx"),
    (Field.DHIP_MODEL, "IPC"), (Field.SADP_MODEL, "DS-2TD"), (Field.MAC, "44:19:b6:00:00:01"),
}
seen = [Observation(host, field, value, "test", Via.UNICAST, at) for field, value in values]
print(repr(judge(host, seen, database)))
"""


def test_two_processes_with_other_hash_seeds_judge_alike(tmp_path: Path, database: Database) -> None:
    del database  # written to tmp_path by its fixture
    arguments = [
        sys.executable,
        "-c",
        JUDGE_ONCE,
        str(tmp_path / "signatures"),
        str(tmp_path / "registry.txt.gz"),
    ]

    outputs = {
        subprocess.run(
            arguments, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(outputs) == 1
    assert b"Tier.CONFLICTING" in outputs.pop()


def test_the_host_of_the_verdict_is_the_host_that_was_asked_about(
    database: Database, observe: Observe
) -> None:
    other = replace(HOST, segment="lab")

    assert judge(other, [observe(Field.HTTP_STATUS, "200")], database).host is other
