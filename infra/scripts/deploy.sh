#!/usr/bin/env bash
# Brings the package of `make package` to the function app.
#
#   AZURE_RESOURCE_GROUP=… FUNCTION_APP_NAME=… infra/scripts/deploy.sh [--dry-run]
# shellcheck source=infra/scripts/common.sh
. "$(dirname "$0")/common.sh"
takes_none
needs_az
cd "$(dirname "$0")/../.."
group=$(needed AZURE_RESOURCE_GROUP)
app=$(needed FUNCTION_APP_NAME)
[ -f var/package.zip ] || fail "var/package.zip is missing: make package"
change az functionapp deployment source config-zip --resource-group "$group" --name "$app" \
    --src var/package.zip --build-remote false --timeout 600 --output none ||
    fail "the package did not get to $app: is az signed in (az login), is the app in $group? What runs now goes on; run me again"
did "deployed; https://${FUNCTION_APP_HOST:-$app.azurewebsites.net}/api/health says how it is"
