#!/usr/bin/env bash
# Makes folders that need no .NET on the machine, for linux-x64 and linux-arm64 or the named: packaging/publish.sh [RID…]
# They go to $OUT/gemel-RID; OUT is "out" below the repository if not set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=${OUT:-out}
[ $# -gt 0 ] || set -- linux-x64 linux-arm64
for rid in "$@"; do
  folder="$out/gemel-$rid"
  rm -rf "$folder"
  dotnet publish src/Gemel.Server -p:PublishProfile=folder -r "$rid" -o "$folder" -nologo -v quiet
  cp LICENSE packaging/gemel.service "$folder/"
  echo "$folder: $(du -sm "$folder" | cut -f1) MB"
done
