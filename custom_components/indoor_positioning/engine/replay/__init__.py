"""Recordings: the public file form, the replay through the tracker, and the score against truth."""
