"""Bugs planted in the journal and in the LLM streamer."""

from __future__ import annotations

from tests.drills.mutants.mutant import Mutant

WORDS = (
    Mutant(
        "a call may be answered twice",
        "the journal's gate is open: a late answer is written behind the first",
        "actors/journal/journal.py",
        old="            case CallFinished(call=call):\n                return call in self._answered\n",
        new="            case CallFinished():\n                return False\n",
        plan="journal crashes, tools",
        breaks="I4",
        schedules=200,
    ),
    Mutant(
        "a call may be started after its answer",
        "the journal's gate is open: a call that was answered in recovery still acts",
        "actors/journal/journal.py",
        old="                return call in self._started or call in self._answered\n",
        new="                return call in self._started\n",
        plan="turn loop crashes after, tools",
        breaks="I5",
        schedules=1000,
    ),
    Mutant(
        "commands leave before their records are written",
        "what could not be written is done all the same",
        "actors/journal/journal.py",
        old="            self._failed(error)\n            return\n        for message in",
        new="            self._failed(error)\n        for message in",
        plan="disk full, tools",
        breaks="I4",
        schedules=400,
    ),
    Mutant(
        "records are not published",
        "a commit that has commands sends those and forgets its records",
        "actors/journal/journal.py",
        old="        for message in (*written, *commit.then):\n",
        new="        for message in commit.then or written:\n",
        plan="tools",
        breaks="I5",
        schedules=10,
    ),
    Mutant(
        "what follows a lost commit is written",
        "a commit is lost with the journal, and those that build on it are written behind the gap",
        "actors/journal/journal.py",
        old="            case Commit() if self._gap and _builds_on_others(message):\n",
        new="            case Commit() if False:\n",
        plan="journal crashes, queue",
        breaks="I5",
        schedules=200,
    ),
    Mutant(
        "a torn line swallows the next record",
        "the journal goes on in the middle of a line that was written in part",
        "actors/journal/journal.py",
        old='        self._file.append(b"\\n" + line if torn else line)\n',
        new="        self._file.append(line)\n",
        plan="torn write, queue",
        breaks="I5",
        schedules=25,
    ),
    Mutant(
        "a torn end is not seen at the start",
        "a journal that was cut in the middle of a line is continued in that line",
        "actors/journal/journal.py",
        old='            self._torn = not piece.endswith(b"\\n")\n',
        new="",
        plan="kill anywhere, queue, torn",
        breaks="I5",
        schedules=400,
    ),
    Mutant(
        "an effect does not wait for the disk",
        "a call acts before its start is on the disk for certain",
        "actors/calls/stages.py",
        old='    sync = tool.effects in ("files", "commands")\n',
        new="    sync = False\n",
        plan="kill anywhere, tools, cut",
        breaks="I4",
        schedules=400,
    ),
    Mutant(
        "an end does not wait for the disk",
        "a turn's end is told before it is on the disk for certain",
        "actors/turn/state.py",
        old="committed(idle, (*before, end), sync=True)",
        new="committed(idle, (*before, end))",
        plan="kill anywhere, queue, cut",
        breaks="I7",
        schedules=400,
    ),
    Mutant(
        "the journal reports what it read at its start",
        "what was written since is not in its account of the session",
        "actors/journal/journal.py",
        old="        self._conversation = apply(self._conversation, record)\n",
        new="",
        plan="turn loop crashes, tools",
        breaks="I5",
        schedules=25,
    ),
    Mutant(
        "text after a cancel",
        "the cancel is acknowledged while the stream goes on",
        "actors/llm_streamer.py",
        old=(
            "        self._model.cancel(flight.port_id)\n"
            '        self._give_up(flight, Failed("cancelled", "cancelled"))\n'
        ),
        new='        self._give_up(flight, Failed("cancelled", "cancelled"))\n        self._now = flight\n',
        plan="cancel while streaming",
        breaks="I8",
        schedules=25,
    ),
    Mutant(
        "a cancel that overtakes its request is lost",
        "the request is made although its turn was cancelled",
        "actors/llm_streamer.py",
        old="        if message.turn == self._cancelled:\n",
        new="        if False:\n",
        plan="cancel at once",
        breaks="I7",
    ),
    Mutant(
        "a cut stream is taken as an answer",
        "the half that had arrived when the connection broke is the model's answer",
        "actors/llm_streamer.py",
        old="            case Failed():\n                self._failed(flight, signal)\n",
        new=(
            '            case Failed(kind="cut") if "".join(flight.partial):\n'
            "                from actors.transcript import AssistantMessage, Usage\n"
            "                self._now = None\n"
            '                said = AssistantMessage.of("".join(flight.partial))\n'
            "                self._context.send(ReceiveReply(flight.turn, flight.request, said, Usage()))\n"
            "            case Failed():\n"
            "                self._failed(flight, signal)\n"
        ),
        plan="retry",
        breaks="I8",
        schedules=10,
    ),
    Mutant(
        "retries without bound",
        "a server that is out of order is asked for ever",
        "actors/llm_streamer.py",
        old="        elif failure.retryable and flight.tries < flight.limit and",
        new="        elif failure.retryable and",
        plan="server out of order",
        breaks="I6",
        schedules=10,
    ),
    Mutant(
        "retried text is doubled",
        "nobody is told that what was shown of the cut answer is void",
        "actors/llm_streamer.py",
        old=("        self._context.send(ReplyDiscarded(flight.turn, flight.request, reason, following, pause))\n"),
        new="",
        plan="retry",
        breaks="I8",
        schedules=10,
    ),
    Mutant(
        "the pause before a retry never ends",
        "the attempt that follows a cut is not recognised when its time comes",
        "actors/llm_streamer.py",
        old="flight.request == request and flight.attempt + 1 == attempt:",
        new="flight.request == request and flight.attempt == attempt:",
        plan="retry",
        breaks="I6",
        schedules=10,
    ),
)
