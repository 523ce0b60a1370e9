"""PURE: what the model is sent and what it costs: accounting, compaction, repeated calls. Used by `actors.turn`."""
