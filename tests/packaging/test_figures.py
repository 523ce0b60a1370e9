"""The figures that have a bound: folders that can be seen at once, one meaning for each name."""

from __future__ import annotations

import ast
import re

from tests.packaging.figures import hidden_imports, modules_of, table, with_two_meanings
from tests.packaging.source_files import SourceFile, product

MOST_MODULES = 20
MANNERED = re.compile(r"\b(?:nobody|whoever|somebody|on stage)\b", re.IGNORECASE)


def written(path: str, text: str) -> SourceFile:
    return SourceFile(path, text, ast.parse(text))


def test_a_folder_holds_no_more_modules_than_can_be_seen_at_once() -> None:
    assert not {folder: count for folder, count in modules_of(product()).items() if count > MOST_MODULES}


def test_no_two_public_classes_share_a_name() -> None:
    assert with_two_meanings(product()) == {}


def test_a_second_class_of_one_name_is_seen() -> None:
    both = [written("a.py", "class Lane: ..."), written("b/c.py", "Lane: TypeAlias = int\nclass _Own: ...")]
    assert with_two_meanings(both) == {"Lane": ["a.py", "b/c.py"]}


def test_an_import_inside_of_a_function_is_seen_and_so_is_one_by_name() -> None:
    text = "import os\ndef run():\n    import re\n    return import_module('json')\n"
    assert hidden_imports([written("a.py", text)]) == ["a.py:3", "a.py:4"]


def test_prose_names_effects_instead_of_persons() -> None:
    told = {source.path: len(MANNERED.findall(source.text)) for source in product()}
    assert not {path: count for path, count in told.items() if count}


def test_the_table_has_a_line_for_each_figure() -> None:
    lines = list(table())
    assert {line.split("  ")[0] for line in lines if not line.startswith(" ")} >= {"modules", "functions"}
    assert any(line.endswith("ui/screen/") for line in lines)
