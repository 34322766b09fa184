"""The ways by which candidates are told. Each takes a text once and says in `NotDeliveredError` why it did not."""

import smtplib
import ssl
import sys
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from region.errors import SettingsError
from region.notices.composing import Letter
from region.notices.errors import NotDeliveredError
from region.settings import Settings
from region.settings_tables import NoticesTable

TIMEOUT_S = 15.0
TRIES_AT_ONCE = 3
_WECHAT_TOKEN_TROUBLES = (40001, 40014, 42001)
_WECHAT_LATER = (-1, 45009)


class Channel(Protocol):
    """One way.

    Attributes:
        field: which field of the registration holds the address.
        dedupes: whether sending the same notice twice delivers it once, by its id.
    """

    name: str
    field: str
    dedupes: bool

    def send(self, notice_id: str, address: str, letter: Letter, url: str) -> None:
        """Hand a notice over; comes back when the other side has taken it.

        Raises:
            NotDeliveredError: it has not, or may not have.
        """


class Console:
    """The demo's: prints what would be sent."""

    name, field, dedupes = "console", "mobile", True

    def send(self, notice_id: str, address: str, letter: Letter, url: str) -> None:
        sys.stdout.write(f"NOTICE {notice_id} to {masked(address)}: {letter.text}\n")
        sys.stdout.flush()


class SmsGateway:
    """A gateway over HTTP; `id` lets it recognise a notice that is sent again."""

    name, field, dedupes = "sms", "mobile", True

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url, self._key, self._transport = url, key, transport

    def send(self, notice_id: str, address: str, letter: Letter, url: str) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": notice_id}
        body = {"id": notice_id, "to": address, "text": letter.text}
        _asked(lambda line: line.post(self._url, json=body, headers=headers), self._transport)


class WeChat:
    """A template message of the region's official account; `client_msg_id` lets it recognise one sent again."""

    name, dedupes = "wechat", True

    def __init__(self, table: NoticesTable, secret: str, transport: httpx.BaseTransport | None = None) -> None:
        self._table, self._secret, self._transport = table, secret, transport
        self.field = table.wechat_field
        self._token = ""

    def send(self, notice_id: str, address: str, letter: Letter, url: str) -> None:
        body = {
            "touser": address,
            "template_id": self._table.wechat_template,
            "url": url,
            "client_msg_id": notice_id,
            "data": {self._table.wechat_placeholder: {"value": letter.text}},
        }
        code = self._post(body)
        if code in _WECHAT_TOKEN_TROUBLES:  # it lasts two hours, and ends when somebody asks for another
            self._token = ""
            code = self._post(body)
        if code:
            raise NotDeliveredError(f"wechat_{code}", retryable=code in (*_WECHAT_TOKEN_TROUBLES, *_WECHAT_LATER))

    def _post(self, body: Mapping[str, Any]) -> int:
        if not self._token:
            given = {"grant_type": "client_credential", "appid": self._table.wechat_app_id, "secret": self._secret}
            url = f"{self._table.wechat_api}/cgi-bin/stable_token"
            answer = _asked(lambda line: line.post(url, json=given), self._transport)
            self._token = str(_json(answer).get("access_token", ""))
            if not self._token:
                raise NotDeliveredError("wechat_no_token", retryable=True)
        url, token = f"{self._table.wechat_api}/cgi-bin/message/template/send", {"access_token": self._token}
        return int(
            _json(_asked(lambda line: line.post(url, params=token, json=body), self._transport)).get("errcode", 0)
        )


class Email:
    """SMTP; a server does not recognise a letter that is sent again."""

    name, dedupes = "email", False

    def __init__(self, table: NoticesTable, password: str, tls: ssl.SSLContext | None = None) -> None:
        self._table, self._password, self._tls = table, password, tls or ssl.create_default_context()
        self.field = table.email_field

    def send(self, notice_id: str, address: str, letter: Letter, url: str) -> None:
        message = self._written(notice_id, address, letter)
        is_handed_over = False
        try:
            with smtplib.SMTP(self._table.smtp_host, self._table.smtp_port, timeout=TIMEOUT_S) as line:
                if self._table.smtp_starttls:
                    line.starttls(context=self._tls)
                if self._table.smtp_user:
                    line.login(self._table.smtp_user, self._password)
                is_handed_over = True
                line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise NotDeliveredError("smtp_recipient", retryable=all(code < 500 for code in codes)) from error
        except smtplib.SMTPResponseException as error:
            raise NotDeliveredError(f"smtp_{error.smtp_code}", retryable=error.smtp_code < 500) from error
        except (smtplib.SMTPException, OSError) as error:
            code = f"smtp_{type(error).__name__}"
            raise NotDeliveredError(code, retryable=True, is_unsure=is_handed_over) from error

    def _written(self, notice_id: str, address: str, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        try:
            message["Subject"], message["From"], message["To"] = letter.subject, self._table.mail_from, address
        except ValueError as error:  # a line's end within the address would be a further header
            raise NotDeliveredError("bad_address", retryable=False) from error
        message["Message-ID"] = f"<notice-{notice_id}@{self._table.mail_from.rpartition('@')[2]}>"
        message.set_content(letter.text)
        return message


def masked(address: str) -> str:
    """Return an address as the log keeps it.

    >>> masked("10000001234"), masked("somebody@example.org"), masked("oABC")
    ('100****1234', 'som****.org', '****')
    """
    return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****"


def channels_of(settings: Settings, transport: httpx.BaseTransport | None = None) -> tuple[Channel, ...]:
    """Return the channels that the settings name, in their order.

    Raises:
        SettingsError: a file with a secret is missing.
    """
    table = settings.notices
    makers: Mapping[str, Callable[[], Channel]] = {
        "console": Console,
        "sms": lambda: SmsGateway(table.sms_url, _secret(settings, table.sms_key_file), transport),
        "wechat": lambda: WeChat(table, _secret(settings, table.wechat_secret_file), transport),
        "email": lambda: Email(table, _secret(settings, table.smtp_password_file) if table.smtp_user else ""),
    }
    return tuple(makers[name]() for name in table.channels)


def _secret(settings: Settings, file: str) -> str:
    path = settings.home / Path(file)
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"[notices] {path} cannot be read") from error


def _asked(ask: Callable[[httpx.Client], httpx.Response], transport: httpx.BaseTransport | None) -> httpx.Response:
    """Return a good answer; where nobody was there at all, ask again a few times before saying so."""
    tries = Retrying(
        stop=stop_after_attempt(TRIES_AT_ONCE),
        wait=wait_exponential(multiplier=0.2, max=2),
        retry=retry_if_exception_type(httpx.ConnectError),
        reraise=True,
    )
    try:
        with httpx.Client(timeout=TIMEOUT_S, transport=transport, trust_env=False) as line:
            answer: httpx.Response = tries(ask, line)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotDeliveredError(f"http_{type(error).__name__}", retryable=True) from error
    except httpx.HTTPError as error:
        raise NotDeliveredError(f"http_{type(error).__name__}", retryable=True, is_unsure=True) from error
    if answer.is_success:
        return answer
    is_passing = answer.status_code >= 500 or answer.status_code in (408, 425, 429)
    raise NotDeliveredError(f"http_{answer.status_code}", retryable=is_passing, is_unsure=answer.status_code >= 500)


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise NotDeliveredError("no_json", retryable=True, is_unsure=True) from error
    return found if isinstance(found, dict) else {}
