"""Bugs planted in the tool runner and in the PTY manager."""

from __future__ import annotations

from tests.drills.mutants.mutant import Mutant

CALLS = (
    Mutant(
        "a cancel outlives its turn",
        "once a turn was cancelled the calls of every later turn are answered as cancelled",
        "actors/calls/tool_runner.py",
        old="        if turn == self._cancelled:\n",
        new="        if self._cancelled is not None:\n",
        plan="cancel while tools run",
        breaks="I4",
        schedules=10,
    ),
    Mutant(
        "calls that come after their cancel run",
        "a cancel that overtakes the calls it is meant for has no effect",
        "actors/calls/tool_runner.py",
        old="        if turn == self._cancelled:\n",
        new="        if False:\n",
        plan="cancel before tools run",
        breaks="I7",
    ),
    Mutant(
        "a cancelled job is not waited for",
        "its call is answered while the program still runs, without its report",
        "actors/calls/tool_runner.py",
        old='        if opened.stage == "job":\n            self._open.keep',
        new='        if opened.stage == "nothing":\n            self._open.keep',
        plan="cancel while tools run",
        breaks="I8",
    ),
    Mutant(
        "a lost call is not answered",
        "a tool runner that was replaced forgets the calls that its predecessor had",
        "actors/system.py",
        old="tool_runner.ToolRunner(context, ports.workers, plan.runner, permissions),\n",
        new=(
            "tool_runner.ToolRunner(context, ports.workers, plan.runner, SessionPermissions(plan.runner.policy, "
            "plan.runner.rules)),\n"
        ),
        plan="tool runner crashes, tools",
        breaks="I6",
        schedules=25,
    ),
    Mutant(
        "the time limit of an earlier stage strikes",
        "a call goes on to its next stage and its timer is not called off",
        "actors/calls/open_calls.py",
        old="        if opened.timer is not None:\n            opened.timer.cancel()\n        timer = None",
        new="        timer = None",
        plan="time limit",
        breaks="I4",
        schedules=10,
    ),
    Mutant(
        "results stand in the order they came",
        "a request is made with the answers of parallel calls out of order",
        "actors/transcript.py",
        old="        ordered = tuple(answers[call.id] for call in asked.calls if call.id in answers)\n",
        new="        ordered = tuple(answers.values())\n",
        plan="tools",
        breaks="I4",
        schedules=25,
    ),
    Mutant(
        "a denied call acts",
        "the person says no and the call runs all the same",
        "actors/calls/tool_runner.py",
        old='        if answer.answer == "no":\n',
        new='        if answer.answer == "never":\n',
        plan="denied",
        breaks="I4",
        schedules=10,
    ),
    Mutant(
        "a call acts without leave",
        "what the policy would ask for is allowed before anybody was asked",
        "actors/calls/tool_runner.py",
        old='        if decision.verdict == "allow":\n',
        new='        if decision.verdict in ("allow", "ask"):\n',
        plan="approval",
        breaks="I4",
        schedules=10,
    ),
    Mutant(
        "the end of a job overtakes its start and is lost",
        "a job that was ended before it began runs all the same",
        "actors/pty_manager.py",
        old="        if job in self._ended or self._closed:\n",
        new="        if self._closed:\n",
        plan="cancel while tools run",
        breaks="I7",
        schedules=200,
    ),
    Mutant(
        "a job that never began has no report",
        "whoever waits for a job that was ended before it began waits in vain",
        "actors/pty_manager.py",
        old=(
            '            self._context.send(JobFinished(message.turn, job, without_output("cancelled", '
            '"Ended before it began.")))\n'
            "            return\n"
        ),
        new="            return\n",
        plan="cancel while tools run",
        breaks="I7",
        schedules=200,
    ),
    Mutant(
        "jobs are called ended while they run",
        "the order to end all jobs is acknowledged at once",
        "actors/pty_manager.py",
        old="        if self._ending and not self._jobs:\n",
        new="        if self._ending:\n",
        plan="quit with a stubborn job",
        breaks="I6",
        schedules=25,
    ),
    Mutant(
        "an end that nobody heard is not looked for",
        "a job that ended while the manager was replaced is waited for",
        "actors/pty_manager.py",
        old="        if self._jobs:\n            context.send(CheckJobs(tuple(self._jobs)))\n",
        new="",
        plan="manager crashes, shell",
        breaks="I9",
        schedules=100,
    ),
)
