"""The version, which the wheel, the journal and the launcher read."""

from __future__ import annotations

import pytest
from packaging.version import Version

from config.version import VERSION, show


def test_it_is_a_version_that_packaging_tools_understand() -> None:
    assert str(Version(VERSION)) == VERSION


def test_it_is_shown_with_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(["--version"]) == 0
    assert capsys.readouterr().out == f"callboard {VERSION}\n"
