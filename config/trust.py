"""Which projects a person trusts, and what the configuration of an untrusted one may not say.

Somebody else's repository must not choose who is sent the code, nor what runs unasked. One small file per trusted
folder, under the state directory: the user's own configuration is never rewritten, and parallel processes cannot
spoil each other's entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from config.places import write_private
from config.tree import Tree, dotted

if TYPE_CHECKING:
    from pathlib import Path

    from config.places import Places

POWERS = frozenset(("allowed_providers", "hooks", "policy.allow", "policy.mode", "providers", "tools.add_dirs"))
"""Keys that only a trusted project may set; `policy.mode = "plan"` is harmless and always taken."""


def is_trusted(places: Places, folder: Path) -> bool:
    """Whether a person has trusted this project folder."""
    try:
        return _entry(places, folder).read_text(encoding="utf-8").rstrip("\n") == str(folder.resolve())
    except (OSError, UnicodeDecodeError):
        return False


def trust(places: Places, folder: Path) -> None:
    """Trust the folder from now on.

    Raises:
        OSError: the state directory cannot be written.
    """
    write_private(_entry(places, folder), f"{folder.resolve()}\n".encode())


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
    if key == "model.name":
        return str(value).startswith("script:")
    return key in POWERS and not (key == "policy.mode" and value == "plan")


def _entry(places: Places, folder: Path) -> Path:
    from hashlib import sha256  # noqa: PLC0415 - slow to import, and only projects with settings of their own need it

    return places.trusted / sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
