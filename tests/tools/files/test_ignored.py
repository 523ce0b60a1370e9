"""The files that a project itself does not hide."""

from __future__ import annotations

from pathlib import Path

from tools.files.ignored import visible_files


def names(root: Path, limit: int = 1_000) -> list[str]:
    return [path.relative_to(root).as_posix() for path in visible_files(root, limit)]


def filled(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def test_files_of_upper_folders_come_first(tmp_path: Path) -> None:
    filled(tmp_path, "b/deep/z", "b/y", "a", "c")
    assert names(tmp_path) == ["a", "c", "b/y", "b/deep/z"]


def test_ignore_files_hide_and_deeper_ones_win(tmp_path: Path) -> None:
    filled(tmp_path, "keep.py", "drop.log", "out/x", "sub/keep.log", "sub/other.log")
    (tmp_path / ".gitignore").write_text("*.log\nout/\n.gitignore\n")
    (tmp_path / "sub" / ".gitignore").write_text("!keep.log\n")
    assert names(tmp_path) == ["keep.py", "sub/keep.log"]


def test_the_innards_of_a_repository_are_never_walked(tmp_path: Path) -> None:
    filled(tmp_path, ".git/HEAD", "node_modules/x.js", ".github/ci.yml")
    assert names(tmp_path) == [".github/ci.yml"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    filled(tmp_path, "a")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == ["a", "loop"]


def test_the_walk_ends_at_its_limit(tmp_path: Path) -> None:
    filled(tmp_path, *(f"{number:03}" for number in range(50)))
    assert len(names(tmp_path, 10)) == 10


def test_a_broken_ignore_file_hides_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    filled(tmp_path, "a")
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe[\n!\n")
    assert "a" in names(tmp_path)
