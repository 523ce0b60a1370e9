"""Bugs planted in the turn loop and in the values that it works with."""

from __future__ import annotations

from tests.drills.mutants.mutant import Mutant

TURNS = (
    Mutant(
        "a prompt overlaps a turn",
        "a prompt that comes while a turn runs begins a turn of its own at once",
        "actors/turn/state.py",
        old='    if state.phase == "idle":\n        return begun(state, now, accepted)\n',
        new='    if state.phase != "recovering":\n        return begun(state, now, accepted)\n',
        plan="queue",
        breaks="I5",
        schedules=25,
    ),
    Mutant(
        "the last prompt of the queue is dropped",
        "a turn's end begins the next prompt only if another one waits behind it",
        "actors/turn/state.py",
        old="    if state.open and waiting(state, state.conversation):\n        return begun(state, now)\n",
        new="    if state.open and waiting(state, state.conversation)[1:]:\n        return begun(state, now)\n",
        plan="queue",
        breaks="I7",
        schedules=25,
    ),
    Mutant(
        "a withdrawn prompt loses its text",
        "the person takes a prompt back and gets an empty line",
        "actors/turn/turn_loop.py",
        old="(PromptWithdrawn(prompt, waiting.text),)",
        new='(PromptWithdrawn(prompt, ""),)',
        plan="queue",
        breaks="I7",
        schedules=25,
    ),
    Mutant(
        "work is called stopped while a turn runs",
        "the order to stop is acknowledged at once",
        "actors/turn/turn_loop.py",
        old='    return cancelled(state, TurnEnding("cancelled", "Callboard was stopped."))\n',
        new=(
            '    state, sent = cancelled(state, TurnEnding("cancelled", "Callboard was stopped."))\n'
            "    return replace(state, stopping=False), (*sent, WorkStopped())\n"
        ),
        plan="quit while tools run",
        breaks="I3",
        schedules=100,
    ),
    Mutant(
        "the order to stop is forgotten in recovery",
        "a turn loop that is told to stop while it waits for the journal never acknowledges",
        "actors/turn/recovery.py",
        old=(
            "    if state.stopping:\n"
            "        return stopped(state)\n"
            "    if state.open and waiting(state, state.conversation):\n"
        ),
        new="    if state.open and waiting(state, state.conversation):\n",
        plan="quit while the journal fails",
        breaks="I9",
        schedules=400,
    ),
    Mutant(
        "the timer of an old turn ends the new one",
        "a turn's time limit strikes the turn that runs when it comes",
        "actors/turn/turn_loop.py",
        old="        case TurnTimeExpired(turn=turn) if is_present(state, turn):\n",
        new="        case TurnTimeExpired():\n",
        plan="turn limit",
        breaks="I7",
        schedules=10,
    ),
    Mutant(
        "an answer of another request is taken",
        "the turn takes whatever reply comes for the one that it waits for",
        "actors/turn/state.py",
        old='    return request == state.request and state.phase in ("asking", "compacting", "cancelling")\n',
        new='    return state.phase in ("asking", "compacting", "cancelling")\n',
        plan="quit while the turn loop fails",
        breaks="I8",
        schedules=200,
    ),
    Mutant(
        "duplicate call ids are not distinguished",
        "the model uses the ids of its earlier calls again, and the turn loop keeps them",
        "actors/turn/turn_loop.py",
        old='    reply = reply.numbered(f"{message.request}-c")  # servers repeat ids, or leave them out\n',
        new="",
        plan="tools",
        breaks="I6",
        schedules=10,
    ),
    Mutant(
        "the calls of a cancelled answer are kept",
        "a turn was cancelled while the model spoke, and the calls that it asked for stay in the talk",
        "actors/turn/turn_loop.py",
        old="_completed(message, reply.interrupt(), cost))\n",
        new='_completed(message, replace(reply, stop_reason="interrupted"), cost))\n',
        plan="cancel before tools run",
        breaks="I4",
    ),
    Mutant(
        "a streamer's restart is not noticed",
        "the request that it was making is never made again",
        "actors/turn/recovery.py",
        old='    if actor == "llm_streamer" and state.request:\n',
        new='    if actor == "nobody":\n',
        plan="streamer crashes, retry",
        breaks="I6",
        schedules=25,
    ),
    Mutant(
        "a repeated request says nothing of what is void",
        "after a streamer's failure the answer is streamed again behind the half that was shown",
        "actors/turn/recovery.py",
        old="    return state, (discarded, *sent)\n",
        new="    return state, sent\n",
        plan="streamer crashes, retry",
        breaks="I8",
        schedules=100,
    ),
    Mutant(
        "recovery answers no call",
        "after the journal's failure a call is waited for that may never have been given out",
        "actors/turn/recovery.py",
        old=(
            '        return replace(state, phase="running", repeats=repeats, request=NO_REQUEST), '
            "_answers(state, turn)\n"
        ),
        new='        return replace(state, phase="running", repeats=repeats, request=NO_REQUEST), ()\n',
        plan="journal crashes, tools",
        breaks="I6",
        schedules=100,
    ),
    Mutant(
        "recovery leaves a call without its answer",
        "a turn that ends with open calls leaves them open in the transcript",
        "actors/conversation.py",
        old="    for call in conversation.unanswered():\n        transcript = transcript.answer(",
        new="    for call in ():\n        transcript = transcript.answer(",
        plan="disk full, calls and on",
        breaks="I4",
    ),
    Mutant(
        "what came during recovery is forgotten",
        "prompts that were accepted while the turn loop waited for the journal never begin",
        "actors/turn/recovery.py",
        old="    state = replace(state, conversation=expected(state), stash=())\n",
        new="    state = replace(state, stash=())\n",
        plan="answer",
        breaks="I7",
        schedules=100,
    ),
    Mutant(
        "a prompt in doubt is forgotten",
        "the prompt that a turn loop failed on is neither begun nor given back",
        "actors/turn/turn_loop.py",
        old=(
            "            self._prompts[message.prompt] = message\n"
            "            self._state = replace(self._state, unconfirmed=tuple(self._prompts.values()))\n"
        ),
        new="            pass\n",
        plan="turn loop crashes, queue",
        breaks="I7",
    ),
    Mutant(
        "a prompt that ended begins again",
        "what was told as ended, because it could not be written, is begun once more",
        "actors/turn/state.py",
        old="    return tuple(prompt for prompt in conversation.waiting if prompt.prompt not in state.announced)\n",
        new="    return conversation.waiting\n",
        plan="disk full, queue",
        breaks="I7",
        schedules=400,
    ),
    Mutant(
        "a turn's number is given twice",
        "the number of a turn whose start could not be written is used for the next one",
        "actors/turn/state.py",
        old="    number = max(conversation.turns, state.numbered) + 1\n",
        new="    number = conversation.turns + 1\n",
        plan="disk full, queue",
        breaks="I7",
    ),
    Mutant(
        "text and reasoning change places",
        "a piece of reasoning is joined to the text before it, and read before that text",
        "actors/messages.py",
        old="        if self.text and later.reasoning:\n            return None\n",
        new="",
        plan="reasoning",
        breaks="I1",
        schedules=25,
    ),
    Mutant(
        "joined output loses what came later",
        "of two pieces of output that wait for the screen the second one is dropped",
        "actors/messages.py",
        old="        return replace(self, text=self.text + later.text)\n",
        new="        return self\n",
        plan="flood",
        breaks="I1",
        schedules=25,
    ),
    Mutant(
        "a message changes after it was sent",
        "what a turn has used is counted in place, also in messages that have left",
        "actors/transcript.py",
        old="        return Usage(\n            self.input_tokens",
        new=(
            "        from msgspec.structs import force_setattr\n"
            '        force_setattr(self, "input_tokens", self.input_tokens + other.input_tokens)\n'
            '        force_setattr(self, "output_tokens", self.output_tokens + other.output_tokens)\n'
            "        return self\n"
            "        return Usage(\n"
            "            self.input_tokens"
        ),
        plan="tools",
        breaks="I10",
        schedules=200,
    ),
)
