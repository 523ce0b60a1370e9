"""What people suffer from with terminal agents, by the numbers that a fault plan may name.

`callboard drill --list` shows which of them a plan guards against; the others are open, and listed as open. Data.
"""

from __future__ import annotations

PAINS: dict[int, str] = {
    1: "flicker and lost scrollback",
    2: "ghost lines after a resize",
    3: "typing lags and CPU grows with the session",
    4: "the terminal is broken after the exit",
    5: "the prompt garbled under heavy printing",
    6: "keys meant for the prompt answer an approval",
    7: "a draft or queued text is lost",
    8: "an interrupt is ignored, or kills too much",
    9: "orphaned and runaway children",
    10: "stuck on sudo, git, pagers, editors",
    11: "a server that a tool started blocks the turn",
    12: "unbounded output eats the memory",
    13: "memory grows with the session",
    14: "an MCP server that never answers blocks the first request",
    15: "MCP servers left behind",
    16: "a stalled stream waits for ever",
    17: "a cut stream is taken as success, or its text is repeated",
    18: "retry storms",
    19: "a session bricked by an unpaired tool call",
    20: "logs rewritten for each message, or of gigabytes",
    21: "configuration corrupted by parallel processes",
    22: "files of the user emptied or half written",
    23: "compaction spirals and identical calls in a loop",
    24: "subagents stuck, and one of them aborts all",
    25: "a script hangs on an open stdin; destructive commands without a question",
}
