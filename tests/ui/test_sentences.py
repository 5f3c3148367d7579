from datetime import date

import pytest

from app.domain.violations import Field, Rule, Violation
from local_db.errors import DiskFull, StorageBusy, StorageReadOnly
from ui.language import CHINESE, Language
from ui.sentences import PROBLEMS, known_rules, plain_problem, sentence

VALUES = {
    "name": "王大明",
    "address": "7",
    "zone": "NORTH",
    "product": "20kg 瓦斯桶",
    "quantity": "3",
    "available": "2",
    "minimum": "800",
    "goods": "230",
    "missing": "570",
    "date": "2026-07-05",
    "latest": "2026-08-01",
    "days": "30",
    "cutoff": "14:00",
    "time": "18:20",
    "slot": "03",
    "served": "01,02",
    "until": "10:00",
    "earliest_date": "2026-07-06",
    "earliest_slot": "01",
    "most_kg": "40",
    "refund": "1200",
    "tax_id": "12345678",
}


def test_every_rule_has_a_sentence() -> None:
    assert known_rules() == {str(rule) for rule in Rule}


@pytest.mark.parametrize("code", ["zh_TW", "en"])
@pytest.mark.parametrize("rule", Rule)
def test_every_sentence_takes_the_values_of_its_rule(
    rule: Rule, code: str, language: Language
) -> None:
    language.use(code)
    said = sentence(Violation(Field.LINES, rule, VALUES))
    assert said
    assert said != rule.value
    assert "{" not in said


def test_dates_slots_and_amounts_are_said_as_people_say_them(language: Language) -> None:
    language.use(CHINESE)
    values = {"goods": "1230", "minimum": "2000", "missing": "770"}
    assert sentence(Violation(Field.LINES, Rule.MINIMUM_ORDER_VALUE, values)) == (
        "貨款 1,230 未達最低 2,000，還差 770。"
    )
    closed = {"date": date(2026, 7, 5).isoformat(), "earliest_date": "2026-07-06"}
    closed |= {"earliest_slot": "01"}
    assert sentence(Violation(Field.DATE, Rule.DATE_CLOSED, closed)) == (
        "07/05 (週日) 公休。最早可送：07/06 (週一) 上午。"
    )


def test_a_code_nobody_knows_is_shown_as_it_is() -> None:
    assert sentence(Violation(Field.LINES, "SOMETHING_NEW")) == "SOMETHING_NEW"


@pytest.mark.parametrize("problem", [DiskFull(), StorageReadOnly(), StorageBusy()])
def test_a_refusing_disk_is_told_in_the_language_of_the_window(
    problem: Exception, language: Language
) -> None:
    assert str(problem) in PROBLEMS
    language.use(CHINESE)
    assert "請" in plain_problem(str(problem))


def test_a_problem_nobody_has_translated_is_told_in_its_own_words() -> None:
    assert plain_problem("lp: paper jam") == "lp: paper jam"
    assert plain_problem("") == ""
