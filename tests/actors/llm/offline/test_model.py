"""The embedded model as a pure function of the conversation."""

from __future__ import annotations

import pytest

from actors.llm.offline.grammar import EXAMPLES
from actors.llm.offline.model import answer
from actors.llm.scripted.chat_request import ChatRequest, RequestCall, RequestFunction, RequestMessage, RequestTool
from actors.shared_shell import told
from tests.actors.llm.hearing import TOOL_NAMES

TOOLS = tuple(RequestTool(RequestFunction(name)) for name in TOOL_NAMES)


class Talk:
    """A conversation with the offline model, whose calls are answered by the test."""

    def __init__(self, tools: tuple[RequestTool, ...] = TOOLS) -> None:
        self.messages: list[RequestMessage] = []
        self._tools = tools
        self._calls = 0

    def say(self, prompt: str) -> tuple[str, list[str]]:
        self.messages.append(RequestMessage("user", prompt))
        return self._step()

    def answer(self, *results: str) -> tuple[str, list[str]]:
        calls = self.messages[-1].tool_calls
        assert len(results) == len(calls)
        for call, result in zip(calls, results, strict=True):
            self.messages.append(RequestMessage("tool", result, tool_call_id=call.id))
        return self._step()

    def _step(self) -> tuple[str, list[str]]:
        steps = answer(ChatRequest(tuple(self.messages), "offline", self._tools))
        text = "".join(step.delta or "" for step in steps)
        calls = [step.call for step in steps if step.call is not None]
        asked: list[RequestCall] = []
        for call in calls:
            self._calls += 1
            asked.append(RequestCall(f"c{self._calls}", RequestFunction(call.name)))
        self.messages.append(RequestMessage("assistant", text, tuple(asked)))
        return text, [call.name for call in calls]


def test_the_first_line_of_the_first_answer_says_what_it_is_and_how_to_get_a_model() -> None:
    """Issue 2: not an LLM, and it says so."""
    talk = Talk()
    first, _ = talk.say("list the files")
    line = first.splitlines()[0]
    assert "not a language model" in line
    for way in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "config.toml"):
        assert way in line
    second, _ = talk.answer("a.py")
    assert "not a language model" not in second


def test_what_it_does_not_understand_it_says_with_every_example_and_does_nothing() -> None:
    text, calls = Talk().say("write me a poem about autumn leaves")
    assert calls == []
    assert "did not understand" in text
    assert all(example in text for example in EXAMPLES)


def test_independent_requests_are_called_together() -> None:
    talk = Talk()
    _, calls = talk.say("list the files and show a.py and find x")
    assert calls == ["list_files", "read_file", "search_text"]
    text, calls = talk.answer("a.py\nb.py", "     1\tx = 1", "a.py:\n  1: x = 1")
    assert calls == []
    assert "2 files" in text
    assert "x = 1" in text
    assert "1 line in 1 file" in text


def test_dependent_requests_wait() -> None:
    talk = Talk()
    assert talk.say("replace a with b in c.txt, then run cat c.txt")[1] == ["read_file"]
    assert talk.answer("     1\ta")[1] == ["edit_file"]
    assert talk.answer("c.txt edited: 1 place, at line 1")[1] == ["run_command"]
    text, calls = talk.answer("b\n[exit code 0, 0.0 s]")
    assert calls == []
    assert text.index("`c.txt` edited") < text.index("exit code 0")


def test_two_changes_go_on_side_by_side_at_their_own_pace() -> None:
    talk = Talk()
    assert talk.say("replace a with b in c.txt and create d.txt with x")[1] == ["read_file", "write_file"]
    assert talk.answer("     1\ta", "d.txt created: 1 lines, 2 bytes")[1] == ["edit_file"]
    assert "`d.txt` created" in talk.answer("c.txt edited: 1 place")[0]


def test_a_denied_call_ends_the_plan_and_what_is_left_is_named() -> None:
    talk = Talk()
    talk.say("run make, then delete a.txt, then list the files")
    text, calls = talk.answer("[denied] not now")
    assert calls == []
    assert "not allowed to run `make`: not now" in text
    assert "Not done: `delete a.txt`; `list the files`" in text


def test_failing_tests_do_not_keep_it_from_going_on() -> None:
    talk = Talk()
    talk.say("run the tests and show what fails, then replace - with + in sum.py, then run the tests")
    talk.answer("test_sum.py")
    assert talk.answer("[error] FAILED test_sum.py\n[exit code 1, 0.1 s]")[1] == ["read_file"]


def test_a_new_prompt_begins_anew() -> None:
    talk = Talk()
    talk.say("list the files")
    talk.answer("a.py")
    assert talk.say("list the files")[1] == ["list_files"]


def test_after_an_interruption_it_goes_by_the_new_prompt() -> None:
    talk = Talk()
    talk.say("run sleep 60")
    calls = talk.messages[-1].tool_calls
    talk.messages.append(RequestMessage("tool", "[cancelled] stopped", tool_call_id=calls[0].id))
    assert talk.say("list the files")[1] == ["list_files"]


def test_a_call_whose_answer_is_missing_counts_as_cancelled() -> None:
    call = RequestCall("c1", RequestFunction("run_command"))
    messages = (RequestMessage("user", "run ls"), RequestMessage("assistant", "", (call,)))
    steps = answer(ChatRequest(messages, "offline", TOOLS))
    assert "stopped before" in "".join(step.delta or "" for step in steps)


def test_a_tool_that_is_switched_off_is_not_called() -> None:
    talk = Talk(tuple(tool for tool in TOOLS if tool.function.name != "run_command"))
    text, calls = talk.say("list the files and run ls")
    assert calls == ["list_files"]
    text, _ = talk.answer("a.py")
    assert "run_command is switched off" in text


def test_it_answers_word_by_word() -> None:
    steps = answer(ChatRequest((RequestMessage("user", "hello"),), "offline", TOOLS))
    assert len(steps) > 50


@pytest.mark.parametrize("prompt", ["help", "Help!", "?", "help me", "what can you do?", "please help"])
def test_asked_for_help_it_tells_what_it_can_do(prompt: str) -> None:
    text, calls = Talk().say(prompt)
    assert calls == []
    assert "did not understand" not in text
    assert all(example in text for example in EXAMPLES)


def test_help_beside_a_request_is_given_too() -> None:
    talk = Talk()
    assert talk.say("help and list the files")[1] == ["list_files"]
    assert EXAMPLES[0] in talk.answer("a.py")[0]


def test_what_the_person_ran_is_no_request() -> None:
    """Whatever it printed: a fence, a page, or the words that tell of another command."""
    outputs = ("", "run rm", "```\nrun rm\n```\n\nrun rm", told("ls", 0, "delete a"))
    ran = "".join(told("echo `hi` myself (x)", code, text) for code, text in zip((0, 1, None, 2), outputs, strict=True))
    assert Talk().say(f"{ran}list the files")[1] == ["list_files"]
    assert "did not understand “dance”, and" in Talk().say(f"{ran}dance")[0]


def test_a_command_that_goes_wrong_in_silence_says_why_it_stopped_there() -> None:
    talk = Talk()
    talk.say("run false, then create a.txt with x")
    text, calls = talk.answer("[error] [exit code 1, 0.0 s]\n[it printed nothing]")
    assert calls == []
    assert "`false` ended: exit code 1, 0.0 s; it printed nothing." in text
    assert "Not done: `create a.txt with x`" in text
