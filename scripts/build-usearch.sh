#!/usr/bin/env bash
# Builds USearch's C library once, from the sources that its npm package carries: artifacts/native/libusearch_c.so.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.26.2
sha256=cb4ed21906924412cb928ac50bc3bdf24b75f6f5840d44101c8d54bfbb424c81
out=artifacts/native
stamp="$version $sha256"
[ -f "$out/libusearch_c.so" ] && [ "$(cat "$out/usearch.stamp" 2>/dev/null)" = "$stamp" ] && exit 0

echo "==> building USearch $version (once, about ten seconds)" >&2
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack "usearch@$version" --silent >/dev/null)
echo "$sha256  $work/usearch-$version.tgz" | sha256sum --check --quiet || {
  echo "The package usearch $version is not the one that was checked (its SHA-256 differs); nothing was built." >&2
  exit 1
}
tar -xzf "$work/usearch-$version.tgz" -C "$work"
# No kernels of its own: the graph calls back into this program's SIMD kernel, over the vectors that the exact scan uses (src/Index/Native).
g++ -O3 -std=c++17 -shared -fPIC -DUSEARCH_USE_OPENMP=0 -DUSEARCH_USE_FP16LIB=1 -DUSEARCH_USE_NUMKONG=0 -DUSEARCH_USE_SIMSIMD=0 \
  -I "$work/package/include" -I "$work/package/fp16/include" "$work/package/c/lib.cpp" -o "$work/libusearch_c.so"
mv "$work/libusearch_c.so" "$out/libusearch_c.so"
cp "$work/package/LICENSE" "$out/libusearch_c.LICENSE"
echo "$stamp" > "$out/usearch.stamp"
