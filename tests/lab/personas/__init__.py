"""Every kind of device that the lab knows, by name."""

from tests.lab.errors import LabError
from tests.lab.persona import Persona
from tests.lab.personas.awkward import AWKWARD
from tests.lab.personas.dahua import DAHUA
from tests.lab.personas.hikvision import HIKVISION
from tests.lab.personas.lookalike import LOOKALIKE
from tests.lab.personas.other import OTHER

PERSONAS = {
    persona.name: persona for family in (HIKVISION, DAHUA, OTHER, LOOKALIKE, AWKWARD) for persona in family
}
# The awkward ones come by name only, but for two that every LAN has.
DEFAULT_PERSONAS = (
    *(persona.name for family in (HIKVISION, DAHUA, OTHER, LOOKALIKE) for persona in family),
    *("silent", "tarpit"),
)
EXTRA_PERSONA = "nginx"


def persona_named(name: str) -> Persona:
    """Return a persona; raises ``LabError`` with the names that there are."""
    persona = PERSONAS.get(name)
    if persona is None:
        raise LabError(f"there is no persona {name}; there are {', '.join(sorted(PERSONAS))}")
    return persona
