"""A long list for people: one aligned line per row, written as the rows come.

Nothing is cut and nothing is folded: a line that is longer than the screen is the terminal's to wrap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from rich.cells import cell_len

GAP = "  "

# What stands in a column, as it is, and with the codes that colour it.
Paint = Mapping[tuple[int, str], str]


def lines(
    head: Sequence[str], rows: Iterable[Sequence[str]], ahead: int, paint: Paint | None = None
) -> Iterator[str]:
    """Yield the head, a line under it, and a line per row, each ended by a line feed.

    Columns are as wide as the first ``ahead`` rows need, and widen from where a longer cell comes.
    """
    rest = iter(rows)
    first = list(islice(rest, ahead))
    widths = [max(map(cell_len, column)) for column in zip(head, *first, strict=True)]
    yield _line(head, widths, {})
    yield _line(["─" * width for width in widths], widths, {})
    for row in chain(first, rest):
        widths = list(map(max, widths, map(cell_len, row)))
        yield _line(row, widths, paint or {})


def _line(row: Sequence[str], widths: Sequence[int], paint: Paint) -> str:
    cells = [
        f"{paint.get((place, text), text)}{' ' * (width - cell_len(text))}"
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"{GAP.join(cells).rstrip()}\n"
