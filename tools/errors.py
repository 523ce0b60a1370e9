"""What goes wrong with a call, as the model is told it."""

from __future__ import annotations


class ToolError(Exception):
    """The call cannot be carried out as asked; the text goes to the model and says what to do next."""
