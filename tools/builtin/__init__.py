"""The tools that come with Callboard, one file each; a module here with a `TOOL` is found by itself."""
