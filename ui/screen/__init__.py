"""Pure: the chat's state and what each message makes of it. No asyncio, no prompt-toolkit."""
