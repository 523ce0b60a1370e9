"""The schema of everything that can be configured.

One frozen msgspec struct a table; unknown keys are errors. Where values come from is `config.load`; what a rule means
is `config.permissions.policy`. Times are in seconds, sizes in bytes unless the name says otherwise.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from config.quirks import TokenField

PermissionMode: TypeAlias = Literal["default", "accept-edits", "plan", "yolo"]
ThemeName: TypeAlias = Literal["default", "contrast"]
Positive = Annotated[float, Meta(gt=0, le=1_000_000_000)]
"""Never infinite: no thread can wait for so long."""
NotNegative = Annotated[float, Meta(ge=0, le=1_000_000)]
Count = Annotated[int, Meta(ge=1)]


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the configuration file."""


class PriceTable(Table, frozen=True):
    """USD per million tokens; `input` and `output` go together, and what is unset of the others costs as input."""

    input: NotNegative | None = None
    output: NotNegative | None = None
    cached: NotNegative | None = None
    """Input that is read from the provider's cache."""
    cache_written: NotNegative | None = None
    """Input that is written into it."""


class FactsTable(Table, frozen=True):
    """What is known of one model."""

    context_window: Count | None = None
    """Tokens, question and answer together."""
    output_limit: Count | None = None
    """Tokens of the longest answer."""
    prices: PriceTable = PriceTable()


class Provider(Table, frozen=True):
    """A model server. The built-in ones (`known_providers.json`) are written with the same keys.

    A table of the name of a built-in one is laid over it, so an empty value means: not said here. Keys and passwords
    are read from the environment or from a command, never kept here. Commands are lists of words and never see a shell.
    """

    name: str = ""
    """Display name, always on the status line; the table's own name where it is empty."""
    dialect: str = ""
    """A module of `actors.llm.dialects`; empty: what the address tells, else openai_chat."""
    base_url: str = ""
    """May have a query, and may be a whole endpoint such as `https://host/v1/chat/completions`."""
    base_url_env: str = ""
    """A variable that replaces `base_url` where it is set."""
    root_path: str = ""
    """The path of an address that has none, such as `/v1`."""
    hosts: tuple[str, ...] = ()
    """Ends of host names at which this provider's quirks hold, whatever its table is called."""
    api_key_env: str = ""
    api_key_command: tuple[str, ...] = ()
    """Prints the key on its first line; run once a session, where the variable is not set."""
    auth_token_env: str = ""
    """A variable with a token that is sent as `Authorization: Bearer`, and comes before the key."""
    headers: dict[str, str] = {}
    headers_env: dict[str, str] = {}
    """Header names, and the variables that hold their values."""
    headers_command: tuple[str, ...] = ()
    """Prints more headers, one `Name: value` a line."""
    model: str = ""
    """The model used where only the provider was named."""
    model_env: str = ""
    """A variable that replaces `model` where it is set."""
    models: dict[str, str] = {}
    """Short names for long model names."""
    query: dict[str, str] = {}
    path: str = ""
    extra_body: dict[str, object] = {}
    token_field: TokenField = ""
    temperature: NotNegative | None = None
    reasoning_effort: str = ""
    stream_options: bool | None = None
    empty_content: Literal["", "null", "empty", "absent"] = ""
    call_ids: Literal["", "provider", "alnum9", "own"] = ""
    auth_header: Literal["", "bearer", "api-key", "x-api-key", "x-goog-api-key"] = ""
    context_window: Count | None = None
    output_limit: Count | None = None
    prices: PriceTable = PriceTable()
    """These three hold for every model of the provider that `facts` does not name."""
    facts: dict[str, FactsTable] = {}
    """What is known of single models, by their long names."""


class Limits(Table, frozen=True):
    """When a turn ends by itself, with outcome `limit` and exit code 3. None: no limit."""

    max_turns: Count | None = None
    """Requests to the model in one turn."""
    max_tokens: Count | None = None
    """Tokens, in and out, of one session."""
    max_budget_usd: Positive | None = None
    """What one session may cost; needs the prices of the model."""
    time: Positive | None = None
    queued_prompts: Count = 32


class ModelSettings(Table, frozen=True):
    """How the model is asked."""

    name: str = ""
    """`provider/model`, `provider`, or a model of the default provider; empty: chosen from the environment."""
    fallbacks: tuple[str, ...] = ()
    """Models that are asked, in this order, where the one before cannot answer."""
    aliases: dict[str, str] = {}
    """Names for models of any provider: `fast = "groq/openai/gpt-oss-20b"`."""
    connect_limit: Positive = 10.0
    stall_limit: Positive = 120.0
    """An answer that has begun and then is silent for so long is a failure."""
    start_limit: Positive | None = None
    """The same until an answer begins; None: `stall_limit`, and five times as long for a server on this machine or
    network, where reading a long prompt takes minutes."""
    progress_limit: Positive = 300.0
    """A server that keeps the connection alive for so long and sends nothing of its answer is a failure."""
    attempts: Count = 5
    """Tries of one request, the first included."""
    backoff: Positive = 1.0
    backoff_most: Positive = 60.0
    max_tokens: Count | None = None
    """Longest answer; None leaves it to the provider."""
    append_system_prompt: str = ""


class ContextSettings(Table, frozen=True):
    """How a conversation is kept within the model's context window. Sizes in tokens."""

    window: Annotated[int, Meta(ge=1_000)] | None = None
    """The window to reckon with; None: what is known of the model."""
    compact: bool = True
    """Compact by itself at the threshold; if not, only `/compact` and a refused request do."""
    threshold: Annotated[float, Meta(ge=0.2, le=0.95)] = 0.8
    """The part of the window at which a conversation is compacted."""
    summary_steps: Count = 20
    """At most one summary is asked of the model in so many requests; in between it is made without a model."""


class Tools(Table, frozen=True):
    """How tools run."""

    shell: str = ""
    """What commands are given to: bash, sh, or a path to one; empty: bash where it is there, else /bin/sh."""
    time_limit: Positive = 30.0
    workers: Count = 8
    """Threads for calls that read or write files (they block); commands need none."""
    cancel_grace: Positive = 0.15
    """Between INT, TERM and KILL."""
    head: Count = 16_384
    tail: Count = 49_152
    """Bytes of a job's output kept in memory."""
    spill_limit: Count = 1_073_741_824
    """A job is paused when its output file is this long."""
    spill_reserve: Annotated[int, Meta(ge=0)] = 67_108_864
    """Output files leave so much of their disk free for the journal, at most a tenth of it."""
    environment: tuple[str, ...] = ()
    """Variables that hold keys of providers and that commands get all the same."""
    add_dirs: tuple[str, ...] = ()
    """Folders besides the workspace that file tools may touch."""


class Policy(Table, frozen=True):
    """What tools may do. A rule is `tool` or `tool(pattern)`; deny wins over ask wins over allow."""

    mode: PermissionMode = "default"
    allow: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


class Interface(Table, frozen=True):
    """The chat."""

    theme: ThemeName = "default"
    frames: Annotated[int, Meta(ge=1, le=60)] = 30
    """Streamed frames a second; keys are shown at once."""
    vim: bool = False


class Sessions(Table, frozen=True):
    """How long sessions are kept. They go with `callboard sessions prune`, and once a day at the end of a talk."""

    keep_days: Positive = 90.0
    """Days since a session was last written."""
    keep_outputs_days: Positive = 14.0
    """The same for the files with whole outputs of commands."""
    keep_bytes: Count = 10_737_418_240
    """What all sessions may take on the disk."""


class Runtime(Table, frozen=True):
    """The actor layer."""

    hang_limit: Positive = 10.0
    """A handler that takes longer is given up and its actor replaced."""
    restart_intensity: Count = 5
    restart_period: Positive = 30.0


class Settings(Table, frozen=True):
    """Everything."""

    model: ModelSettings = ModelSettings()
    providers: dict[str, Provider] = {}
    allowed_providers: tuple[str, ...] | None = None
    """If set, no other provider is ever contacted."""
    limits: Limits = Limits()
    context: ContextSettings = ContextSettings()
    tools: Tools = Tools()
    policy: Policy = Policy()
    interface: Interface = Interface()
    sessions: Sessions = Sessions()
    runtime: Runtime = Runtime()
    profiles: dict[str, dict[str, object]] = {}
    """Named overlays, chosen with `--profile`."""
