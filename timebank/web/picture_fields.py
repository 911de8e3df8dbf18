"""The field of a form in which a picture is handed in; it reads what came, and keeps nothing."""

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field, Form
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from timebank.members import pictures
from timebank.members.pictures import Drawn, NotAPicture
from timebank.web import widgets
from timebank.web.words import sentence

HINT = _l("JPEG, PNG, GIF or WebP, at most 10 megabytes. We keep nothing of where it was taken.")


class PictureField(Field):
    """A picture from a file, drawn anew as pictures.keep() takes it; its data is None where none was chosen.

    The page's view is marked @takes_files, and its form is sent as enctype="multipart/form-data".
    """

    widget = widgets.Drawn("parts/fields/picture.html")
    data: Drawn | None

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("description", HINT)
        super().__init__(label, validators, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """What was chosen is read and drawn; what is already kept is never the data of a field."""
        del data
        super().process(formdata, None, extra_filters)

    def process_formdata(self, valuelist: list[Any]) -> None:
        file = next((one for one in valuelist if isinstance(one, FileStorage) and one.filename), None)
        if file is None:
            return
        try:
            self.data = pictures.draw(file.stream.read(pictures.LARGEST_BYTES + 1))
        except NotAPicture as no:
            raise ValueError(sentence(no)) from no

    def pre_validate(self, form: Form) -> None:
        """What cannot be read is said once."""
        del form
        if self.process_errors:
            raise StopValidation
