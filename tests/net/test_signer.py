"""Signatures by the programs that auditors have: minisign and OpenSSH."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.errors import UsageProblem
from scanner.net import signer


class Keys(NamedTuple):
    secret: Path
    public: Path


def _openssh(directory: Path) -> Keys:
    secret = directory / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(secret)], check=True)
    return Keys(secret, secret.with_suffix(".pub"))


def _minisign(directory: Path) -> Keys:
    keys = Keys(directory / "minisign.key", directory / "minisign.pub")
    command = ["minisign", "-G", "-W", "-p", str(keys.public), "-s", str(keys.secret)]
    subprocess.run(command, check=True, capture_output=True)
    return keys


@pytest.fixture(params=[_openssh, _minisign], ids=["openssh", "minisign"])
def make_keys(request: pytest.FixtureRequest) -> Callable[[Path], Keys]:
    made: Callable[[Path], Keys] = request.param
    return made


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "audit.tar"
    path.write_bytes(b"a bundle")
    return path


def test_a_signature_is_right_for_its_file_and_key_only(
    make_keys: Callable[[Path], Keys], tmp_path: Path, bundle: Path
) -> None:
    keys, place = make_keys(tmp_path), tmp_path / "signature"
    (tmp_path / "other").mkdir()
    stranger = make_keys(tmp_path / "other")
    place.write_bytes(signer.sign(bundle, keys.secret))

    signer.check(bundle, place, keys.public)
    with pytest.raises(signer.WrongSignature):
        signer.check(bundle, place, stranger.public)
    bundle.write_bytes(b"a bundlf")
    with pytest.raises(signer.WrongSignature, match="is not a signature of that key"):
        signer.check(bundle, place, keys.public)


def test_rubbish_is_no_signature(make_keys: Callable[[Path], Keys], tmp_path: Path, bundle: Path) -> None:
    keys = make_keys(tmp_path)
    (tmp_path / "signature").write_bytes(b"\0" * 100)

    with pytest.raises(signer.WrongSignature):
        signer.check(bundle, tmp_path / "signature", keys.public)


def test_an_openssh_signature_for_another_purpose_is_worth_nothing(tmp_path: Path, bundle: Path) -> None:
    keys = _openssh(tmp_path)
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(keys.secret), "-n", "git", str(bundle)]
    subprocess.run(command, check=True, capture_output=True)

    with pytest.raises(signer.WrongSignature):
        signer.check(bundle, bundle.with_name("audit.tar.sig"), keys.public)


def test_a_key_tells_whose_it_is(make_keys: Callable[[Path], Keys], tmp_path: Path) -> None:
    keys = make_keys(tmp_path)

    assert signer.tool_of(keys.secret) is signer.tool_of(keys.public)
    assert signer.tool_of(keys.secret) in signer.TOOLS


def test_what_is_no_key_is_refused(tmp_path: Path, bundle: Path) -> None:
    with pytest.raises(UsageProblem, match="neither minisign nor OpenSSH"):
        signer.sign(bundle, bundle)
    with pytest.raises(UsageProblem, match="cannot be read"):
        signer.sign(bundle, tmp_path / "missing")


def test_a_missing_program_is_named(
    make_keys: Callable[[Path], Keys], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = make_keys(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageProblem, match="which is not installed"):
        signer.tool_of(keys.secret)
