"""The positioning engine: pure Python and numpy, usable and tested without Home Assistant."""
