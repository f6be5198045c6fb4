"""One file a kind of condition; condition.py lists them."""
