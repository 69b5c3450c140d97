#!/usr/bin/env bash
# Compiles and lints infra/bicep with Microsoft's own compiler; needs `bicep`, or `az` with its Bicep.
set -eu
cd "$(dirname "$0")/../bicep"

if command -v bicep >/dev/null; then
    build() { bicep build "$1" --stdout >/dev/null && bicep lint "$1"; }
    build_params() { bicep build-params "$1" --stdout >/dev/null; }
elif command -v az >/dev/null && az bicep version >/dev/null 2>&1; then
    build() { az bicep build --file "$1" --stdout >/dev/null && az bicep lint --file "$1"; }
    build_params() { az bicep build-params --file "$1" --stdout >/dev/null; }
else
    echo "There is no Bicep compiler here: install bicep, or the Azure CLI and say: az bicep install." >&2
    echo "make infra-check works without; what it does not see is said in docs/infra.md." >&2
    exit 1
fi

build main.bicep
for file in *.bicepparam; do
    # main.bicepparam reads what azd sets.
    AZURE_ENV_NAME=check AZURE_LOCATION=westeurope ROOMS_BASE_URL=https://rooms.example.com \
        build_params "$file"
done
echo "infra/bicep compiles"
