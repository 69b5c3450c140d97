#!/usr/bin/env bash
# Makes the registration that people sign in to the console with, or completes the one that is there:
# three app roles, the address of the app, and trust in the app's identity instead of a secret.
# Prints its id: azd env set SIGN_IN_CLIENT_ID <id>, then azd provision.
#
#   FUNCTION_APP_HOST=… IDENTITY_PRINCIPAL_ID=… infra/scripts/sign-in.sh [--dry-run]
# shellcheck source=infra/scripts/common.sh
. "$(dirname "$0")/common.sh"
takes_none
needs_az
host=$(needed FUNCTION_APP_HOST)
identity=$(needed IDENTITY_PRINCIPAL_ID)
name="ROOMS sync console ($host)"

roles=$(umask 077 && mktemp)
trap 'rm -f "$roles"' EXIT
# Ids are fixed, so that a second run changes nothing.
cat >"$roles" <<'JSON'
[
  {"id": "6b1f4a52-6e0e-4c1b-9a0b-2f6a1f0f7c01", "value": "viewer", "displayName": "Viewer", "description": "Looks at everything; titles of meetings are nowhere", "allowedMemberTypes": ["User"], "isEnabled": true},
  {"id": "6b1f4a52-6e0e-4c1b-9a0b-2f6a1f0f7c02", "value": "operator", "displayName": "Operator", "description": "Replays, drops, releases", "allowedMemberTypes": ["User"], "isEnabled": true},
  {"id": "6b1f4a52-6e0e-4c1b-9a0b-2f6a1f0f7c03", "value": "admin", "displayName": "Admin", "description": "Changes the settings", "allowedMemberTypes": ["User"], "isEnabled": true}
]
JSON

# az finds by the beginning of a name: another one may begin like ours.
client=$(az ad app list --display-name "$name" --query "[?displayName=='$name'].appId | [0]" --output tsv)
if [ -z "$client" ]; then
    if [ -n "$dry_run" ]; then
        echo "would make the registration $name"
        exit 0
    fi
    client=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv) ||
        fail "the registration could not be made: that takes an Application Developer"
fi
unfinished="is not complete: it takes its owner, or an Application Administrator; a new one is not known everywhere for a minute. What is done stays, run me again"
change az ad app update --id "$client" --app-roles "@$roles" \
    --web-redirect-uris "https://$host/.auth/login/aad/callback" --enable-id-token-issuance true ||
    fail "the registration $client $unfinished"
az ad sp show --id "$client" --output none 2>/dev/null || change az ad sp create --id "$client" --output none ||
    fail "the registration $client $unfinished"
# Without it everybody of the tenant could open the page that says they have no role.
change az ad sp update --id "$client" --set appRoleAssignmentRequired=true ||
    fail "the registration $client $unfinished"

tenant=$(az account show --query tenantId --output tsv) || fail "az is not signed in: az login"
trusted=$(az ad app federated-credential list --id "$client" --query "[?subject=='$identity'].name | [0]" --output tsv) ||
    fail "whom the registration $client trusts could not be read: it takes its owner, or an Application Administrator"
if [ -z "$trusted" ]; then
    change az ad app federated-credential create --id "$client" --output none --parameters \
        "{\"name\": \"app-identity\", \"issuer\": \"https://login.microsoftonline.com/$tenant/v2.0\", \"subject\": \"$identity\", \"audiences\": [\"api://AzureADTokenExchange\"]}" ||
        fail "the registration $client $unfinished; one called app-identity that trusts another identity has to go first"
fi
echo "SIGN_IN_CLIENT_ID=$client"
did "Assign people or groups to viewer, operator, admin: Entra, enterprise applications, $name"
