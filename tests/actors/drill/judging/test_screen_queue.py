"""What was sent to the screen and what was shown there, sender by sender."""

from __future__ import annotations

from actors.drill.judging.screen_queue import Observed, ScreenQueue, matched
from actors.ids import JobId, RequestId, TurnId
from actors.messages import JobStreamed, JournalFailed, ReplyStreamed
from actors.runtime.message import Message
from actors.runtime.signals import ActorFailed


def piece(text: str) -> ReplyStreamed:
    return ReplyStreamed(TurnId("t"), RequestId("r"), text)


def queue(*messages: Message) -> ScreenQueue:
    return ScreenQueue("sender", [Observed(message, 0.0, place, place) for place, message in enumerate(messages)])


def test_each_sender_and_each_lane_has_a_queue_of_its_own() -> None:
    failure = ActorFailed("journal", "crash", "Commit", will_restart=True)
    messages: list[tuple[str, Message]] = [
        ("a", piece("1")),
        ("b", JournalFailed("full")),
        ("a", failure),
        ("a", piece("2")),
    ]
    sent = [(sender, Observed(message, 0.0, 0, place)) for place, (sender, message) in enumerate(messages)]
    shown = [failure, messages[1][1], messages[0][1], messages[3][1]]
    queues = matched(sent, shown, read_to_the_end=True)
    assert [(queue.sender, len(queue.sent)) for queue in queues] == [("a", 2), ("b", 1), ("a", 1)]
    assert not any(queue.skipped or queue.out_of_order for queue in queues)


def test_what_was_not_reached_is_skipped_only_if_everything_was_read() -> None:
    sent: list[tuple[str, Observed[Message]]] = [("a", Observed(piece(text), 0.0, 0, 0)) for text in "ab"]
    assert len(matched(sent, [], read_to_the_end=True)[0].skipped) == 2
    assert not matched(sent, [], read_to_the_end=False)[0].skipped


def test_joined_messages_are_taken_apart() -> None:
    a, b, c = piece("a"), piece("b"), piece("c")
    shown = queue(a, b, c)
    assert shown.show(piece("ab"))
    assert shown.show(c)
    assert (shown.skipped, shown.out_of_order) == ([], [])
    assert not shown.show(JobStreamed(TurnId("t"), JobId("j"), "output", "abc"))


def test_what_was_skipped_and_what_came_too_early_is_known() -> None:
    a, b, c = piece("a"), piece("b"), piece("c")
    shown = queue(a, b, c)
    assert shown.show(c)
    assert [sent.message for sent in shown.skipped] == [a, b]
    assert shown.show(a)
    assert shown.out_of_order == [a]


def test_what_became_a_dead_letter_is_forgiven_also_as_a_part_of_one() -> None:
    a, b, c = piece("a"), piece("b"), piece("c")
    shown = queue(a, b, c)
    shown.show(c)
    shown.forgive([piece("ab")])
    assert not shown.skipped
