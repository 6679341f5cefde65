"""From verdicts to what people and programs read. Only exporters escape text.

The tuple below is every format that a result can be written in.
"""

from scanner.export.contract import Exporter
from scanner.export.csv import CSV
from scanner.export.jsonl import JSONL
from scanner.export.report import Report

BUILTIN_EXPORTERS: tuple[Exporter, ...] = (CSV, JSONL)

__all__ = ["BUILTIN_EXPORTERS", "CSV", "JSONL", "Exporter", "Report"]
