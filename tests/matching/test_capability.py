"""What a device is able to do is known where something shows it, and unknown where nothing does."""

from collections.abc import Iterable

import pytest

from scanner.matching.capability import evidence
from scanner.matching.database import Database, load
from scanner.matching.verdict import judge
from scanner.model.capability import Capability, words
from scanner.model.field import Field
from scanner.model.observation import Fact, Via
from scanner.model.verdict import Verdict
from scanner.protocols import sadp, scope, wsdiscovery
from tests.matching.conftest import HOST, SEEN_AT
from tests.protocols.test_sadp import CAMERA_2019
from tests.protocols.test_scope import CAMERA
from tests.protocols.test_wsdiscovery import HIKVISION_MATCH

# Answer of a Canon VB-S30D: README of node-onvif.
DOME = (
    b"onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/type/ptz"
    b" onvif://www.onvif.org/name/Canon_VB-S30D onvif://www.onvif.org/hardware/VB-S30D"
    b" onvif://www.onvif.org/type/audio_encoder onvif://www.onvif.org/type/video_analytics"
    b" onvif://www.onvif.org/type/Network_Video_Transmitter onvif://www.onvif.org/Profile/Streaming"
    b" onvif://www.onvif.org/location/Canon"
)


@pytest.fixture(scope="module")
def shipped() -> Database:
    return load()


def judged(database: Database, facts: Iterable[Fact], via: Via = Via.UNICAST) -> Verdict:
    return judge(HOST, [fact.seen(HOST, "test", via, SEEN_AT) for fact in facts], database)


def model(text: str, field: Field = Field.SADP_MODEL) -> tuple[Fact, ...]:
    return (Fact(field, text, text.encode()),)


# What a device sends, and what that shows of it. Models: SADP answers, advisories and firmware archives.
SHOWN = {
    "scopes of a dome": (scope.read(DOME), ["analytics", "audio", "pan_tilt_zoom"]),
    "scopes of a fisheye": (wsdiscovery.read(HIKVISION_MATCH), ["audio", "pan_tilt_zoom"]),
    "answer of a camera": (sadp.read(CAMERA_2019), ["cloud"]),
    "model of a speed dome": (model("DS-2DE4220IW-D"), ["pan_tilt_zoom"]),
    "model of another one": (model("DH-SD29204T-GN-W", Field.DHIP_MODEL), ["pan_tilt_zoom"]),
    "model of a thermal camera": (model("DS-2TD2136-10"), ["thermal"]),
    "model of another thermal one": (model("TPC-BF1241-T", Field.DHIP_MODEL), ["thermal"]),
    "model of a Wi-Fi camera": (model("DS-2CV2Q21FD-IW"), ["wireless"]),
    "model of a wireless bridge": (model("DS-3WF0AC-2NT"), ["wireless"]),
}


@pytest.mark.parametrize(("facts", "shown"), SHOWN.values(), ids=SHOWN)
def test_what_shows_is_known(shipped: Database, facts: tuple[Fact, ...], shown: list[str]) -> None:
    assert words(judged(shipped, facts).capabilities) == shown


def test_there_is_a_device_for_every_capability() -> None:
    assert {word for _, shown in SHOWN.values() for word in shown} == {one.value for one in Capability}


# Devices that may well have a microphone or a radio: nothing that they send says so.
SILENT = {
    "scopes of a fixed camera": scope.read_text(CAMERA),
    "a model whose last letters nobody has explained": model("DS-2CD2142FWD-IWS"),
    "a recorder": model("DS-7616NI-K2"),
    "a cloud service that is not built in": sadp.read(
        CAMERA_2019.replace(b"<SupportHCPlatform>true", b"<SupportHCPlatform>false")
    ),
    "nothing at all": (),
}


@pytest.mark.parametrize("facts", SILENT.values(), ids=SILENT)
def test_what_does_not_show_is_unknown(shipped: Database, facts: tuple[Fact, ...]) -> None:
    assert judged(shipped, facts).capabilities == frozenset()


def test_what_is_announced_counts_as_what_is_said(shipped: Database) -> None:
    assert Capability.AUDIO in judged(shipped, scope.read(DOME), Via.MULTICAST).capabilities


def test_a_capability_names_no_maker(shipped: Database) -> None:
    found = judged(shipped, scope.read(b"onvif://www.onvif.org/type/ptz"))

    assert (found.status.value, found.maker) == ("not_matched", None)
    assert found.capabilities == {Capability.PAN_TILT_ZOOM}


def test_each_capability_names_what_shows_it(shipped: Database) -> None:
    said = model("DS-2DE4220IW-D") + scope.read(b"onvif://www.onvif.org/type/audio_encoder")

    assert list(evidence(judged(shipped, said))) == [
        (Capability.AUDIO, "onvif-scope-audio"),
        (Capability.PAN_TILT_ZOOM, "ptz_camera DS-2DE4220IW-D"),
    ]
