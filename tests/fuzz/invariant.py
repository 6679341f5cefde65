"""What holds for everything that a reader returns, whatever bytes it was given."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import ip_address

from scanner.model.field import Field
from scanner.model.observation import MAX_RAW_BYTES, Fact, Observation

# Names that a reader adds by itself, such as those of certificate attributes.
MAX_OWN_CHARACTERS = 1024

_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_NUMBER = re.compile(r"[0-9]+")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What the fields' notes promise, and what signatures and merging rely on.
FORMS = {
    Field.MAC: _MAC,
    Field.SADP_MAC: _MAC,
    Field.DHIP_MAC: _MAC,
    Field.WSD_ENDPOINT_MAC: _MAC,
    Field.SADP_ACTIVATED: re.compile("true|false"),
    Field.SADP_CHANNELS: _NUMBER,
    Field.DHIP_CHANNELS: _NUMBER,
    Field.DHIP_INIT: _NUMBER,
    Field.DHCP_PARAMETERS: re.compile(r"[0-9]{1,3}(?:,[0-9]{1,3})*"),
    Field.DHCP_CLIENT_ID: _HEX,
    Field.HTTP_STATUS: re.compile(r"[0-9]{1,4}"),
    Field.FAVICON_MMH3: re.compile(r"-?[0-9]{1,10}"),
    Field.FAVICON_MD5: re.compile(r"[0-9a-f]{32}"),
    Field.X509_SHA256: re.compile(r"[0-9a-f]{64}"),
    Field.PORT_OPEN: re.compile(r"[1-9][0-9]{0,4}/(?:tcp|udp)"),
}


def hold(told: object, max_characters: int, has_forms: bool = True) -> None:
    """Check a reader's answer and all that is in it. Raises AssertionError.

    ``max_characters`` bounds each text, beyond what a reader adds by itself; ``has_forms`` says that each
    value has the form that its field promises.
    """
    if isinstance(told, Fact | Observation):
        _hold_fact(told)
        if has_forms:
            _hold_form(told)
    elif isinstance(told, datetime):
        assert told.utcoffset() == timedelta(0), f"a time outside UTC: {told!r}"
    elif isinstance(told, str) and not isinstance(told, Enum):
        _hold_text(told, max_characters + MAX_OWN_CHARACTERS)
    for part in _parts(told):
        hold(part, max_characters, has_forms)


def _parts(told: object) -> Iterable[object]:
    if isinstance(told, Mapping):
        return told.items()
    if isinstance(told, tuple | list | Iterator):
        return told
    if is_dataclass(told):
        return (getattr(told, member.name) for member in fields(told))
    return ()


def _hold_fact(fact: Fact | Observation) -> None:
    assert isinstance(fact.field, Field) and fact.field.value, f"a fact of no field: {fact!r}"
    assert isinstance(fact.value, str) and isinstance(fact.raw, bytes), f"not text and bytes: {fact!r}"
    if isinstance(fact, Observation):
        assert len(fact.raw) <= MAX_RAW_BYTES, f"{len(fact.raw)} bytes of evidence"


def _hold_form(fact: Fact | Observation) -> None:
    form = FORMS.get(fact.field)
    assert form is None or form.fullmatch(fact.value), f"{fact.field} of another form: {fact.value!r}"
    if fact.field is Field.IGMP_GROUP:
        assert ip_address(fact.value).is_multicast, f"no group: {fact.value}"


def _hold_text(text: str, max_characters: int) -> None:
    assert len(text) <= max_characters, f"{len(text)} characters, at most {max_characters} were expected"
    # Every output is UTF-8: half a surrogate pair would end the export, long after the reader.
    assert text.isascii() or not _SURROGATE.search(text), "text that UTF-8 cannot hold"
