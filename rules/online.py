"""What a profile may set about review online: `[online]`."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.mistakes import unknown
from rules.words import Words

LOCKS = ("on_submit", "on_review", "on_deadline")


class Opinion(BaseModel):
    """A sentence that reviewers pick from (审核意见); `words` are what the candidate reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    words: Words


class Corrections(BaseModel):
    """Who may have registration data corrected, until when; the region during its own review, and nobody after it.

    Attributes:
        candidate: `until_upload_closes`, or `never`.
        venue: during its own review (`venue_review`), until the region's has ended (`region_review`), or `never`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    candidate: Literal["until_upload_closes", "never"] = "until_upload_closes"
    venue: Literal["venue_review", "region_review", "never"] = "venue_review"


PLACEHOLDERS = ("number", "items", "opinion", "slot", "url")
_PLACEHOLDER = re.compile(r"\{(.*?)\}")


def _text(words: Words) -> Words:
    for name in _PLACEHOLDER.findall(words.zh + words.en):
        if name not in PLACEHOLDERS:
            raise unknown("placeholder", f"{{{name}}}", ", ".join(PLACEHOLDERS))
    return words


Text = Annotated[Words, AfterValidator(_text)]


class Notices(BaseModel):
    """What candidates are told, by event; an empty text is not sent.

    `{number}` becomes the end of the registration number, `{items}` the names of the materials, `{opinion}` what the
    reviewers say, `{slot}` an appointment, `{url}` where the candidate's pages are. No notice ever holds a whole
    document number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    returned: Text = Words(
        zh="您尾号{number}的报名材料需要修改：{items}。{opinion}请登录考生服务系统查看审核意见，修改后重新提交审核。{url}",
        en="Materials of your registration ending in {number} have to be replaced: {items}. {opinion} Sign in, read "
        "what the reviewers say, replace them and submit again. {url}",
    )
    venue_passed: Text = Words(
        zh="您尾号{number}的报名已考点通过，等待考区审核。{url}",
        en="Your registration ending in {number} has passed the venue and waits for the region. {url}",
    )
    approved: Text = Words(
        zh="您尾号{number}的报名已审核通过，缴费时间另行通知。{url}",
        en="Your registration ending in {number} has passed the review. You are told when payment opens. {url}",
    )
    refused: Text = Words(
        zh="您尾号{number}的报名审核拒绝。{opinion}如有异议，请联系考区办公室。{url}",
        en="Your registration ending in {number} was refused. {opinion} Questions: the region's office. {url}",
    )
    payment_due: Text = Words(
        zh="您尾号{number}的报名已可以缴费，请在规定时间内登录考生服务系统网上缴费，逾期不予补缴。{url}",
        en="You can pay for your registration ending in {number} now. Sign in and pay in time; late is too late. {url}",
    )
    slot_given: Text = Words(
        zh="您尾号{number}的报名已安排现场确认时间：{slot}。请本人携带证件和材料原件按时到考点。{url}",
        en="Your registration ending in {number} has an appointment at the venue: {slot}. Come yourself, with your "
        "identity document and the originals. {url}",
    )
    slot_taken_back: Text = Words(
        zh="您尾号{number}的报名原定现场确认时间（{slot}）已取消，请登录考生服务系统查看，或联系考点。{url}",
        en="The appointment of your registration ending in {number} ({slot}) was cancelled. Sign in, or call the "
        "venue. {url}",
    )


class OnlineOptions(BaseModel):
    """How candidates' materials reach the reviewers, and what candidates see of the review.

    Attributes:
        mode: `on_site` (nothing is uploaded), `online` (nobody comes), `combined` (uploaded, confirmed on site).
        upload: whether candidates are offered 上传相关材料 at all; regions switch it on when they are ready.
        passed: what is done on site, in `combined`, about a material that has passed online: `confirm` its original
            against the pictures, or nothing (`waive`).
        lock: from when a candidate can no longer change a picture: on their own 提交审核, when a reviewer has acted,
            or when the window closes. Domain notes, "Material image states".
        shown: whether candidates see 考点通过, 审核通过 and 审核拒绝 at once, or only when the whole review is over.
        watermark: stands on every picture that people view or print; `{date}` becomes the day of the upload.
        claim_minutes: how long a registration stays with the reviewer who took it.
        corrections: who may have registration data corrected (更正), and until when.
        opinions: what reviewers pick from when they send something back or refuse.
        notices: what candidates are told by message.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["on_site", "online", "combined"] = "on_site"
    upload: bool = False
    passed: Literal["confirm", "waive"] = "confirm"
    lock: Literal["on_submit", "on_review", "on_deadline"] = "on_submit"
    shown: Literal["at_once", "when_over"] = "when_over"
    watermark: Words = Words(
        zh="仅用于医师资格考试报名审核 {date}", en="For the medical licensing exam's review only {date}"
    )
    claim_minutes: int = Field(default=15, ge=1, le=240)
    corrections: Corrections = Corrections()
    opinions: tuple[Opinion, ...] = ()
    notices: Notices = Notices()

    def opinion(self, code: str) -> Opinion | None:
        """Return the opinion of this code."""
        return next((opinion for opinion in self.opinions if opinion.code == code), None)
