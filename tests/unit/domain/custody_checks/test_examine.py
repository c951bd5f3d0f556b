"""An examination as a whole: its order, its words, and that it never fails on what parties write."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.custody_checks import CHECKS, Answer, CheckId, Context, Outcome, Policy, examine
from ledger.domain.messages import MESSAGES
from ledger.domain.trace import EventIndex, trace
from ledger.domain.trace_report import trace_json, trace_text
from ledger.types import UnixTime
from tests.examined import CASE, ITEM, NAMES, OTHER, holder, to
from tests.traced import NOON, Story

VERDICTS = ("fraud", "fake", "counterfeit", "guilty", "criminal", "stolen", "genuine", "造假", "欺诈", "伪造", "正品")


def odd_story() -> Story:
    story = Story()
    story.see(0, "commissioning", ITEM, by="rival", action="ADD", recorded=24 * 9)
    story.pack(1, CASE, ITEM)
    story.see(2, "retail_selling", ITEM, by="courier", role="carrier")
    story.see(3, "retail_selling", ITEM, by="buyer")
    story.see(4, "shipping", CASE, destinationList=to("buyer"))
    story.see(5, "receiving", CASE, by="rival")
    story.see(6, "destroying", ITEM, action="DELETE")
    story.see(7, "storing", ITEM)
    return story


def examined(story: Story, **context: Any) -> tuple[Answer, ...]:
    told = Context(UnixTime(NOON + 10**6), holder=holder, names=NAMES, **context)
    return examine(trace(ITEM, EventIndex(story.events)), told)


def test_every_check_answers() -> None:
    assert set(CHECKS) == set(CheckId)
    assert {answer.check for answer in examined(odd_story())} == set(CheckId)
    assert {answer.check for answer in examined(Story())} == set(CheckId)


def test_questions_come_first_the_gravest_first_then_by_time() -> None:
    found = examined(odd_story())
    ranks = [(list(Outcome).index(each.outcome), -each.severity.value, each.at or 0) for each in found]
    assert ranks == sorted(ranks)
    assert len([each for each in found if each.outcome is Outcome.QUESTION]) > 5


def test_every_question_has_evidence_items_and_a_question_mark() -> None:
    for answer in examined(odd_story()):
        if answer.outcome is Outcome.QUESTION:
            assert answer.evidence
            assert answer.items
            assert answer.message.text("en").endswith("?")
            assert answer.message.text("zh-CN").endswith("？")


def test_no_sentence_judges_goods_or_people() -> None:
    for table in MESSAGES.values():
        for sentence in table.values():
            assert not any(verdict in sentence.lower() for verdict in VERDICTS), sentence


def test_each_answer_names_the_policy_it_used() -> None:
    found = examined(odd_story(), policy=Policy(version="own/7", late_recording=30 * 86_400))
    assert {answer.policy for answer in found} == {"own/7"}
    assert "late-recording.late" not in {answer.message.key for answer in found}


def test_the_report_says_the_same_as_text_and_as_json() -> None:
    story = odd_story()
    graph = trace(ITEM, EventIndex(story.events))
    answers = examined(story)
    questions = [each for each in answers if each.outcome is Outcome.QUESTION]
    answer = trace_json(graph, answers, NAMES, UnixTime(NOON), "default/1")
    for language in MESSAGES:
        text = trace_text(answer, language)
        assert ITEM in text.splitlines()[0]
        assert text.count("[question") == len(questions)
    withheld: dict[str, Any] = {**answer, "withheld": 3}
    assert "3 more events" in trace_text(withheld)


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(-1e3, 1e3), st.sampled_from([ITEM, CASE, "x"])
)
values = st.recursive(scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
    st.sampled_from(["type", "id", "destination", "epcClass", "quantity", "uom", "sensorReport", "value", "time"]),
    inner, max_size=3)), max_leaves=6)  # fmt: skip
MEMBERS = (
    "epcList", "childEPCs", "quantityList", "parentID", "readPoint", "bizLocation", "destinationList", "ilmd",
    "bizTransactionList", "sensorElementList", "disposition", "inputEPCList", "outputQuantityList", "transformationID",
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["ObjectEvent", "AggregationEvent", "TransformationEvent", "x"]),
                          st.sampled_from(["shipping", "receiving", "packing", "retail_selling", 7, None]),
                          st.dictionaries(st.sampled_from(MEMBERS), values, max_size=4)), max_size=6))  # fmt: skip
def test_whatever_parties_write_is_answered(rows: list[tuple[str, Any, dict[str, Any]]]) -> None:
    story = Story()
    for at, (kind, step, members) in enumerate(rows):
        story.tell(at, **{"type": kind, "action": "ADD", "bizStep": step, "epcList": [ITEM, OTHER], **members})
    assert examined(story)
