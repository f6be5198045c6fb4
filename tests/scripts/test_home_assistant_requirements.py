"""What Home Assistant must find installed is found by the walk that Home Assistant itself does."""

import json
from pathlib import Path

import pytest

from scripts.lib import home_assistant_requirements
from scripts.lib.home_assistant_requirements import main, project_requirements, requirements


@pytest.fixture
def components(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A core with no integrations yet."""
    monkeypatch.setattr(home_assistant_requirements, "CORE_COMPONENTS", tmp_path)
    return tmp_path


def add(components: Path, domain: str, **manifest: object) -> Path:
    folder = components / domain
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"domain": domain, **manifest}))
    return folder


def test_dependencies_and_after_dependencies_are_followed_to_the_end(components: Path) -> None:
    add(components, "top", dependencies=["middle"], requirements=["top==1"])
    add(components, "middle", after_dependencies=["bottom"])
    add(components, "bottom", requirements=["Bottom==2"])
    add(components, "stranger", requirements=["stranger==3"])
    assert requirements(["top"]) == ["Bottom==2", "top==1"]


def test_a_circle_of_dependencies_ends(components: Path) -> None:
    add(components, "one", dependencies=["two"], requirements=["one==1"])
    add(components, "two", dependencies=["one"], requirements=["two==2"])
    assert requirements(["one"]) == ["one==1", "two==2"]


def test_a_kind_of_discovery_brings_the_integration_that_does_it(components: Path) -> None:
    add(components, "lamp", homekit={"models": ["Lamp"]}, dhcp=[{"hostname": "lamp*"}])
    add(components, "zeroconf", requirements=["zeroconf==1"])
    add(components, "dhcp", requirements=["dhcp==2"])
    assert requirements(["lamp"]) == ["dhcp==2", "zeroconf==1"]


def test_a_platform_brings_the_integration_that_it_is_for(components: Path) -> None:
    (add(components, "bridge") / "infrared.py").touch()
    add(components, "infrared", requirements=["infrared==1"])
    assert requirements(["bridge"]) == ["infrared==1"]


def test_an_integration_that_this_core_lacks_asks_for_nothing(components: Path) -> None:
    add(components, "old", after_dependencies=["gone"], requirements=["old==1"])
    assert requirements(["old"]) == ["old==1"]


def test_the_environment_has_all_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["home_assistant_requirements.py", "check"])
    main()


def test_what_is_missing_is_named(components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(components, "needy", requirements=["no-such-package==2.0"])
    (tmp_path / "pyproject.toml").write_text(
        '[tool.indoor-positioning]\nintegrations = ["needy"]\n[dependency-groups]\ndev = ["no-such-tool==1.0"]\n'
    )
    monkeypatch.setattr(home_assistant_requirements, "PROJECT", tmp_path)
    monkeypatch.setattr("sys.argv", ["home_assistant_requirements.py", "check"])
    with pytest.raises(SystemExit, match=r"no-such-package==2\.0, no-such-tool==1\.0"):
        main()


def test_a_listed_integration_that_does_not_exist_is_named(components: Path) -> None:
    project = {"tool": {"indoor-positioning": {"integrations": ["misspelt"]}}}
    with pytest.raises(SystemExit, match="does not have: misspelt"):
        project_requirements(project)
