"""What a profile may set about the signature."""

from pydantic import Field

from rules.words import StepOptions, Words

DECLARATION = Words(
    zh="本人承诺：以上报名信息及所提交的材料真实、准确、完整；如有虚假，愿承担由此产生的一切后果。",
    en="I declare that the information above and the materials handed in are true, correct and complete, "
    "and that I bear all consequences if they are not.",
)


class SignatureOptions(StepOptions):
    """What a profile may set.

    Attributes:
        declaration: the text the candidate signs; its version and digest are kept in the evidence.
        min_strokes, min_ink_ms: one of the two must be reached: short names have few strokes, quick hands only one.
        min_points, min_duration_ms: what no dot and no slip of the finger reaches.
        min_ink_ratio: length of the ink as a share of the paper's height.
        min_size_ratio: longer side of the box around the ink as a share of the paper's height.
        paper: whether staff may witness a signature on paper and scan it instead.
    """

    declaration: Words = DECLARATION
    declaration_version: str = Field(default="1", min_length=1, max_length=40)
    min_strokes: int = Field(default=2, ge=1, le=20)
    min_ink_ms: int = Field(default=600, ge=0, le=10_000)
    min_points: int = Field(default=6, ge=2, le=100)
    min_duration_ms: int = Field(default=250, ge=0, le=10_000)
    min_ink_ratio: float = Field(default=0.5, ge=0, le=5)
    min_size_ratio: float = Field(default=0.2, ge=0, le=1)
    paper: bool = True
