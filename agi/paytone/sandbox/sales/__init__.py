"""Sales and what follows them: checked, judged, written down, changed and shown."""
