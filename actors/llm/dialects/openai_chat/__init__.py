"""OpenAI's streaming chat completions."""
