"""Fuzzing: hostile bytes for every reader of bytes, and what must hold whatever they are."""
