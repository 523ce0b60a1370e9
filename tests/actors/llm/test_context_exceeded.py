"""A request that is too long, in the words of every provider; and what only sounds like it."""

from __future__ import annotations

from time import perf_counter

import pytest

from actors.llm.context_exceeded import says_context_exceeded

TOO_LONG = [
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens (66000 in the messages).",
    "Your input exceeds the context window of this model. Please adjust your input and try again.",
    "prompt is too long: 200251 tokens > 200000 maximum",
    "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length",
    "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).",
    "The input token count exceeds the maximum number of tokens allowed 32768.",
    "Input is too long for requested model.",
    "Prompt contains 33000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    "Please reduce the length of the messages or completion.",
    "too many tokens: size limit exceeded by 900 tokens. Try using shorter or fewer inputs.",
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    "You passed 4097 input tokens and requested 0 output tokens. However, the model's context length is only 4096",
    "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
    "The input (12000 tokens) is longer than the model's context length (8192 tokens).",
    "Requested token count exceeds the model's maximum context length of 32768 tokens.",
    "the request exceeds the available context size (4096 tokens), try increasing it",
    "Context size has been exceeded.",
    "Requested tokens (5000) exceed context window of 2048",
    "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with only 4096",
    "Reached context length of 4096 tokens with this model, but this model does not support mid-generation overflow",
    "the input length exceeds the context length",
    "prompt too long; exceeded max context length by 12 tokens",
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens",
    "`inputs` must have less than 1024 tokens. Given: 2000",
    "The prompt is too long: 12000, model maximum context length: 8191",
    "Invalid request: Your request exceeded model token limit: 131072",
    "Prompt exceeds max length",
    "Range of input length should be [1, 30720]",
    "invalid params, context window exceeds limit",
    "prompt token count of 130000 exceeds the limit of 128000",
    "litellm.ContextWindowExceededError: litellm.BadRequestError: maximum context length is 4097 tokens",
    "slot 0: input is larger than n_ctx = 512",
    "Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 7000, reduce your message size",
    "413 Request Entity Too Large",
    "Request exceeds the maximum size of tokens",
    "Too many input tokens",
    "Too many tokens",
    "输入长度超过模型最大上下文",
    "Your messages are too long for this model",
    "The total length of the input sequence is more than the maximum of 2048",
    "The number of tokens in the conversation exceeds the model limit",
    "The prompt does not fit in the context window",
    "KV cache is full: unable to fit prompt into context",
    "Context window full",
    "ran out of context space",
    "Token limit exceeded for model",
    "requested 9000 tokens, maximum 8192",
    "400 The number of input tokens must be less than 4096",
    "Error: input tokens (9000) > context size (8192)",
    "Request payload size exceeds the limit: 20971520 bytes.",
    "Your prompt exceeded the number of tokens that the model takes: it exceeds the number of tokens supported",
    "超出最大上下文长度",
]
SOMETHING_ELSE = [
    "Rate limit reached for gpt-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Try again in 2s.",
    "Too many tokens per minute, slow down",
    "Too many requests",
    "You exceeded your current quota, please check your plan and billing details.",
    "Quota exceeded for metric: generate_content_free_tier_input_token_count, limit: 125000",
    "This request would exceed your organization's rate limit of 40,000 input tokens per minute",
    "max_tokens is too large: 100000. This model supports at most 16384 completion tokens.",
    "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for this model",
    "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got 80.",
    "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40",
    "messages.3.content.0.image: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes",
    "The temperature must be at most 2",
    "The tool description exceeds the maximum length of 1024",
    "Number of tools exceeds the maximum of 128 for this request",
    "The model `x` does not exist",
    "messages: at least one message is required",
    "Request timed out after more than 600 seconds, the limit of this endpoint",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "The maximum number of concurrent requests is exceeded",
    "The context was cancelled",
    "The requested output tokens exceeds the model's max output of 8192",
    "expired token: access token lifetime exceeds the maximum",
    "Daily token limit exceeded",
    "max_tokens must be less than 8192",
    "thinking.budget_tokens must be less than max_tokens",
    "",
]


@pytest.mark.parametrize("text", TOO_LONG)
def test_a_request_that_is_too_long_is_known_by_its_words(text: str) -> None:
    assert says_context_exceeded(text)
    assert says_context_exceeded(text.upper())


@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_other_limits_are_told_apart(text: str) -> None:
    assert not says_context_exceeded(text)


@pytest.mark.parametrize("code", ["context_length_exceeded", "exceed_context_size_error", "CONTEXT_LENGTH_EXCEEDED"])
def test_a_code_is_enough(code: str) -> None:
    assert says_context_exceeded("", (code,))


@pytest.mark.parametrize("text", ["input " * 400, "tokens " * 340, "prompt exceeds " * 160, "name " + "x" * 2_000])
def test_a_long_text_costs_little(text: str) -> None:
    began = perf_counter()
    says_context_exceeded(text)
    assert perf_counter() - began < 5.0
