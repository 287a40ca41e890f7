# Sourced by the other scripts: installs what is missing, builds what has changed. All it prints goes to stderr.
# Expects bash and `set -eu`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
  echo "brim: $*" >&2
  exit 1
}

command -v node >/dev/null || fail "Node.js is not installed: install Node 20.19 or newer (https://nodejs.org, or apt install nodejs npm)"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node $(node --version) is too old: install Node 20.19 or newer"
command -v npm >/dev/null || fail "npm is not installed: apt install npm, or install Node.js with npm"

# ONNX Runtime's install script fetches CUDA parts that no hat uses.
export ONNXRUNTIME_NODE_INSTALL=skip
# Native addons build against the headers that lie beside node, where they do, rather than downloading them.
node_prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
if [ -f "$node_prefix/include/node/node.h" ]; then export npm_config_nodedir="$node_prefix"; fi

# Two of these scripts at once take turns.
lock() {
  if command -v flock >/dev/null; then
    exec 9>"$root/.brim-lock"
    flock 9
  fi
}

unlock() {
  if command -v flock >/dev/null; then exec 9>&-; fi
}

installed() {
  [ -f "$root/node_modules/.brim-installed" ] &&
    [ "$(cat "$root/node_modules/.brim-installed")" = "$(install_key)" ]
}

install_key() {
  echo "$(node --version) $(cksum <"$root/package-lock.json")"
}

install_packages() {
  if installed; then return; fi
  echo "brim: installing packages" >&2
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error) >&2 ||
    fail "the packages could not be installed: see above; is the npm registry reachable? Where no prebuilt SQLite can be" \
      "fetched it is compiled, which needs g++, make and python3 (apt install g++ make python3)"
  install_key >"$root/node_modules/.brim-installed"
}

built() {
  [ -f "$root/dist/.built" ] &&
    [ -z "$(find "$root/src" "$root/wasm" "$root/package.json" "$root/tsconfig.json" "$root/tsconfig.build.json" -newer "$root/dist/.built" -print -quit)" ]
}

build() {
  if built; then return; fi
  echo "brim: building" >&2
  (cd "$root" && npm run --silent build) >&2 || fail "the build failed: see above"
  touch "$root/dist/.built"
}

models_built() {
  [ -f "$root/models/built/.complete" ] && [ ! "$root/models/manifest.json" -nt "$root/models/built/.complete" ]
}

# Builds what is missing or damaged; a second when nothing is.
build_models() {
  node "$root/dist/cli/main.js" models build >&2 || fail "the models could not be built: see above"
  touch "$root/models/built/.complete"
}

# Everything that is needed: nothing for the models, "models" if they have ever been built, "whole models" if each one is
# to be looked at.
prepare() {
  local models=${1:-none}
  if installed && built && { [ "$models" = none ] || { [ "$models" = models ] && models_built; }; }; then return; fi
  lock
  install_packages
  build
  case "$models" in
    models) models_built || build_models ;;
    "whole models") build_models ;;
  esac
  unlock
}
