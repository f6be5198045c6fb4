import pytest

from demo.flows import FlowError, filled_in, options_of


def form(*fields: dict) -> dict:
    return {"type": "form", "step_id": "a_step", "data_schema": list(fields)}


def test_suggestions_and_defaults_are_sent_as_a_browser_would():
    shown = form(
        {"name": "area", "description": {"suggested_value": "kitchen"}},
        {"name": "height", "default": 1.2},
        {"name": "x"},
    )
    assert filled_in(shown, {}) == {"area": "kitchen", "height": 1.2}
    assert filled_in(shown, {"area": "hall", "x": 3}) == {"area": "hall", "height": 1.2, "x": 3}
    assert filled_in(shown, {"area": None}) == {"height": 1.2}


def test_sections_are_filled_in_inside():
    shown = form(
        {
            "name": "rectangle",
            "type": "expandable",
            "schema": [{"name": "x", "description": {"suggested_value": 1}}, {"name": "y"}],
        }
    )
    assert filled_in(shown, {"rectangle": {"y": 2}}) == {"rectangle": {"x": 1, "y": 2}}
    assert filled_in(form({"name": "empty", "type": "expandable", "schema": [{"name": "x"}]}), {}) == {}


def test_an_answer_without_a_field_shows_the_form():
    with pytest.raises(FlowError, match=r"no field for colour(.|\n)*a_step"):
        filled_in(form({"name": "size"}), {"colour": "red"})


def test_a_required_field_left_empty_shows_the_form():
    with pytest.raises(FlowError, match=r"no answer for size(.|\n)*a_step"):
        filled_in(form({"name": "size", "required": True}), {})


def test_options_of_a_list():
    options = [{"value": "a", "label": "A"}]
    shown = form({"name": "device", "selector": {"select": {"options": options}}})
    assert options_of(shown, "device") == options
    with pytest.raises(FlowError, match="no list 'other'"):
        options_of(shown, "other")
