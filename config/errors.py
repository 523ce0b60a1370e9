"""What is wrong with the user's configuration or usage. `ui.cli.main` prints the text and exits with code 2."""

from __future__ import annotations


class ConfigError(Exception):
    """The text names the place (file, variable or flag), the key, and what to do next."""
