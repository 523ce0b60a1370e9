"""What an answer amounts to: its blocks, what goes back with them, and calls under the names of servers."""

from __future__ import annotations

import json

import pytest

from actors.blocks import ProviderState, ReasoningBlock, TextBlock, ToolCall
from actors.llm.dialects.openai_responses.answer import ResponseDraft
from actors.llm.dialects.openai_responses.events import decode_event
from actors.llm.dialects.openai_responses.reply import ResponsesDecoder
from actors.llm.port import Finished
from actors.llm.sound_text import SoundDecoder
from actors.transcript import AssistantMessage
from tests.actors.llm.dialects.openai_responses.streams import (
    CALL,
    MESSAGE,
    REASONING,
    WHOLE,
    Event,
    added,
    completed,
    delta,
    done,
    finished,
    sse,
)


def test_blocks_stand_in_the_order_of_their_places() -> None:
    blocks = finished(done(1, CALL), done(0, REASONING), completed()).message.blocks
    assert [type(block) for block in blocks] == [ReasoningBlock, ToolCall]


def test_a_reasoning_item_is_kept_in_the_servers_own_bytes() -> None:
    """Sent back otherwise than it came, a provider refuses it."""
    (block,) = finished(done(0, REASONING), completed()).message.blocks
    assert isinstance(block, ReasoningBlock)
    assert block.state == ProviderState("provider", "model", json.dumps(REASONING))


@pytest.mark.parametrize("nothing", [None, "", 7.5, []])
def test_reasoning_that_is_not_encrypted_is_shown_and_not_sent_back(nothing: object) -> None:
    (block,) = finished(done(0, REASONING | {"encrypted_content": nothing}), completed()).message.blocks
    assert block == ReasoningBlock("hm\n\nwell")


def test_the_encrypted_content_may_come_with_the_end_only() -> None:
    (block,) = finished(done(0, REASONING | {"encrypted_content": None}), completed(REASONING)).message.blocks
    assert isinstance(block, ReasoningBlock)
    assert block.state is not None
    assert "gAAAAB-secret" in block.state.data


def test_a_later_item_without_encrypted_content_takes_nothing_away() -> None:
    (block,) = finished(done(0, REASONING), completed(REASONING | {"encrypted_content": None})).message.blocks
    assert isinstance(block, ReasoningBlock)
    assert block.state is not None


def test_messages_and_calls_keep_their_ids_and_the_phase() -> None:
    message, call = finished(completed(MESSAGE, CALL)).message.blocks
    assert isinstance(message, TextBlock)
    assert isinstance(call, ToolCall)
    assert message.state == ProviderState(
        "provider", "model", '{"id":"msg_1","status":"completed","phase":"commentary"}'
    )
    assert call.state == ProviderState("provider", "model", '{"id":"fc_1","status":"completed"}')


def test_an_id_that_its_own_provider_would_refuse_is_not_kept() -> None:
    (call,) = finished(completed(CALL | {"id": "f" * 400})).message.blocks
    assert isinstance(call, ToolCall)
    assert call.state is None


def test_the_work_of_a_hosted_tool_is_kept_and_what_wants_an_answer_is_not() -> None:
    search = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"query": "x"}}
    shell = {"id": "sh_1", "type": "local_shell_call", "call_id": "c1", "action": {}}
    first, second = finished(done(0, search), done(1, shell), done(2, MESSAGE), completed()).message.blocks
    assert first == ReasoningBlock("", ProviderState("provider", "model", json.dumps(search)))
    assert isinstance(second, TextBlock)


def test_a_custom_call_is_a_call_so_that_it_is_answered() -> None:
    item = {"type": "custom_tool_call", "call_id": "c1", "name": "patch", "input": "*** Begin"}
    (call,) = finished(done(0, item), completed()).message.calls
    assert (call.name, call.arguments) == ("patch", "*** Begin")


def test_calls_make_the_stop_reason() -> None:
    assert finished(completed(CALL)).message.stop_reason == "tool_calls"
    assert finished(completed(MESSAGE)).message.stop_reason == "stop"


def test_a_nameless_call_is_none() -> None:
    assert finished(delta("function_call_arguments", 0, "fc_1", "{}"), completed()).message.calls == ()


def test_a_call_whose_arguments_are_no_json_is_handed_on_as_it_is() -> None:
    (call,) = finished(completed(CALL | {"arguments": '{"path": '})).message.calls
    assert call.arguments == '{"path": '


@pytest.mark.parametrize("cut", [4, 8, 12])
def test_fragments_under_one_call_id_are_one_call(cut: int) -> None:
    """A gateway makes an item of each fragment."""
    text = CALL["arguments"]
    parts = [text[:cut], text[cut : cut + 1], text[cut + 1 :]]
    items = [done(place, CALL | {"id": f"fc_{place}", "arguments": part}) for place, part in enumerate(parts)]
    (call,) = finished(*items, completed()).message.calls
    assert call.arguments == text


def test_two_calls_under_one_call_id_are_two_and_a_repeated_one_is_one() -> None:
    other = CALL | {"id": "fc_9", "arguments": '{"path": "b"}'}
    calls = finished(done(0, CALL), done(1, other), done(2, CALL), completed()).message.calls
    assert [call.arguments for call in calls] == [CALL["arguments"], '{"path": "b"}']
    assert len({call.id for call in calls}) == 2


def heard(*events: Event) -> tuple[str, AssistantMessage]:
    """What is shown and the message, as the carrier hands them on."""
    decoder = SoundDecoder(ResponsesDecoder(set(), "p", "m"))
    pieces = [piece for each in events for piece in decoder.feed(sse(each))]
    final = decoder.close()
    assert isinstance(final, Finished)
    return "".join(piece.text or piece.reasoning for piece in pieces), final.message


def test_half_a_surrogate_pair_is_joined_with_the_next_event_or_becomes_a_mark() -> None:
    smile = [delta("output_text", 0, "m", "a\ud83d"), delta("output_text", 0, "m", "\ude00b")]
    whole = MESSAGE | {"content": [{"type": "output_text", "text": "a😀bc"}]}
    for end, text in ([completed()], "a😀b"), ([done(0, whole), completed()], "a😀bc"), ([completed(whole)], "a😀bc"):
        shown_text, message = heard(*smile, *end)
        assert shown_text == message.text == text
    shown_text, message = heard(
        delta("output_text", 0, "m", "a\ud83d"), delta("output_text", 0, "m", "b\ude00"), completed()
    )
    assert shown_text == message.text == "a\ufffdb\ufffd"
    assert heard(delta("reasoning_text", 0, "m", "a\ud83d"), completed())[1].reasoning == "a\ufffd"


def test_half_a_surrogate_pair_in_arguments_leaves_them_valid() -> None:
    kind = "function_call_arguments"
    events = [added(0, CALL), delta(kind, 0, "fc_1", '{"path": "\ud83d'), delta(kind, 0, "fc_1", '\ude00"}')]
    for end in ([completed()], [done(0, CALL | {"arguments": '{"path": "😀"}'}), completed()]):
        assert [call.arguments for call in heard(*events, *end)[1].calls] == ['{"path": "😀"}']


def test_pieces_are_what_was_added_since_the_last_time() -> None:
    draft = ResponseDraft("p", "m")
    assert draft.pieces() == ()
    for each in WHOLE[:5]:
        draft.take(decode_event(json.dumps(each).encode()))
    assert [piece.reasoning for piece in draft.pieces()] == ["hm"]
    assert draft.pieces() == ()
