"""Where threads stand, as text."""

from __future__ import annotations

import threading

from actors.runtime.stacks import frames, stack_of


def test_the_stack_of_a_thread_names_the_function_that_it_is_in() -> None:
    assert threading.get_ident() in frames()
    assert "test_the_stack_of_a_thread_names" in stack_of(threading.get_ident())


def test_a_thread_that_is_not_there_has_no_stack() -> None:
    assert stack_of(None) == ""
    assert stack_of(-1) == ""
