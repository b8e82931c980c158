#!/usr/bin/env bash
# Puts libtorch and TorchSharp's native half into OUT: links to libtorch's package folder (with COPY=1: copies), and a copy of
# libLibTorchSharp.so, which is fitted to a libstdc++ older than GCC 13's where the system has one. The packages stay as they are.
# usage: prepare.sh TORCHSHARP_NATIVE LIBTORCH_NATIVE OUT
set -euo pipefail
sharp=$1 torch=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
for name in libc10.so libtorch_cpu.so libtorch.so libtorch_global_deps.so libgomp-98b21ff3.so.1; do
  if [ "${COPY:-0}" = 1 ]; then rm -f "$out/$name"; cp "$torch/$name" "$out/$name"; else ln -sfn "$torch/$name" "$out/$name"; fi
done
rm -f "$out/libLibTorchSharp.so.new"
cp "$sharp/libLibTorchSharp.so" "$out/libLibTorchSharp.so.new"
chmod u+w "$out/libLibTorchSharp.so.new"
standard=$(g++ -print-file-name=libstdc++.so.6 2>/dev/null || true)
[ -e "$standard" ] || standard=$(ldconfig -p | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }')
if ! grep -aq 'GLIBCXX_3\.4\.32' "$standard"; then
  for tool in gcc patchelf; do
    command -v $tool > /dev/null || { echo "prepare.sh: this system's libstdc++ is older than GCC 13's; $tool is needed to fit TorchSharp to it (apt install gcc patchelf)" >&2; exit 1; }
  done
  gcc -O2 -shared -fPIC -Wl,-soname,libglibcxx_shim.so -Wl,--version-script="$here/glibcxx_shim.map" -o "$out/libglibcxx_shim.so.new" "$here/glibcxx_shim.c" -Wl,--no-as-needed "$standard"
  mv -f "$out/libglibcxx_shim.so.new" "$out/libglibcxx_shim.so"
  patchelf --replace-needed libstdc++.so.6 libglibcxx_shim.so "$out/libLibTorchSharp.so.new"
fi
mv -f "$out/libLibTorchSharp.so.new" "$out/libLibTorchSharp.so"
