"""Inputs near a corpus, drawn from a seeded generator: the same seed gives the same inputs everywhere."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from random import Random

# Ends of ranges, signs and separators of the formats that are read here, and lengths that lie.
_TELLING_BYTES = b"\x00\x01\x7f\x80\xc0\xfe\xff\t\n\r \"%&',:;<=>[\\]{}"
_TELLING_WORDS = (
    b"\xff\xff",
    b"\x00\x00",
    b"\x7f\xff",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x01",
    b"\xc0\x0c",
)
_MAX_STEPS = 4
_MAX_PIECE_BYTES = 32
_MAX_COPIES = 64

Step = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutations(seeds: Sequence[bytes], max_bytes: int, seed: int) -> Iterator[bytes]:
    """Yield inputs without end: each some steps away from one of the seeds, none longer than asked."""
    draw = Random(seed)
    for start in chain.from_iterable(repeat(seeds)):
        data = start
        for _ in range(draw.randint(1, _MAX_STEPS)):
            data = draw.choice(_STEPS)(draw, data, seeds)
        yield data[:max_bytes]


def _flipped(draw: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = draw.randint(0, len(data))
    flipped = bytes(octet ^ 1 << draw.randrange(8) for octet in data[place : place + 1])
    return data[:place] + flipped + data[place + 1 :]


def _cut(draw: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return data[: draw.randint(0, len(data))]


def _without_piece(draw: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + data[place + draw.randint(1, _MAX_PIECE_BYTES) :]


def _overwritten(draw: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place, word = draw.randint(0, len(data)), _word(draw)
    return data[:place] + word + data[place + len(word) :]


def _inserted(draw: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + _word(draw) + data[place:]


def _repeated(draw: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    place = draw.randint(0, len(data))
    end = place + draw.randint(1, _MAX_PIECE_BYTES)
    return data[:place] + data[place:end] * draw.randint(2, _MAX_COPIES) + data[end:]


def _spliced(draw: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = draw.choice(seeds)
    return data[: draw.randint(0, len(data))] + other[draw.randint(0, len(other)) :]


def _word(draw: Random) -> bytes:
    return draw.choice((*_TELLING_WORDS, bytes([draw.choice(_TELLING_BYTES)]), draw.randbytes(2)))


_STEPS: tuple[Step, ...] = (_flipped, _cut, _without_piece, _overwritten, _inserted, _repeated, _spliced)
