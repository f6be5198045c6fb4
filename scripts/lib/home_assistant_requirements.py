"""What Home Assistant must find installed, so that it starts without running pip.

Home Assistant installs the packages of an integration when it first loads it. Tests and the demo start it offline, so
the same walk is done beforehand: every integration of ``[tool.indoor-positioning]`` in ``pyproject.toml`` and of this
project's own manifest, with all that these depend on.

    home_assistant_requirements.py list     the requirements, one a line
    home_assistant_requirements.py check    exit 1 if one of them, or a pin of pyproject.toml, is not installed
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from homeassistant import components
from homeassistant.auth.mfa_modules import totp
from homeassistant.requirements import DISCOVERY_INTEGRATIONS
from homeassistant.util.package import is_installed

PROJECT = Path(__file__).parents[2]
OWN_MANIFEST = PROJECT / "custom_components" / "indoor_positioning" / "manifest.json"
CORE_COMPONENTS = Path(components.__path__[0])

type Manifest = dict[str, Any]


def read_manifest(domain: str) -> Manifest:
    """Read the manifest of a core integration; one that does not exist asks for nothing."""
    path = CORE_COMPONENTS / domain / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def neighbours(manifest: Manifest) -> Iterator[str]:
    """Name the integrations whose requirements Home Assistant processes together with this one."""
    yield from manifest.get("dependencies", ())
    yield from manifest.get("after_dependencies", ())
    for domain, keys in DISCOVERY_INTEGRATIONS.items():
        if any(key in manifest for key in keys):
            yield domain


def platforms(domain: str) -> Iterator[str]:
    """Name the integrations that this one has a platform for, as ESPHome's ``infrared.py`` is one for infrared."""
    for path in (CORE_COMPONENTS / domain).glob("*.py"):
        if (CORE_COMPONENTS / path.stem).is_dir():
            yield path.stem


def requirements(domains: Iterable[str]) -> list[str]:
    """Collect the requirements of the integrations and of all they lead to, sorted."""
    seen: set[str] = set()
    found: set[str] = set()
    waiting = list(domains)
    while waiting:
        domain = waiting.pop()
        if domain in seen:
            continue
        seen.add(domain)
        manifest = read_manifest(domain)
        found.update(manifest.get("requirements", ()))
        waiting.extend(neighbours(manifest))
        waiting.extend(platforms(domain))
    return sorted(found, key=str.lower)


def project_requirements(project: Manifest) -> list[str]:
    """Collect what the listed integrations and this project's own one need."""
    own: Manifest = json.loads(OWN_MANIFEST.read_text()) if OWN_MANIFEST.exists() else {}
    listed: list[str] = project["tool"]["indoor-positioning"]["integrations"]
    if unknown := [domain for domain in listed if not (CORE_COMPONENTS / domain).is_dir()]:
        sys.exit(f"pyproject.toml lists integrations that this Home Assistant does not have: {', '.join(unknown)}")
    # The one-time passwords that every start sets up are no integration, and have no manifest.
    return [*totp.REQUIREMENTS, *requirements([*listed, *neighbours(own)]), *own.get("requirements", ())]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("list", "check"))
    command = parser.parse_args().command
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    wanted = project_requirements(project)
    if command == "list":
        print("\n".join(wanted))
        return
    if missing := [each for each in [*wanted, *project["dependency-groups"]["dev"]] if not is_installed(each)]:
        sys.exit(f"Not installed as pinned: {', '.join(missing)}. Run scripts/setup --lock to resolve the pins again.")


if __name__ == "__main__":
    main()
