"""A simulated home for Home Assistant: people who walk, an honest radio, and virtual ESPHome proxies.

`home`, `walls`, `wayfinding`, `walker`, `radio`, `beacons` and `simulation` know nothing of Home
Assistant and run in simulated time, so that benchmarks use the very same physics; `proxy`, `hass`,
`rest`, `setup_steps` and `check` bring them to a real Home Assistant.
"""
