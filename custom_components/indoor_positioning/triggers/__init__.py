"""One file a kind of trigger; trigger.py lists them."""
