"""The built wheel, installed in an environment of its own and run in a folder that wants to be imported."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from config.version import VERSION
from tests.packaging.hostile_folder import make_hostile_folder

pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.timeout(240)]

IMPORT_PATHS = (
    pytest.param({}, id="plain"),
    pytest.param({"PYTHONPATH": "."}, id="PYTHONPATH=."),
    pytest.param({"PYTHONPATH": ":/x"}, id="PYTHONPATH=:/x"),
)


def test_the_wheel_holds_the_launcher_and_one_private_folder(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"callboard.py", "callboard_drill.py", "callboard_pytest.py", "_callboard"}
    assert {name.split("/")[1] for name in names if name.startswith("_callboard/")} == {
        "actors",
        "config",
        "tools",
        "ui",
    }
    assert "_callboard/config/default.toml" in names
    assert any(name.startswith("_callboard/config/plans/") for name in names)


def test_the_wheel_says_which_version_it_is(wheel: Path) -> None:
    assert wheel.name == f"callboard-{VERSION}-py3-none-any.whl"


@pytest.mark.parametrize("environment", IMPORT_PATHS)
@pytest.mark.parametrize("command", [("callboard",), ("python", "-m", "callboard")], ids=["callboard", "python -m"])
def test_nothing_of_a_hostile_folder_is_imported_for_the_version(
    installed: Path, tmp_path: Path, command: tuple[str, ...], environment: dict[str, str]
) -> None:
    folder = make_hostile_folder(tmp_path)
    done = folder.run([str(installed / command[0]), *command[1:], "--version"], environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"callboard {VERSION}\n", "")
    assert not folder.executed()


@pytest.mark.parametrize("environment", IMPORT_PATHS)
@pytest.mark.parametrize("command", [("callboard",), ("python", "-m", "callboard")], ids=["callboard", "python -m"])
def test_nothing_of_a_hostile_folder_is_imported_while_it_is_worked_on(
    installed: Path, tmp_path: Path, command: tuple[str, ...], environment: dict[str, str]
) -> None:
    folder = make_hostile_folder(tmp_path)
    done = folder.run([str(installed / command[0]), *command[1:], "-p", "list the files"], environment)
    assert done.returncode == 0, done.stderr
    assert "config.py" in done.stdout
    assert not folder.executed()
