"""What the model is told of the person's own commands."""

from __future__ import annotations

import pytest

from actors.shared_shell import told, without_shared


def test_it_is_told_as_the_person_would_with_the_output_in_a_fence() -> None:
    assert told("make", 0, "ok") == "I ran `make` myself (exit code 0). Its output:\n```\nok\n```\n\n"
    assert told("top", None, "").startswith("I ran `top` myself (not finished).")
    assert "\n````\n```\n````\n" in told("cat", 0, "```")


@pytest.mark.parametrize(
    "output", ["", "ok", "ok\n", "```\nx\n```\n\nmore", "I ran `x` myself (exit code 0). Its output:\n"]
)
@pytest.mark.parametrize("command", ["make", "echo `date`", "a\nb", "x` myself (exit code 0). Its output:"])
@pytest.mark.parametrize("prompt", ["fix it", "", "```\nx\n```\n\nand more", "I ran `it` myself"])
def test_the_prompt_is_found_behind_it(output: str, command: str, prompt: str) -> None:
    assert without_shared(told(command, 0, output) + told(command, None, output) + prompt) == prompt
