"""The orchestrator: a scope, a segment to listen to or files in; verdicts and their coverage out."""

from scanner.sweep.listening import Listening
from scanner.sweep.plan import Plan, Progress
from scanner.sweep.reading import Reading
from scanner.sweep.run import Sweep

__all__ = ["Listening", "Plan", "Progress", "Reading", "Sweep"]
