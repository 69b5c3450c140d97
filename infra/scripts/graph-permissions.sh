#!/usr/bin/env bash
# Grants the app's identity what Microsoft Graph cannot scope: reading people, rooms and groups.
# Calendars, mailbox settings and mail are NOT granted here: an unscoped grant would make the scope of
# exchange-scope.ps1 worthless, as both add up. What is granted already is left alone; run it again at will.
#
#   IDENTITY_PRINCIPAL_ID=… infra/scripts/graph-permissions.sh [--dry-run] [FURTHER_PERMISSION …]
#
# Needs the right to grant application permissions (Privileged Role Administrator).
# shellcheck source=infra/scripts/common.sh
. "$(dirname "$0")/common.sh"
needs_az
identity=$(needed IDENTITY_PRINCIPAL_ID)

graph_app=00000003-0000-0000-c000-000000000000
exchange_app=00000002-0000-0ff1-ce00-000000000000
graph=https://graph.microsoft.com/v1.0
# What Exchange scopes instead (exchange-scope.ps1), and what would open more than that.
scoped="Calendars.ReadWrite Calendars.Read Calendars.ReadBasic.All MailboxSettings.Read \
MailboxSettings.ReadWrite Mail.Send Mail.Read Mail.ReadWrite Mail.ReadBasic Mail.ReadBasic.All"

for permission in $arguments; do
    case " $scoped " in *" $permission "*)
        fail "$permission would open every mailbox of the tenant: exchange-scope.ps1 grants it for those that are synced" ;;
    esac
done

resource=$(az ad sp show --id "$graph_app" --query id --output tsv) ||
    fail "Microsoft Graph is not found in this tenant: is az signed in to the right one?"
# Exchange's own interface has permissions besides, full_access_as_app for one. A tenant may not have it.
exchange=$(az ad sp show --id "$exchange_app" --query id --output tsv --only-show-errors 2>&1) ||
    case $?:$exchange in
        3:* | *"does not exist"*) exchange=none ;;
        *) fail "whether Office 365 Exchange Online opens every mailbox to it could not be looked up; az says: $exchange" ;;
    esac
grants=$(az rest --method get --url "$graph/servicePrincipals/$identity/appRoleAssignments" \
    --query "value[].[resourceId, appRoleId]" --output tsv) ||
    fail "what $identity has could not be read: IDENTITY_PRINCIPAL_ID is the object id, not the client id"

role_id() {
    az ad sp show --id "$graph_app" --query "appRoles[?value=='$1'].id | [0]" --output tsv
}

is_granted() {
    printf '%s\n' "$grants" | awk -v of="$1" -v id="$2" \
        '$1 == of && (id == "" || $2 == id) { found = 1 } END { exit !found }'
}

if is_granted "$exchange" ""; then
    fail "a permission of Office 365 Exchange Online is granted for the whole tenant: remove it (Entra, enterprise applications, permissions), the scope of Exchange is worthless until then"
fi
for permission in $scoped; do
    id=$(role_id "$permission")
    if [ -n "$id" ] && is_granted "$resource" "$id"; then
        fail "$permission is granted for the whole tenant: remove that (Entra, enterprise applications, permissions), the scope of Exchange is worthless until then"
    fi
done

for permission in User.Read.All Place.Read.All GroupMember.Read.All $arguments; do
    id=$(role_id "$permission")
    [ -n "$id" ] || fail "Microsoft Graph knows no application permission $permission"
    if is_granted "$resource" "$id"; then
        echo "$permission: is granted"
        continue
    fi
    change az rest --method post --url "$graph/servicePrincipals/$resource/appRoleAssignedTo" \
        --headers Content-Type=application/json --output none \
        --body "{\"principalId\": \"$identity\", \"resourceId\": \"$resource\", \"appRoleId\": \"$id\"}" ||
        fail "$permission could not be granted: that takes a Privileged Role Administrator; what is granted stays, run me again"
    did "$permission: granted"
done
did "A token of a managed identity is kept for up to a day: restart the app, or wait."
