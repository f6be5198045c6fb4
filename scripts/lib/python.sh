# shellcheck shell=bash
# Finds uv and a Python that Home Assistant runs on, or brings them. Sets UV and PYTHON_FOUND.

TOOLS="$ROOT/.toolchain/tools"
UV_PIN="uv==0.13.9"
PYTHON_WANTED=">=3.14.2,<3.15"

# suitable PYTHON: does it run, is it of the right version, and can packages be compiled for it? Sets PYTHON_FOUND to the
# interpreter itself, behind any links, shims and environments: an environment does not start from all of these.
suitable() {
  case "$1" in "$ROOT"/.venv/*) return 1 ;; esac # it is about to be replaced
  PYTHON_FOUND=$(
    "$1" - 2>/dev/null <<'PROBE'
import sys, sysconfig
from pathlib import Path

version_fits = (3, 14, 2) <= sys.version_info < (3, 15)
free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
has_headers = (Path(sysconfig.get_path("include")) / "Python.h").exists()
print(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
sys.exit(not (version_fits and has_headers and not free_threaded))
PROBE
  )
}

# bring_tool PIN: a command from the Python package index, into a private place, with whatever Python there is.
bring_tool() {
  if [ ! -x "$TOOLS/bin/python" ] || ! "$TOOLS/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$TOOLS"
    have python3 || system_install python3-venv || fail "python3 is missing: install it, or uv, and run this again."
    # Debian's python3 comes without the part that makes environments.
    if ! python3 -m venv "$TOOLS" >/dev/null 2>&1; then
      rm -rf "$TOOLS"
      system_install python3-venv || fail "python3 cannot make environments: install python3-venv, or uv, and run this again."
      run_logged python3 -m venv "$TOOLS" || fail "python3 cannot make an environment in .toolchain: see the lines above."
    fi
  fi
  run_logged "$TOOLS/bin/python" -m pip install --quiet "$1" || fail "${1%%=*} could not be installed: is the package index reachable?"
}

find_uv() {
  if have uv && uv --version >/dev/null 2>&1; then
    UV=$(command -v uv)
  else
    bring_uv
  fi
}

bring_uv() {
  UV="$TOOLS/bin/uv"
  [ "$("$UV" --version 2>/dev/null | cut -d ' ' -f 2)" = "${UV_PIN#*==}" ] && return
  step "Bringing uv"
  bring_tool "$UV_PIN"
}

find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    candidate=$(command -v "$PYTHON") && suitable "$candidate" && return
    fail "\$PYTHON is $PYTHON, which is not a Python $PYTHON_WANTED with its headers: name another one, or none."
  fi
  while IFS= read -r candidate; do
    suitable "$candidate" && return
  done < <(type -aP python3.14 python3 python)
  has_debian_python && return
  python_by_uv && return
  # An older uv may know no Python that is new enough.
  if [ "$UV" != "$TOOLS/bin/uv" ]; then
    bring_uv
    python_by_uv && return
  fi
  bring_debian_python && has_debian_python && return
  fail "No Python $PYTHON_WANTED with its headers was found or could be brought: install one, and name it as PYTHON=/path/to/python3.14 scripts/setup."
}

python_by_uv() {
  managed_python && return
  step "Bringing Python 3.14 with uv"
  # The interpreter is for this project: no command of that name is put on the user's PATH.
  UV_PYTHON_INSTALL_BIN=0 UV_HTTP_RETRIES=1 "$UV" python install 3.14 >/dev/null 2>&1 || {
    note "uv could not download it."
    return 1
  }
  managed_python
}

managed_python() {
  local candidate
  candidate=$("$UV" python find --managed-python --no-project "$PYTHON_WANTED" 2>/dev/null) && suitable "$candidate"
}

# Headers that lie outside the compiler's own path, as those of a private copy do.
export_headers() {
  local include
  include=$("$PYTHON_FOUND" -c 'import sysconfig; print(sysconfig.get_path("include"))')
  case "$include" in
    /usr/include/* | /usr/local/include/*) ;;
    *)
      CPATH="$include:$(dirname "$include")${CPATH:+:$CPATH}"
      export CPATH
      ;;
  esac
}

require_compiler() {
  have c++ || system_install g++ || fail "A C++ compiler is missing, which two of Home Assistant's packages need: install g++ and run this again."
}
