"""Settings, policy, recipes and fault plans: what users write, and where it is found."""
