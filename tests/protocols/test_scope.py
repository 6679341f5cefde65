from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import scope

# Scopes of a DS-2CD2385G1-I as quoted in public file 28488762960.
CAMERA = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming"
    " onvif://www.onvif.org/Profile/G onvif://www.onvif.org/Profile/T"
    " onvif://www.onvif.org/MAC/58:50:ed:1f:e3:85 onvif://www.onvif.org/hardware/DS-2CD2385G1-I"
    " onvif://www.onvif.org/name/HIKVISION%20DS-2CD2385G1-I onvif://www.onvif.org/location/city/hangzhou"
)


def single_scopes(text: str) -> list[str]:
    return [fact.value for fact in scope.read_text(text) if fact.field is Field.ONVIF_SCOPE]


def test_a_list_gives_itself_and_each_scope_without_prefix() -> None:
    whole, *single = scope.read_text(CAMERA)

    assert (whole.field, whole.value) == (Field.ONVIF_SCOPES, CAMERA)
    assert [fact.value for fact in single] == [
        "type/video_encoder",
        "Profile/Streaming",
        "Profile/G",
        "Profile/T",
        "MAC/58:50:ed:1f:e3:85",
        "hardware/DS-2CD2385G1-I",
        "name/HIKVISION DS-2CD2385G1-I",
        "location/city/hangzhou",
    ]


def test_text_and_bytes_read_the_same() -> None:
    assert scope.read_text(CAMERA) == scope.read(CAMERA.encode())


def test_any_blanks_separate_scopes_and_one_blank_joins_them() -> None:
    whole, *_ = scope.read_text("\r\n onvif://www.onvif.org/a\n\tonvif://www.onvif.org/b \0".rstrip("\0"))

    assert whole.value == "onvif://www.onvif.org/a onvif://www.onvif.org/b"


def test_a_scope_of_another_prefix_stays_whole() -> None:
    assert single_scopes("odm://example/x%20y onvif://www.onvif.org/name/A") == [
        "odm://example/x y",
        "name/A",
    ]


def test_the_prefix_is_taken_off_in_any_case() -> None:
    assert single_scopes("ONVIF://WWW.onvif.org/Name/A") == ["Name/A"]


def test_percent_encoding_of_another_character_set_stays_readable() -> None:
    assert single_scopes("onvif://www.onvif.org/name/%C9%E3%zz%") == ["name/\\xc9\\xe3%zz%"]


def test_a_scope_that_stands_twice_is_one_fact() -> None:
    assert single_scopes("onvif://www.onvif.org/a onvif://www.onvif.org/a") == ["a"]


def test_text_without_any_scope_gives_nothing() -> None:
    assert scope.read_text("") == scope.read_text("name Dahua") == ()


def test_a_flood_of_scopes_is_capped() -> None:
    assert len(single_scopes(" ".join(f"onvif://www.onvif.org/{i}" for i in range(9000)))) == scope.MAX_SCOPES


@given(st.binary(max_size=200), st.text(max_size=200))
def test_nothing_raises(data: bytes, text: str) -> None:
    scope.read(b"onvif://www.onvif.org/" + data)
    scope.read_text(text)
