"""Challenges: realms and nonce shapes of captured 401 replies, and quotes that do not match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols.challenge import Fields, facts, nonce_form, read_challenges

FIELDS = Fields(Field.HTTP_WWWAUTH, Field.HTTP_REALM, Field.HTTP_NONCE_FORM)


def test_a_digest_challenge_is_taken_apart() -> None:
    # Source: capture of a Hikvision camera, 2019-09-27.
    (challenge,) = read_challenges(
        'Digest qop="auth", realm="IP Camera(C5654)", '
        'nonce="4d3249794e324d305a6d4d364e7a4d784f5459795a47493d", stale="FALSE"'
    )

    assert challenge.scheme == "Digest"
    assert [name for name, _ in challenge.parameters] == ["qop", "realm", "nonce", "stale"]
    assert challenge.realm == "IP Camera(C5654)"
    assert challenge.nonce == "4d3249794e324d305a6d4d364e7a4d784f5459795a47493d"


REALMS = {
    'Basic realm="IPCAM"': ["IPCAM"],
    "Basic realm=IPCAM": ["IPCAM"],
    'Basic realm = "IPCAM"': ["IPCAM"],
    'basic REALM="IPCAM"': ["IPCAM"],
    'Basic realm="a \\"b\\", c"': ['a \\"b\\", c'],
    'Basic realm="server': ["server"],
    'Basic realm=server"': ["server"],
    'Digest realm="IP Camera(12), qop="auth", nonce="x"': ["IP Camera(12)"],
    'Digest realm="Login to 2J01018PAA00813",qop="auth",nonce="b2",opaque="", stale="false"': [
        "Login to 2J01018PAA00813"
    ],
    'Digest nonce="x" realm="no commas"': ["no commas"],
    'Digest realm="a", qop="auth,auth-int", Basic realm="b"': ["a", "b"],
    'Digest realm="a",Basic realm="b"': ["a", "b"],
    'realm="no scheme"': ["no scheme"],
    "Negotiate, NTLM": [None, None],
    "NTLM TlRMTVNTUAACAAAACwALADgAAAA=": [None],
    'Digest realm=""': [""],
    "": [],
    ", ,": [],
}


@pytest.mark.parametrize(("line", "realms"), REALMS.items())
def test_realms_are_read_whatever_the_quotes(line: str, realms: list[str | None]) -> None:
    assert [challenge.realm for challenge in read_challenges(line)] == realms


# Source of each: the captures named beside its form in the module.
NONCES = {
    "4d3249794e324d305a6d4d364e7a4d784f5459795a47493d": "hex-base64-pair",
    "4e445244524446424d5463365a445930596a5978597a453d": "hex-base64-pair",
    "363366353a35303765373163623ac37af43d2139923cb0440c109a7e65c2": "hex60",
    "16c2671a88d919b48d011bfe56765a0e:1540569274326": "hex32:epoch-ms",
    "ZmVkYzNiNzZlYzUyZTk4MGVmM2U1YTg0ZGZjYmJlMDE=": "base64-hex32",
    "b252aWYtZGlnZXN0OjQzMjYxNjc5MTQw": "onvif-digest",
    # An RTSP nonce of the same camera, a Dahua CGI nonce, Dahua's newest: no shape to know them by.
    "938032d91ffc30ca80b5da94c18887ac": None,
    "211955164": None,
    "xLD0t71uLsrD79BuhFBjZZYkYXr_yr4U29J4Y2QEY1wjOYR/NU96Y5o4OfW61qcO": None,
    # Near misses: the right length and the wrong contents.
    "4d3249794e324d305a6d4d364e7a4d784f5459795a4749ff": None,
    "000000000000000000000000000000000000000000000000": None,
    "363366353a35303765373163622ec37af43d2139923cb0440c109a7e65c2": None,
    "16c2671a88d919b48d011bfe56765a0e:154056927432": None,
    "b252aWYtZGlnZXN0OmFiYw==": None,
    "": None,
}


@pytest.mark.parametrize(("nonce", "form"), NONCES.items())
def test_a_nonce_is_known_by_what_it_decodes_to(nonce: str, form: str | None) -> None:
    assert nonce_form(nonce) == form


def test_a_nonce_that_repeats_its_realm_is_known_only_beside_that_realm() -> None:
    # Source: capture of a DS-7616NXI recorder, 2026.
    nonce = "2f71074c46e7d10e:f26a9b0c5c8deb25a046e444:1a0583dfc7b:0"

    assert nonce_form(nonce, "f26a9b0c5c8deb25a046e444") == "hex16:realm:hex:n"
    assert nonce_form(nonce, "f26a9b0c5c8deb25a046e445") is None
    assert nonce_form(nonce) is None


def test_a_line_becomes_facts_with_its_bytes() -> None:
    found = facts('Digest realm="r", nonce="b252aWYtZGlnZXN0OjQzMjYxNjc5MTQw"', FIELDS, b"raw")

    assert [(fact.field, fact.value) for fact in found] == [
        (Field.HTTP_WWWAUTH, 'Digest realm="r", nonce="b252aWYtZGlnZXN0OjQzMjYxNjc5MTQw"'),
        (Field.HTTP_REALM, "r"),
        (Field.HTTP_NONCE_FORM, "onvif-digest"),
    ]
    assert {fact.raw for fact in found} == {b"raw"}


def test_an_empty_line_or_realm_says_nothing() -> None:
    assert facts("", FIELDS) == ()
    assert [fact.field for fact in facts('Basic realm=""', FIELDS)] == [Field.HTTP_WWWAUTH]


def test_an_open_quote_counts_unless_the_line_broke_off() -> None:
    line = 'Digest nonce="x", realm="Login to 4L09D3'

    assert [fact.field for fact in facts(line, FIELDS)] == [Field.HTTP_WWWAUTH, Field.HTTP_REALM]
    assert [fact.field for fact in facts(line, FIELDS, is_cut=True)] == [Field.HTTP_WWWAUTH]


@given(st.text(max_size=512))
def test_no_line_raises(line: str) -> None:
    facts(line, FIELDS)
    nonce_form(line, line)


@given(
    st.from_regex(r'\A[A-Z][a-z]{1,9} realm="[^"\\\x00-\x1f]{1,40}"\Z', alphabet=st.characters(codec="utf-8"))
)
def test_every_quoted_realm_is_read_back(line: str) -> None:
    realm = line.partition('"')[2].removesuffix('"')

    assert read_challenges(line)[0].realm == realm.strip()
