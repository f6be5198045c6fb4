"""TinyML: a small network that the home trains itself, in the format and arithmetic that microcontrollers run."""
