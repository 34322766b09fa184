"""What a profile may set about review online: `[online]`."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rules.words import Words

LOCKS = ("on_submit", "on_review", "on_deadline")


class Opinion(BaseModel):
    """A sentence that reviewers pick from (审核意见); `words` are what the candidate reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    words: Words


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
        opinions: what reviewers pick from when they send something back or refuse.
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
    opinions: tuple[Opinion, ...] = ()

    def opinion(self, code: str) -> Opinion | None:
        """Return the opinion of this code."""
        return next((opinion for opinion in self.opinions if opinion.code == code), None)
