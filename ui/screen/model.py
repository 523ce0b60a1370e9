"""Everything the screen knows, as one immutable value; and what a step of it gives back.

`ui.screen.update.show` is the only thing that makes a new one, `ui.screen.live_region` turns it into rows. Times are
seconds of the monotonic clock of `Tick`, None until the first tick has come.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from actors.ids import CallId, JobId, PromptId, RequestId, TurnId
from actors.transcript import Usage
from config.settings import PermissionMode
from tools.tool import Effects, TodoItem, ToolResult
from ui.screen.messages import Effect
from ui.text.markdown import Block, Lines, Markdown
from ui.text.rows import EMPTY, Row, line, wrap

TAIL_KEPT = 4_000
"""Characters of a running job's output that are kept for the live rows."""

AskState: TypeAlias = Literal["shown", "open", "feedback"]
"""`shown`: keys do not answer it yet; `open`: they do; `feedback`: the line is being typed as its answer."""


ReportKind: TypeAlias = Literal["context", "cost", "status"]
"""What the turn loop's account is asked for."""


class Identity(Struct, frozen=True):
    """Who is talking to whom, where. `branch` is the git branch of the folder, empty outside of a repository.

    `shell` are the words before a command of the person's own.
    """

    provider: str = ""
    model: str = ""
    directory: str = ""
    branch: str = ""
    mode: PermissionMode = "default"
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    window: int = 0
    """Tokens that the model's context holds; 0: not told."""
    window_assumed: bool = False
    window_set: bool = False
    """The window is that of the configuration, for every model."""
    models: tuple[str, ...] = ()
    """Models that `/model` offers by name."""


class Turn(Struct, frozen=True):
    """The turn that runs."""

    id: TurnId
    prompt: PromptId
    started: float | None = None
    stopping: bool = False
    """It was asked to end."""


class Reply(Struct, frozen=True):
    """The answer that is coming in. `tail` is what its open line ends with, `received` counts characters of text."""

    request: RequestId
    markdown: Markdown = field(default_factory=Markdown)
    tail: str = ""
    reasoning: str = ""
    parked: tuple[str, ...] = ()
    """Earlier parts of a very long open line."""
    received: int = 0
    begun: bool = False
    """Some of it stands in the scrollback."""


class Call(Struct, frozen=True):
    """A tool call that is not answered yet; `running` once it may act."""

    id: CallId
    name: str
    subject: str = ""
    running: bool = False
    reads: bool = False
    tail: str = ""
    started: float | None = None


class UserCommand(Struct, frozen=True):
    """A command of the person's own."""

    job: JobId
    command: str
    tail: str = ""
    started: float | None = None


class Approval(Struct, frozen=True):
    """What `ApprovalRequested` asks."""

    name: str
    subject: str
    preview: str
    rule: str
    effects: Effects = "commands"


class Ask(Struct, frozen=True):
    """Something a person must answer; the first one of the view is the one on the screen.

    Its texts are as they came. `told`: the whole of it stands in the scrollback. `selected` is the row that Enter
    takes, `held` a key that was pressed and takes its row unless more is typed at once, `reason`: the line was asked
    for as the reason of a no. `together` are the questions that this one stands for: yes to all of them, or not.
    """

    turn: TurnId
    call: CallId
    text: str = ""
    choices: tuple[str, ...] = ()
    approval: Approval | None = None
    state: AskState = "shown"
    told: bool = False
    selected: int | None = None
    held: str = ""
    reason: bool = False
    together: tuple[Ask, ...] = ()


class Sister(Struct, frozen=True):
    """One of the calls of an answer of the model: whether it will ask is not known, or it asked, or it need not."""

    call: CallId
    state: Literal["unknown", "asked", "settled"] = "unknown"


class ScreenModel(Struct, frozen=True):
    """The screen, apart from the input line."""

    rows: int = 24
    columns: int = 80
    room: int = 10_000
    """Rows above the input line; without end where lines are only ever added."""
    identity: Identity = field(default_factory=Identity)
    session: str = ""
    now: float = 0.0
    turn: Turn | None = None
    attempt: int = 1
    usage: Usage = field(default_factory=Usage)
    context_used: int = 0
    """Tokens of the context after the last answer, as the provider counts."""
    coming: Identity | None = None
    """Who answers from the next turn on, where that was changed while this one runs."""
    waiting: tuple[PromptId, ...] = ()
    prompts: tuple[tuple[PromptId, str], ...] = ()
    """Texts of prompts that have not begun."""
    own: frozenset[PromptId] = frozenset()
    """Prompts that this screen takes back: only their texts return to the line."""
    reply: Reply | None = None
    calls: tuple[Call, ...] = ()
    shells: tuple[UserCommand, ...] = ()
    shells_run: int = 0
    asks: tuple[Ask, ...] = ()
    later: tuple[Ask, ...] = ()
    """Questions that came before one of an earlier call; see `ui.screen.asking_order`."""
    sisters: tuple[Sister, ...] = ()
    """The calls of the last answer, in its order."""
    review: Ask | None = None
    """All open questions as one, before a yes to all of them."""
    asked_at: float | None = None
    """Since when a person is waited for."""
    todo: tuple[TodoItem, ...] = ()
    todo_shown: bool = True
    actors: tuple[str, ...] = ()
    """The table of the actors while it is shown."""
    pastes: tuple[tuple[str, str], ...] = ()
    sharing: int = 0
    """Own commands that the journal has still to confirm."""
    last_result: ToolResult | None = None
    report: ReportKind | None = None
    """What is shown of the account that was asked for."""
    draft: bool = False
    """Something stands in the input line."""
    shell: bool = False
    """Enter would run the line as a command of the person's own."""
    vi_mode: str = ""
    """What vi keys mean now; empty without them."""
    summarising: bool = False
    """A summary was asked for between two turns, and nothing came of it yet: a key stops it."""
    hint: str = ""
    """A word below the input line, gone with the next key."""
    interrupted: float | None = None
    """When Ctrl-C was pressed last."""
    focused: bool = True
    keys: bool = True
    """Each key acts at once; where it does not, whole lines are typed, and the only key is Ctrl-C."""
    verbatim: bool = False
    """Answers are shown as they came, their marks included."""
    closing: bool = False
    gap: bool = True
    """The last row in the scrollback is empty."""

    @property
    def busy(self) -> bool:
        """Something runs that a clock on the screen should follow."""
        return self.turn is not None or bool(self.shells)

    @property
    def ticking(self) -> bool:
        """Something on the screen changes with time alone."""
        return self.busy or self.interrupted is not None

    @property
    def asking(self) -> Ask | None:
        """The question on the screen."""
        return self.review or (self.asks[0] if self.asks else None)


class Update(Struct, frozen=True):
    """What came of one message: the new view, blocks for the scrollback, and what is to be done."""

    view: ScreenModel
    blocks: tuple[Block, ...] = ()
    effects: tuple[Effect, ...] = ()

    def then(self, later: Update) -> Update:
        """This step and one that went on from its view."""
        return Update(later.view, self.blocks + later.blocks, self.effects + later.effects)


def said(view: ScreenModel, *rows: Row, spaced: bool = True) -> Update:
    """Rows for the scrollback, with an empty one before them unless there is one."""
    wrapped = tuple(piece for row in rows for piece in wrap(row, view.columns, "  "))
    if not wrapped:
        return Update(view)
    lead = (EMPTY,) if spaced and not view.gap else ()
    return Update(replace(view, gap=not wrapped[-1]), (Lines(lead + wrapped),))


def hinted(view: ScreenModel, text: str) -> Update:
    """A word below the input line."""
    return Update(replace(view, hint=text))


def notice(view: ScreenModel, text: str, level: str = "info") -> Update:
    """A line of the program's own."""
    style = {"error": "class:error", "warning": "class:warning"}.get(level, "class:dim")
    mark = {"error": "✗ ", "warning": "! "}.get(level, "· ")
    first, *rest = text.rstrip("\n").split("\n")
    return said(view, line(mark + first, style), *(line("  " + more, style) for more in rest))
