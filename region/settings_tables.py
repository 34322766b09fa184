"""The tables of `region.toml`: with whose accounts candidates sign in, and how they are told."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

_HERE = ("127.0.0.1", "localhost", "::1")
Channel = Literal["sms", "wechat", "email", "console"]


def is_safe_address(url: str) -> bool:
    """Tell whether what is sent there is encrypted on its way, or does not leave this computer."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE))


class SignInTable(BaseModel):
    """`[sign_in]`: the registration system's accounts, by OpenID Connect.

    Attributes:
        issuer: address of the account provider; "" switches the candidates' pages off.
        client_secret_file: a path, relative to the region's folder; the secret is never in the settings themselves.
        claim: which claim of the provider's answer is the registration number.
        public_url: where candidates reach this system, for the way back; "" for as the browser asked (loopback only).
        idle_minutes, hours: how long a candidate stays signed in without doing anything, and at all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    claim: str = "sub"
    scope: str = "openid"
    public_url: str = ""
    idle_minutes: int = Field(default=30, ge=1, le=240)
    hours: int = Field(default=8, ge=1, le=24)

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, url in (("issuer", self.issuer), ("public_url", self.public_url)):
            if url and not is_safe_address(url):
                raise ValueError(f"{name} is {url!r}; it has to begin with https://")
        if self.issuer and not (self.client_id and self.client_secret_file):
            raise ValueError("an issuer takes client_id and client_secret_file")
        return self


class NoticesTable(BaseModel):
    """`[notices]`: by which channels candidates are told; the first by which somebody can be reached is used.

    Attributes:
        sms_url: a gateway that takes `{"id", "to", "text"}` as JSON with a bearer key.
        wechat_api: the platform's address; another one for a relay inside the region.
        wechat_template: id of the template message; `wechat_field` is its placeholder for our text.
        *_field: which field of the registration holds the address.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[Channel, ...] = ()
    sms_url: str = ""
    sms_key_file: str = ""
    wechat_api: str = "https://api.weixin.qq.com"
    wechat_app_id: str = ""
    wechat_secret_file: str = ""
    wechat_template: str = ""
    wechat_placeholder: str = "thing1"
    wechat_field: str = "wechat_openid"
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_starttls: bool = True
    smtp_user: str = ""
    smtp_password_file: str = ""
    mail_from: str = ""
    email_field: str = "email"

    @model_validator(mode="after")
    def _check(self) -> Self:
        needs = {
            "sms": ("sms_url", "sms_key_file"),
            "wechat": ("wechat_app_id", "wechat_secret_file", "wechat_template"),
            "email": ("smtp_host", "mail_from"),
        }
        lacking = [name for channel in self.channels for name in needs.get(channel, ()) if not getattr(self, name)]
        if lacking:
            raise ValueError(f"the channels {', '.join(self.channels)} take {', '.join(lacking)}")
        for name in ("sms_url", "wechat_api"):
            url = getattr(self, name)
            if url and not is_safe_address(url):
                raise ValueError(f"{name} is {url!r}; it has to begin with https://")
        return self


NO_SIGN_IN, NO_NOTICES = SignInTable(), NoticesTable()
