"""docs/models.md says what the built-in table holds."""

from __future__ import annotations

from config.models.known_providers import known_providers
from config.settings import Provider
from tests.packaging.source_files import ROOT

MANUAL = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def test_every_built_in_provider_stands_in_the_table_with_its_variables_and_address() -> None:
    rows = {line.split("`")[1]: line for line in MANUAL.splitlines() if line.startswith("| `")}
    for name, known in known_providers().items():
        told = (known.api_key_env, known.auth_token_env, known.base_url_env, known.model_env, known.base_url)
        missing = [word for word in (*told, known.model) if word and f"`{word}`" not in rows[name]]
        assert not missing, name


def test_every_key_of_a_provider_is_explained() -> None:
    assert not [key for key in Provider.__struct_fields__ if f"`{key}`" not in MANUAL and f"{key} = " not in MANUAL]
