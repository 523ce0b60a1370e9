"""The process that serves a GGUF file on 127.0.0.1, in OpenAI's dialect; `ui.startup.local_model` starts it.

Prints its address when the model is loaded. Its standard input is a pipe that nothing is written to: when the other end
closes, however Callboard came to its end, the kernel sends SIGIO, whose default action ends the process, also while
llama.cpp loads and Python does not run. Imports nothing of ours.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from importlib import import_module


def main(path: str, window: str) -> None:
    """Load the model and serve it until the pipe closes. The key comes in the environment."""
    end_with_the_pipe(0)
    key = os.environ.pop("CALLBOARD_JOB_KEY", "")
    library = import_module("xllamacpp")
    parameters = library.CommonParams()
    parameters.model.path = path
    parameters.n_ctx = int(window)
    parameters.port = 0
    parameters.use_jinja = True
    parameters.api_keys = [key]
    server = library.Server(parameters)
    os.write(1, f"{server.listening_address}\n".encode())
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        signal.pause()


def end_with_the_pipe(descriptor: int) -> None:
    """Be ended by the kernel when the other end of this pipe closes."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # sent to a whole session; the pipe says when it is over
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    if os.getppid() == 1:
        raise SystemExit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
