"""Finds every layer of configuration and makes one `Settings` of them; says where each value came from.

    defaults < user file < project file < environment < profile < --settings file < flags

The defaults are those of `config.settings`; `default.toml` documents them and is not read. Called once at start-up,
and by `callboard config` and `callboard doctor`. No file is ever written here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec import Struct, field

from config.environment import PROFILE, read_environment
from config.errors import ConfigError
from config.layer import JOINED_KEYS, check, leaves, merge, plant
from config.permissions.trust import PROJECT_FILE, trust_in, without_powers
from config.settings import Settings
from config.toml_file import is_there, parse_toml, read_content, read_toml
from config.tree import Layer, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.places import Places

REPOSITORY_MARKS = (".git", ".hg", ".jj")


class Flag(Struct, frozen=True):
    """A setting given on the command line; `name` as the user wrote it."""

    key: str
    value: object
    name: str


class Sources(Struct, frozen=True):
    """Where to look."""

    directory: Path
    environ: Mapping[str, str]
    places: Places
    profile: str = ""
    settings_file: Path | None = None
    flags: tuple[Flag, ...] = ()


class Loaded(Struct, frozen=True):
    """The settings; the origin of each dotted key that is not a default; what was ignored and why."""

    settings: Settings
    origins: Mapping[str, str] = field(default_factory=dict[str, str])
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    """The files that were read, lowest layer first."""

    def origin(self, key: str) -> str:
        """Where this dotted key's value came from."""
        return self.origins.get(key, "default")


def load(sources: Sources) -> Loaded:
    """The settings that hold here.

    Raises:
        ConfigError: something in a layer is wrong; the text names layer, key and what is allowed.
    """
    warnings: list[str] = []
    files: list[Path] = []
    below = [*_file_layers(sources, files, warnings), read_environment(sources.environ)]
    tree, origins = _pile(below)
    above = list(_chosen_profile(sources, tree))
    if sources.settings_file is not None:
        above.append(_settings_layer(sources.settings_file, files))
    above.append(_flag_layer(sources.flags))
    tree, origins = _pile(above, tree, origins)
    settings = msgspec.convert(tree, Settings) if tree else Settings()
    return Loaded(settings, origins, tuple(warnings), tuple(files))


def repository_root(directory: Path) -> Path:
    """The nearest folder upwards that is a repository, or the directory itself where there is none."""
    folders = (directory, *directory.parents)
    return next((folder for folder in folders if any(is_there(folder / mark) for mark in REPOSITORY_MARKS)), directory)


def folders_up_to_root(directory: Path) -> tuple[Path, ...]:
    """The directory and its parents up to the repository's root, nearest first."""
    directory = directory.resolve()
    root = repository_root(directory)
    return tuple(folder for folder in (directory, *directory.parents) if folder == root or root in folder.parents)


def project_file(sources: Sources) -> Path | None:
    """The nearest project configuration, if there is one; the user's own file is never taken for it."""
    candidates = (folder / PROJECT_FILE for folder in folders_up_to_root(sources.directory))
    return next((path for path in candidates if is_there(path) and path != sources.places.config_file), None)


def _file_layers(sources: Sources, files: list[Path], warnings: list[str]) -> list[Layer]:
    layers: list[Layer] = []
    user = sources.places.config_file
    if (values := read_toml(user)) is not None:
        files.append(user)
        layers.append(Layer(f"user file {user}", values))
    project = project_file(sources)
    if project is not None and (content := read_content(project)) is not None:
        files.append(project)
        layers.append(_project_layer(sources, project, content, warnings))
    return layers


def _project_layer(sources: Sources, path: Path, content: bytes, warnings: list[str]) -> Layer:
    """What was judged is what is used: the file is read once."""
    origin, values = f"project file {path}", parse_toml(path, content)
    known = trust_in(sources.places, path.parent.parent, content)
    if known == "trusted":
        return Layer(origin, values)
    check(Layer(origin, values))
    kept, removed = without_powers(values)
    if removed:
        why = "it has changed since it was trusted" if known == "changed" else "the folder is not trusted"
        text = f"{path}: ignored because {why}: {', '.join(removed)}"
        warnings.append(f"{text}. Read the file; `callboard config trust` trusts it.")
    return Layer(origin, kept)


def _chosen_profile(sources: Sources, tree: Tree) -> tuple[Layer, ...]:
    name, strategy = sources.profile, "--profile"
    if not name:
        name, strategy = sources.environ.get(PROFILE, ""), f"environment {PROFILE}"
    if not name:
        return ()
    profiles = cast("dict[str, Tree]", tree.get("profiles", {}))
    if name not in profiles:
        known = ", ".join(profiles) or "none; add a table [profiles.NAME] to the configuration"
        raise ConfigError(f"{strategy}: there is no profile {name}; known: {known}")
    return (Layer(f"profile {name}", profiles[name]),)


def _settings_layer(path: Path, files: list[Path]) -> Layer:
    values = read_toml(path)
    if values is None:
        raise ConfigError(f"--settings {path}: there is no such file")
    files.append(path)
    return Layer(f"settings file {path}", values)


def _flag_layer(flags: tuple[Flag, ...]) -> Layer:
    values: Tree = {}
    for flag in flags:
        plant(values, tuple(flag.key.split(".")), flag.value)
    return Layer("flags", values, origins={flag.key: f"flag {flag.name}" for flag in flags})


def _pile(
    layers: list[Layer],
    tree: Tree | None = None,
    origins: dict[str, str] | None = None,
) -> tuple[Tree, dict[str, str]]:
    """The layers, checked, over what lies below already."""
    tree, origins = tree or {}, dict(origins or {})
    for layer in layers:
        if not layer.values:
            continue
        values = check(layer)
        tree = merge(tree, values)
        for key in leaves(values):
            if key.startswith("profiles."):
                continue
            origin = layer.origin_of(key)
            origins[key] = f"{origins[key]} + {origin}" if key in JOINED_KEYS and key in origins else origin
    return tree, origins
