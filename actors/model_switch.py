"""The model switch: `/model NAME` becomes a record, and from the next turn on requests go to that model.

| message                   | sends                                                       |
| ChangeModel               | asks the catalogue, which answers with ModelLookedUp        |
| ModelLookedUp, found      | Commit: ModelChanged, then UseModel to the LLM streamer     |
| ModelLookedUp, not found  | NoticeRaised                                                |

The journal sends `UseModel` once `ModelChanged` is written: what is not written is not done. It reaches the streamer
before any request of a prompt that was submitted after the change was shown. A turn keeps the model that it began with,
so that a switch while it runs waits for the next one; the catalogue sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from actors.llm.model_choice import LookUp, ModelChoice, NoSuchModel
from actors.messages import ChangeModel, Commit, NoticeRaised, UseModel
from actors.records import ModelChanged
from actors.runtime.behaviour import Behaviour, Context
from actors.runtime.message import Command, classes_of

if TYPE_CHECKING:
    from actors.llm.model_choice import ModelCatalog

UNCHANGED = "Changing the model failed on the way. Look which one answers with /model, and try again."


class ModelLookedUp(Command, frozen=True):
    """From the catalogue's own thread to the switch."""

    found: LookUp


Received: TypeAlias = ChangeModel | ModelLookedUp
RECEIVES = classes_of(Received)


class ModelSwitch(Behaviour[Received]):
    """The actor. It remembers nothing: which model holds is the journal's and the catalogue's."""

    def __init__(self, context: Context, catalog: ModelCatalog) -> None:
        self._context = context
        self._catalog = catalog

    def handle(self, message: Received) -> None:
        """Look the model up, or commit what was found."""
        match message:
            case ChangeModel(name=name):
                self._catalog.find(name, lambda found: self._context.send(ModelLookedUp(found)))
            case ModelLookedUp(found=found):
                self._looked_up(found)
            case _:
                assert_never(message)

    def _looked_up(self, found: LookUp) -> None:
        match found:
            case ModelChoice(selector=selector, provider=provider, model=model, facts=facts):
                changed = ModelChanged(selector, provider, model, facts)
                self._context.send(Commit((changed,), (UseModel(found),)))
            case NoSuchModel(text=text):
                self._context.send(NoticeRaised("warning", text))

    def failed_on(self, message: Received) -> None:
        """Say that it may not have happened."""
        del message
        self._context.send(NoticeRaised("warning", UNCHANGED))
