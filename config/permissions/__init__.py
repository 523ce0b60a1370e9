"""What a call may do: rules, the policy that decides by them, what is always asked about, and trust in a project."""
