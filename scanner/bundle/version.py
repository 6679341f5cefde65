"""What a bundle was made with: versions, and digests of the data that verdicts rest on."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

# Beside the data lies one module of Python with its compiled forms.
_DATA_SUFFIXES = frozenset({".toml", ".txt", ".gz"})


def digests(root: Path) -> dict[str, str]:
    """Return the SHA-256 of each directory of signature data by its name, and that of everything as ``all``.

    A directory's digest is that of lines ``<sha256>  <path>``, sorted by path, as sha256sum prints them.
    Raises OSError.
    """
    sections: dict[str, list[str]] = {}
    for path, digest in _files(root):
        sections.setdefault(path.partition("/")[0], []).append(f"{digest}  {path}\n")
    found = {section: _digest(lines) for section, lines in sections.items()}
    return {**found, "all": _digest(line for lines in sections.values() for line in lines)}


def entry(program: str, signatures: str, registry: str, data: Mapping[str, str]) -> dict[str, object]:
    """Return what a bundle was made with; what each sweep was judged with stands beside the sweep."""
    return {
        "program": program,
        "signatures": signatures,
        "registry": registry,
        "data_sha256": dict(data),
    }


def _files(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(root.rglob("*")):
        if path.suffix in _DATA_SUFFIXES and path.is_file():
            yield path.relative_to(root).as_posix(), sha256(path.read_bytes()).hexdigest()


def _digest(lines: Iterable[str]) -> str:
    return sha256("".join(lines).encode()).hexdigest()
