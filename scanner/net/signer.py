"""Detached signatures over a file, by the program that the operator's key belongs to.

minisign's keys begin with ``untrusted comment:`` (minisign(1)), those of OpenSSH with ``-----BEGIN`` or, in
public, with the name of their kind (sshd(8)). Both programs ask for a passphrase themselves, on the terminal.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scanner.errors import CamcensusError, UsageProblem

# What an OpenSSH signature is for (ssh-keygen(1), -n), so that one over something else is worth nothing here.
NAMESPACE = "camcensus-bundle"
# The largest bundle is read in less.
CHECK_TIMEOUT_S = 600.0

_SIGNER = "camcensus"
_SSH_STARTS = ("-----BEGIN ", "ssh-", "ecdsa-", "sk-")
_MINISIGN_START = "untrusted comment:"
# The largest RSA key in use has 16 KiB in its file.
_MAX_KEY_BYTES = 64 * 1024
_MAX_WORDS = 300


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that signs, and what its signatures' files end with."""

    program: str
    suffix: str


MINISIGN = Tool("minisign", ".minisig")
SSH_KEYGEN = Tool("ssh-keygen", ".sig")
TOOLS = (MINISIGN, SSH_KEYGEN)


class NotSigned(CamcensusError):
    """The program made no signature."""


class WrongSignature(CamcensusError):
    """The signature is not one of that key over that file."""

    exit_code = 3


def tool_of(key: Path) -> Tool:
    """Return the program that a key belongs to. Raises UsageProblem for no key, or a missing program."""
    start = _key_text(key)
    tool = MINISIGN if start.startswith(_MINISIGN_START) else SSH_KEYGEN
    if tool is SSH_KEYGEN and not start.startswith(_SSH_STARTS):
        raise UsageProblem(
            f"{key} is a key of neither minisign nor OpenSSH, so nothing was done. Name the file of one."
        )
    if shutil.which(tool.program) is None:
        raise UsageProblem(
            f"{key} is a key of {tool.program}, which is not installed, so nothing was done. Install it, or "
            "use a key of another program."
        )
    return tool


def sign(path: Path, key: Path) -> bytes:
    """Return a signature over a file, as its program writes it. Raises UsageProblem or NotSigned."""
    if tool_of(key) is MINISIGN:
        return _minisigned(path, key)
    with path.open("rb") as file:
        done = _run(["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], file)
    if done.returncode or not done.stdout:
        raise _not_signed(done.stderr)
    return done.stdout


def check(path: Path, signature: Path, key: Path) -> None:
    """Return when a signature is one of a public key over a file. Raises UsageProblem or WrongSignature."""
    if tool_of(key) is MINISIGN:
        command = ["minisign", "-V", "-q", "-p", str(key), "-m", str(path), "-x", str(signature)]
        _expect(_run(command, None, CHECK_TIMEOUT_S), signature)
        return
    with tempfile.NamedTemporaryFile("w", prefix="camcensus-signer-") as allowed, path.open("rb") as file:
        kind, encoded = [*_key_text(key).split(), "", ""][:2]
        allowed.write(f'{_SIGNER} namespaces="{NAMESPACE}" {kind} {encoded}\n')
        allowed.flush()
        command = ["ssh-keygen", "-Y", "verify", "-f", allowed.name, "-I", _SIGNER, "-n", NAMESPACE]
        _expect(_run([*command, "-s", str(signature)], file, CHECK_TIMEOUT_S), signature)


def _minisigned(path: Path, key: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="camcensus-signer-") as directory:
        signature = Path(directory) / "signature"
        # It asks for the password on standard error, which is left to it.
        command = ["minisign", "-S", "-s", str(key), "-m", str(path), "-x", str(signature)]
        done = _run(command, None, is_heard=False)
        if done.returncode or not signature.exists():
            raise _not_signed(b"what minisign said stands above.")
        return signature.read_bytes()


def _run(
    command: Sequence[str], said: IO[bytes] | None, timeout_s: float | None = None, *, is_heard: bool = True
) -> subprocess.CompletedProcess[bytes]:
    try:
        stderr = subprocess.PIPE if is_heard else None
        return subprocess.run(command, stdin=said, stdout=subprocess.PIPE, stderr=stderr, timeout=timeout_s)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotSigned(f"{command[0]} could not do its work ({error}).") from error


def _expect(done: subprocess.CompletedProcess[bytes], signature: Path) -> None:
    if done.returncode:
        raise WrongSignature(
            f"{signature} is not a signature of that key over this bundle: {_words(done.stderr)}"
        )


def _not_signed(complaint: bytes) -> NotSigned:
    return NotSigned(f"No signature was made: {_words(complaint)}")


def _words(complaint: bytes) -> str:
    told = " ".join(complaint.decode(errors="backslashreplace").split())
    return told[:_MAX_WORDS] or "its program gave no reason."


def _key_text(key: Path) -> str:
    try:
        with key.open("rb") as file:
            return file.read(_MAX_KEY_BYTES).decode(errors="replace").lstrip()
    except OSError as error:
        raise UsageProblem(
            f"The key {key} cannot be read ({error.strerror}), so nothing was done. Name a readable file."
        ) from error
