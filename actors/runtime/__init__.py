"""The actor layer over pykka: mailboxes, supervision, shutdown, clocks. It knows nothing of agents."""
