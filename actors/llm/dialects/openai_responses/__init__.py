"""OpenAI's Responses, as their own servers and those that follow them send them."""
