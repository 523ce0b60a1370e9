"""The colours. Only the sixteen of the terminal itself are used, so that every palette and background fits.

Yellow and white are not among them: on a light background neither can be read.

`ui.terminal.inline_renderer` asks for the styles; everything else names classes of this table. NO_COLOR and a terminal
without colours turn all of them off, attributes such as bold stay.
"""

from __future__ import annotations

from collections.abc import Mapping

from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

DEFAULT: Mapping[str, str] = {
    "dim": "ansibrightblack",
    "error": "ansired",
    "warning": "ansimagenta",
    "ok": "ansigreen",
    "accent": "ansicyan",
    "prompt": "bold ansicyan",
    "said": "bold",
    "heading": "bold ansicyan",
    "strong": "bold",
    "emphasis": "italic",
    "code": "ansicyan",
    "link": "underline ansiblue",
    "quote": "italic ansibrightblack",
    "diff.added": "ansigreen",
    "diff.removed": "ansired",
    "diff.place": "ansicyan",
    "tool": "bold",
    "status": "ansibrightblack",
    "status.name": "ansicyan",
    "key": "bold ansicyan",
    "choice": "reverse",
    "syntax.keyword": "ansimagenta",
    "syntax.string": "ansigreen",
    "syntax.number": "ansicyan",
    "syntax.comment": "italic ansibrightblack",
    "syntax.name": "ansiblue",
    "syntax.operator": "",
    "completion": "",
    "completion.chosen": "reverse",
}

CONTRAST: Mapping[str, str] = {name: style.replace("ansibrightblack", "") for name, style in DEFAULT.items()}
"""For palettes in which bright black cannot be read."""

THEMES: Mapping[str, Mapping[str, str]] = {"default": DEFAULT, "contrast": CONTRAST}


def style_of(theme: str) -> Style:
    """The styles of a theme; an unknown name gives the default one."""
    return Style(list(THEMES.get(theme, DEFAULT).items()))


def colour_depth(environment: Mapping[str, str]) -> ColorDepth:
    """How many colours may be used: none where NO_COLOR is set to anything but the empty text."""
    if environment.get("NO_COLOR"):
        return ColorDepth.DEPTH_1_BIT
    return ColorDepth.DEPTH_4_BIT
