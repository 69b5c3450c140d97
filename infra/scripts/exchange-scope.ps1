<#
.SYNOPSIS
Lets the app's identity into the mailboxes that are synced, and into no other (RBAC for Applications).

.DESCRIPTION
Needs the module ExchangeOnlineManagement and the role Exchange Administrator. What is there already
stays; run it again at will. At the end it asks Exchange about a mailbox of each kind: one that must
be reachable and one that must not. If the second is, the script fails and says so.

A change takes from half an hour to two hours to arrive at Exchange's servers; what is asked here
knows it at once.

.EXAMPLE
./exchange-scope.ps1 -ClientId $env:IDENTITY_CLIENT_ID -ObjectId $env:IDENTITY_PRINCIPAL_ID `
    -Group rooms-sync@contoso.com -Sender room-sync@contoso.com `
    -Inside saentis@contoso.com -Outside board@contoso.com -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # Client id of the identity.
    [Parameter(Mandatory)] [guid] $ClientId,
    # Object id of its service principal.
    [Parameter(Mandatory)] [guid] $ObjectId,
    # Mail-enabled security group whose direct members are synced: nested groups do not count.
    [Parameter(Mandatory)] [string] $Group,
    # A mailbox that must be reachable.
    [Parameter(Mandatory)] [string] $Inside,
    # A mailbox that must not be.
    [Parameter(Mandatory)] [string] $Outside,
    # The mailbox that mails are sent from; empty: nobody is told anything.
    [string] $Sender = '',
    [string] $Name = 'ROOMS sync'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if (-not (Get-Command Get-ManagementScope -ErrorAction SilentlyContinue)) {
    Connect-ExchangeOnline -ShowBanner:$false
}

function Set-Scope([string] $ScopeName, [string] $Filter) {
    $found = Get-ManagementScope -Identity $ScopeName -ErrorAction SilentlyContinue
    if (-not $found) {
        if ($PSCmdlet.ShouldProcess($ScopeName, 'New-ManagementScope')) {
            New-ManagementScope -Name $ScopeName -RecipientRestrictionFilter $Filter | Out-Null
        }
    } elseif ($found.RecipientFilter -ne $Filter) {
        if ($PSCmdlet.ShouldProcess($ScopeName, 'Set-ManagementScope')) {
            Set-ManagementScope -Identity $ScopeName -RecipientRestrictionFilter $Filter | Out-Null
        }
    }
}

function Grant-Role([string] $Role, [string] $ScopeName) {
    $assignment = "$Name $Role"
    $found = Get-ManagementRoleAssignment -Identity $assignment -ErrorAction SilentlyContinue
    if ($found) {
        # Which of both names the scope depends on what kind of scope Exchange takes it for.
        $scopes = @($found.CustomResourceScope, $found.CustomRecipientWriteScope | Where-Object { $_ })
        if ($scopes -notcontains $ScopeName) {
            throw "The assignment '$assignment' has the scope '$scopes': remove it and run me again."
        }
        return
    }
    if ($PSCmdlet.ShouldProcess($assignment, 'New-ManagementRoleAssignment')) {
        New-ManagementRoleAssignment -Name $assignment -App $ObjectId -Role $Role -CustomResourceScope $ScopeName | Out-Null
    }
}

if (-not (Get-ServicePrincipal -Identity $ObjectId -ErrorAction SilentlyContinue)) {
    if ($PSCmdlet.ShouldProcess($ClientId, 'New-ServicePrincipal')) {
        New-ServicePrincipal -AppId $ClientId -ObjectId $ObjectId -DisplayName $Name | Out-Null
    }
}

$distinguishedName = (Get-Group -Identity $Group).DistinguishedName -replace "'", "''"
Set-Scope "$Name mailboxes" "MemberOfGroup -eq '$distinguishedName'"
foreach ($role in 'Application Calendars.ReadWrite', 'Application MailboxSettings.Read') {
    Grant-Role $role "$Name mailboxes"
}

if ($Sender) {
    $senderAddress = (Get-EXOMailbox -Identity $Sender).PrimarySmtpAddress -replace "'", "''"
    Set-Scope "$Name sender" "PrimarySmtpAddress -eq '$senderAddress'"
    foreach ($role in 'Application Mail.Send', 'Application Mail.Read') {
        Grant-Role $role "$Name sender"
    }
}

if ($WhatIfPreference) {
    return
}

function Get-RolesInScope([string] $Mailbox) {
    Test-ServicePrincipalAuthorization -Identity $ObjectId -Resource $Mailbox |
        Where-Object { "$($_.InScope)" -eq 'True' } | ForEach-Object { $_.RoleName }
}

# @(): what a function returns is unrolled, and of nothing strict mode has no Count.
$within = @(Get-RolesInScope $Inside)
if ($within -notcontains 'Application Calendars.ReadWrite') {
    throw "$Inside is not reachable: is it a direct member of $Group?"
}
$beyond = @(Get-RolesInScope $Outside)
if ($beyond.Count -gt 0) {
    throw "$Outside IS reachable ($($beyond -join ', ')): an assignment without this scope lets the app in. Remove it before anything is synced."
}
Write-Output "$Inside is reachable, $Outside is not. Set ROOMSYNC_PROBE_ADDRESSES to $Outside: the doctor goes on asking."
Write-Output 'A grant of Calendars.ReadWrite in Entra would undo the scope without being seen here: graph-permissions.sh looks for it.'
