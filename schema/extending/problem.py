"""What a plugin finds wrong with its surroundings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that keeps a plugin from its work: a sentence that says what is wrong and what to do. Never a secret."""

    text: str
