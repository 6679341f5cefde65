"""Frames of capture files: pcap and pcapng, as they are or in gzip or zstd, read from a stream."""

from scanner.intake.capture.contract import Batch
from scanner.intake.capture.file import frames

__all__ = ["Batch", "frames"]
