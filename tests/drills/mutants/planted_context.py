"""Bugs planted in compaction: in what it decides, and in the turn loop's rules for it."""

from __future__ import annotations

from tests.drills.mutants.mutant import Mutant

CONTEXT = (
    Mutant(
        "a compaction cuts a step in two",
        "the messages that a summary replaces end between a call and its result",
        "actors/context/compaction.py",
        old=(
            "                break\n"
            "            if not isinstance(self.messages[place], ToolMessage):\n"
            "                start = place\n"
            "        return start\n"
        ),
        new="                break\n            start = place\n        return start\n",
        plan="compaction",
        breaks="I4",
        schedules=10,
    ),
    Mutant(
        "a summary loses the task",
        "the person's own words are replaced like everything else",
        "actors/context/summary.py",
        old="    if spoken.task:\n",
        new="    if not spoken.task:\n",
        plan="compaction",
        breaks="I7",
        schedules=10,
    ),
    Mutant(
        "a compaction is not written",
        "the turn goes on with a shorter talk that the journal knows nothing of",
        "actors/turn/state.py",
        old="            before, conversation = (*before, decision), apply(conversation, decision)\n",
        new="            conversation = apply(conversation, decision)\n",
        plan="compaction",
        breaks="I5",
        schedules=10,
    ),
    Mutant(
        "a summary is asked for before that is written",
        "the request leaves beside its record, not behind it",
        "actors/turn/state.py",
        old="    return asking, (Commit((*before, started), (command,), silent=silent),)\n",
        new="    return asking, (command, Commit((*before, started), (), silent=silent))\n",
        plan="compaction",
        breaks="I5",
        schedules=10,
    ),
    Mutant(
        "a summary is believed to be short",
        "whatever the model says takes the place of the talk, however long it is",
        "actors/context/compaction.py",
        old="        return made.after <= self.before * ENOUGH and",
        new="        return True or",
        plan="lying summary",
        breaks="I5",
        schedules=10,
    ),
    Mutant(
        "a summary that cannot be used ends in nothing",
        "the turn waits for another one that nobody asks for",
        "actors/turn/compacting.py",
        old="        return _mechanical(state, pending, paid, now)\n",
        new="        return state, ()\n",
        plan="lying summary",
        breaks="I6",
        schedules=10,
    ),
    Mutant(
        "a streamer that fails at a summary is not noticed",
        "the turn waits for a summary that is not made any more",
        "actors/turn/recovery.py",
        old="        return summary_lost(state, state.summary, now)\n",
        new="        return state, ()\n",
        plan="streamer crashes, compaction",
        breaks="I6",
        schedules=200,
    ),
)
