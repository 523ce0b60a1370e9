"""All mutants."""

from __future__ import annotations

from tests.drills.mutants.planted_calls import CALLS
from tests.drills.mutants.planted_context import CONTEXT
from tests.drills.mutants.planted_runtime import RUNTIME
from tests.drills.mutants.planted_turns import TURNS
from tests.drills.mutants.planted_words import WORDS

MUTANTS = (*RUNTIME, *TURNS, *WORDS, *CALLS, *CONTEXT)
