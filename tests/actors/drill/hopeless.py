"""Scenarios that break their own bounds, so that there is something to find."""

from __future__ import annotations

from dataclasses import replace

from actors.drill.plan.scenarios import ANSWER, JOB

HOPELESS = replace(ANSWER, name="hopeless", exit_bound=-1.0)
"""Breaks I9 in every run."""

SILENT = replace(JOB, name="silent", prompt_bound=5.0)
"""Breaks I7 where its command never ends by itself."""
