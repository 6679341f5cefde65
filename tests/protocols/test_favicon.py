"""Icons: the two hashes that are published for them."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import favicon

# A made-up icon: 16 by 16 pixels, two colours, all clear (ICO header, entry, bitmap header, palette, masks).
ICON = bytes.fromhex(
    "00000100010010100200010001003000000016000000280000001000000020000000010001000000000040"
    "00000000000000000000000200000000000000000000000000000000ffffff00"
) + bytes(128)


def test_an_icon_gives_its_murmurhash_and_md5() -> None:
    murmur, md5 = favicon.read(ICON)

    assert (murmur.field, murmur.value) == (Field.FAVICON_MMH3, str(murmurhash3(base64.encodebytes(ICON))))
    assert (md5.field, md5.value) == (Field.FAVICON_MD5, hashlib.md5(ICON).hexdigest())


def test_the_hash_is_signed_and_of_the_base64_text_in_lines() -> None:
    values = [int(favicon.read(bytes([i]) * 100)[0].value) for i in range(32)]

    assert min(values) < 0 < max(values)
    assert values[0] == murmurhash3(base64.encodebytes(bytes(100)))
    assert values[0] != murmurhash3(base64.b64encode(bytes(100)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html>\n<html><head><title>Document Error: Not Found</title></head>",
        b"\r\n<HTML><BODY>404</BODY></HTML>",
        bytes(favicon.MAX_ICON_BYTES + 1),
    ],
)
def test_what_is_no_icon_has_no_hash(data: bytes) -> None:
    assert favicon.read(data) == ()


def test_a_vector_image_is_an_icon() -> None:
    assert len(favicon.read(b'<svg xmlns="http://www.w3.org/2000/svg"/>')) == 2


@given(st.binary(max_size=512))
def test_no_bytes_raise(data: bytes) -> None:
    favicon.read(data)


def murmurhash3(data: bytes) -> int:
    """MurmurHash3 x86 32-bit with seed 0, signed, written from its published algorithm (Austin Appleby)."""
    mask, state = 0xFFFFFFFF, 0
    for start in range(0, len(data), 4):
        block = data[start : start + 4]
        mixed = int.from_bytes(block, "little") * 0xCC9E2D51 & mask
        mixed = (mixed << 15 | mixed >> 17) * 0x1B873593 & mask
        state ^= mixed
        if len(block) == 4:
            state = ((state << 13 | state >> 19) & mask) * 5 + 0xE6546B64 & mask
    state ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        state = (state ^ state >> shift) * factor & mask
    return state - (1 << 32) if state >> 31 else state
