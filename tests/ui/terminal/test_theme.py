"""Colours, and none where they are not wanted."""

from __future__ import annotations

from typing import get_args

import pytest
from prompt_toolkit.output import ColorDepth

from config.settings import ThemeName
from ui.terminal.theme import DEFAULT, THEMES, colour_depth, style_of


def test_no_color_is_obeyed() -> None:
    assert colour_depth({"NO_COLOR": "1"}) is ColorDepth.DEPTH_1_BIT
    assert colour_depth({"NO_COLOR": ""}) is ColorDepth.DEPTH_4_BIT


@pytest.mark.parametrize("theme", [*THEMES, "unknown"])
def test_every_theme_can_be_used_and_has_every_class(theme: str) -> None:
    style = style_of(theme)
    assert all(style.get_attrs_for_style_str(f"class:{name}") for name in DEFAULT)
    assert style.get_attrs_for_style_str("class:error").color == "ansired"


def test_the_settings_know_every_theme() -> None:
    assert set(get_args(ThemeName)) == set(THEMES)


@pytest.mark.parametrize("theme", THEMES)
def test_no_theme_uses_yellow_or_white(theme: str) -> None:
    """Issue 7, C6: on a light background neither can be read."""
    assert not any("yellow" in style or "white" in style for style in THEMES[theme].values())
