"""The command line: every flag, what it means, and which setting it sets.

Only flags that are honoured are known here; anything else ends with exit code 2 and a hint. Loaded by name from
`ui.arguments`, where there is anything to parse.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast, get_args

from config.load import Flag
from config.settings import PermissionMode
from config.version import VERSION
from ui.arguments import Arguments, DrillArguments, InputFormat, OutputFormat
from ui.cli.drill_flags import add_drill_flags, clash, drill_arguments
from ui.cli.literal_words import sort_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ui.arguments import CommandName

EPILOG = """\
Exit codes: 0 done, 1 failed or not written whole, 2 usage or configuration, 3 a limit was reached,
4 an approval was needed, 70 restarting actors did not help, 75 the provider failed and a retry
may help, 129 hung up (SIGHUP), 130 interrupted (SIGINT), 143 terminated (SIGTERM).
"""
SETTING_FLAGS: dict[str, tuple[str, str]] = {
    "model": ("model.name", "--model"),
    "append_system_prompt": ("model.append_system_prompt", "--append-system-prompt"),
    "max_turns": ("limits.max_turns", "--max-turns"),
    "max_tokens": ("limits.max_tokens", "--max-tokens"),
    "max_budget_usd": ("limits.max_budget_usd", "--max-budget-usd"),
    "time_limit": ("limits.time", "--time-limit"),
    "mode": ("policy.mode", "--permission-mode"),
    "allowed_tools": ("policy.allow", "--allowed-tools"),
    "disallowed_tools": ("policy.deny", "--disallowed-tools"),
    "add_dir": ("tools.add_dirs", "--add-dir"),
    "keep_days": ("sessions.keep_days", "--keep-days"),
    "keep_bytes": ("sessions.keep_bytes", "--keep-bytes"),
}
"""Name in the parsed arguments: dotted key of the setting, flag."""


ELSEWHERE = {
    "--allow-tools": "--allowed-tools",
    "--approval-mode": "--permission-mode",
    "--ask-for-approval": "--permission-mode",
    "--cd": "--directory",
    "--cwd": "--directory",
    "--dangerously-bypass-approvals-and-sandbox": "--yolo",
    "--dangerously-skip-permissions": "--yolo",
    "--full-auto": "--permission-mode accept-edits",
    "--json": "--output-format json",
    "--max-steps": "--max-turns",
    "--message": "--print",
    "--prompt": "--print",
    "--system-prompt": "--append-system-prompt",
    "--timeout": "--time-limit",
    "--workdir": "--directory",
    "--yes": "--yolo",
}
"""Names that other agents have for what we have: ours."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line and say what to do next."""

    given: Sequence[str] = ()
    """The command line, for those errors."""

    def options(self) -> Mapping[str, argparse.Action]:
        """The options by every way they may be written."""
        return self._option_string_actions

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with exit code 2."""
        sys.stderr.write(f"callboard: {self._plainly(message)}\nTry: {self.prog} --help\n")
        raise SystemExit(2)

    def _plainly(self, message: str) -> str:
        """The parser's sentence, with what was probably meant."""
        known = self._option_string_actions
        flags = (word.partition("=")[0] for word in self.given if word.startswith("-"))
        unknown = next((flag for flag in flags if flag not in known), "")
        if message.startswith("argument COMMAND:") and not unknown:
            words = " ".join(word for word in self.given if not word.startswith("-"))
            return f'there is no such command; to have something done, write: callboard -p "{words}"'
        if not unknown or not message.startswith(("argument COMMAND:", "unrecognized arguments:")):
            return message
        elsewhere = [ELSEWHERE[unknown]] if ELSEWHERE.get(unknown, "").partition(" ")[0] in known else []
        near = elsewhere or difflib.get_close_matches(unknown.lower().replace("_", "-"), known, n=1, cutoff=0.7)
        return f"unrecognized arguments: {unknown}" + (f" (did you mean {near[0]}?)" if near else "")


def read(argv: Sequence[str]) -> Arguments:
    """The command line as a value.

    Raises:
        SystemExit: it was wrong (code 2), or help was asked for and printed (code 0).
    """
    parser, commands = _parser()
    line = sort_words(argv, parser.options(), {name: each.options() for name, each in commands.items()})
    parser.given = line.words
    known, unknown = parser.parse_known_args(line.words)
    given = vars(known)
    command = cast("CommandName", given.get("command") or "")
    speaker = commands.get(command, parser)
    if unknown:
        speaker.given = unknown
        speaker.error(f"unrecognized arguments: {' '.join(unknown)}")
    if command == "drill" and (problem := clash(given)):
        speaker.error(problem)
    if line.looks_like:
        sys.stderr.write(f"callboard: the prompt is {line.looks_like}, the word behind -p; -p - reads stdin\n")
    return Arguments(
        command=command,
        action=given.get("action") or "",
        prompt=_prompt(given, line.text, speaker),
        headless="print_" in given or command == "run",
        output_format=given.get("output_format", "text"),
        input_format=given.get("input_format", "text"),
        partial=given.get("partial", False),
        verbose=given.get("verbose", False),
        plain=given.get("plain", False),
        go_on=given.get("go_on", False),
        resume=given.get("resume"),
        session=given.get("session", ""),
        persist=given.get("persist", True),
        events=given.get("events"),
        once=given.get("once", False),
        dry_run=given.get("dry_run", False),
        as_json=given.get("as_json", False),
        directory=given.get("directory"),
        profile=given.get("profile", ""),
        settings_file=given.get("settings_file"),
        flags=tuple(_flags(given)),
        drill=drill_arguments(given) if command == "drill" else DrillArguments(),
    )


def _prompt(given: dict[str, object], text: tuple[str, ...] | None, speaker: Parser) -> str | None:
    """The words of `run`, or the text of -p; behind them, or in their place, what stands behind `--`."""
    words = cast("list[str]", given.get("words", []))
    prompt = cast("str | None", given.get("print_"))
    if text and (prompt is not None or ("print_" not in given and given.get("command") != "run")):
        shown = " ".join(text)
        speaker.error(f'words behind -- are the prompt of -p or run; write: callboard -p -- "{shown}"')
    every = [*words, *(text or ())]
    return " ".join(every) if every else prompt


def _flags(given: dict[str, object]) -> Iterable[Flag]:
    for name, (key, flag) in SETTING_FLAGS.items():
        if name in given:
            value = given[name]
            if name in ("allowed_tools", "disallowed_tools"):
                value = tuple(rule for text in cast("list[str]", value) for rule in split_rules(text))
            elif name == "add_dir":
                value = tuple(str(Path(text).absolute()) for text in cast("list[str]", value))
            yield Flag(key, value, "--yolo" if value == "yolo" else flag)


def split_rules(text: str) -> tuple[str, ...]:
    """Rules written in one argument: `read_file, run_command(git log, git show)` are two."""
    rules = [""]
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth <= 0:
            rules.append("")
        else:
            rules[-1] += character
    return tuple(rule.strip() for rule in rules)


def _parser() -> tuple[Parser, Mapping[str, Parser]]:
    """The whole, and the part of each command."""
    parser = Parser(
        prog="callboard",
        description="A coding agent for the terminal. Without arguments, a chat in the current folder.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"callboard {VERSION}")
    parser.add_argument(
        "-p",
        "--print",
        dest="print_",
        metavar="TEXT",
        nargs="?",
        default=argparse.SUPPRESS,
        help="do this and print the answer; TEXT is the next word, also if it begins with a dash; "
        "as the last word, or with -, read stdin",
    )
    _add_talk_flags(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    _add_run(commands)
    _add_config(commands)
    _add_models(commands)
    _add_sessions(commands)
    _add_top(commands)
    _add_drill(commands)
    doctor = commands.add_parser("doctor", help="check what Callboard needs and say what to do", allow_abbrev=False)
    _add_place_flags(doctor)
    _add_model_flag(doctor)
    return parser, commands.choices


def _add_run(commands: argparse._SubParsersAction[Parser]) -> None:  # pyright: ignore[reportPrivateUsage]
    run = commands.add_parser("run", help="do one thing and print the answer, as -p does", allow_abbrev=False)
    run.add_argument("words", metavar="TEXT", nargs="*", default=argparse.SUPPRESS, help="what to do; - reads stdin")
    _add_talk_flags(run)


def _add_models(commands: argparse._SubParsersAction[Parser]) -> None:  # pyright: ignore[reportPrivateUsage]
    models = commands.add_parser("models", help="list the models that the providers offer", allow_abbrev=False)
    models.add_argument(
        "action",
        metavar="PROVIDER",
        nargs="?",
        default="",
        help="only this one; without it, every provider that is configured, has its key set, or runs on this machine",
    )
    models.add_argument("--json", dest="as_json", action="store_true", default=argparse.SUPPRESS, help="as JSON")
    _add_place_flags(models)


def _add_sessions(commands: argparse._SubParsersAction[Parser]) -> None:  # pyright: ignore[reportPrivateUsage]
    sessions = commands.add_parser(
        "sessions", help="list the sessions of this folder, or remove old ones", allow_abbrev=False
    )
    sessions.add_argument(
        "action",
        metavar="list|prune",
        choices=("list", "prune"),
        nargs="?",
        default="list",
        help="list (the default): those of this folder, newest first; prune: remove what is too old or too much of all",
    )
    group = sessions.add_argument_group("prune", argument_default=argparse.SUPPRESS)
    group.add_argument("--dry-run", action="store_true", help="say what would go, and remove nothing")
    group.add_argument("--keep-days", type=float, metavar="N", help="remove what is older (sessions.keep_days)")
    group.add_argument("--keep-bytes", type=int, metavar="N", help="most for all together (sessions.keep_bytes)")
    _add_place_flags(sessions)


def _add_top(commands: argparse._SubParsersAction[Parser]) -> None:  # pyright: ignore[reportPrivateUsage]
    top = commands.add_parser("top", help="watch the actors of a running session", allow_abbrev=False)
    top.add_argument("session", metavar="SESSION", nargs="?", default="", help="its id; else the newest that runs")
    top.add_argument("--once", action="store_true", default=argparse.SUPPRESS, help="print the table and end")


def _add_drill(commands: argparse._SubParsersAction[Parser]) -> None:  # pyright: ignore[reportPrivateUsage]
    drill = commands.add_parser(
        "drill",
        help="let things go wrong and see whether every promise is kept",
        epilog="Exit codes: 0 every promise kept, 1 one broken, 2 usage. docs/faults.md says how to write a plan.",
        allow_abbrev=False,
    )
    add_drill_flags(drill)


def _add_config(commands: argparse._SubParsersAction[Parser]) -> None:  # pyright: ignore[reportPrivateUsage]
    config = commands.add_parser("config", help="show the settings and where they come from", allow_abbrev=False)
    config.add_argument(
        "action",
        metavar="show|path|trust|distrust",
        choices=("show", "path", "trust", "distrust"),
        nargs="?",
        default="show",
        help="show (the default): every setting with its origin; path: the files; "
        "trust, distrust: whether this project's configuration may choose providers and allow tools",
    )
    _add_place_flags(config)
    _add_model_flag(config)


def _add_talk_flags(parser: Parser) -> None:
    _add_place_flags(parser)
    _add_model_flag(parser)
    _add_limit_flags(parser)
    _add_policy_flags(parser)
    _add_format_flags(parser)
    _add_session_flags(parser)


def _add_place_flags(parser: Parser) -> None:
    group = parser.add_argument_group("configuration", argument_default=argparse.SUPPRESS)
    group.add_argument("-C", "--directory", type=Path, metavar="DIR", help="work there instead of in this folder")
    group.add_argument("--profile", metavar="NAME", help="settings of [profiles.NAME]")
    group.add_argument("--settings", dest="settings_file", type=Path, metavar="FILE", help="settings of this TOML file")


def _add_model_flag(parser: Parser) -> None:
    group = parser.add_argument_group("model", argument_default=argparse.SUPPRESS)
    group.add_argument(
        "-m", "--model", metavar="NAME", help="provider/model, provider, model, alias, gguf:FILE, script:FILE"
    )


def _add_limit_flags(parser: Parser) -> None:
    group = parser.add_argument_group("limits", argument_default=argparse.SUPPRESS)
    group.add_argument("--max-turns", type=int, metavar="N", help="most requests to the model for one prompt")
    group.add_argument("--max-tokens", type=int, metavar="N", help="most tokens, in and out, of the session")
    group.add_argument("--max-budget-usd", type=float, metavar="USD", help="most money for the session")
    group.add_argument("--time-limit", type=float, metavar="SECONDS", help="most time for one prompt")
    group.add_argument("--append-system-prompt", metavar="TEXT", help="added to what the model is told first")


def _add_policy_flags(parser: Parser) -> None:
    group = parser.add_argument_group("permissions", argument_default=argparse.SUPPRESS)
    mode = group.add_mutually_exclusive_group()
    mode.add_argument("-y", "--yolo", dest="mode", action="store_const", const="yolo", help="ask for nothing")
    mode.add_argument("--permission-mode", dest="mode", choices=get_args(PermissionMode), help="what needs no question")
    group.add_argument("--allowed-tools", action="append", metavar="RULES", help='as "run_command(git *),write_file"')
    group.add_argument("--disallowed-tools", action="append", metavar="RULES", help="wins over everything, also --yolo")
    group.add_argument("--add-dir", action="append", metavar="DIR", help="another folder that file tools may touch")


def _add_format_flags(parser: Parser) -> None:
    group = parser.add_argument_group("scripts", argument_default=argparse.SUPPRESS)
    group.add_argument("--output-format", choices=get_args(OutputFormat), help="with -p (default: text)")
    group.add_argument("--input-format", choices=get_args(InputFormat), help="with -p (default: text)")
    group.add_argument(
        "--include-partial-messages", dest="partial", action="store_true", help="with stream-json: text as it comes"
    )
    group.add_argument("--events", type=Path, metavar="FILE", help="append every event to FILE, one JSON object a line")
    group.add_argument("--verbose", action="store_true", help="with -p: tool calls on stderr")
    group.add_argument("--plain", action="store_true", help="chat: append-only lines, no colours, no cursor movement")


def _add_session_flags(parser: Parser) -> None:
    group = parser.add_argument_group("sessions", argument_default=argparse.SUPPRESS)
    which = group.add_mutually_exclusive_group()
    which.add_argument("-c", "--continue", dest="go_on", action="store_true", help="go on with the last session here")
    which.add_argument("-r", "--resume", metavar="ID", nargs="?", const="", help="go on with it, or choose one")
    which.add_argument("--session-id", dest="session", metavar="ID", help="the id of the new session")
    group.add_argument("--no-session-persistence", dest="persist", action="store_false", help="keep nothing on disk")
