"""Fields read what people write, keep what was typed, and say which control is wrong."""

import pkgutil
import re
from datetime import date
from importlib import import_module

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional

from timebank.web import fields, forms, kind_fields

TODAY = date(2026, 11, 23)


class Log(Form):
    """A form with both of our own fields."""

    time = fields.DurationField("How long did it take?")
    day = fields.DayField("When was it?", today=TODAY, validators=[fields.not_after_today])


class Relaxed(Form):
    """The same, where nothing must be said."""

    time = fields.DurationField("How long?", validators=[Optional()])
    day = fields.DayField("When?", today=TODAY, validators=[Optional()])
    born = fields.DateField("Since when?", validators=[Optional()])


class Plain(Form):
    """One of each plain field."""

    name = fields.TextField("Name", description="As you like it", validators=[DataRequired("Write a name")])
    email = fields.EmailField("E-mail", validators=[DataRequired("Write an address")])
    words = fields.SearchField("Words", validators=[DataRequired("Write words")])
    password = fields.PasswordField("Password", validators=[DataRequired("Write a password")])
    story = fields.LongTextField("Story", description="In short", validators=[DataRequired("Write a story")])
    number = fields.NumberField("How many?", validators=[DataRequired("Write a number")])
    kind = fields.ChoiceField(
        "Kind",
        choices=[fields.choice("", "Choose"), fields.choice("a", "A & B")],
        validators=[DataRequired("Choose one")],
    )
    part = fields.RadiosField(
        "Part",
        choices=[fields.choice("g", "Gave", "You helped"), fields.choice("r", "Received")],
        validators=[DataRequired("Choose")],
    )
    stages = fields.TicksField("Stages", choices=["design", "deliver"], validators=[DataRequired("Choose some")])
    agree = fields.TickField("I agree", validators=[DataRequired("Tick this")])


@pytest.fixture(scope="module")
def app():
    app = Flask("timebank")
    kits = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
    app.jinja_loader = ChoiceLoader([PackageLoader("timebank"), PrefixLoader(kits)])
    Babel(app)
    return app


@pytest.fixture(autouse=True)
def in_a_request(app):
    with app.test_request_context():
        yield


def logged(**typed):
    form = Log(MultiDict({name.replace("_", "-"): value for name, value in typed.items()}))
    form.validate()
    return form


def errors(field):
    return [str(error) for error in field.errors]


def html(field):
    return str(field())


@pytest.mark.parametrize(
    ("hours", "minutes", "expected"),
    [
        ("1", "30", 90),
        ("2", "", 120),
        ("", "45", 45),
        ("", "90", 90),
        ("0", "90", 90),
        (" 1 ", " 05 ", 65),
        ("1h30", "", 90),
        ("90 min", "", 90),
        ("1:30", "", 90),
        ("1.5", "", 90),
    ],
)
def test_a_length_of_time_is_read_in_whole_minutes(hours, minutes, expected):
    form = logged(time_hours=hours, time_minutes=minutes)

    assert form.time.data == expected
    assert not form.time.errors


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [("1", "60"), ("²", ""), ("٣", ""), ("1h30", "5"), ("lots", ""), ("-1", ""), ("", "x"), ("1.3333", "")],
)
def test_what_is_no_length_of_time_is_refused_and_shown_again(hours, minutes):
    form = logged(time_hours=hours, time_minutes=minutes)

    assert len(form.time.errors) == 1
    assert form.time.data is None
    assert form.time.values() == {"hours": hours, "minutes": minutes}
    assert f'value="{hours}"' in html(form.time)


@pytest.mark.parametrize(("hours", "minutes"), [("", ""), ("0", "0"), ("0", "")])
def test_no_time_at_all_is_missing(hours, minutes):
    assert errors(logged(time_hours=hours, time_minutes=minutes).time) == [
        "Say how long it took, for example 1 hour 30 minutes"
    ]


def test_no_time_at_all_may_be_allowed():
    class Limit(Form):
        limit = fields.DurationField("Limit", zero=True)

    form = Limit(MultiDict({"limit-hours": "0"}))

    assert form.validate()
    assert form.limit.data == 0


def test_a_length_of_time_is_written_in_its_two_boxes():
    assert Log(data={"time": 90}).time.values() == {"hours": "1", "minutes": "30"}
    assert Log(data={"time": 120}).time.values() == {"hours": "2", "minutes": ""}


def test_where_nothing_must_be_said_blank_boxes_pass():
    form = Relaxed(MultiDict({"time-hours": "", "time-minutes": "", "day-day": "", "born-day": ""}))

    assert form.validate()
    assert (form.time.data, form.day.data, form.born.data) == (None, None, None)


def test_where_nothing_must_be_said_nonsense_is_still_refused():
    form = Relaxed(MultiDict({"time-hours": "lots", "day": "other", "born-day": "3"}))

    assert not form.validate()
    assert form.time.errors
    assert form.day.errors
    assert form.born.errors


@pytest.mark.parametrize(("choice", "expected"), [("today", TODAY), ("yesterday", date(2026, 11, 22))])
def test_today_and_yesterday_are_days(choice, expected):
    assert logged(day=choice).day.data == expected


def test_today_is_what_the_view_says_it_is_even_after_reading():
    form = logged(day="today")
    form.day.today = lambda: date(2026, 1, 1)

    assert form.day.data == date(2026, 1, 1)


def test_another_day_is_read_from_its_boxes():
    form = logged(day="other", day_day="7", day_month="03", day_year="2026")

    assert form.day.data == date(2026, 3, 7)
    assert not form.day.errors


def test_boxes_without_the_choice_are_another_day():
    form = logged(day_day="7", day_month="3", day_year="2026")

    assert form.day.data == date(2026, 3, 7)
    assert form.day.choice() == "other"


@pytest.mark.parametrize("choice", ["", "tomorrow"])
def test_no_choice_is_missing_and_leads_to_the_first_radio(choice):
    form = logged(day=choice)

    assert errors(form.day) == ["Choose today, yesterday or another day"]
    assert form.day.first_id == "day"


@pytest.mark.parametrize(
    ("day", "month", "year", "wrong"),
    [
        ("", "", "", ("day", "month", "year")),
        ("7", "", "2026", ("month",)),
        ("7", "3", "26", ("year",)),
        ("²", "3", "2026", ("day",)),
        ("7", "March", "2026", ("month",)),
    ],
)
def test_boxes_that_cannot_be_read_are_named_and_shown_again(day, month, year, wrong):
    form = logged(day="other", day_day=day, day_month=month, day_year=year)

    assert errors(form.day) == ["Write the day, month and year, for example 27 3 2026"]
    assert form.day.invalid() == wrong
    assert form.day.first_id == f"day-{wrong[0]}"
    assert [form.day.values()[part] for part in ("day", "month", "year")] == [day, month, year]


def test_a_day_that_does_not_exist_is_refused():
    form = logged(day="other", day_day="31", day_month="2", day_year="2026")

    assert errors(form.day) == ["There is no such day. Check the day, the month and the year"]
    assert form.day.data is None


def test_the_day_itself_has_come_and_the_next_has_not():
    assert not logged(day="other", day_day="23", day_month="11", day_year="2026").day.errors
    assert logged(day="other", day_day="24", day_month="11", day_year="2026").day.errors


@pytest.mark.parametrize(
    ("day", "choice"), [(None, ""), (TODAY, "today"), (date(2026, 11, 22), "yesterday"), (date(2026, 11, 21), "other")]
)
def test_a_known_day_is_shown_as_its_choice(day, choice):
    assert Log(data={"day": day}).day.choice() == choice


def test_a_known_day_fills_its_boxes():
    assert Log(data={"day": date(2026, 3, 7)}).day.values() == {"day": "7", "month": "3", "year": "2026"}


def test_boxes_that_were_not_sent_leave_the_data_alone():
    form = Log(MultiDict({"something": "else"}), data={"time": 90})

    assert form.time.data == 90


@pytest.mark.parametrize("field", ["time", "day"])
def test_each_wrong_box_is_tied_to_its_error(field):
    drawn = html(logged(day="other", day_day="x", time_hours="lots")[field])

    tied = re.findall(r'<input[^>]*aria-invalid="true"[^>]*>', drawn)
    assert tied
    assert all(f'aria-describedby="{field}-error"' in box for box in tied)
    assert f'id="{field}-error"' in drawn


@pytest.mark.parametrize("name", [field.name for field in Plain()])
def test_each_plain_field_that_is_wrong_says_so_and_is_tied(name):
    form = Plain(MultiDict({"sent": "1"}))
    form.validate()
    drawn = html(form[name])

    assert 'aria-invalid="true"' in drawn
    assert re.search(rf'aria-describedby="[^"]*{name}-error', drawn)
    assert f'id="{name}-error"' in drawn
    assert errors(form[name])[0] in drawn


@pytest.mark.parametrize("name", [field.name for field in Plain()])
def test_no_plain_field_lets_the_browser_judge_or_prints_none(name):
    drawn = html(Plain()[name])

    assert not re.search(r"\srequired|\smin=|\smax=|None", drawn)
    assert "aria-invalid" not in drawn


def test_the_hint_is_kept_beside_the_error():
    form = Plain(MultiDict({"name": ""}))
    form.validate()

    assert 'aria-describedby="name-hint name-error"' in html(form.name)
    assert "As you like it" in html(form.name)


def test_a_field_without_a_hint_draws_none():
    assert "govuk-hint" not in html(Plain().agree)
    assert "You helped" in html(Plain().part)


def test_what_was_typed_comes_back_once_escaped_and_line_by_line():
    typed = '\n  <b> & "so"\r\n    on'
    form = Plain(MultiDict({"name": '<b> & "so"', "story": typed}))

    assert 'value="&lt;b&gt; &amp; &#34;so&#34;"' in html(form.name)
    assert ">\n\n  &lt;b&gt; &amp; &#34;so&#34;\r\n    on</textarea>" in html(form.story)


@pytest.mark.parametrize("kind", [fields.ChoiceField, fields.RadiosField, fields.TicksField])
@pytest.mark.parametrize(
    ("validators", "said"),
    [([InputRequired("Choose the kind")], "Choose the kind"), ([], "Choose one of these")],
)
def test_what_is_not_among_the_choices_is_told_in_our_own_words(kind, validators, said):
    class Chosen(Form):
        one = kind("Kind", choices=[fields.choice("a", "A")], validators=validators)

    form = Chosen(MultiDict({"one": "somewhere else"}))

    assert not form.validate()
    assert errors(form.one) == [said]
    assert Chosen(MultiDict({"one": "a"})).validate()


def test_every_form_asks_with_our_own_fields_what_is_to_be_chosen():
    seen = 0
    for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}."):
        for name, form in vars(import_module(module.name)).items():
            for field in vars(form).values() if isinstance(form, type) and issubclass(form, Form) else ():
                kind = getattr(field, "field_class", object)
                if issubclass(kind, SelectField) and field.kwargs.get("validate_choice", True):
                    ours = {fields.__name__, kind_fields.__name__}
                    assert kind.__module__ in ours, f"{name} of {module.name}"
                    seen += 1
    assert seen > 10


def test_choices_are_escaped_once():
    assert "A &amp; B" in html(Plain().kind)
    assert "&amp;amp;" not in html(Plain().kind)


def test_a_password_is_never_sent_back():
    assert "hunter2" not in html(Plain(MultiDict({"password": "hunter2"})).password)


def test_attributes_are_given_once():
    drawn = str(Plain().password(autocomplete="new-password", **{"class": "wide"}))

    assert drawn.count("autocomplete=") == 1
    assert "wide" in drawn


@pytest.mark.parametrize(("typed", "expected"), [("12", 12), (" 7 ", 7), ("", None)])
def test_a_number_is_read_in_figures(typed, expected):
    assert Plain(MultiDict({"number": typed})).number.data == expected


@pytest.mark.parametrize("typed", ["²", "٣", "1.5", "-1", "twelve"])
def test_what_is_no_whole_number_is_refused_and_shown_again(typed):
    class Many(Form):
        number = fields.NumberField("How many?")

    form = Many(MultiDict({"number": typed}))

    assert not form.validate()
    assert f'value="{typed}"' in html(form.number)
