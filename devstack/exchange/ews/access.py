"""For whom a caller may act: impersonation, and which mailboxes live in this installation."""

from starlette.types import Scope

from devstack.exchange.ews.accounts import Accounts, Login, Standing
from devstack.exchange.ews.errors import EwsError, SoapFaultError
from devstack.exchange.ews.soap import Element, first, text_of
from devstack.exchange.graph.access import ANONYMOUS, USER
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.kit.desk import Caller

PAGE = "/ews/exchange.asmx"


def is_ews(path: str) -> bool:
    """Tell whether a path leads to EWS: `/EWS/Exchange.asmx`, an environment's id before it."""
    return path.lower().endswith(PAGE)


def environment_of(path: str) -> str | None:
    """Return the installation that a path names, None: whichever the mailbox is in."""
    return path[: -len(PAGE)].strip("/") or None


class EwsAccess:
    """Keeps callers to their mailboxes.

    `scope` are the mailboxes in the management scope of the right to impersonate; None means all.
    """

    def __init__(self, model: Exchange, accounts: Accounts) -> None:
        self._model, self.accounts = model, accounts
        self.scope: frozenset[str] | None = None

    def identify(self, _: Scope, headers: dict[str, str]) -> Caller:
        """Name the actor and, by the routing hint, the mailbox of a request for the log."""
        login = self.accounts.name(headers.get("authorization", ""), headers.get("host", ""))
        hint = headers.get("x-anchormailbox")
        found = self._model.directory.find(hint) if hint else login.person
        return Caller(_actor(login), found.mail if found else hint)

    def acted_for(self, login: Login, envelope: Element, environment: str | None) -> Mailbox | None:
        """Return the mailbox a request acts for; refusals are SOAP faults."""
        wanted = _impersonated(envelope)
        if wanted is None and login.is_application:
            raise SoapFaultError(
                "ErrorInvalidExchangeImpersonationHeaderData",
                "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
            )
        if wanted is None:
            return self._served(login.person, environment) if login.person else None
        kind, key = wanted
        mailbox = self._model.directory.find(key)
        is_alias = mailbox is not None and mailbox.mail.lower() != key.lower()
        if mailbox is None or (is_alias and kind == "PrimarySmtpAddress"):
            raise _no_mailbox("ErrorNonExistentMailbox")
        served = self._served(mailbox, environment)
        if login.standing is not Standing.SERVICE or not self._in_scope(mailbox):
            raise SoapFaultError(
                "ErrorImpersonateUserDenied",
                "The account does not have permission to impersonate the requested user.",
            )
        return served

    def opened(self, mail: str, environment: str | None, user: Mailbox) -> Mailbox:
        """Return the mailbox of a folder that names one, if `user` may open it."""
        found = self._model.directory.find(mail)
        if found is None or not self.is_here(found, environment):
            raise EwsError(
                "ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it."
            )
        delegates = {delegate.lower() for delegate in found.delegates}
        if found.guid != user.guid and user.mail.lower() not in delegates:
            raise EwsError(
                "ErrorAccessDenied", "Access is denied. Check credentials and try again."
            )
        return found

    def is_here(self, mailbox: Mailbox, environment: str | None) -> bool:
        """Tell whether a mailbox is served by the installation that was asked."""
        is_local = mailbox.is_on_premises and environment in (None, mailbox.environment)
        return mailbox.has_mailbox and (is_local or mailbox.is_system)

    def _served(self, mailbox: Mailbox, environment: str | None) -> Mailbox:
        if self.is_here(mailbox, environment):
            return mailbox
        is_elsewhere = mailbox.has_mailbox and mailbox.is_internal
        code = str(self._model.switches["ews_mailbox_elsewhere"]) if is_elsewhere else ""
        raise _no_mailbox(code or "ErrorNonExistentMailbox")

    def _in_scope(self, mailbox: Mailbox) -> bool:
        return self.scope is None or mailbox.is_system or mailbox.mail.lower() in self.scope


def _impersonated(envelope: Element) -> tuple[str, str] | None:
    """Return how and whom a request wants to impersonate."""
    header = first(envelope, "Header")
    wish = None if header is None else first(header, "ExchangeImpersonation")
    sid = None if wish is None else first(wish, "ConnectingSID")
    if sid is None:
        return None
    for kind in ("PrimarySmtpAddress", "SmtpAddress", "PrincipalName", "SID"):
        if (key := text_of(sid, kind)) is not None:
            return kind, key.strip()
    raise SoapFaultError("ErrorInvalidExchangeImpersonationHeaderData", "Impersonation is invalid.")


def _actor(login: Login) -> str:
    if login.standing is Standing.SERVICE:
        return Standing.SERVICE.value
    return f"{USER}{login.person.mail}" if login.person else ANONYMOUS


def _no_mailbox(code: str) -> SoapFaultError:
    words = {
        "ErrorNonExistentMailbox": "The SMTP address has no mailbox associated with it.",
        "ErrorMailboxMoveInProgress": "The mailbox is being moved. Try again later.",
        "ErrorMailboxStoreUnavailable": "The mailbox database is temporarily unavailable.",
    }
    return SoapFaultError(code, words[code])
