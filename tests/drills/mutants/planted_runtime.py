"""Bugs planted in the actor layer: mailboxes, shells, contexts, the bus, supervision, the shutdown."""

from __future__ import annotations

from tests.drills.mutants.mutant import Mutant

RUNTIME = (
    Mutant(
        "a mailbox that never closes",
        "what is put into the mailbox of an actor that has stopped is lost without a trace",
        "actors/runtime/mailbox.py",
        old=(
            "            self._closed = True\n"
            "            if self._room is not None:\n"
            "                self._room.notify_all()\n"
            "            return True\n"
        ),
        new="            return True\n",
        plan="manager crashes, shell",
        breaks="I6",
        schedules=1000,
    ),
    Mutant(
        "mail is handed out before the verdict",
        "an actor that has failed goes on with its mail before its supervisor has replaced the behaviour",
        "actors/runtime/mailbox.py",
        old="            if not self._held:\n                if self._urgent:",
        new="            if True:\n                if self._urgent:",
        plan="journal crashes twice, tools",
        breaks="I5",
        schedules=400,
    ),
    Mutant(
        "the last come is the first served",
        "messages of one sender overtake each other in the mailbox",
        "actors/runtime/mailbox.py",
        old="                        self._room.notify()\n                    return self._normal.popleft()",
        new="                        self._room.notify()\n                    return self._normal.pop()",
        plan="tools",
        breaks="I1",
        schedules=10,
    ),
    Mutant(
        "the mailbox stays held",
        "the new behaviour is in place and its mailbox is not released",
        "actors/runtime/hosts/actor_host.py",
        old="        if not cell.mailbox.release(self.number):\n            return False\n",
        new="        if cell.generation == 1:\n            cell.mailbox.release(self.number)\n",
        plan="tool runner crashes, tools",
        breaks="I6",
        schedules=25,
    ),
    Mutant(
        "the poison message is retried",
        "the new behaviour is given the message that its predecessor failed on",
        "actors/runtime/hosts/actor_host.py",
        old="                behaviour.failed_on(cell.lost.pop(0))",
        new="                behaviour.handle(cell.lost.pop(0))",
        plan="turn loop crashes after, tools",
        breaks="I5",
        schedules=100,
    ),
    Mutant(
        "nobody is told what was lost",
        "the message that an actor failed on is forgotten: the new behaviour cannot answer for it",
        "actors/runtime/hosts/actor_host.py",
        old="            cell.lost.append(handling.message)\n",
        new="",
        plan="tool runner crashes, tools",
        breaks="I6",
    ),
    Mutant(
        "a hung message is forgotten",
        "the message whose handler hung is not told to the behaviour that takes over",
        "actors/runtime/actor_system.py",
        old="            cell.lost.append(lost.message)\n",
        new="",
        plan="tool runner hangs, tools",
        breaks="I6",
    ),
    Mutant(
        "a fenced context still sends",
        "a handler that was given up wakes up, and what it sends arrives",
        "actors/runtime/context.py",
        old="        cell = self._cell\n        if self._void:\n",
        new="        cell = self._cell\n        if False:\n",
        plan="streamer hangs for a while",
        breaks="I8",
        schedules=25,
    ),
    Mutant(
        "the bus skips who is being replaced",
        "an event is not put into the mailbox of an actor that failed, nor into those behind it",
        "actors/runtime/event_bus.py",
        old="        for address in receivers:\n            address.post(envelope, may_wait=may_wait)\n",
        new=(
            "        for address in receivers:\n"
            "            if address.mailbox._held:\n"
            "                break\n"
            "            address.post(envelope, may_wait=may_wait)\n"
        ),
        plan="screen crashes, queue",
        breaks="I1",
        schedules=10,
    ),
    Mutant(
        "the wrong child is restarted",
        "the supervisor restarts the first of its children instead of the one that failed",
        "actors/runtime/supervisor.py",
        old="        restart: tuple[str, ...] = (failed,)\n",
        new="        restart: tuple[str, ...] = names[:1]\n",
        plan="journal crashes, tools",
        breaks="I9",
        schedules=25,
    ),
    Mutant(
        "failures are not counted",
        "the supervisor forgets earlier failures and restarts for ever",
        "actors/runtime/supervisor.py",
        old="        self._history = verdict.history\n",
        new="",
        plan="journal cannot start",
        breaks="I6",
        schedules=10,
    ),
    Mutant(
        "a delayed restart never comes",
        "the second failure within the period is held back, and the order to restart gets lost",
        "actors/runtime/supervisor.py",
        old="            case RestartNow(children=children):\n                self._restart(children)\n",
        new="            case RestartNow():\n                pass\n",
        plan="journal crashes twice, tools",
        breaks="I6",
        schedules=25,
    ),
    Mutant(
        "a phase ends on a guess",
        "the shutdown gives a phase no time and goes on without its acknowledgement",
        "actors/runtime/shutdown.py",
        old="self._context.after(min(phase.limit, self._limit), PhaseExpired(self._phase))",
        new="self._context.after(0.0, PhaseExpired(self._phase))",
        plan="tools",
        breaks="I9",
        schedules=25,
    ),
    Mutant(
        "any acknowledgement will do",
        "a phase is ended by the acknowledgement of another one",
        "actors/runtime/shutdown.py",
        old="        if isinstance(message, self._phases[self._phase].until):\n            self._next(self._order)\n",
        new="        self._next(self._order)\n",
        plan="quit while the turn loop fails",
        breaks="I9",
        schedules=100,
    ),
    Mutant(
        "a second order skips a phase",
        "Ctrl-C while the program is ending is taken for the first one",
        "actors/runtime/shutdown.py",
        old="            case BeginShutdown() if self._order is None:\n",
        new="            case BeginShutdown():\n",
        plan="quit while asking",
        breaks="I9",
        schedules=25,
    ),
    Mutant(
        "the timer of an old phase ends the present one",
        "a phase's deadline is taken for that of the phase that follows",
        "actors/runtime/shutdown.py",
        old=(
            "                if phase == self._phase and self._order is not None:\n"
            "                    self._late.append(self._phases[phase].name)"
        ),
        new=(
            "                if self._order is not None:\n"
            "                    self._late.append(self._phases[phase].name)"
        ),
        plan="quit twice",
        breaks="I9",
        schedules=25,
    ),
    Mutant(
        "survivors are not named",
        "the sweep's findings do not get into the report",
        "actors/runtime/shutdown.py",
        old="            survivors=self._ending.sweep(),\n",
        new="            survivors=(),\n",
        plan="unkillable",
        breaks="I2",
        schedules=25,
    ),
    Mutant(
        "the screen is drained first",
        "the terminal is restored while the turn still runs",
        "actors/system.py",
        old='    Phase("work stopped", lambda _: StopWork(), WorkStopped, 3.0),\n',
        new=(
            '    Phase("screen drained", lambda order: DrainScreen(order.exit_code, order.reason), '
            "ScreenDrained, 3.0),\n"
            '    Phase("work stopped", lambda _: StopWork(), WorkStopped, 3.0),\n'
        ),
        plan="quit while streaming",
        breaks="I3",
        schedules=10,
    ),
    Mutant(
        "the journal closes before the jobs have ended",
        "the phases of the end are in the wrong order",
        "actors/system.py",
        old=(
            '    Phase("jobs ended", lambda _: EndAllJobs(), JobsEnded, 3.0),\n'
            '    Phase("journal flushed", lambda _: FlushJournal(), JournalFlushed, 2.0),\n'
        ),
        new="",
        plan="quit while tools run",
        breaks="I9",
        schedules=10,
    ),
)
