"""What all tables of a configuration file have in common. Used by the schemas in `config`."""

from __future__ import annotations

from msgspec import Struct


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the configuration file; a key that it does not know is an error."""
