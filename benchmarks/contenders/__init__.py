"""Who posts: the timebank's own ledger, the floor under it, django-hordak and django-ledger."""
