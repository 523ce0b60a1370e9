"""Every actor says what it receives, and a type checker reports the case that is missing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.source_files import ROOT, SourceFile, product

LAYER = ("actors/drill/user/probe.py", "actors/drill/plan/faults.py", "actors/drill/levels/threads_level.py")
"""Behaviours that stand around any other, or record whatever comes: their messages are of any class."""
EXHAUSTED = "assert_never(message)"


def behaviours() -> Iterator[tuple[SourceFile, ast.ClassDef, str]]:
    """Every behaviour of the product, with what stands in the brackets of `Behaviour[…]`."""
    for source in product():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                for parent in map(ast.unparse, node.bases):
                    if parent.startswith("Behaviour["):
                        yield source, node, parent.removeprefix("Behaviour[").removesuffix("]")


def without_a_case(source: SourceFile) -> tuple[str, str] | None:
    """The text of the module without the first case that has no guard, and that case.

    It is taken from the match over all that the actor receives; it ends in `assert_never`, or with a function that
    takes the rest.
    """
    matches = [node for node in ast.walk(source.tree) if isinstance(node, ast.Match)]
    over_messages = [node for node in matches if ast.unparse(node.subject) == "message"]
    exhausted = [node for node in over_messages if EXHAUSTED in ast.unparse(node.cases[-1])]
    for node in exhausted or over_messages[-1:]:
        doomed = next(case for case in node.cases if case.guard is None)
        lines = source.text.splitlines(keepends=True)
        start, end = doomed.pattern.lineno - 1, doomed.body[-1].end_lineno or 0
        return "".join((*lines[:start], *lines[end:])), lines[start].strip()
    return None


def test_every_behaviour_declares_what_it_receives() -> None:
    found = [(source.path, node.name, what) for source, node, what in behaviours()]
    assert len(found) >= 13
    allowed: dict[str, str] = dict.fromkeys(LAYER, "Message")
    wrong = [each for each in found if each[2] not in ("Received", allowed.get(each[0]))]
    assert not wrong


def test_what_an_actor_hears_is_derived_from_what_it_declares() -> None:
    """A second list beside the union would go its own way."""
    for source, _, what in behaviours():
        if what == "Received" and "RECEIVES" in source.text:
            assert re.search(r"^RECEIVES = classes_of\(", source.text, re.MULTILINE), source.path


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_a_case_that_is_missing_fails_the_type_checker_in_every_actor(tmp_path: Path) -> None:
    """Mypy over copies of the modules, each with one case taken out."""
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache")]
    expected: dict[str, str] = {}
    for source in {source.path: source for source, _, what in behaviours() if what == "Received"}.values():
        cut = without_a_case(source)
        if cut is None:
            continue
        shadow = tmp_path / source.path.replace("/", "-")
        shadow.write_text(cut[0], encoding="utf-8")
        command += ["--shadow-file", source.path, str(shadow)]
        expected[source.path] = cut[1]
    assert len(expected) >= len({source.path for source, _, what in behaviours() if what == "Received"})
    done = subprocess.run([*command, *expected], cwd=ROOT, capture_output=True, text=True, check=False)
    missed = [
        f"{path} without {case!r}"
        for path, case in expected.items()
        if not re.search(rf'^{path}:\d+: error: Argument \d to "(assert_never|_?show)"', done.stdout, re.MULTILINE)
    ]
    assert not missed, done.stdout + done.stderr
    assert not [line for line in done.stdout.splitlines() if "error:" in line and line.split(":")[0] not in expected]
