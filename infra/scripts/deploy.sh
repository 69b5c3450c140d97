#!/usr/bin/env bash
# Brings the package of `make package` to the function app.
#
#   AZURE_RESOURCE_GROUP=… FUNCTION_APP_NAME=… infra/scripts/deploy.sh [--dry-run]
. "$(dirname "$0")/common.sh"
[ "${1:-}" = --dry-run ] && dry_run=1
needs_az
cd "$(dirname "$0")/../.." || exit 1
group=$(needed AZURE_RESOURCE_GROUP)
app=$(needed FUNCTION_APP_NAME)
[ -f var/package.zip ] || fail "var/package.zip is missing: make package"
change az functionapp deployment source config-zip --resource-group "$group" --name "$app" \
    --src var/package.zip --build-remote false --timeout 600 --output none
echo "deployed; https://<app>/api/health says how it is"
