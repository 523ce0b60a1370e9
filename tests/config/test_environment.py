"""Settings in the environment."""

from __future__ import annotations

import pytest

from config.environment import read_environment
from config.errors import ConfigError


def test_two_underscores_stand_for_a_dot_and_the_variable_is_the_origin() -> None:
    layer = read_environment({"CALLBOARD_TOOLS__TIME_LIMIT": "5", "OTHER": "x", "CALLBOARD_MODEL": "m"})
    assert layer.values == {"tools": {"time_limit": "5"}, "model": {"name": "m"}}
    assert layer.origin_of("tools.time_limit") == "environment CALLBOARD_TOOLS__TIME_LIMIT"


def test_what_callboard_tells_its_own_children_is_no_setting() -> None:
    assert read_environment({"CALLBOARD_RUN_ID": "1", "CALLBOARD_JOB": "2", "CALLBOARD_PROFILE": "p"}).values == {}


@pytest.mark.parametrize("text", ["[1", "[1]", '["a", 2]', "[\udcff", "x\udcff"])
def test_a_list_is_json_of_texts(text: str) -> None:
    with pytest.raises(ConfigError, match=r"CALLBOARD_POLICY__ALLOW: policy\.allow"):
        read_environment({"CALLBOARD_POLICY__ALLOW": text})


def test_a_value_set_by_its_short_and_its_long_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="set twice"):
        read_environment({"CALLBOARD_MODEL": "a", "CALLBOARD_MODEL__NAME": "b"})


def test_a_command_of_a_provider_is_a_list() -> None:
    layer = read_environment({"CALLBOARD_PROVIDERS__X__API_KEY_COMMAND": '["op", "read", "k"]'})
    assert layer.values == {"providers": {"x": {"api_key_command": ["op", "read", "k"]}}}
    single = read_environment({"CALLBOARD_MODEL__FALLBACKS": "ollama/m"})
    assert single.values == {"model": {"fallbacks": ["ollama/m"]}}
