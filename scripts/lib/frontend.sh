# shellcheck shell=bash
# Builds the panel and the card, when their sources have changed since the last time.

FRONTEND="$ROOT/custom_components/indoor_positioning/frontend"

frontend_sources() {
  (cd "$FRONTEND" && find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | digest)
}

frontend_packages() { { cat "$FRONTEND/package.json" "$FRONTEND/package-lock.json" 2>/dev/null || :; } | digest; }

is_stamped() { [ "$(cat "$ROOT/.toolchain/$1" 2>/dev/null)" = "$2" ]; }

frontend_is_current() {
  [ ! -f "$FRONTEND/package.json" ] && return
  ! have npm || { [ -d "$FRONTEND/dist" ] && is_stamped frontend.stamp "$(frontend_sources)"; }
}

build_frontend() {
  local packages sources
  frontend_is_current && return
  packages=$(frontend_packages)
  sources=$(frontend_sources)
  cd "$FRONTEND" || return
  if [ ! -d node_modules ] || ! is_stamped frontend-packages.stamp "$packages"; then
    step "Installing the front end's packages"
    rm -f "$ROOT/.toolchain/frontend-packages.stamp"
    # Chromium comes from the system, never from a package's own download.
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 run_logged npm ci --no-audit --no-fund ||
      fail "The front end's packages could not be installed: see the lines above (frontend/package-lock.json must fit package.json)."
    echo "$packages" >"$ROOT/.toolchain/frontend-packages.stamp"
  fi
  step "Building the front end"
  rm -f "$ROOT/.toolchain/frontend.stamp"
  run_logged npm run --silent build || fail "The front end could not be built: see the lines above."
  echo "$sources" >"$ROOT/.toolchain/frontend.stamp"
  cd "$ROOT" || return
}
