"""What may be written as a rule, and which tools it may name before they are there."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from config.permissions.rule import names_later_tools, parse_rule


@pytest.mark.parametrize(
    "text", ["", "run command", "run_command(", "run_command()", "run_command)x(", "(git *)", "a(b)c"]
)
def test_a_malformed_rule_is_a_configuration_error(text: str) -> None:
    with pytest.raises(ConfigError, match="is no rule"):
        parse_rule(text)


@pytest.mark.parametrize("pattern", ["mcp__*", "mcp__github__*", "mcp__github__issue", "mcp*", "m*", "*", "*__delete"])
def test_a_rule_may_name_tools_that_a_provider_adds_later(pattern: str) -> None:
    assert names_later_tools(pattern)


@pytest.mark.parametrize("pattern", ["mpc__*", "mcp", "mcp_github", "write_fiel", "x_*", "write_*", ""])
def test_a_slip_of_the_pen_is_not_taken_for_a_later_tool(pattern: str) -> None:
    assert not names_later_tools(pattern)
