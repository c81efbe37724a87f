"""Journals: the log of an engine's inputs, written down, played again and proved."""
