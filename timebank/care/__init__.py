"""How a community is looked after: who comes and goes, who they are to one another, and the coordinator's day."""
