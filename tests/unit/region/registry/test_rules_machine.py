"""No sequence of calls reaches a state that the rules forbid."""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from records.verdict import Decision
from region.corrections.deciding import Decision as DecisionOnIt
from region.corrections.deciding import decide_correction
from region.corrections.listing import corrections_of
from region.corrections.requesting import Wish, request_correction
from region.figures.days import OF_ACTS, day_of, of_slot
from region.figures.history import counted_days, recount_days
from region.models import RecordRow
from region.payment.orders import order_of
from region.registry.changing import CANDIDATE
from region.registry.errors import ActRefusedError, UnknownRegistrationError
from region.registry.following import follow
from region.registry.reviewing import Said
from region.registry.status import RULES, Act, Role, Status
from region.registry.tallies import counted, recount
from region.registry.window_models import WindowRow
from tests.support.region_places import Places
from tests.support.registry import FIRST, LEAD, PICTURE, SECOND, THIRD, YEAR, registry_of, somebody

ACTORS = st.sampled_from([FIRST, SECOND, THIRD, LEAD])
CODES = st.sampled_from(["M02", "M04", "M05"])
SAID = st.sampled_from([Said(), Said("unclear"), Said(text="请补充")])


class Lives(RuleBasedStateMachine):
    """One registration that everybody does everything to, allowed or not."""

    places: Places

    @initialize(lock=st.sampled_from(["on_submit", "on_review", "on_deadline"]))
    def begin(self, lock: str) -> None:
        self.region = self.places.new()
        self.registry = registry_of(self.region.store, lock)
        now = self.region.clock()
        with self.region.store.write() as session:
            session.add(WindowRow(exam_year=YEAR, venue="", kind="upload", opens_at=now, closes_at=now.replace(day=5)))
        self.key = self.registry.enrol(somebody())
        self.locked: dict[str, list[str]] = {}

    def attempt(self, act, *arguments) -> None:
        """Do it; that it is refused is one of the two right answers, and changes nothing."""
        before = self.registry.revision(self.key)
        try:
            act(*arguments)
        except (ActRefusedError, UnknownRegistrationError):
            assert self.registry.revision(self.key) == before

    @rule(code=CODES)
    def upload(self, code: str) -> None:
        self.attempt(self.registry.wardrobe.add, self.key, code, PICTURE)

    @rule(code=CODES)
    def remove(self, code: str) -> None:
        pictures = self.registry.case(self.key).item(code).pictures
        if pictures:
            self.attempt(self.registry.wardrobe.remove, self.key, pictures[0].id)

    @rule()
    def submit(self) -> None:
        self.attempt(self.registry.wardrobe.submit, self.key)

    @rule(actor=ACTORS)
    def claim(self, actor) -> None:
        self.attempt(self.registry.review.claim, self.key, actor)

    @rule(actor=ACTORS)
    def release(self, actor) -> None:
        self.attempt(self.registry.review.release, self.key, actor)

    @rule(actor=ACTORS, code=CODES, mark=st.sampled_from(["pass", "pass", "return", ""]), said=SAID)
    def mark(self, actor, code: str, mark: str, said: Said) -> None:
        self.attempt(self.registry.review.mark, self.key, code, mark, said, actor)

    @rule(actor=ACTORS, said=SAID, late=st.booleans(), how=st.sampled_from(["pass_at_venue", "approve"]))
    def pass_it(self, actor, said: Said, late: bool, how: str) -> None:
        revision = self.registry.revision(self.key) - late
        self.attempt(getattr(self.registry.review, how), self.key, actor, revision)

    @rule(actor=ACTORS, said=SAID, how=st.sampled_from(["send_back", "propose_refusal", "refuse", "dismiss_refusal"]))
    def say_no(self, actor, said: Said, how: str) -> None:
        self.attempt(getattr(self.registry.review, how), self.key, actor, self.registry.revision(self.key), said)

    @rule(
        actor=ACTORS, said=SAID, act=st.sampled_from([Act.RECONSIDER, Act.WITHDRAW_APPROVAL, Act.OPEN_PAYMENT, Act.PAY])
    )
    def decide(self, actor, said: Said, act: Act) -> None:
        self.attempt(self.registry.review.decide, self.key, act, actor, self.registry.revision(self.key), said)

    @rule()
    def payment_is_opened(self) -> None:
        self.registry.open_payments()

    @rule(actor=st.sampled_from([THIRD, LEAD]), decision=st.sampled_from(list(Decision)))
    def judge_the_record(self, actor, decision: Decision) -> None:
        case = self.registry.case(self.key)
        if decision is Decision.PASSED and {item.state for item in case.items if item.asked.required} != {"passed"}:
            return  # that is the venue's word on papers that are not here
        record = RecordRow(person=case.row.person)

        def judge() -> None:
            with self.region.store.write() as session:
                follow(self.region.store, session, record, actor, decision, "不符合")

        self.attempt(judge)

    @rule(asking=st.sampled_from([FIRST, THIRD, CANDIDATE]), actor=ACTORS, again=st.booleans())
    def correct(self, asking, actor, again: bool) -> None:
        store, box, rules = self.registry.store, self.registry.box, self.registry.rules
        wish = Wish("diploma_no", f"{self.registry.revision(self.key)}", "")
        self.attempt(request_correction, store, box, rules, self.key, asking, wish)
        for row in corrections_of(store, self.key):
            said = DecisionOnIt(accept=True, words="请重新上传", upload_again=again)
            self.attempt(decide_correction, store, box, rules, YEAR, row.id, actor, said)

    @rule(minutes=st.sampled_from([1, 20, 60 * 24]))
    def time_goes_by(self, minutes: int) -> None:
        self.region.clock.advance(minutes=minutes)

    @invariant()
    def history_follows_the_table(self) -> None:
        case = self.registry.case(self.key)
        at = Status.FILLING
        for event in case.events:
            assert event.before == at
            if event.after != event.before:
                table = RULES[Act(event.act)]
                assert at in table.sources
                assert table.target == event.after
                assert Role(event.role) in table.roles
            at = Status(event.after)
        assert at == case.status
        assert [event.number for event in case.events] == list(range(1, len(case.events) + 1))

    @invariant()
    def figures_are_what_a_count_would_say(self) -> None:
        with self.region.store.read() as session:
            assert counted(session) == recount(session)

    def teardown(self) -> None:
        with self.region.store.read() as session:
            assert counted_days(session) == recount_days(session)

    @invariant()
    def progress_is_what_happened(self) -> None:
        case = self.registry.case(self.key)
        with self.region.store.read() as session:
            days = [(day_of(session, event.at), OF_ACTS[event.act]) for event in case.events if event.act in OF_ACTS]
            assert counted_days(session)[YEAR, case.row.venue] == Counter([*days, *of_slot(case.row.slot)])
        assert (case.row.uploaded_at is not None) == any(event.act == "picture_added" for event in case.events)
        if case.status is not Status.FILLING or case.row.waiting_since is not None:
            assert case.row.returned_at is None
        elif any(item.state == "returned" for item in case.items):
            assert case.row.returned_at is not None

    @invariant()
    def refusals_had_two_people(self) -> None:
        proposer = ""
        for event in self.registry.case(self.key).events:
            if event.act == "refusal_proposed":
                proposer = event.actor
            if event.act == "refuse":
                assert proposer not in ("", event.actor)

    @invariant()
    def what_passed_has_what_is_required(self) -> None:
        case = self.registry.case(self.key)
        if case.status in (Status.VENUE_PASSED, Status.APPROVED, Status.PAYMENT_DUE):
            assert {item.state for item in case.items if item.asked.required} == {"passed"}

    @invariant()
    def whoever_has_to_pay_has_an_order(self) -> None:
        if self.registry.case(self.key).status is Status.PAYMENT_DUE:
            assert order_of(self.registry.store, self.key) is not None

    @invariant()
    def locked_pictures_stay(self) -> None:
        case = self.registry.case(self.key)
        for item in case.items:
            code, pictures = item.asked.code, [picture.id for picture in item.pictures]
            if code in self.locked and item.state == "passed":
                assert pictures == self.locked[code]
            if item.state == "passed":
                self.locked[code] = pictures
            else:
                self.locked.pop(code, None)


def test_no_sequence_of_calls_reaches_what_the_rules_forbid(places: Places) -> None:
    class Here(Lives):
        pass

    Here.places = places
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=9, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
