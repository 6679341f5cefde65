"""``python -m scanner`` is ``camcensus``."""

from scanner.cli import main

main(prog_name="camcensus")
