"""A real Home Assistant in a process of its own and a folder that is thrown away."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Self

import aiohttp
import ifaddr
import psutil

HOST = "127.0.0.1"
DOMAIN = "indoor_positioning"
PROJECT = Path(__file__).resolve().parent.parent

# First starts on a slow machine compile and copy a lot; a warm one takes five seconds.
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 30.0

# What Home Assistant exits with when its user asked for a restart (homeassistant.const).
RESTART_EXIT_CODE = 100

# What a demo needs of `default_config`, without what looks for the outside world.
CONFIGURATION = """\
homeassistant:
  name: Demo home
  unit_system: metric
  time_zone: UTC
  country: GB
  latitude: 0
  longitude: 0

automation: !include automations.yaml
bluetooth:
config:
frontend:
history:
logbook:
person:
recorder:
  commit_interval: 5
scene:
script:
template: !include templates.yaml
zone:

logger:
  default: warning
  logs:
    custom_components.indoor_positioning: info
"""


class StartError(RuntimeError):
    """Home Assistant did not come up."""


class HomeAssistantProcess:
    """Runs Home Assistant from entering the context to leaving it; nothing stays behind."""

    def __init__(
        self,
        templates: str = "[]",
        python: Path | None = None,
        integration: Path | None = None,
        *,
        components: Mapping[str, str] | None = None,
        configuration: str = "",
    ) -> None:
        """Prepare for a start on a free port of the loopback interface; `templates` is YAML of template entities.

        `python` is the interpreter of the environment that Home Assistant is installed in, if not in this one;
        `integration` the folder of the integration, if not the project's own. `components` is the code of further
        components by domain, `configuration` YAML that is added to the demo's.
        """
        self._templates = templates
        self._integration = integration or PROJECT / "custom_components" / DOMAIN
        self._command = (python or Path(sys.executable)).with_name("hass")
        self._components = components or {}
        self._configuration = configuration
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._output: BinaryIO | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where the frontend is."""
        return f"http://{HOST}:{self.port}"

    @property
    def folder(self) -> Path:
        """The configuration folder."""
        assert self._folder is not None
        return Path(self._folder.name)

    @property
    def log_file(self) -> Path:
        """What Home Assistant logs."""
        return self.folder / "home-assistant.log"

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="indoor-positioning-demo-")
        try:
            self.port = _free_port()
            _prepare(self.folder, self.port, self._templates, self._integration)
            with (self.folder / "configuration.yaml").open("a") as file:
                file.write(self._configuration)
            for domain, code in self._components.items():
                _add_component(self.folder, domain, code)
            self._output = (self.folder / "output.log").open("wb")
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        if self._output is not None:
            self._output.close()
        if self._folder is not None:
            self._folder.cleanup()

    async def start(self) -> None:
        """Start the process and wait until it answers. Raises StartError."""
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self._process = await asyncio.create_subprocess_exec(
            str(self._command),
            "--config",
            str(self.folder),
            "--log-file",
            str(self.log_file),
            # All packages are there already (scripts/setup); pip would only wait for a network.
            "--skip-pip",
            cwd=self.folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=self._output,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C is for the demo, which then stops Home Assistant in order.
            start_new_session=True,
        )
        await self._wait_until_up()

    async def stop(self) -> None:
        """Stop the process, by force if it does not go."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT_S)
        if self._process.returncode is None:
            # With whatever it has started itself: the process leads a group of its own.
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    async def wait(self) -> None:
        """Wait for the end, starting again where the user asked for a restart. Raises StartError on any other end."""
        while True:
            assert self._process is not None
            code = await self._process.wait()
            if code != RESTART_EXIT_CODE:
                raise StartError(f"Home Assistant ended with code {code}\n{self.last_words()}")
            await self.start()

    def cpu_seconds(self) -> float:
        """Return the processor time used so far by the process and what it started."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
        return sum(each.user + each.system for each in times)

    def log_lines(self) -> list[str]:
        """Return what was logged so far."""
        return self.log_file.read_text(errors="replace").splitlines() if self.log_file.exists() else []

    def last_words(self, lines: int = 30) -> str:
        """Return the end of log and output, to tell why something failed."""
        files = [file for file in (self.folder / "output.log", self.log_file) if file.exists()]
        texts = [file.read_text(errors="replace") for file in files]
        return "\n".join(line for text in texts for line in text.splitlines()[-lines:])

    async def _wait_until_up(self) -> None:
        assert self._process is not None
        loop = asyncio.get_running_loop()
        deadline = loop.time() + START_TIMEOUT_S
        async with aiohttp.ClientSession() as session:
            while loop.time() < deadline:
                if self._process.returncode is not None:
                    raise StartError(
                        f"Home Assistant ended with code {self._process.returncode} while starting\n{self.last_words()}"
                    )
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/api/onboarding") as response:
                        if response.ok:
                            return
                if any("Setup failed for 'frontend'" in line for line in self.log_lines()):
                    raise StartError(f"Home Assistant started without its frontend\n{self.last_words()}")
                await asyncio.sleep(0.2)
        raise StartError(f"Home Assistant did not answer within {START_TIMEOUT_S:.0f} s\n{self.last_words()}")


def _prepare(folder: Path, port: int, templates: str, integration: Path) -> None:
    """Write what a new installation must know before its first start; users, homes and devices come later."""
    (folder / "configuration.yaml").write_text(CONFIGURATION)
    (folder / "templates.yaml").write_text(templates)
    (folder / "automations.yaml").write_text("[]\n")
    # As if they had been imported by their links.
    blueprints = Path("blueprints") / "automation" / DOMAIN
    shutil.copytree(PROJECT / blueprints, folder / blueprints)
    components = folder / "custom_components"
    components.mkdir()
    try:
        (components / DOMAIN).symlink_to(integration.resolve(), target_is_directory=True)
    except OSError:
        # Not every file system has links.
        shutil.copytree(integration, components / DOMAIN)
    # Told in YAML, address and port would be on trial only and be taken back after five minutes.
    # The first version of this store is migrated on start, which fills in all that is not said here.
    _store(folder, "http", {"server_host": [HOST], "server_port": port}, version=1)
    # The other steps of the onboarding ask where the home is and install what needs the internet.
    _store(folder, "onboarding", {"done": ["core_config", "analytics", "integration"]}, version=4)
    # Only the loopback interface: the demo must neither be seen on a network nor need one.
    loopback = [adapter.nice_name for adapter in ifaddr.get_adapters() if any(ip.ip == HOST for ip in adapter.ips)]
    _store(folder, "core.network", {"configured_adapters": loopback}, version=1)


def _add_component(folder: Path, domain: str, code: str) -> None:
    component = folder / "custom_components" / domain
    component.mkdir()
    (component / "__init__.py").write_text(code)
    (component / "manifest.json").write_text(json.dumps({"domain": domain, "name": domain, "version": "1.0.0"}))


def _store(folder: Path, key: str, data: object, *, version: int) -> None:
    storage = folder / ".storage"
    storage.mkdir(exist_ok=True)
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
