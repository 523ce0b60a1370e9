"""Taking shell commands apart, as far as it is safe."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.shell_command import ShellCommand, suspects, take_apart


def found(line: str) -> frozenset[str]:
    suspected = suspects(line)
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
        ("make &>/dev/null", ("make",)),
        ("", ()),
    ],
)
def test_simple_commands_are_found_between_what_joins_them(line: str, parts: tuple[str, ...]) -> None:
    assert take_apart(line) == ShellCommand(parts, opaque=False)


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
        "x > y",
        "x < y",
        "x <<E",
        "# x",
        "'x",
        '"x',
        "x\\",
        "x\ry",
    ],
)
def test_everything_else_is_opaque(line: str) -> None:
    assert take_apart(line).opaque


def test_commands_within_commands_are_suspected() -> None:
    assert {"rm x", "a"} <= found("sudo -u a sh -c 'env B=c timeout 5 /bin/rm x'; a")


def test_what_is_too_tangled_might_run_anything_and_takes_no_time() -> None:
    line = "x"
    for _ in range(8):
        line = "sh -c " + shlex.quote(line)
    for tangled in (line, "sudo " * 20_000 + "x", "xargs -n 1 " * 20_000, "sudo " + "-a " * 20_000):
        assert suspects(tangled) is None


def test_a_long_script_is_read_to_its_end() -> None:
    script = "cat > f <<E\n" + "x = (1)\n" * 500 + "E\nrm x"
    assert "rm x" in found(script)


@given(st.text(alphabet="ab;&|$()`'\"\\\n #<>{}*=/-", max_size=60))
def test_no_line_breaks_it_and_no_text_is_lost(line: str) -> None:
    taken = take_apart(line)
    assert all(part == part.strip() and part for part in taken.parts)
    if not taken.opaque:
        assert sum(part.count("a") for part in taken.parts) == line.count("a")
    suspects(line)
