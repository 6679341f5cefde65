"""What the rooms talk about: frozen dataclasses and enums that import nothing else of ours."""
