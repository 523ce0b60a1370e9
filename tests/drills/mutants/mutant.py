"""A planted bug, as data: one place in one shipped module, what stands there instead, and who should notice.

Read by the runner before anything of the program is imported; it imports nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """`file` is the module's path in the checkout, `old` a text that stands in it exactly once, `new` what replaces it.

    `plan` names the drill that finds it (`tests.drills.mutants.plans`), within so many `schedules`; `breaks` is the
    promise that the drill then reports as broken.
    """

    name: str
    about: str
    file: str
    old: str
    new: str
    plan: str
    breaks: str
    schedules: int = 50

    @property
    def module(self) -> str:
        """What the module is imported as."""
        return self.file.removesuffix(".py").replace("/", ".")
