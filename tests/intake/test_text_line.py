"""Text files of other tools: encodings, lengths, and what is said of lines that cannot be read."""

import io
from collections.abc import Iterator

import pytest

from scanner.errors import NotThisKind
from scanner.intake.contract import Source, Told
from scanner.intake.line import BadLine
from scanner.intake.text_line import MAX_COMPLAINTS, MAX_OPENING_LINES, Line, Reading, is_one_host, mac
from scanner.model.sighting import Sighting
from tests.intake.telling import TOLD_AT, incidents

EXPECTED = "a list, such as 'a line'"


def opened(data: bytes, **caps: int) -> tuple[Reading, Iterator[Line]]:
    reading = Reading(Source(io.BytesIO(data), "the-file", TOLD_AT), **caps)
    return reading, reading.opened(EXPECTED, bool)


def lines_of(data: bytes, **caps: int) -> list[Line]:
    return list(opened(data, **caps)[1])


def refused(line: Line) -> list[Sighting]:
    raise BadLine(f"{line.text} will not do")


def told_of(data: bytes, **caps: int) -> list[Told]:
    reading, lines = opened(data, **caps)
    return [*reading.understood(lines, lambda line: []), *reading.closed()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_powershell_has_redirected_reads_like_any_other(encoding: str) -> None:
    assert lines_of("one\r\n\r\nzwölf\r\n".encode(encoding)) == [Line(1, "one"), Line(3, "zwölf")]


def test_utf_16_of_the_other_byte_order_is_read() -> None:
    assert lines_of(b"\xfe\xff" + "one\ntwo".encode("utf-16-be")) == [Line(1, "one"), Line(2, "two")]


def test_bytes_that_are_not_utf_8_stay_visible() -> None:
    assert lines_of(b"caf\xe9\n") == [Line(1, "caf\\xe9")]


def test_a_line_across_two_chunks_is_one_line() -> None:
    long = "x" * 65_530 + "ÄÖÜ"

    assert [line.text for line in lines_of(f"{long}\nend".encode(), max_line_characters=70_000)] == [
        long,
        "end",
    ]


def test_a_line_that_is_too_long_costs_itself_only() -> None:
    reading, lines = opened(b"one\n" + b"x" * 200_000 + b"\ntwo", max_line_characters=100)
    read: list[str] = []

    def understand(line: Line) -> list[Sighting]:
        read.append(line.text)
        return []

    told = list(reading.understood(lines, understand))

    assert read == ["one", "two"]
    assert incidents(told) == [
        "the-file, line 2: it is longer than 100 characters; what it told was left out."
    ]


def test_of_many_bad_lines_the_first_twenty_are_named_and_the_others_counted() -> None:
    reading, lines = opened(b"bad\n" * 25)

    told = incidents([*reading.understood(lines, refused), *reading.closed()])

    assert len(told) == MAX_COMPLAINTS + 1
    assert told[0] == "the-file, line 1: bad will not do; what it told was left out."
    assert told[-1] == "the-file: 5 further lines could not be read and were left out."


def test_a_file_that_never_ends_is_cut_and_that_is_said() -> None:
    assert incidents(told_of(b"line\n" * 100, max_file_bytes=50)) == [
        "the-file is longer than 50 bytes; what follows was left out. Split the file and import its parts."
    ]


def test_a_file_of_just_the_length_that_is_read_is_whole() -> None:
    assert told_of(b"line\n" * 10, max_file_bytes=50) == []


def test_another_kind_of_file_is_refused_with_its_beginning_made_safe() -> None:
    reading = Reading(Source(io.BytesIO(b"\x1b[2Jhello\nworld"), "the-file", TOLD_AT))

    with pytest.raises(NotThisKind, match=r"expected is a list, such as 'a line'.*'\\x1b\[2Jhello"):
        reading.opened(EXPECTED, lambda text: "a line" in text)


def test_an_empty_file_is_refused_as_empty() -> None:
    with pytest.raises(NotThisKind, match="it is empty"):
        opened(b" \n\n")


def test_only_the_opening_decides_what_kind_a_file_is() -> None:
    late = b"x\n" * MAX_OPENING_LINES + b"a line\n"
    reading = Reading(Source(io.BytesIO(late), "the-file", TOLD_AT))

    with pytest.raises(NotThisKind):
        reading.opened(EXPECTED, lambda text: text == "a line")


def test_what_stands_above_a_list_is_not_lost() -> None:
    reading = Reading(Source(io.BytesIO(b"$ command\na line\n"), "the-file", TOLD_AT))

    lines = reading.opened(EXPECTED, lambda text: text == "a line")

    assert [line.text for line in lines] == ["$ command", "a line"]


@pytest.mark.parametrize(
    "written", ["0:C:29:a1:b:c", "00-0c-29-A1-0b-0c", "000c.29a1.0b0c", "000c29a10b0c", "00:0c:29:a1:0b:0c"]
)
def test_hardware_addresses_are_written_in_one_way(written: str) -> None:
    assert mac(written) == "00:0c:29:a1:0b:0c"


@pytest.mark.parametrize("written", ["", "0:c:29:a1:b", "00:0c:29:a1:0b:0g", "00:0c:29:a1:0b:0c:00:01"])
def test_what_is_no_hardware_address_is_told_as_such(written: str) -> None:
    with pytest.raises(BadLine, match="is not a hardware address"):
        mac(written)


def test_groups_everybody_and_nobody_are_not_one_host() -> None:
    addresses = ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "33:33:00:00:00:01"]

    assert [address for address in addresses if is_one_host(address)] == []
    assert is_one_host("da:a1:19:5b:20:c7"), "an address that a phone has made up is its own"
