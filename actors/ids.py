"""The ids of a session, one type each: strings that the type checkers keep apart. They are the journal's own words."""

from __future__ import annotations

from typing import NewType

SessionId = NewType("SessionId", str)
PromptId = NewType("PromptId", str)
TurnId = NewType("TurnId", str)
RequestId = NewType("RequestId", str)
CallId = NewType("CallId", str)
JobId = NewType("JobId", str)

NO_REQUEST = RequestId("")
NO_CALL = CallId("")
NO_TURN = TurnId("")
"""The turn of what belongs to none: a person's own shell command, a notice."""
