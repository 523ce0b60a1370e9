"""Pure: text measured, cut, decoded, compared, made printable."""
