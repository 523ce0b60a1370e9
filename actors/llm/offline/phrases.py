"""The phrases of the offline model, written as people say them, and the patterns they stand for.

In a template a word stands for itself, `a|b` for one of several words, `[…]` for something that may be left out, and
`<name>` for a piece that is taken out. Used by `offline_grammar`. Pure.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, TypeAlias

RequestKind: TypeAlias = Literal[
    "help", "list", "show", "find", "outline", "create", "replace", "delete", "test", "run", "todo", "ask"
]

QUOTED = r"`[^`\n]+`|\"[^\"\n]+\"|“[^”\n]+”|(?<!\w)'[^'\n]+'(?!\w)"
NAME = rf"(?:{QUOTED}|\S+)"
ITEM = rf"(?:{QUOTED}|[^\s,]++)"
"""A name in a list of names."""
RANGE = r"\d+(?:\s*(?:-|–|to|\.\.)\s*\d+)?"

PIECES = {
    "name": NAME,
    "names": rf"{ITEM}(?:\s*+,\s*+(?:and\s++)?{ITEM}|\s++and\s++{ITEM})*?",
    "lines": RANGE,
    "text": rf"(?:{QUOTED}|.+?)",
    "maybe": r"(?:``|\"\"|“”|''|" + QUOTED + "|.+?)",
    "rest": r".+",
}
"""What a piece may look like; `<file:name>` is a name that is called file."""

IN = "[in|under|of|inside|within|from [the] [folder|directory|file] <place:name>]"
SHOW = "show|read|open|cat|print|display [me]"
REPLACED = "<old:text> with|by|to <new:maybe>"
WITH = "with|containing [the] [content|contents|text|lines]"
TOLD = "[and|then] [show|tell|say|see|report|list <how:rest>]"
CONTENT = r"(?P<content>\s.*)"

TEMPLATES: tuple[tuple[RequestKind, str], ...] = (
    ("help", "help|? [me]"),
    ("help", "what can you do|understand"),
    ("help", "what do you understand|know"),
    ("test", f"run|execute [all] [of] [the|my|our] test|tests [suite] {TOLD}"),
    ("test", "test it|this"),
    ("list", f"list|find|show|display [me] [all] [the] file|files named|called|like|matching <glob:name> {IN}"),
    ("list", f"list|ls|show|display|print [me] [all] [of] [the] files [here] {IN}"),
    ("list", f"what [files] is|are [there] [here] {IN}"),
    ("list", f"list|ls [everything|all] [the] [folder|directory] {IN}"),
    ("list", "list|ls <place:name>"),
    ("outline", "outline [of] <file:name>"),
    ("outline", "show [me] [the|an] outline of <file:name>"),
    ("show", f"{SHOW} line|lines <range:lines> of|in|from <files:name>"),
    ("show", f"{SHOW} [the] [content|contents of] [file|files] <files:names> [from] [line|lines <range:lines>]"),
    ("find", f"find|search|grep [for] [all] [the] [text|word|string] <text:text> {IN}"),
    ("find", f"look for <text:text> {IN}"),
    ("create", "create|write|make an|a [new] empty file [named|called] <file:name>"),
    ("create", f"create|write|make [a|the] [new] [file] [named|called] <file:name> {WITH} <content>"),
    ("replace", f"replace|change all|every|each {REPLACED} in <everywhere:name>"),
    ("replace", f"replace|change {REPLACED} everywhere in <everywhere:name>"),
    ("replace", f"replace|change {REPLACED} in <everywhere:name> everywhere"),
    ("replace", f"replace|change {REPLACED} in [the] [file] <file:name>"),
    ("delete", "delete|remove [the] [file] <file:name>"),
    ("todo", "todo [list] <items:rest>"),
    ("ask", "ask [me] <question:text> : <choices:rest>"),
    ("ask", "ask [me] <question:text>"),
    ("run", "run|execute [the command] <command:rest>"),
)
"""In order: the first that fits counts."""

TOKEN = re.compile(r"\[|\]|<(\w+)(?::(\w+))?>|[^\s\[\]]+")


def pattern_of(template: str) -> re.Pattern[str]:
    """The pattern of a template, for a clause with a space put before it."""
    found: list[str] = []
    for token in TOKEN.finditer(template):
        word, (name, sort) = token[0], token.groups()
        if word == "[":
            found.append("(?:")
        elif word == "]":
            found.append(")?")
        elif word == "<content>":
            found.append(CONTENT)
        elif name:
            found.append(rf"\s++(?P<{name}>{PIECES[sort]})")
        elif word == ":":
            found.append(r"\s*+:")
        else:
            found.append(rf"\s++(?:{'|'.join(map(re.escape, word.split('|')))}):?")
    return re.compile("".join(found) + r"\s*+[.?!]*+\s*+\Z", re.IGNORECASE | re.DOTALL)


@cache
def phrases() -> tuple[tuple[RequestKind, re.Pattern[str]], ...]:
    """The templates as patterns; made when first needed."""
    return tuple((kind, pattern_of(template)) for kind, template in TEMPLATES)
