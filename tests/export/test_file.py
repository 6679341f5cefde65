"""Files that are written whole or not at all."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import UsageProblem
from scanner.export.file import check_writable, write, write_rescue


def test_the_file_holds_the_lines_and_is_its_owners_only(tmp_path: Path) -> None:
    target = tmp_path / "findings.csv"

    write(target, ["a,b\r\n", "é,海\r\n"])

    assert target.read_bytes() == "a,b\r\né,海\r\n".encode()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_failure_midway_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "findings.csv"
    target.write_text("last night")

    def lines() -> Iterator[str]:
        yield "half a"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write(target, lines())

    assert target.read_text() == "last night"
    assert list(tmp_path.iterdir()) == [target]


def test_an_older_and_wider_file_is_replaced_by_one_of_mode_0600(tmp_path: Path) -> None:
    target = tmp_path / "findings.csv"
    target.write_text("last night")
    target.chmod(0o644)

    write(target, ["tonight"])

    assert target.read_text() == "tonight"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    link = tmp_path / "latest.csv"
    link.symlink_to(tmp_path / "store" / "today.csv")

    write(link, ["x"])

    assert link.is_symlink()
    assert (tmp_path / "store" / "today.csv").read_text() == "x"


def test_a_directory_that_does_not_exist_is_named_before_anything_happens(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"No file can be written in .*missing .*No such file"):
        check_writable(tmp_path / "missing" / "findings.csv")


def test_a_directory_in_the_files_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="not a regular file"):
        check_writable(tmp_path)


def test_a_device_is_never_replaced_by_a_file() -> None:
    with pytest.raises(UsageProblem, match=r"/dev/null is not a regular file.*'-'"):
        check_writable(Path(os.devnull))


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "findings.csv")

    assert list(tmp_path.iterdir()) == []


def test_a_rescue_file_is_new_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    rescued = write_rescue("camcensus-1", ".csv", ["x"])

    assert rescued.parent == tmp_path
    assert (rescued.name.startswith("camcensus-1-"), rescued.suffix) == (True, ".csv")
    assert rescued.read_text() == "x"
    assert stat.S_IMODE(rescued.stat().st_mode) == 0o600
