"""Every kind of device that the lab knows, by name."""

from tests.lab.errors import LabError
from tests.lab.persona import Persona
from tests.lab.personas.awkward import AWKWARD
from tests.lab.personas.dahua import DAHUA
from tests.lab.personas.dahua_kind import DAHUA_KINDS
from tests.lab.personas.dahua_rebrand import DAHUA_REBRANDS
from tests.lab.personas.hikvision import HIKVISION
from tests.lab.personas.hikvision_kind import HIKVISION_KINDS
from tests.lab.personas.hikvision_rebrand import HIKVISION_REBRANDS
from tests.lab.personas.lookalike import LOOKALIKE
from tests.lab.personas.maker import MAKERS
from tests.lab.personas.other import OTHER
from tests.lab.personas.pretender import PRETENDERS
from tests.lab.personas.software import SOFTWARE
from tests.lab.personas.trap import TRAPS

COMMON = (*HIKVISION, *DAHUA, *OTHER, *LOOKALIKE)
FURTHER = (*HIKVISION_KINDS, *HIKVISION_REBRANDS, *DAHUA_KINDS, *DAHUA_REBRANDS, *SOFTWARE, *TRAPS, *MAKERS)
PERSONAS = {persona.name: persona for persona in (*COMMON, *FURTHER, *AWKWARD, *PRETENDERS)}
# The awkward ones and the pretenders come by name only, but for two that every LAN has.
DEFAULT_PERSONAS = (*(persona.name for persona in COMMON), "silent", "tarpit")
ALL_PERSONAS = (*DEFAULT_PERSONAS, *(persona.name for persona in FURTHER))
EXTRA_PERSONA = "nginx"


def persona_named(name: str) -> Persona:
    """Return a persona; raises ``LabError`` with the names that there are."""
    persona = PERSONAS.get(name)
    if persona is None:
        raise LabError(f"there is no persona {name}; there are {', '.join(sorted(PERSONAS))}")
    return persona
