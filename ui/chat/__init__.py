"""The chat's shell around `ui.screen`: prompt-toolkit, its event loop, keys, files, effects."""
