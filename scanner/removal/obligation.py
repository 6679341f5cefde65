"""What was decided about one device under one policy: steps that are added and never taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from scanner.errors import UsageProblem

# A reason is a sentence or two; what is longer belongs in a document that the reason names.
MAX_TEXT_CHARACTERS = 1000


class State(Enum):
    """Where the matter stands."""

    NONE = "none"
    CONSIDERED = "considered"
    PLANNED = "planned"
    REPLACED = "replaced"
    REMOVED = "removed"
    EXEMPT = "exempt"


# From each state to those that may follow. What is open is considered first, and a plan, an exemption
# and a consideration may be made anew; what was removed and is back is considered again.
NEXT: Mapping[State, tuple[State, ...]] = {
    State.NONE: (State.CONSIDERED, State.EXEMPT),
    State.CONSIDERED: (State.CONSIDERED, State.PLANNED, State.REMOVED, State.EXEMPT),
    State.PLANNED: (State.PLANNED, State.REPLACED, State.REMOVED, State.CONSIDERED, State.EXEMPT),
    State.REPLACED: (State.REMOVED, State.CONSIDERED),
    State.REMOVED: (State.CONSIDERED,),
    State.EXEMPT: (State.EXEMPT, State.CONSIDERED),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who took it, why, and when it was entered (``at``, UTC).

    ``day`` is, by the state, the last day of a plan or of an exemption, else the day on which it
    happened. ``owner`` answers for an exemption and ``basis`` is its legal basis. ``replacement`` does
    what the device did; a ``waiver`` says why nothing need do it.
    """

    state: State
    day: date
    by: str
    reason: str
    at: datetime
    owner: str = ""
    basis: str = ""
    replacement: str = ""
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One device under one policy, with every step, oldest first."""

    device: int
    policy: str
    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> Step | None:
        """The step that counts."""
        return self.steps[-1] if self.steps else None

    @property
    def state(self) -> State:
        """Where the matter stands."""
        return self.last.state if self.last else State.NONE

    def is_exempt(self, on: date) -> bool:
        """Whether an exemption holds on a day, its last one included."""
        return self.last is not None and self.last.state is State.EXEMPT and on <= self.last.day


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a step is held against: the day at the site, what depends on the device, when it was last met."""

    today: date
    dependency: str = ""
    last_seen: date | None = None


def check(known: Obligation, step: Step, now: Circumstances) -> None:
    """Raise UsageProblem for a step that must not be taken, with what it lacks."""
    for fault_of in _RULES:
        if fault := fault_of(known, step, now):
            raise UsageProblem(f"{fault} Nothing was changed.")


def _order(known: Obligation, step: Step, _: Circumstances) -> str | None:
    allowed = NEXT[known.state]
    if step.state in allowed:
        return None
    choice = " or ".join(state.value for state in allowed)
    return f"After {known.state.value!r} comes {choice}, not {step.state.value!r}."


def _signed(_: Obligation, step: Step, __: Circumstances) -> str | None:
    if not step.reason.strip():
        article = "An exemption" if step.state is State.EXEMPT else "A step"
        return f"{article} needs a reason: say why, with --reason."
    if not step.by.strip():
        return "A step needs the name of who decided it: --by."
    texts = (step.by, step.reason, step.owner, step.basis, step.replacement, step.waiver)
    if any(len(text) > MAX_TEXT_CHARACTERS for text in texts):
        return f"A text is longer than {MAX_TEXT_CHARACTERS} characters: name the document that says it."
    return None


def _dated(_: Obligation, step: Step, now: Circumstances) -> str | None:
    lies_ahead = step.state in (State.PLANNED, State.EXEMPT)
    if lies_ahead and step.day < now.today:
        what = "A plan" if step.state is State.PLANNED else "An exemption"
        return f"{what} cannot end on {step.day}, which is past: at the site it is {now.today}."
    if not lies_ahead and step.day > now.today:
        return (
            f"What is {step.state.value} cannot have happened on {step.day}: at the site it is {now.today}."
        )
    return None


def _exemption(_: Obligation, step: Step, __: Circumstances) -> str | None:
    is_exemption = step.state is State.EXEMPT
    if is_exemption and not (step.owner.strip() and step.basis.strip()):
        return "An exemption needs who answers for it and its legal basis: --owner and --basis."
    if not is_exemption and (step.owner or step.basis):
        return "Only an exemption has --owner and --basis."
    return None


def _replacement(_: Obligation, step: Step, __: Circumstances) -> str | None:
    if step.state is State.REPLACED and not step.replacement.strip():
        return "Say what replaced the device: --replacement."
    if step.waiver and step.state not in (State.PLANNED, State.REMOVED):
        return "Only a plan and a removal have --waiver."
    if step.replacement and step.state not in (State.PLANNED, State.REPLACED, State.REMOVED):
        return "Only a plan, a replacement and a removal have --replacement."
    return None


def _dependency(known: Obligation, step: Step, now: Circumstances) -> str | None:
    is_concerned = now.dependency and step.state in (State.PLANNED, State.REMOVED)
    if not is_concerned or any(one.replacement or one.waiver for one in (*known.steps, step)):
        return None
    return (
        f"Something depends on the device ({now.dependency}), so its removal needs what takes its place, "
        "--replacement, or why nothing need do so, --waiver."
    )


def _attested(_: Obligation, step: Step, now: Circumstances) -> str | None:
    if step.state is not State.REMOVED or now.last_seen is None or now.last_seen <= step.day:
        return None
    return f"The device was met on {now.last_seen}, so it was not removed on {step.day}."


_Rule = Callable[[Obligation, Step, Circumstances], str | None]
_RULES: tuple[_Rule, ...] = (_order, _signed, _dated, _exemption, _replacement, _dependency, _attested)
