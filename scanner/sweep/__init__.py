"""The orchestrator: Scope in, verdicts out, as a stream."""

from scanner.sweep.plan import Plan, Progress
from scanner.sweep.run import Sweep

__all__ = ["Plan", "Progress", "Sweep"]
