"""The rules that a person allowed for always, for each project: asked once, kept for later sessions.

One file a project under the state directory, one JSON text a line, appended with a single write, so that parallel
processes cannot spoil it. The person's own configuration is never rewritten; deleting the file forgets the rules. They
were allowed for the project as it was configured: where its own configuration changes, they do not hold any more.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from config.errors import ConfigError
from config.load import Sources, project_file, repository_root
from config.permissions.rule import parse_rule
from config.permissions.trust import configuration_digest
from config.places import PRIVATE_FILE, make_folder
from config.toml_file import LONGEST, read_start

if TYPE_CHECKING:
    from pathlib import Path

    from config.places import Places


def rules_file(places: Places, directory: Path) -> Path:
    """Where the rules for this folder's project, with the configuration that it has now, are."""
    root = repository_root(directory.resolve())
    import hashlib  # noqa: PLC0415 - loads OpenSSL, and most people have no such rules

    name = hashlib.sha256(os.fsencode(root) + b"\n" + _configuration(places, directory).encode()).hexdigest()[:32]
    return _folder(places) / f"{name}.jsonl"


def _folder(places: Places) -> Path:
    return places.state / "rules"


def _configuration(places: Places, directory: Path) -> str:
    """The digest of the project's own configuration; one that cannot be read has none, and no rules with it."""
    found = project_file(Sources(directory, {}, places))
    folder = repository_root(directory.resolve()) if found is None else found.parent.parent
    try:
        return configuration_digest(folder)
    except OSError:
        return "unreadable"


def save_rule(places: Places, directory: Path, rule: str) -> None:
    """Keep the rule; one that is known already is not written twice.

    Raises:
        OSError: it cannot be written.
    """
    if rule in saved_rules(places, directory):
        return
    path = rules_file(places, directory)
    make_folder(path.parent)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        os.write(file, msgspec.json.encode(rule) + b"\n")
    finally:
        os.close(file)


def saved_rules(places: Places, directory: Path) -> tuple[str, ...]:
    """The rules kept for this project; lines that are no rules are passed over."""
    if not _folder(places).is_dir():
        return ()
    try:
        content = read_start(rules_file(places, directory), LONGEST) or b""
    except OSError:
        return ()
    return tuple(dict.fromkeys(rule for line in content.splitlines() if (rule := _rule(line))))


def _rule(line: bytes) -> str:
    try:
        rule = msgspec.json.decode(line, type=str)
        parse_rule(rule)
    except (msgspec.MsgspecError, UnicodeDecodeError, ConfigError):
        return ""
    return rule
