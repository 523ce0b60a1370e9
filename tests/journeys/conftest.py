"""What every journey starts from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A machine of one's own; fails if anybody is left on it at the end."""
    scene = Scene(tmp_path)
    yield scene
    left = scene.put_away()
    assert not left, f"these outlived the journey and were killed: {left}"
