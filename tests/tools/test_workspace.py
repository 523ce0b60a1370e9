"""Where paths may lead, and what the model knows of files."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tools.files.file_content import Fingerprint, fingerprint_of
from tools.tool import ToolError
from tools.workspace import Workspace, path_subject


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "src").mkdir(parents=True)
    return tmp_path / "root"


def known(path: Path) -> Fingerprint:
    return fingerprint_of(path.stat(), path.read_bytes())


def test_paths_are_relative_to_the_root_or_absolute_inside(root: Path) -> None:
    workspace = Workspace(root)
    assert workspace.resolve("src/a.py") == root / "src" / "a.py"
    assert workspace.resolve("./src/../b") == root / "b"
    assert workspace.resolve(str(root / "c")) == root / "c"
    assert workspace.resolve(".") == root


@pytest.mark.parametrize("path", ["..", "../root2/x", "/etc/passwd", "src/../../x", "~/x"])
def test_paths_outside_are_refused_with_what_is_allowed(root: Path, path: str) -> None:
    (root.parent / "root2").mkdir()
    with pytest.raises(ToolError) as caught:
        Workspace(root).resolve(path)
    assert "outside of the folders that may be used" in str(caught.value)
    assert str(root) in str(caught.value)
    assert "--add-dir" in str(caught.value)


def test_a_link_that_leads_outside_is_refused_whether_its_target_exists_or_not(root: Path) -> None:
    (root / "out").symlink_to(root.parent)
    (root / "nowhere").symlink_to(root.parent / "missing" / "file")
    for path in ("out", "out/x", "nowhere"):
        with pytest.raises(ToolError, match="it leads to"):
            Workspace(root).resolve(path)


def test_a_link_that_stays_inside_leads_to_its_target(root: Path) -> None:
    (root / "link").symlink_to("src")
    assert Workspace(root).resolve("link/a.py") == root / "src" / "a.py"


def test_a_root_that_is_a_link_is_followed_once(root: Path) -> None:
    (root.parent / "alias").symlink_to(root)
    workspace = Workspace(root.parent / "alias")
    assert workspace.resolve("src") == root / "src"
    assert workspace.resolve(str(root.parent / "alias" / "src")) == root / "src"


def test_extra_folders_may_be_written_and_readable_ones_only_read(root: Path) -> None:
    extra, readable = root.parent / "extra", root.parent / "session"
    extra.mkdir()
    readable.mkdir()
    workspace = Workspace(root, (extra,), (readable,))
    assert workspace.resolve(str(extra / "x"), writing=True) == extra / "x"
    assert workspace.resolve(str(readable / "x")) == readable / "x"
    with pytest.raises(ToolError, match="may be written"):
        workspace.resolve(str(readable / "x"), writing=True)


@pytest.mark.parametrize("path", ["", "  ", "a\0b", "~nobody-here/x"])
def test_what_is_no_path_is_refused(root: Path, path: str) -> None:
    with pytest.raises(ToolError, match=r"empty|NUL|cannot be followed"):
        Workspace(root).resolve(path)


def test_links_in_a_circle_and_endless_names_are_errors_and_no_crash(root: Path) -> None:
    (root / "circle").symlink_to("circle")
    workspace = Workspace(root)
    for path in ("circle", "x" * 5_000):
        try:
            real = workspace.resolve(path)
        except ToolError:
            continue
        assert real.is_relative_to(root)


def test_names_are_relative_inside_and_absolute_outside_and_always_printable(root: Path) -> None:
    workspace = Workspace(root)
    assert workspace.display(root / "src" / "a.py") == "src/a.py"
    assert workspace.display(root) == "."
    assert workspace.display(Path("/elsewhere/a")) == "/elsewhere/a"
    assert workspace.display(root / os.fsdecode(b"bad\xff")) == "bad\\xff"


def test_policy_sees_one_name_for_one_file_however_it_is_spelled(root: Path) -> None:
    (root / ".env").touch()
    (root / "innocent").symlink_to(".env")
    workspace = Workspace(root)
    spellings = (".env", "./.env", "src/../.env", str(root / ".env"), "innocent")
    assert {path_subject(path, workspace) for path in spellings} == {".env"}
    assert path_subject("src/../.env", None) == ".env"
    assert path_subject("../../x", workspace) == "../../x"


def test_a_file_that_was_never_read_may_not_be_written(root: Path) -> None:
    file = root / "a"
    file.write_text("a")
    with pytest.raises(ToolError, match="was not read yet: use read_file first"):
        Workspace(root).require_unchanged(file, known(file))


def test_a_file_that_was_changed_since_may_not_be_written(root: Path) -> None:
    file, workspace = root / "a", Workspace(root)
    file.write_text("a")
    workspace.remember(file, known(file))
    workspace.require_unchanged(file, known(file))
    os.utime(file, (1, 1))
    workspace.require_unchanged(file, known(file))
    file.write_text("b")
    with pytest.raises(ToolError, match="was changed by another process"):
        workspace.require_unchanged(file, known(file))


def test_one_writer_at_a_time_for_each_file(root: Path) -> None:
    workspace = Workspace(root)
    inside = threading.Semaphore(1)
    overlaps: list[bool] = []

    def write() -> None:
        for _ in range(200):
            with workspace.exclusive(root / "a"):
                overlaps.append(not inside.acquire(blocking=False))
                inside.release()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(overlaps) == 800
    assert not any(overlaps)


def test_writers_of_different_files_do_not_wait_for_each_other(root: Path) -> None:
    workspace = Workspace(root)
    entered = threading.Event()

    def write_other() -> None:
        with workspace.exclusive(root / "b"):
            entered.set()

    with workspace.exclusive(root / "a"):
        other = threading.Thread(target=write_other)
        other.start()
        assert entered.wait(10)
    other.join(10)


def test_a_missing_file_is_looked_for_elsewhere_by_its_name(root: Path) -> None:
    (root / "src" / "parser.py").touch()
    workspace = Workspace(root)
    assert str(workspace.missing(root / "parser.py")) == "parser.py does not exist: did you mean src/parser.py?"
    assert "did you mean src/parser.py?" in str(workspace.missing(root / "src" / "parsre.py"))


def test_where_nothing_is_like_it_listing_is_advised(root: Path) -> None:
    assert "use list_files" in str(Workspace(root).missing(root / "zebra"))
    assert "use list_files" in str(Workspace(root).missing(Path("/elsewhere/zebra")))
