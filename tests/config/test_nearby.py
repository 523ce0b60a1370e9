"""Which servers are on this machine or network."""

from __future__ import annotations

import pytest

from config.nearby import is_nearby


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/v1",
        "http://localhost:11434/v1",
        "http://[::1]:8080",
        "http://192.168.1.7/v1",
        "http://10.0.0.1",
        "http://[fe80::1%25eth0]/v1",
        "http://0.0.0.0:1",
        "http://workstation:8000/v1",
        "http://gpu.local/v1",
        "http://user:word@127.0.0.1/v1",
        "http://host.docker.internal:1234/v1",
    ],
)
def test_a_host_of_this_machine_or_network_is_nearby(url: str) -> None:
    assert is_nearby(url)


@pytest.mark.parametrize(
    "url",
    ["https://api.openai.com/v1", "https://8.8.8.8", "https://local.example", "offline://", "", "http://[", "http://"],
)
def test_any_other_is_not(url: str) -> None:
    assert not is_nearby(url)
