"""The seam: whoever shows the company fits through it, and so does the company."""

from __future__ import annotations

from actors.company import Company as RealCompany
from actors.ids import SessionId
from config.settings import Settings
from ui.arguments import Arguments
from ui.front_end import ACTOR, CompanyHandle, FrontEnd, Opening
from ui.headless.front_end import HeadlessFrontEnd


def is_company(company: type[CompanyHandle]) -> bool:
    return all(hasattr(company, name) for name in vars(CompanyHandle) if not name.startswith("_"))


def test_the_real_company_is_what_front_ends_expect() -> None:
    assert is_company(RealCompany)


def test_a_front_end_brings_an_actor_of_the_name_that_the_company_knows() -> None:
    opening = Opening(SessionId("s"), "/work", "p", "m", Settings(), "1.0")
    front_end: FrontEnd = HeadlessFrontEnd(opening, Arguments(prompt="x"))
    assert front_end.child.name == ACTOR
