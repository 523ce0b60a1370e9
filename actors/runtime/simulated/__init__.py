"""The actor layer in virtual time: one message a step, in a chosen order."""
