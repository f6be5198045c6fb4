# shellcheck shell=bash
# Mutation testing: does a test notice when a line of the engine is changed? Needs console.sh, and `bring`.

MUTMUT_PIN="mutmut==3.8.1" # in an environment of its own, on top of the project's packages

# mutate NAME "FILE..." "TEST...": change these files of the engine in turn, and run the tests that mirror them.
# The engine needs no Home Assistant, so a copy of it with empty packages above imports in no time.
mutate() {
  local place="$ROOT/.toolchain/mutants-$1" package=custom_components/indoor_positioning file
  step "Mutating the $1 code; survivors are listed at the end"
  rm -rf "$place" && mkdir -p "$place/$package" "$place/tests"
  cp -r "$package/engine" "$place/$package/" && cp -r tests/engine tests/fuzz "$place/tests/"
  touch "$place/custom_components/__init__.py" "$place/$package/__init__.py"
  # Mutants are slow, and what hypothesis finds must be found again.
  cat >"$place/tests/conftest.py" <<'PYTHON'
from hypothesis import HealthCheck, settings

settings.register_profile(
    "mutants", deadline=None, max_examples=30, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("mutants")
PYTHON
  {
    printf '[tool.mutmut]\nsource_paths = ["custom_components"]\nuse_git_change_detection = false\n'
    printf 'timeout_multiplier = 8.0\ntimeout_constant = 5.0\n'
    printf 'pytest_add_cli_args = ["-p", "no:cacheprovider", "--deselect=tests/engine/identity/test_vectors.py::test_no_damage_raises"]\n'
    printf 'only_mutate = ['
    for file in $2; do printf '"*/engine/%s.py", ' "$file"; done
    printf ']\npytest_add_cli_args_test_selection = ['
    for file in $3; do printf '"tests/engine/%s", ' "$file"; done
    printf ']\n[tool.pytest.ini_options]\npythonpath = ["."]\naddopts = ["--import-mode=importlib"]\nmarkers = ["datasets: needs recordings"]\n'
  } >"$place/pyproject.toml"
  # In the copy, plugins of the project's tests (Home Assistant's among them) have nothing to do.
  (
    cd "$place" || exit
    export PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 OPENBLAS_NUM_THREADS=1
    nice -n 15 "$ROOT/.toolchain/mutation/bin/python" -m mutmut run --max-children "${MUTATION_JOBS:-1}" || exit
    "$ROOT/.toolchain/mutation/bin/python" -m mutmut results
  )
}

# The clone watch is left to the benchmark of clones: what its tests simulate takes minutes a mutant.
IDENTITY_CODE="ad_structures address_age addresses altbeacon base eddystone eddystone_eid eddystone_tlm eddystone_uid
  eddystone_url eid_clock eid_search ephemeral_id ibeacon index keys newcomers offer overlap pattern private_address
  private_address_index proofs proximity_identity proximity_uuid registry resolver risers static_address tag_report
  untrackable uribeacon url_encoding"
DECISION_CODE="decision room_decision zone_decision transition authorisation"

mutate_all() {
  local files tests name
  files=$(printf 'identity/%s ' $IDENTITY_CODE)
  tests=$(cd tests/engine && ls identity/test_*.py | grep -v identity/test_clone_)
  mutate identity "$files" "$tests" || return
  tests=''
  for name in $DECISION_CODE; do tests+=" test_$name.py"; done
  mutate decision "$DECISION_CODE" "$tests"
}
