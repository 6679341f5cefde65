"""Run the lab's command line."""

from tests.lab.cli import main

main()
