# shellcheck shell=bash
# A Home Assistant of another version than the one that .venv is made for, in an environment of its own.

NEWEST="$ROOT/.toolchain/newest"

# bring_home_assistant PIN: with all that the demo's integrations ask for.
bring_home_assistant() {
  local constraints wanted="$NEWEST/integrations.txt"
  [ "$(cat "$NEWEST/.pin" 2>/dev/null)" = "$1" ] && return
  step "Bringing $1"
  find_uv
  find_python
  export_headers
  run_logged "$UV" venv --quiet --clear --no-project --python "$PYTHON_FOUND" "$NEWEST" || return 1
  run_logged "$UV" pip install --quiet --python "$NEWEST/bin/python" "$1" || return 1
  constraints=$("$NEWEST/bin/python" -c 'import homeassistant, pathlib; print(pathlib.Path(homeassistant.__file__).with_name("package_constraints.txt"))')
  # A release may pin what an index has not got yet: the newest version up to the pin is the nearest there is to it.
  "$NEWEST/bin/python" "$ROOT/scripts/lib/home_assistant_requirements.py" list | sed -E 's/==([0-9])/<=\1/' >"$wanted" || return 1
  run_logged "$UV" pip install --quiet --python "$NEWEST/bin/python" --requirement "$wanted" --constraint "$constraints" || return 1
  echo "$1" >"$NEWEST/.pin"
}
