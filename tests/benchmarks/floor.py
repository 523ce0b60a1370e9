"""The floor: an honest agent with no product around it, which `headless` measures Callboard against.

It streams answers from an OpenAI-compatible server, runs read_file and run_command, and sends its history again each
turn. What it leaves out (approvals, journal, limits, cancelling, retries, live output) is what our bars leave room for.
Reads OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL; prints the answer at the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

SYSTEM = "You are a coding agent. Use the tools to do what is asked."
MOST_TEXT = 30_000


def definition(name: str, description: str, argument: str) -> dict[str, Any]:
    """A tool with one text argument, as the API wants it."""
    schema = {"type": "object", "properties": {argument: {"type": "string"}}, "required": [argument]}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS = [
    definition("read_file", "Read a text file.", "path"),
    definition("run_command", "Run a shell command and wait for its end.", "command"),
]


def read_file(path: str) -> str:
    """The file's text."""
    return Path(path).read_text(encoding="utf-8")


def run_command(command: str) -> str:
    """What it printed and its exit code."""
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=30, check=False)
    return f"{done.stdout}{done.stderr}[exit code {done.returncode}]"


RUN: dict[str, Callable[..., str]] = {"read_file": read_file, "run_command": run_command}


def carry_out(call: dict[str, Any]) -> dict[str, Any]:
    """Run one call; the message that answers it."""
    try:
        run = RUN[call["function"]["name"]]
        text = run(**json.loads(call["function"]["arguments"]))
    except (OSError, KeyError, ValueError, TypeError, subprocess.TimeoutExpired) as error:
        text = f"error: {error}"
    return {"role": "tool", "tool_call_id": call["id"], "content": text[:MOST_TEXT]}


def ask(session: requests.Session, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """One request; the whole answer as a message."""
    url = f"{os.environ['OPENAI_BASE_URL']}/chat/completions"
    body = {"model": os.environ["OPENAI_MODEL"], "messages": messages, "tools": TOOLS, "stream": True}
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    texts: list[str] = []
    calls: dict[int, dict[str, Any]] = {}
    with session.post(url, json=body, headers=headers, stream=True, timeout=120) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not line.startswith(b"data: ") or line == b"data: [DONE]":
                continue
            for choice in json.loads(line[6:])["choices"]:
                delta = choice["delta"]
                texts.append(delta.get("content") or "")
                for part in delta.get("tool_calls") or ():
                    call = calls.setdefault(part["index"], {"id": part["id"], "type": "function", "function": {}})
                    for key, text in part["function"].items():
                        call["function"][key] = call["function"].get(key, "") + text
    answer: dict[str, Any] = {"role": "assistant", "content": "".join(texts)}
    if calls:
        answer["tool_calls"] = [calls[index] for index in sorted(calls)]
    return answer


def main(prompt: str) -> None:
    """Ask, run the calls one after the other, ask again, until there are none."""
    messages: list[dict[str, Any]] = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": prompt}]
    with requests.Session() as session:
        while True:
            answer = ask(session, messages)
            messages.append(answer)
            if "tool_calls" not in answer:
                break
            messages += [carry_out(call) for call in answer["tool_calls"]]
    print(answer["content"])


if __name__ == "__main__":
    main(sys.argv[1])
