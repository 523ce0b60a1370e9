"""Everything that calls itself a model is one, for the type checker and at run time."""

from __future__ import annotations

from actors.llm.http.model import HttpModel
from actors.llm.port import ModelPort
from actors.llm.scripted.port import ScriptedPort
from config.providers import ProviderAccess


def test_both_ports_keep_the_contract() -> None:
    ports: tuple[ModelPort, ...] = (
        HttpModel(ProviderAccess("offline", "offline://model", "offline")),
        ScriptedPort(lambda _: (), lambda _, function: function()),
    )
    for port in ports:
        port.cancel("unknown")
        port.close()
