"""camcensus, with its progress in the inventory told on a pipe: python -m tests.acknowledging FD ARGUMENT...

The first line is ``BEGUN``, once the sweep stands in the inventory. Then there is one for each host, written
when ``SweepLog.keep`` has returned and not before: what is on the pipe is durable.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from scanner.cli import main
from scanner.inventory.contract import Kept
from scanner.inventory.inventory import Inventory
from scanner.inventory.sweep_log import SweepLog

BEGUN = "begun"


def run(pipe: int, arguments: Sequence[str]) -> None:
    """Run the command line with ``pipe`` as the file descriptor of what is told."""

    def tell(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())

    def begun(begin: Callable[..., Any]) -> Callable[..., Any]:
        def beginning(*given: Any, **named: Any) -> Any:
            log = begin(*given, **named)
            tell(BEGUN)
            return log

        return beginning

    keep = SweepLog.keep

    def keeping(log: SweepLog, hosts: Sequence[Kept]) -> tuple[Kept, ...]:
        stored = keep(log, hosts)
        for one in stored:
            tell(str(one.host.address))
        return stored

    SweepLog.keep = keeping  # type: ignore[method-assign, assignment]
    Inventory.begin_sweep = begun(Inventory.begin_sweep)  # type: ignore[method-assign]
    Inventory.resume_sweep = begun(Inventory.resume_sweep)  # type: ignore[method-assign]
    main(list(arguments))


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2:])
