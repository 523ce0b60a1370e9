"""Taking shell commands apart, as far as it is safe."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from time import process_time
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.shell.shell_command import ShellCommand, ShellName, readings, suspects, take_apart
from tests.config.shell.shell_corpus import HARMLESS, OPAQUE, RUNS

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = get_args(ShellName)
BOUND = 1.0
"""Seconds of processor time for what takes some hundredths of one."""


def found(line: str, shell: ShellName = "bash") -> frozenset[str]:
    suspected = suspects(line, shell)
    assert suspected is not None
    return suspected


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("ls -l", ("ls -l",)),
        ("a; b && c | d || e & f", ("a", "b", "c", "d", "e", "f")),
        ("echo 'a; b' \"c | d\" e\\;f", ("echo 'a; b' \"c | d\" e\\;f",)),
        ("a   b\tc", ("a b c",)),
        ("make 2>&1 >/dev/null", ("make",)),
        ("2>/dev/null make </dev/null all", ("make all",)),
        ("", ()),
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_simple_commands_are_found_between_what_joins_them(line: str, parts: tuple[str, ...], shell: ShellName) -> None:
    assert take_apart(line, shell) == ShellCommand(parts, opaque=False)


@pytest.mark.parametrize(
    "line",
    [
        "$(x)",
        "`x`",
        '"$(x)"',
        "${x}",
        "<(x)",
        "(x)",
        "{ x; }",
        "if x; then y; fi",
        "x > y",
        "x < y",
        "x <<E",
        "# x",
        "'x",
        '"x',
        "x\\",
        "x\ry",
        "$x y",
        "x$y z",
        "{a,b}",
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_everything_else_is_opaque(line: str, shell: ShellName) -> None:
    assert take_apart(line, shell).opaque


@pytest.mark.parametrize("line", ["a &>/dev/null b", "a |& b", "a[b c]=d e", "a 12>/dev/null"])
def test_what_two_shells_read_differently_is_opaque_where_the_shell_is_not_known(line: str) -> None:
    assert take_apart(line, "bash").parts
    differs = take_apart(line, "sh")
    assert differs.opaque or differs == take_apart(line, "bash")


def test_bash_takes_a_redirection_between_the_words_of_a_command() -> None:
    line = "git status &>/dev/null rm -rf victim"
    assert take_apart(line, "bash") == ShellCommand(("git status rm -rf victim",), opaque=False)
    assert "rm -rf victim" not in found(line, "bash")


def test_a_posix_shell_puts_the_command_in_front_of_it_into_the_background() -> None:
    line = "git status &>/dev/null rm -rf victim"
    assert take_apart(line, "sh").opaque
    assert {"git status", "rm -rf victim"} <= found(line, "sh")


@pytest.mark.parametrize(("line", "commands"), RUNS.items(), ids=ascii)
@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_of_a_tricky_line_is_suspected(line: str, commands: tuple[str, ...], shell: ShellName) -> None:
    suspected = suspects(line, shell)
    assert suspected is None if shell == "sh" and suspected is None else set(commands) <= (suspected or set())


@pytest.mark.parametrize("line", OPAQUE, ids=ascii)
@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_of_which_it_cannot_be_told_what_it_runs_is_opaque(line: str, shell: ShellName) -> None:
    assert readings(line, shell) is None
    assert take_apart(line, shell).opaque or "rm" not in take_apart(line, shell).parts


@pytest.mark.parametrize("line", HARMLESS, ids=ascii)
def test_a_word_is_not_taken_for_a_command(line: str) -> None:
    programs = {reading.partition(" ")[0] for reading in found(line) if reading != line}
    assert "rm" not in programs


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(RUNS) + len(OPAQUE) + len(HARMLESS) >= 150


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("program", ["bash", "dash"])
def test_what_a_real_shell_runs_of_the_corpus_was_suspected(tmp_path: Path, program: str, shell: ShellName) -> None:
    """One process runs every line that is not suspected of `rm`, where `rm` is a program that leaves a mark."""
    path = shutil.which(program)
    if path is None or (program, shell) == ("dash", "bash"):
        pytest.skip("no such shell here, or not the one that was asked about")
    tools, work = tmp_path / "bin", tmp_path / "work"
    tools.mkdir()
    work.mkdir()
    (tools / "rm").write_text(f'#!/bin/sh\necho "$*" >> {shlex.quote(str(tmp_path / "mark"))}\n')
    (tools / "rm").chmod(0o755)
    lines = [line for line in (*HARMLESS, *RUNS) if _seems_harmless(line, shell)]
    for line in lines:
        subprocess.run(
            [path, "-c", line], cwd=work, env={"PATH": str(tools)}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
    assert len(lines) >= len(HARMLESS) - 5
    assert not (tmp_path / "mark").exists()


def _seems_harmless(line: str, shell: ShellName) -> bool:
    suspected = readings(line, shell)
    return suspected is not None and not any(reading.words[0].text in ("rm", "/bin/rm") for reading in suspected)


def test_commands_within_commands_are_suspected() -> None:
    assert {"rm x", "a"} <= found("sudo -u a sh -c 'env B=c timeout 5 /bin/rm x'; a")


def test_what_is_too_tangled_might_run_anything() -> None:
    line = "x"
    for _ in range(8):
        line = "sh -c " + shlex.quote(line)
    for tangled in (line, "sudo " * 20_000 + "x", "xargs -n 1 " * 20_000, "sudo " + "-a " * 20_000):
        assert suspects(tangled) is None


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "x",
            "x ",
            "'",
            "''",
            '"',
            '""',
            '"$x" ',
            "$(",
            "$((",
            "((",
            "(",
            "`",
            "\\`",
            "\\",
            "\\\n",
            "{",
            "{a,",
            "*",
            "[",
            "=(",
        ),
        *(
            "a=",
            "a;",
            ";",
            "&",
            "|",
            "\n",
            "#",
            "<<E ",
            "<<E\n",
            "<<E \\\n",
            "<<E <<E\nE\n",
            "<<'E'\n",
            ">",
            "2>&1 ",
            "${",
            "${a:-",
            "$'",
            "\x01",
        ),
        *(
            "sudo ",
            "env ",
            "sh -c ",
            "eval ",
            "xargs ",
            "-n ",
            "git -c ",
            "docker run ",
            "find -exec ",
            "case a in ",
            "a)",
        ),
        *(
            "if ",
            "! ",
            "coproc ",
            "for a do ",
            "[[ ",
            "[[ a ]] ",
            "time ",
            "function f ",
            "trap ",
            "a b; ",
            "${a}",
            "$((1))",
        ),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("length", [100_000, 600_000])
def test_no_line_takes_long_however_it_is_nested(unit: str, length: int) -> None:
    lines = (unit * (length // len(unit)) + str(number) for number in range(3))
    assert min(map(seconds_of, lines)) < BOUND, "a collection of garbage may fall into one of them"


def seconds_of(line: str) -> float:
    begun = process_time()
    take_apart(line)
    readings(line)
    return process_time() - begun


def test_a_long_script_is_read_to_its_end() -> None:
    script = "cat > f <<E\n" + "x = (1)\n" * 500 + "E\nrm x"
    assert "rm x" in found(script)


@example("\\ ", "bash")
@given(st.text(alphabet="ab;&|$()`'\"\\\n #<>{}*=/-", max_size=60), st.sampled_from(SHELLS))
def test_no_line_breaks_it_and_no_text_is_lost(line: str, shell: ShellName) -> None:
    taken = take_apart(line, shell)
    bare = [part.removesuffix(" ") if part.endswith("\\ ") else part for part in taken.parts]
    assert all(part == part.strip() and part for part in bare), "only an escaped blank is a part of a word"
    if not taken.opaque:
        assert sum(part.count("a") for part in taken.parts) == line.count("a")
    suspects(line, shell)
