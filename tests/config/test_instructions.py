"""What the model is told before the talk begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from config.instructions import FILE_LIMIT, TOTAL_LIMIT, read_instructions
from config.places import Places, locate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = locate({"HOME": str(tmp_path / "home")})
    places.config.mkdir(parents=True)
    return places


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / ".git").mkdir()
    return folder


def test_the_users_the_roots_and_the_nearest_file_come_in_this_order(project: Path, places: Places) -> None:
    (places.config / "AGENTS.md").write_text("user's word")
    (project / "AGENTS.md").write_text("root's word")
    (project / "deep" / "er" / "AGENTS.md").write_text("nearest word")
    (project.parent / "AGENTS.md").write_text("beyond the repository")
    found = read_instructions(project / "deep" / "er", places, "added word")
    order = [found.text.index(word) for word in ("user's word", "root's word", "nearest word", "added word")]
    assert order == sorted(order)
    assert "beyond" not in found.text
    assert str(project / "deep" / "er") in found.text
    assert found.warnings == ()


def test_another_agents_file_stands_in_only_where_a_folder_has_no_own(project: Path, places: Places) -> None:
    (project / "CLAUDE.md").write_text("shadowed")
    (project / "AGENTS.md").write_text("ours")
    (project / "deep" / "GEMINI.md").write_text("stand-in")
    found = read_instructions(project / "deep", places)
    assert [path.name for path in found.files] == ["AGENTS.md", "GEMINI.md"]
    assert "shadowed" not in found.text


def test_no_file_can_make_reading_fail(project: Path, places: Places) -> None:
    (places.config / "AGENTS.md").write_bytes(b"bin\0ary")
    (project / "AGENTS.md").mkdir()
    (project / "deep" / "AGENTS.md").write_bytes(b"caf\xe9 au lait")
    os.mkfifo(project / "deep" / "er" / "AGENTS.md")
    found = read_instructions(project / "deep" / "er", places)
    assert "caf\ufffd au lait" in found.text
    assert [path.parent for path in found.files] == [project / "deep"]
    assert len(found.warnings) == 4


def test_long_files_are_cut_and_the_nearest_is_cut_last(project: Path, places: Places) -> None:
    folder = project
    for _ in range(5):
        (folder / "AGENTS.md").write_text(folder.name[0] * FILE_LIMIT + "é")
        folder = folder / "sub"
        folder.mkdir()
    (folder / "AGENTS.md").write_text("nearest word")
    found = read_instructions(folder, places)
    assert "nearest word" in found.text
    assert len(found.text) < TOTAL_LIMIT + 3_000
    assert len(found.warnings) == 5


def test_a_file_that_links_out_of_the_repository_is_not_used_and_it_is_said(project: Path, places: Places) -> None:
    (project.parent / "key").write_text("secret")
    (project / "AGENTS.md").symlink_to("../key")
    (project / "deep" / "shared.md").write_text("shared word")
    (project / "deep" / "AGENTS.md").symlink_to("shared.md")
    found = read_instructions(project / "deep", places)
    assert "secret" not in found.text
    assert "shared word" in found.text
    assert found.warnings == (
        f"{project / 'AGENTS.md'}: not used: it links out of the repository, to {project.parent / 'key'}",
    )


def test_the_persons_own_file_may_be_a_link_to_anywhere(project: Path, places: Places) -> None:
    (project.parent / "dotfiles").write_text("my word")
    (places.config / "AGENTS.md").symlink_to(project.parent / "dotfiles")
    assert "my word" in read_instructions(project, places).text
