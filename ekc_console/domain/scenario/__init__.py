"""The scenario language: one document run by the voice menu and by the operator's screen.

``scenario_from_document`` reads plain data; ``check_scenarios`` finds faults in a set of documents;
``Session`` walks through one; ``MenuTurn`` decides about keys and silence. All of it is sans-IO.
"""

from ekc_console.domain.scenario.check import (
    check_scenario,
    check_scenarios,
    scenario_from_document,
)
from ekc_console.domain.scenario.dates import NEAR_DAYS, When, age
from ekc_console.domain.scenario.field_error import FieldError, SessionError
from ekc_console.domain.scenario.fields import FIELD_TYPES, Audience, FieldType
from ekc_console.domain.scenario.filled import Fault, not_filled
from ekc_console.domain.scenario.menu import Again, Chosen, Leave, MenuTurn, Outcome
from ekc_console.domain.scenario.model import (
    CALLS,
    CARD_TYPES,
    FACTS,
    NUMBER,
    Action,
    Ask,
    CardType,
    Check,
    Choose,
    Condition,
    Do,
    End,
    Field,
    GoTo,
    HangUp,
    Kind,
    Option,
    PlanCallback,
    Problem,
    Say,
    Scenario,
    ScenarioError,
    Step,
    Template,
    ToQueue,
)
from ekc_console.domain.scenario.reading import read_document
from ekc_console.domain.scenario.session import (
    PathStep,
    Session,
    SessionState,
    SideAnswer,
    Walk,
)

__all__ = [
    "CALLS",
    "CARD_TYPES",
    "FACTS",
    "FIELD_TYPES",
    "NEAR_DAYS",
    "NUMBER",
    "Action",
    "Again",
    "Ask",
    "Audience",
    "CardType",
    "Check",
    "Choose",
    "Chosen",
    "Condition",
    "Do",
    "End",
    "Fault",
    "Field",
    "FieldError",
    "FieldType",
    "GoTo",
    "HangUp",
    "Kind",
    "Leave",
    "MenuTurn",
    "Option",
    "Outcome",
    "PathStep",
    "PlanCallback",
    "Problem",
    "Say",
    "Scenario",
    "ScenarioError",
    "Session",
    "SessionError",
    "SessionState",
    "SideAnswer",
    "Step",
    "Template",
    "ToQueue",
    "Walk",
    "When",
    "age",
    "check_scenario",
    "check_scenarios",
    "not_filled",
    "read_document",
    "scenario_from_document",
]
