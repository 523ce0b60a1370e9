"""How a pause that a model server asks for is told to a person. Used by the LLM streamer. Pure."""

from __future__ import annotations


def too_long(text: str, asked: float, longest: float) -> str:
    """The failure's text, with the pause that the server asks for and that is not waited for."""
    waits = f"It asks to wait {duration(asked)}; the longest wait is {duration(longest)} (model.backoff_most)."
    return f"{text.rstrip('.')}. {waits}"


def duration(seconds: float) -> str:
    """Seconds for people, such as `1 h 5 min` or `2.5 s`."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.3g} s"
    minutes, hours = round(seconds / 60) % 60, int(seconds / 60 + 0.5) // 60
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "")
    return " ".join(part for part in parts if part)
