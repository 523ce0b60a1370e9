"""What the LLM streamer does about failures: checks of answers, budgets, fallback models, pauses, final reasons."""
