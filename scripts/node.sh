# Sourced by scripts/pack and scripts/install: Node as the npm registry has it, for systems whose own is too old, and for
# releases, which carry theirs. Expects `fail`.

node_version=20.20.2
# SHA-512 of the packages node-linux-ARCH@VERSION.
node_sha512_arm64=2c25c99cd4c58b21ae601c36819488e4e04531b92300fb7cb2a0ff34aad6a04d90983812b9b4ea16783a19a349f4427c1e9c413067165a96db72ce15a3e0a71a
node_sha512_x64=3de1d033cc007661ed640d66068732819c6ce4b8945adb097b3413901774898f7cecaa46ac3d4edad544c9dbcc662b9771e45a9f1b7bae34e70c407038fba3a1

# Prints the folder of Node for a processor (bin/, include/); fetched once and kept in the cache.
fetch_node() {
  local name=node-linux-$1@$node_version sum=node_sha512_$1 kept work
  kept=${BRIM_CACHE_DIR:-$HOME/.cache/brim}/node-linux-$1-$node_version
  if [ ! -x "$kept/bin/node" ]; then
    work=$(mktemp -d)
    (cd "$work" && npm pack --silent "$name" >/dev/null) ||
      fail "$name could not be fetched: is the npm registry reachable?"
    echo "${!sum}  $(echo "$work"/*.tgz)" | sha512sum --status --check ||
      fail "$name is not what it was: its SHA-512 differs"
    tar -xzf "$work"/*.tgz -C "$work" --no-same-owner
    mkdir -p "$(dirname "$kept")"
    rm -rf "$kept"
    mv "$work/package" "$kept"
    rm -rf "$work"
  fi
  echo "$kept"
}
