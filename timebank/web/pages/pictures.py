"""The address of each picture: of members, of listings, and of a timebank's own logo."""

from datetime import UTC, datetime

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from timebank.exchanges import known
from timebank.web.access import area, here, opens_for_everyone
from timebank.web.database import db

pages = area("pictures", prefix="/pictures")
_KEPT_SECONDS = 30 * 24 * 3600


@pages.get("/<int:picture_id>")
@opens_for_everyone
def show(picture_id: int) -> ResponseReturnValue:
    """Whoever may see a picture gets it, and their browser keeps it for them: another one has another address."""
    today = here().day_of(datetime.now(UTC))
    picture = known.picture_for(db(), here(), picture_id, reader=g.get("mine"), today=today)
    answer = Response(picture.content, mimetype=picture.media_type)
    answer.cache_control.private = True
    answer.cache_control.max_age = _KEPT_SECONDS
    answer.set_etag(f"picture-{picture.id}")
    return answer.make_conditional(request)
