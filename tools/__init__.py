"""What an agent can do. Knows nothing of actors."""
