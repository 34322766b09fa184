"""The ways to candidates, against real servers on this computer, and what each answer means."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from flask import Flask, Response, jsonify, request

from region.errors import SettingsError
from region.notices.channels import Console, Email, SmsGateway, WeChat, channels_of
from region.notices.composing import Letter
from region.notices.errors import NotDeliveredError
from region.settings import Settings, load_settings
from region.settings_tables import NoticesTable
from tests.support.smtp_server import SmtpServer
from tests.support.web_server import WebServer

LETTER = Letter("报名通知", "您尾号0001的报名材料需要修改")
URL = "https://region.example/portal/"


class Gateway:
    """A gateway for text messages and a WeChat platform, in one."""

    def __init__(self) -> None:
        self.status, self.errcodes, self.asked = 200, [0], []
        self.app = Flask("gateway")
        self.app.add_url_rule("/sms", "sms", self.sms, methods=["POST"])
        self.app.add_url_rule("/cgi-bin/stable_token", "token", self.token, methods=["POST"])
        self.app.add_url_rule("/cgi-bin/message/template/send", "send", self.template, methods=["POST"])

    def sms(self) -> Response:
        self.asked.append((dict(request.headers), request.get_json()))
        return Response(status=self.status)

    def token(self) -> Response:
        self.asked.append(("token", request.get_json()))
        return jsonify(access_token=f"token-{len(self.asked)}", expires_in=7200)

    def template(self) -> Response:
        self.asked.append((request.args["access_token"], request.get_json()))
        return jsonify(errcode=self.errcodes.pop(0), errmsg="x")


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def url(gateway: Gateway) -> Iterator[str]:
    server = WebServer(gateway.app)
    yield server.url
    server.stop()


@pytest.fixture
def mail() -> Iterator[SmtpServer]:
    server = SmtpServer()
    yield server
    server.close()


def refused(send) -> NotDeliveredError:
    with pytest.raises(NotDeliveredError) as raised:
        send()
    return raised.value


def test_a_text_message_goes_with_its_id_and_key(gateway: Gateway, url: str) -> None:
    SmsGateway(f"{url}/sms", "key-1").send("2027-5", "10000000001", LETTER, URL)
    [(headers, body)] = gateway.asked
    assert headers["Authorization"] == "Bearer key-1"
    assert headers["Idempotency-Key"] == "2027-5"
    assert body == {"id": "2027-5", "to": "10000000001", "text": LETTER.text}


@pytest.mark.parametrize(
    ("status", "retryable", "is_unsure"),
    [(400, False, False), (401, False, False), (429, True, False), (503, True, True)],
)
def test_what_a_gateways_answer_means(
    gateway: Gateway, url: str, status: int, retryable: bool, is_unsure: bool
) -> None:
    gateway.status = status
    error = refused(lambda: SmsGateway(f"{url}/sms", "k").send("1", "1", LETTER, URL))
    assert (error.code, error.retryable, error.is_unsure) == (f"http_{status}", retryable, is_unsure)


def test_a_gateway_that_is_not_there_is_asked_again_before_it_is_said(url: str) -> None:
    asked = []

    def nobody(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        raise httpx.ConnectError("refused", request=request)

    gateway = SmsGateway("http://127.0.0.1:9/", "k", httpx.MockTransport(nobody))
    error = refused(lambda: gateway.send("1", "1", LETTER, URL))
    assert len(asked) == 3
    assert (error.retryable, error.is_unsure) == (True, False), "it certainly did not go"


def wechat(url: str) -> WeChat:
    table = NoticesTable(
        channels=("wechat",), wechat_api=url, wechat_app_id="app", wechat_secret_file="s", wechat_template="T1"
    )
    return WeChat(table, "secret", None)


def test_a_template_message_carries_its_id(gateway: Gateway, url: str) -> None:
    channel = wechat(url)
    gateway.errcodes = [0, 0]
    channel.send("2027-5", "oOpenId", LETTER, URL)
    channel.send("2027-6", "oOpenId", LETTER, URL)
    assert [first for first, _body in gateway.asked] == ["token", "token-1", "token-1"], "one token for many"
    body = gateway.asked[1][1]
    assert (body["touser"], body["template_id"], body["client_msg_id"]) == ("oOpenId", "T1", "2027-5")
    assert body["data"] == {"thing1": {"value": LETTER.text}}


def test_a_token_that_ended_early_is_asked_for_again(gateway: Gateway, url: str) -> None:
    gateway.errcodes = [40001, 0]
    wechat(url).send("1", "o", LETTER, URL)
    assert [first for first, _body in gateway.asked] == ["token", "token-1", "token", "token-3"]


@pytest.mark.parametrize(("code", "retryable"), [(43004, False), (45009, True), (-1, True)])
def test_what_the_platforms_codes_mean(gateway: Gateway, url: str, code: int, retryable: bool) -> None:
    gateway.errcodes = [code]
    error = refused(lambda: wechat(url).send("1", "o", LETTER, URL))
    assert (error.code, error.retryable) == (f"wechat_{code}", retryable)


def email(mail: SmtpServer) -> Email:
    table = NoticesTable(
        channels=("email",),
        smtp_host="127.0.0.1",
        smtp_port=mail.port,
        smtp_starttls=False,
        mail_from="exam@region.example",
    )
    return Email(table, "")


def test_a_letter_arrives(mail: SmtpServer) -> None:
    email(mail).send("2027-5", "somebody@example.org", LETTER, URL)
    [letter] = mail.box.letters
    assert letter["To"] == "somebody@example.org"
    assert letter["Message-ID"] == "<notice-2027-5@region.example>"
    assert letter.get_payload(decode=True).decode().strip() == LETTER.text  # type: ignore[union-attr]


@pytest.mark.parametrize(("code", "retryable"), [(450, True), (550, False)])
def test_an_address_that_is_refused(mail: SmtpServer, code: int, retryable: bool) -> None:
    mail.box.refuses = code
    error = refused(lambda: email(mail).send("1", "a@example.org", LETTER, URL))
    assert (error.retryable, error.is_unsure) == (retryable, False)


def test_a_server_that_hangs_up_with_the_letter(mail: SmtpServer) -> None:
    mail.box.hangs_up = True
    error = refused(lambda: email(mail).send("1", "a@example.org", LETTER, URL))
    assert (error.retryable, error.is_unsure) == (True, True)


def test_a_header_cannot_be_smuggled_into_a_letter(mail: SmtpServer) -> None:
    error = refused(lambda: email(mail).send("1", "a@example.org\r\nBcc: b@example.org", LETTER, URL))
    assert (error.code, error.retryable) == ("bad_address", False)
    assert mail.box.letters == []


def test_the_console_names_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    Console().send("1", "10000001234", LETTER, URL)
    assert "10000001234" not in capsys.readouterr().out


def test_channels_come_from_the_settings(tmp_path: Path) -> None:
    home = tmp_path / "region"
    home.mkdir()
    (home / "sms.key").write_text("k", encoding="utf-8")
    text = '[notices]\nchannels = ["sms", "console"]\nsms_url = "https://sms.example/"\nsms_key_file = "sms.key"\n'
    (home / "region.toml").write_text(text, encoding="utf-8")
    settings = load_settings({"KAODIAN_HOME": str(tmp_path)})
    assert [channel.name for channel in channels_of(settings)] == ["sms", "console"]
    (home / "sms.key").unlink()
    with pytest.raises(SettingsError, match=r"sms\.key"):
        channels_of(settings)


@pytest.mark.parametrize(
    "text",
    [
        '[notices]\nchannels = ["sms"]',
        '[notices]\nchannels = ["pigeon"]',
        '[notices]\nchannels = ["sms"]\nsms_url = "http://plain.example/"\nsms_key_file = "k"',
        '[sign_in]\nissuer = "http://plain.example"\nclient_id = "a"\nclient_secret_file = "b"',
        '[sign_in]\nissuer = "https://accounts.example"',
        "[sign_in]\nunknown = 1",
        "sign_in = 3",
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "region.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[(notices|sign_in)\]"):
        load_settings({"KAODIAN_HOME": str(tmp_path)})


def test_no_channels_no_secrets(tmp_path: Path) -> None:
    assert channels_of(replace(Settings(tmp_path))) == ()
