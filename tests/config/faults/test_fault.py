"""A fault as a person writes it: in a file, or in Python."""

from __future__ import annotations

import pytest

from config.faults.fault import Fault
from config.faults.fault_plan import Bounds


def test_a_key_that_is_not_there_says_which_there_are() -> None:
    with pytest.raises(TypeError, match=r"Fault\(…\): Unexpected keyword argument 'att'\. Its keys are: at, kind, on"):
        Fault(att="model", kind="cut")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match=r"Bounds\(…\): .*Its keys are: prompt, exit"):
        Bounds(5.0)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
