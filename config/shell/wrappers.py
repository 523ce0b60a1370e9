"""Programs that run other commands, as data: where in their words the command begins.

A usage is a line of words, read by `config.shell.usage`:

    -k            an option without a value           --long         a long one
    -k:           an option with a value              --long:        `--long value` or `--long=value`
    -k?           its value can only be attached      --long?        `--long` or `--long=value`
    -k!           its value is itself a script        --long!        a long one
    -k+           a script that goes on behind it     -k/            the rest, with its value, is a command
    2             so many words stand before the command
    ASSIGN        NAME=value words stand before the command
    COMMAND       the rest is one command             MORE           as COMMAND; words that are not known are added
    SCRIPT        the rest, joined, is a script       NONE           only the options with scripts matter
    ANYWHERE      every word may begin a command or be a script

An option that is not listed makes every word behind it a possible beginning. A key of several words is a subcommand.
Used by `config.shell.shell_command`. What is missing here is taken for a program that runs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

SHELLS = frozenset(
    ("sh", "bash", "rbash", "dash", "ash", "hush", "ksh", "rksh", "mksh", "lksh", "pdksh", "yash", "posh")
)
"""Programs that read the same language."""
OPAQUE = frozenset(
    (
        *("zsh", "rzsh", "fish", "csh", "tcsh", "nu", "elvish", "xonsh", "pwsh", "powershell", "rc", "es"),  # others
        *("parallel", "sem", "at", "batch", "crontab", "expect", "bpftrace"),  # commands from their input or a language
    )
)
"""Programs of which it cannot be told what they run."""
STARTS_A_SHELL: Mapping[str, tuple[str, ...]] = {
    "sudo": ("-s", "-i", "--shell", "--login"),
    "doas": ("-s",),
}
"""Options with which a program starts a shell that reads its input, where no command follows."""
SHELL_WITHOUT_COMMAND = frozenset(
    ("su", "runuser", "newgrp", "login", "chroot", "unshare", "nsenter", "script", "fakeroot", "setpriv")
)
"""Programs that do so wherever no command follows."""
COMPUTING = frozenset(
    (
        *("[", "[[", "test", "let", "declare", "typeset", "local", "export", "readonly", "printf", "read", "unset"),
        *("wait", "getopts", "mapfile", "readarray"),
    )
)
"""Builtins that may compute a subscript, in which a quoted `$(…)` is run after all."""
RUN_BY_NAME = frozenset(
    (
        *("BASH_ENV", "ENV", "PROMPT_COMMAND", "PS0", "PS1", "PS4", "SHELL", "PAGER", "MANPAGER", "LESSOPEN"),
        *("LESSCLOSE", "EDITOR", "VISUAL", "FCEDIT", "BROWSER", "SSH_ASKPASS", "SUDO_ASKPASS", "SUDO_EDITOR"),
        *("RUSTC", "RUSTC_WRAPPER", "CC", "CXX", "MAKE", "TAR_OPTIONS", "RSYNC_RSH", "CVS_RSH"),
    )
)
"""Variables whose value other programs run; so is what begins with `GIT_`."""

_NO_OPTIONS = "COMMAND"
_RUN_IN = "1 COMMAND"
_ANYWHERE = "ANYWHERE"

PLAIN_WRAPPERS: Mapping[str, str] = {
    # of the shell
    "builtin": _NO_OPTIONS,
    "command": "-p COMMAND",
    "exec": "-a: -c -l COMMAND",
    "eval": "SCRIPT",
    "trap": "-l -p -P -- SCRIPTS",
    "alias": "-p ASSIGNED",
    "time": "-p -a -v -q -o: -f: --output: --format: --append --verbose --portability --quiet COMMAND",
    "nocorrect": _NO_OPTIONS,
    "noglob": _NO_OPTIONS,
    "mapfile": "-C! NONE",
    "readarray": "-C! NONE",
    "complete": "-C! -F! -W! NONE",
    "compgen": "-C! -F! -W! NONE",
    "bind": "-x! NONE",
    "fc": "-e! NONE",
    "hash": "-p! NONE",
    "enable": "-f! NONE",
    # of the system
    "env": (
        "-i -0 -v -u: -C: -P: -a: -S+ --ignore-environment --null --debug --unset: --chdir: --argv0: --split-string+ "
        "--block-signal? --default-signal? --ignore-signal? --list-signal-handling - ASSIGN COMMAND"
    ),
    "nice": "-n: --adjustment: COMMAND",
    "ionice": "-c: -n: -t --class: --classdata: --ignore COMMAND",
    "chrt": "-a -b -f -i -m -o -r -d -R -T: -P: -D: --sched-runtime: --sched-period: --sched-deadline: 1 COMMAND",
    "taskset": "-a -c --all-tasks --cpu-list 1 COMMAND",
    "numactl": "-C: -N: -m: -p: -i: -l --physcpubind: --cpunodebind: --membind: --interleave: COMMAND",
    "nohup": _NO_OPTIONS,
    "setsid": "-c -f -w --ctty --fork --wait COMMAND",
    "setarch": "-R -B -3 -v --addr-no-randomize --verbose 1 COMMAND",
    "linux32": "-R -B -3 -v COMMAND",
    "linux64": "-R -B -3 -v COMMAND",
    "i386": "-R COMMAND",
    "x86_64": "-R COMMAND",
    "stdbuf": "-i: -o: -e: --input: --output: --error: COMMAND",
    "unbuffer": "-p COMMAND",
    "timeout": "-k: -s: -v -f -p --kill-after: --signal: --verbose --foreground --preserve-status 1 COMMAND",
    "prlimit": "ANYWHERE",
    "choom": "-n: --adjust: COMMAND",
    "cpulimit": _ANYWHERE,
    "cgexec": "-g: --sticky COMMAND",
    "chroot": "--userspec: --groups: --skip-chdir 1 COMMAND",
    "unshare": _ANYWHERE,
    "nsenter": _ANYWHERE,
    "setpriv": _ANYWHERE,
    "capsh": _ANYWHERE,
    "bwrap": _ANYWHERE,
    "firejail": _ANYWHERE,
    "proot": _ANYWHERE,
    "fakeroot": _ANYWHERE,
    "fakechroot": _ANYWHERE,
    "systemd-run": _ANYWHERE,
    "systemd-inhibit": _ANYWHERE,
    "start-stop-daemon": _ANYWHERE,
    "daemonize": _ANYWHERE,
    "ip": _ANYWHERE,
    "ld.so": _ANYWHERE,
    "catchsegv": _NO_OPTIONS,
    "dbus-run-session": "-- --config-file: COMMAND",
    "dbus-launch": _ANYWHERE,
    "xvfb-run": _ANYWHERE,
    "ssh-agent": _ANYWHERE,
    "gpg-agent": _ANYWHERE,
    "tini": _ANYWHERE,
    "dumb-init": _ANYWHERE,
    "gosu": _RUN_IN,
    "su-exec": _RUN_IN,
    "setuidgid": _RUN_IN,
    "s6-setuidgid": _RUN_IN,
    "chpst": _ANYWHERE,
    "softlimit": _ANYWHERE,
    "envdir": _RUN_IN,
    "setlock": "-n -N -x -X 1 COMMAND",
    "busybox": _NO_OPTIONS,
    "toybox": _NO_OPTIONS,
    "cosmo": _NO_OPTIONS,
    # other users
    "sudo": (
        "-A -b -B -E -H -i -k -K -l -n -N -P -S -s -v -V -C: -D: -g: -h: -p: -R: -r: -t: -T: -U: -u: --askpass "
        "--background --bell --preserve-env? --set-home --login --non-interactive --stdin --shell --close-from: "
        "--chdir: --group: --host: --prompt: --chroot: --role: --type: --command-timeout: --other-user: --user: "
        "ASSIGN COMMAND"
    ),
    "doas": "-L -n -s -C: -u: -a: COMMAND",
    "pkexec": "--user: --disable-internal-agent --keep-cwd COMMAND",
    "run0": _ANYWHERE,
    "su": "-c! -C! --command! --session-command! ANYWHERE",
    "runuser": "-c! --command! --session-command! ANYWHERE",
    "sg": "-c! ANYWHERE",
    "newgrp": "-c! NONE",
    # that watch, repeat or hand on
    "watch": "-b -c -C -d? -e -g -p -r -t -w -x -n: -q: --interval: --differences? --exec --beep --color SCRIPT",
    "entr": _ANYWHERE,
    "watchexec": _ANYWHERE,
    "inotifywait": "NONE",
    "hyperfine": _ANYWHERE,
    "retry": _ANYWHERE,
    "xargs": (
        "-0 -o -p -r -t -x -a: -d: -E: -I: -J: -L: -n: -P: -R: -S: -s: -e? -i? -l? --null --open-tty --interactive "
        "--no-run-if-empty --verbose --exit --arg-file: --delimiter: --eof? --replace? --max-lines? --max-args: "
        "--max-procs: --max-chars: --process-slot-var: --show-limits MORE"
    ),
    "flock": (
        "-e -F -n -o -s -x -u -w: -E: -c! --exclusive --no-fork --nonblock --close --shared --unlock --verbose "
        "--timeout: --conflict-exit-code: --command! 1 COMMAND"
    ),
    "lockf": "-k -n -s -p -t: 1 COMMAND",
    "script": "-c! --command! ANYWHERE",
    "tmux": _ANYWHERE,
    "screen": _ANYWHERE,
    "dtach": _ANYWHERE,
    "abduco": _ANYWHERE,
    "xterm": _ANYWHERE,
    "gnome-terminal": _ANYWHERE,
    "konsole": _ANYWHERE,
    "ssh": _ANYWHERE,
    "mosh": _ANYWHERE,
    "sshpass": _ANYWHERE,
    "torsocks": _ANYWHERE,
    "torify": _ANYWHERE,
    "proxychains": _ANYWHERE,
    "proxychains4": _ANYWHERE,
    "scp": "-S! -o! NONE",
    "sftp": "-S! -o! NONE",
    "rsync": "-e! --rsh! --rsync-path! NONE",
    # that look into programs
    "strace": _ANYWHERE,
    "ltrace": _ANYWHERE,
    "gdb": _ANYWHERE,
    "lldb": _ANYWHERE,
    "rr": _ANYWHERE,
    "perf": _ANYWHERE,
    "valgrind": _ANYWHERE,
    "heaptrack": _ANYWHERE,
    # that have an option for it
    "tar": (
        "-I! -F! --checkpoint-action! --to-command! --use-compress-program! --rsh-command! --info-script! "
        "--new-volume-script! NONE"
    ),
    "bsdtar": "--use-compress-program! NONE",
    "cpio": "--rsh-command! NONE",
    "zip": "-TT! --unzip-command! NONE",
    "sort": "--compress-program! NONE",
    "split": "--filter! NONE",
    "man": "-P! -H! --pager! --html? NONE",
    "vi": "-c! --cmd! NONE",
    "vim": "-c! --cmd! NONE",
    "nvim": "-c! --cmd! NONE",
    "ex": "-c! NONE",
    "rg": "--pre! --hostname-bin! NONE",
    "bat": "--pager! NONE",
    "lftp": "-c! -e! NONE",
    "nc": "-e! -c! --exec! --sh-exec! NONE",
    "ncat": "-e! -c! --exec! --sh-exec! NONE",
    "socat": _ANYWHERE,
    # of languages
    "python": "-m/ NONE",
    "py": "-m/ NONE",
    "npx": "-c! --call! ANYWHERE",
    "bunx": _ANYWHERE,
    "uvx": _ANYWHERE,
    "nix-shell": "--run! --command! ANYWHERE",
    "direnv exec": _RUN_IN,
    "go test": "-exec! --exec! -toolexec! --toolexec! NONE",
    "go run": "-exec! --exec! -toolexec! --toolexec! NONE",
    "go build": "-toolexec! --toolexec! NONE",
    "go vet": "-vettool! --vettool! NONE",
    "git bisect run": _NO_OPTIONS,
    "git submodule foreach": "-q --quiet --recursive SCRIPT",
    "git for-each-repo": "ANYWHERE",
    "git rebase": "-x! --exec! NONE",
    "git difftool": "-x! --extcmd! NONE",
    "git grep": "-O! --open-files-in-pager! NONE",
    "git clone": "-u! --upload-pack! NONE",
    "git fetch": "--upload-pack! NONE",
    "git pull": "--upload-pack! NONE",
    "git push": "--receive-pack! --exec! NONE",
    "git ls-remote": "--upload-pack! --exec! NONE",
    "git fetch-pack": "--upload-pack! --exec! NONE",
    "git send-pack": "--receive-pack! --exec! NONE",
    "git archive": "--exec! NONE",
    "git daemon": "--access-hook! NONE",
    "git instaweb": "--httpd! --browser! NONE",
    "git send-email": "--sendmail-cmd! --to-cmd! --cc-cmd! NONE",
    "git filter-branch": (
        "--setup! --subdirectory-filter? --env-filter! --tree-filter! --index-filter! --parent-filter! --msg-filter! "
        "--commit-filter! --tag-name-filter! NONE"
    ),
}
"""Of each program its usage."""
RUNS_ANYTHING = (
    *("npm exec", "npm x", "pnpm exec", "pnpm dlx", "yarn exec", "yarn dlx", "bun x", "deno task"),
    *("uv run", "uv tool run", "pipx run", "poetry run", "pipenv run", "pdm run", "hatch run", "rye run", "pixi run"),
    *("conda run", "mamba run", "bundle exec", "mise exec", "mise x", "asdf exec", "rbenv exec", "pyenv exec"),
    *("nodenv exec", "rustup run", "nix shell", "nix develop", "nix run", "guix shell", "devbox run", "op run"),
    *("doppler run", "aws-vault exec", "chamber exec", "dotenv", "dotenvx run", "heroku run", "vagrant ssh"),
    *("docker run", "docker exec", "docker compose run", "docker compose exec", "docker container run"),
    *("docker container exec", "docker-compose run", "docker-compose exec", "podman run", "podman exec"),
    *("nerdctl run", "nerdctl exec", "kubectl exec", "kubectl run", "kubectl debug", "oc exec", "oc rsh"),
    *("lxc exec", "lxc-attach", "machinectl shell", "distrobox enter", "toolbox run", "cargo watch"),
)
"""Programs and subcommands of which every word may begin a command."""
FINDERS: Mapping[str, tuple[str, ...]] = {
    "find": ("-exec", "-execdir", "-ok", "-okdir"),
    "gfind": ("-exec", "-execdir", "-ok", "-okdir"),
    "bfs": ("-exec", "-execdir", "-ok", "-okdir"),
    "fd": ("-x", "-X", "--exec", "--exec-batch"),
    "fdfind": ("-x", "-X", "--exec", "--exec-batch"),
}
"""Options behind which a command goes on to `;` or `+`, with `{}` for what was found."""
FAMILY_OPTIONS: Mapping[str, str] = {
    "git": (
        "-C: -c: -p -P -h -v --git-dir: --work-tree: --namespace: --super-prefix: --config-env: --attr-source: "
        "--exec-path? --paginate --no-pager --bare --no-replace-objects --literal-pathspecs --glob-pathspecs "
        "--noglob-pathspecs --icase-pathspecs --no-optional-locks --no-lazy-fetch --no-advice --version --help"
    ),
    "docker": "-c: -D -H: -l: -v --config: --context: --debug --host: --log-level: --tls --tlscacert: --tlscert:",
    "kubectl": "-n: -s: -v: --namespace: --context: --cluster: --user: --kubeconfig: --server: --token: --as:",
    "gh": "-R: --repo: --hostname: --help --version",
    "make": "-C: -f: -I: -j? -l? -o: -W: -B -e -i -k -n -q -r -R -s -S -t -w --directory: --file: --makefile: --eval:",
    "cargo": "-C: -Z: -q -v --color: --config: --explain: --frozen --locked --offline --quiet --verbose",
    "systemctl": "-H: -M: -t: -p: -n: -o: -s: --host: --machine: --user --system --no-pager --quiet --now",
}
"""Options that may stand before a program's subcommand; of other programs they may or may not have values."""
EXECUTING_GIT_KEY = (
    r"(?:alias\.[^=]*|core\.(?:pager|editor|sshcommand|fsmonitor|hookspath|gitproxy|askpass|alternaterefscommand)"
    r"|sequence\.editor|pager\.[^=]*|diff\.external|gpg\.(?:[^=]*\.)?program|credential\.(?:[^=]*\.)?helper|web\.browser"
    r"|(?:diff|difftool|merge|mergetool|filter|browser|man|remote|uploadpack|interactive|sendemail|trailer|guitool|tar"
    r"|submodule|ssh|protocol)\.[^=]*)"
)
"""Keys of git's configuration whose values git may run, in small letters."""
