"""Which projects a person trusts, and what the configuration of an untrusted one may not say.

A repository must not choose by itself who is sent the code, which model is paid for, nor what runs unasked. Trust is
given to a folder with the configuration that it has: when that changes, the trust is gone until it is given again. One
small file per trusted folder, under the state directory: the user's own configuration is never rewritten, and parallel
processes cannot spoil each other's entries.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from config.places import write_private
from config.toml_file import LONGEST, read_start
from config.tree import Tree, dotted

if TYPE_CHECKING:
    from config.places import Places

PROJECT_FILE = Path(".callboard", "config.toml")
"""The configuration of a project, in its folder."""
POWERS = frozenset(
    (
        *("allowed_providers", "hooks", "policy.allow", "policy.mode", "providers", "tools.add_dirs", "tools.shell"),
        *("tools.environment", "limits.max_budget_usd", "limits.max_tokens"),
    )
)
"""Keys that only a trusted project may set; `policy.mode = "plan"` is harmless and always taken."""
POWER_TABLES = ("model.",)
"""Tables of which every key is a power: who is asked, what it costs, and what it is told."""
Trust: TypeAlias = Literal["trusted", "changed", "unknown"]
"""`changed`: a person has trusted the folder, with another configuration than it has now."""


def trust_in(places: Places, folder: Path, content: bytes | None = None) -> Trust:
    """Whether a person has trusted this project folder as it is; `content` is that of its configuration, if known."""
    try:
        path, _, digest = _entry(places, folder).read_bytes().rstrip(b"\n").rpartition(b"\n")
    except OSError:
        return "unknown"
    if path != os.fsencode(folder.resolve()):
        return "unknown"
    try:
        now = configuration_digest(folder) if content is None else digest_of(content)
    except OSError:
        return "changed"
    return "trusted" if digest.decode("ascii", "replace") == now else "changed"


def is_trusted(places: Places, folder: Path, content: bytes | None = None) -> bool:
    """Whether a person has trusted this project folder with the configuration that it has."""
    return trust_in(places, folder, content) == "trusted"


def trust(places: Places, folder: Path) -> None:
    """Trust the folder, as long as its configuration stays as it is.

    Raises:
        OSError: the configuration cannot be read, or the state directory cannot be written.
    """
    entry = os.fsencode(folder.resolve()) + b"\n" + configuration_digest(folder).encode() + b"\n"
    write_private(_entry(places, folder), entry)


def configuration_digest(folder: Path) -> str:
    """What tells this folder's configuration from any other one; the same for every folder without one.

    Raises:
        OSError: it cannot be read.
    """
    return digest_of(read_start(folder / PROJECT_FILE, LONGEST + 1) or b"")


def digest_of(content: bytes) -> str:
    """The digest of a configuration's content."""
    from hashlib import sha256  # noqa: PLC0415 - slow to import, and only projects with settings of their own need it

    return sha256(content).hexdigest()


def distrust(places: Places, folder: Path) -> bool:
    """Take the trust back; False if there was none.

    Raises:
        OSError: the state directory cannot be written.
    """
    entry = _entry(places, folder)
    existed = entry.exists()
    entry.unlink(missing_ok=True)
    return existed


def without_powers(values: Tree, path: str = "") -> tuple[Tree, tuple[str, ...]]:
    """The values that an untrusted project may set, and the keys of those it may not."""
    kept: Tree = {}
    removed: list[str] = []
    for name, value in values.items():
        key = dotted(path, name)
        if _is_power(key, value):
            removed.append(key)
        elif key == "profiles" and isinstance(value, dict):
            kept[name], more = _profiles_without_powers(cast("Tree", value))
            removed += more
        elif isinstance(value, dict):
            kept[name], inside = without_powers(cast("Tree", value), key)
            removed += inside
        else:
            kept[name] = value
    return kept, tuple(removed)


def _profiles_without_powers(profiles: Tree) -> tuple[Tree, list[str]]:
    kept: Tree = {}
    removed: list[str] = []
    for name, values in profiles.items():
        kept[name], inside = without_powers(cast("Tree", values)) if isinstance(values, dict) else (values, ())
        removed += [f"{dotted('profiles', name)}.{key}" for key in inside]
    return kept, removed


def _is_power(key: str, value: object) -> bool:
    if key.startswith(POWER_TABLES):
        return True
    return key in POWERS and not (key == "policy.mode" and value == "plan")


def _entry(places: Places, folder: Path) -> Path:
    from hashlib import sha256  # noqa: PLC0415 - slow to import, and only projects with settings of their own need it

    return places.trusted / sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
