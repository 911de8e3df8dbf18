"""How our fields are drawn: the kit's widgets, tied to their errors; they read fields and never change them."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from govuk_frontend_wtf import wtforms_widgets as kit
from markupsafe import Markup
from wtforms import Field

_FOR_BROWSERS = ("required", "min", "max", "step", "minlength", "maxlength")
_FOR_MACROS = ("autocomplete", "autocapitalize", "inputmode", "rows", "spellcheck")


class Tied:
    """A widget of the kit that says which control is wrong, and leaves the checking to us, not to the browser."""

    template: str

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        attributes = params.setdefault("attributes", {})
        for name in _FOR_BROWSERS:
            attributes.pop(name, None)
        params.update({name: attributes.pop(name) for name in _FOR_MACROS if name in attributes})
        if "class" in attributes:
            params["classes"] = " ".join([params.get("classes", ""), attributes.pop("class")]).strip()
        params["hint"] = {"text": field.description} if field.description else None
        params.setdefault("label", {}).setdefault("classes", "govuk-label--s")
        params.setdefault("idPrefix", field.id)
        if field.errors:
            params["errorMessage"]["visuallyHiddenText"] = _l("Error")
            self.point_out(params)
        return params

    def point_out(self, params: dict[str, Any]) -> None:
        """The control says for itself that it is wrong; the kit only colours it."""
        params["attributes"]["aria-invalid"] = "true"

    def render(self, params: dict[str, Any]) -> Markup:
        """Drawn without the page's context, which would be fetched anew for each field."""
        return _drawn(self.template, params=params)


class TextInput(Tied, kit.GovTextInput):
    """One line."""

    def __init__(self, input_type: str = "text") -> None:
        super().__init__(input_type)


class PasswordInput(Tied, kit.GovPasswordInput):
    """A password, with a button that shows it; it is never sent back to the page."""

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        return super().map_gov_params(field, **kwargs) | {
            "showPasswordText": _l("Show"),
            "hidePasswordText": _l("Hide"),
            "showPasswordAriaLabelText": _l("Show password"),
            "hidePasswordAriaLabelText": _l("Hide password"),
            "passwordShownAnnouncementText": _l("Your password can be seen"),
            "passwordHiddenAnnouncementText": _l("Your password is hidden"),
        }


class TextArea(Tied, kit.GovTextArea):
    """Several lines; browsers drop the first line break after the tag, so one is given for them to drop."""

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        params = super().map_gov_params(field, **kwargs)
        return params | {"value": "\n" + (params["value"] or "")}


class Cards(Tied):
    """Choices drawn as cards, two of them side by side where there is room, each with its own hint where it has one."""

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        params = super().map_gov_params(field, **kwargs)
        for item, choice in zip(params["items"], field, strict=True):
            hint = choice.choice.render_kw.get("hint") if hasattr(choice, "choice") else None
            item["hint"] = {"text": hint} if hint else None
        if len(params["items"]) == 2:
            params.setdefault("classes", "timebank-pair")
        if "fieldset" in params:
            params["fieldset"]["legend"].setdefault("classes", "govuk-fieldset__legend--s")
        return params


class Radios(Cards, kit.GovRadioInput):
    """One of a few."""

    def point_out(self, params: dict[str, Any]) -> None:
        """The group is wrong, not one of its radios: ARIA knows no invalid radio."""
        params["fieldset"] |= {"attributes": {"role": "radiogroup", "aria-invalid": "true"}}


class Ticks(Cards, kit.GovCheckboxesInput):
    """Any of a few."""

    def point_out(self, params: dict[str, Any]) -> None:
        """Each box is one of those that are wrong together."""
        for item in params["items"]:
            item["attributes"] = {"aria-invalid": "true"}


class Tick(Ticks, kit.GovCheckboxInput):
    """Yes, or nothing."""


class Drawn:
    """A widget that is one template of ours, which is handed the field."""

    def __init__(self, template: str) -> None:
        self.template = template

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        return _drawn(self.template, field=field, **kwargs)


def _drawn(template: str, **shown: Any) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(**shown))  # noqa: S704
