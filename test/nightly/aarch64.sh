#!/usr/bin/env bash
# Shows that the release for a Raspberry Pi starts on its processor and sees: `test/nightly/aarch64.sh [RELEASE.tar.gz]`.
# Without a file it packs one (apt install g++-aarch64-linux-gnu). Its Node runs under qemu-user 10, for on Debian 12's
# own 7.2 ONNX Runtime crashes. Emulator and libraries come from Debian and are kept in the cache; nothing is installed.
# Needs Debian on x86-64. With all fetched it takes three minutes, most of them to pack.
set -eu
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/../../scripts/setup.sh"
prepare "whole models"
[ "$(uname -m)" = x86_64 ] || fail "aarch64: this emulates an ARM processor on x86-64, and here is $(uname -m)"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keyring" ] && command -v apt-get >/dev/null || fail "aarch64: emulator and libraries come from Debian: run this there"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Unpacks Debian packages, of lists of packages of our own, and prints the folder.
emulator() {
  local kept=${BRIM_CACHE_DIR:-$HOME/.cache/brim}/aarch64-qemu-10 apt=$work/apt
  if [ ! -f "$kept/.complete" ]; then
    echo "brim: fetching the emulator" >&2
    mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/debs"
    printf 'deb [arch=%s signed-by=%s] http://deb.debian.org/debian %s main\n' \
      amd64 "$keyring" bookworm-backports arm64 "$keyring" bookworm >"$apt/sources.list"
    cat >"$apt/apt.conf" <<END
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$apt";
APT::Architecture "amd64";
APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "root";
END
    (
      export APT_CONFIG=$apt/apt.conf
      cd "$apt/debs"
      apt-get -qq update && apt-get -qq download qemu-user/bookworm-backports libc6:arm64 libgcc-s1:arm64 libstdc++6:arm64
    ) >&2 || fail "aarch64: the packages could not be fetched: is deb.debian.org reachable?"
    rm -rf "$kept"
    mkdir -p "$kept/qemu" "$kept/root"
    dpkg -x "$apt"/debs/qemu-user_*.deb "$kept/qemu"
    for file in "$apt"/debs/*_arm64.deb; do dpkg -x "$file" "$kept/root"; done
    find "$kept/qemu/usr/bin" -type f ! -name qemu-aarch64 -delete
    touch "$kept/.complete"
  fi
  echo "$kept"
}

failed=
# Runs a check, named as what it shows.
shows() {
  local what=$1 begun=$SECONDS
  shift
  if "$@" >"$work/out" 2>&1; then echo "passed  $what ($((SECONDS - begun)) s)"; else
    echo "FAILED  $what"
    tail -5 "$work/out" | sed 's/^/        /'
    failed=yes
  fi
}

kept=$(emulator)
file=${1:-}
if [ -z "$file" ]; then file=$("$root/scripts/pack" --arch arm64 --out "$work/release" | tail -1); fi
[ -f "$file" ] || fail "aarch64: there is no release ${file:-: packing failed, see above}"
release=$work/brim
mkdir "$release"
tar -xzf "$file" -C "$release" --strip-components=1

# bin/brim is a shell script, and that would be this machine's shell: the line that it runs is run here.
arm() {
  env -i HOME="$work" PATH="$PATH" BRIM_STATE_DIR="$work/state" BRIM_CACHE_DIR="$work/cache" \
    "$kept/qemu/usr/bin/qemu-aarch64" -L "$kept/root" "$release/node/bin/node" "$@"
}
brim() { arm "$release/dist/cli/main.js" "$@"; }

photo=$root/models/built/photos/sample1.jpg

is_arm() { [ "$(arm -p process.arch)" = arm64 ]; }

addons() {
  arm -e '
    const { createRequire } = require("node:module");
    const from = createRequire(process.argv[1]);
    for (const name of ["better-sqlite3", "i2c-bus", "epoll", "unix-dgram", "sharp", "onnxruntime-node"]) from(name);
    new (from("better-sqlite3"))(":memory:").exec("select 1");' "$release/package.json"
}

# What this machine's processor surely sees in the photo, the other must see at the same place.
sees() {
  brim see --json "$photo" >"$work/arm.json"
  node "$root/dist/cli/main.js" see --json "$photo" >"$work/here.json"
  node - "$work/arm.json" "$work/here.json" <<'END'
    const [arm, here] = process.argv.slice(2).map((file) => JSON.parse(require("node:fs").readFileSync(file, "utf8")));
    const overlap = ([x, y, w, h], [u, v, s, t]) => {
      const both = Math.max(0, Math.min(x + w, u + s) - Math.max(x, u)) * Math.max(0, Math.min(y + h, v + t) - Math.max(y, v));
      return both / (w * h + s * t - both);
    };
    const sure = here.objects.filter(({ score }) => score >= 0.5);
    const missed = sure.filter((one) => !arm.objects.some(({ label, box }) => label === one.label && overlap(box, one.box) > 0.7));
    if (sure.length === 0 || missed.length > 0) throw new Error(`not seen: ${missed.map(({ label }) => label).join(", ") || "anything"}`);
    if (arm.faces.length !== here.faces.length) throw new Error(`${arm.faces.length} faces rather than ${here.faces.length}`);
END
}

shows "its Node runs on an ARM processor" is_arm
shows "brim --help" brim --help
shows "every native addon loads" addons
shows "its models are whole" brim models verify
shows "the memory opens" brim memory list
shows "brim see finds in a photo what it finds on this processor" sees
[ -z "$failed" ] || exit 1
node -p '
  const { objects, faces, ms } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  `seen: ${objects.map(({ label, score }) => `${label} ${score}`).join(", ")}; ${faces.length} faces; ms: ${JSON.stringify(ms)}`' "$work/arm.json"
