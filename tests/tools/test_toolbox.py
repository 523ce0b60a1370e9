"""Calls of a model become checked arguments, or an error that helps it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.tool import Tool, ToolError, ToolResult
from tools.toolbox import Toolbox
from tools.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Part:
    """A part."""

    state: Literal["open", "done"]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What it is asked."""

    path: str
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    whole: bool = False
    parts: tuple[Part, ...] = ()
    limit: float | None = None


class Example(Tool[Arguments]):
    name = "example"
    description = "An example."
    effects = "none"
    arguments = Arguments

    def execute(self, arguments: Arguments, workspace: Workspace) -> ToolResult:
        del workspace
        return ToolResult("ok", arguments.path)

    def subject(self, arguments: Arguments, workspace: Workspace | None = None) -> str:
        del workspace
        return arguments.path


BOX = Toolbox([Example()])


def decoded(arguments_json: str) -> object:
    return BOX.decode("example", arguments_json)[1]


def problem(arguments_json: str, name: str = "example") -> str:
    with pytest.raises(ToolError) as caught:
        BOX.decode(name, arguments_json)
    return str(caught.value)


def test_every_module_with_a_tool_is_found_and_sorted() -> None:
    """S1-4."""
    names = Toolbox.discover().names()
    files = {path.stem for path in (ROOT / "tools" / "builtin").glob("*.py")} - {"__init__"}
    assert set(names) == files
    assert list(names) == sorted(names)


NEW_TOOL = '''
"""A tool that was not there before."""
from dataclasses import dataclass
from tools.tool import Tool, ToolResult

@dataclass(frozen=True)
class ShoutArguments:
    """What shout is asked."""
    word: str

class Shout(Tool[ShoutArguments]):
    """Loud."""
    name = "shout"
    description = "Shout a word."
    effects = "none"
    arguments = ShoutArguments

    def execute(self, arguments, workspace):
        return ToolResult("ok", arguments.word.upper())

    def subject(self, arguments, workspace=None):
        return arguments.word

TOOL = Shout()
'''
USE_IT = """
import sys, tools.builtin
tools.builtin.__path__.append(sys.argv[1])
from pathlib import Path
from config.load import Flag
from config.places import locate
from tools.toolbox import Toolbox
from tools.workspace import Workspace
from ui.arguments import Arguments
from ui.startup.load_settings import load_settings
box = Toolbox.discover()
tool, arguments = box.decode("shout", '{"word": "now"}')
print("shout" in [one.name for one in box.definitions()], tool.execute(arguments, Workspace(Path("/"))).text)
rules = Arguments(directory=Path(sys.argv[1]), flags=(Flag("policy.deny", ("shout(x)",), "--rules"),))
print(load_settings(rules, locate({"HOME": sys.argv[1]})).settings.policy.deny)
"""


def test_a_new_tool_is_one_file_in_the_folder_of_the_built_in_ones(tmp_path: Path) -> None:
    """The model is told of it, its calls are checked, rules may name it; no other file of the product knows it."""
    (tmp_path / "shout.py").write_text(NEW_TOOL, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", USE_IT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["True NOW", "('shout(x)',)"]


def test_importing_the_package_of_tools_imports_no_tool() -> None:
    script = "import sys, tools.builtin; print([name for name in sys.modules if name.startswith('tools.builtin.')])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_definitions_are_closed_schemas_without_references_and_always_the_same() -> None:
    box = Toolbox.discover()
    definitions = box.definitions()
    assert definitions == Toolbox.discover().definitions()
    for definition in definitions:
        schema = json.loads(definition.parameters)
        assert "$ref" not in definition.parameters
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert all(part["description"] for part in schema["properties"].values())
        assert definition.description.endswith(".")


def test_two_tools_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two tools are called example"):
        Toolbox([Example(), Example()])


def test_good_arguments_are_decoded() -> None:
    """S1-4."""
    tool, arguments = BOX.decode("example", '{"path": "a", "parts": [{"state": "done"}]}')
    assert tool.name == "example"
    assert arguments == Arguments("a", parts=(Part("done"),))


def test_what_models_get_wrong_harmlessly_is_understood() -> None:
    assert decoded('{"path": "a", "count": "10", "whole": "true", "limit": "2.5"}') == Arguments(
        "a", 10, whole=True, limit=2.5
    )
    assert decoded('{"path": "a", "count": null, "limit": null}') == Arguments("a")
    assert decoded('{"path": "a\n\tb"}') == Arguments("a\n\tb")
    assert decoded(' {"path": "a"} \n') == Arguments("a")


def test_no_text_at_all_means_no_arguments() -> None:
    assert "path is missing" in problem("")
    assert "path is missing" in problem("{}")


def test_an_unknown_tool_is_answered_with_the_closest_and_all_names() -> None:
    """S1-4."""
    assert problem("{}", "exmaple") == "There is no tool 'exmaple'. Did you mean example? The tools are: example"
    with pytest.raises(ToolError, match="The tools are: none"):
        Toolbox([]).tool("x")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('{"path": 1}', "path must be a string, not 1."),
        ('{"path": "a", "count": 0}', "count must be a whole number, at least 1, not 0."),
        ('{"path": "a", "count": "ten"}', "count must be a whole number, at least 1, not 'ten'."),
        ('{"path": "a", "count": 1.5}', "count must be a whole number, at least 1, not 1.5."),
        ('{"path": "a", "whole": []}', "whole must be true or false, not []."),
        ('{"path": "a", "parts": {}}', "parts must be a list, not {}."),
        ('{"path": "a", "parts": [{"state": "odd"}]}', "parts[0].state must be one of done, open, not 'odd'."),
        ('{"path": "a", "parts": [{}]}', "the argument parts[0].state is missing."),
        ('{"path": "a", "parts": [{"staet": 1}]}', "there is no argument 'parts[0].staet'. Did you mean state?"),
        ('{"paht": "a"}', "there is no argument 'paht'. Did you mean path"),
        ('{"path": null}', "path must be a string, not null."),
        ('["a"]', 'the arguments must be a JSON object, not ["a"].'),
        ("null", "the arguments must be a JSON object, not null."),
        ('{"path": "a"', "the text ends too early, after 12 characters"),
        ('{"pfad": é}', "invalid character at character 9, near"),
        ('{"path": "a"} x', "trailing characters at character 15"),
        ('{"path": "\\ud800"}', "a lone surrogate, U+D800, half of a surrogate pair"),
        ('{"path": "\\ud83dx", "count": 2}', "a lone surrogate, U+D83D"),
        ('{"path": "\\ud83d\\ude00 \\\\ud800 \\ude00"}', "a lone surrogate, U+DE00"),
        ('{"path": "a\n\\udc00"}', "a lone surrogate, U+DC00"),
        ('{"path": "\ud800"}', "a lone surrogate, U+D800"),
        ('{"path": "a", "offset": 3}', "there is no argument 'offset'. Its"),
        ('{"file_path": "a"}', "Did you mean path? Its"),
        ('{"unheard": "a"}', "Did you mean path? Its"),
        ("[" * 100_000, "nested too deeply"),
        ('{"parts": ' + "[" * 900 + "]" * 900 + "}", ""),
    ],
)
def test_bad_arguments_are_answered_with_the_place_and_what_is_allowed(arguments: str, expected: str) -> None:
    """S1-4."""
    message = problem(arguments)
    assert message.startswith("example: ")
    assert expected in message
    assert message.endswith("Its arguments are: " + problem("{}").split("Its arguments are: ")[1])


def test_long_wrong_values_are_not_repeated_whole() -> None:
    assert len(problem(json.dumps({"path": "a", "parts": "x" * 100_000}))) < 500


@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_model_writes_is_decoded_or_a_tool_error(text: str) -> None:
    """S1-4."""
    with suppress(ToolError):
        assert isinstance(decoded(text), Arguments)


@given(
    st.dictionaries(
        st.sampled_from(["path", "count", "whole", "parts", "limit", "other"]),
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    )
)
def test_whatever_object_a_model_writes_is_decoded_or_a_tool_error(value: dict[str, object]) -> None:
    """S1-4."""
    with suppress(ToolError):
        assert isinstance(decoded(json.dumps(value)), Arguments)
