"""What was contributed over a period: exactly for coordinators, and as releases that reveal nobody for funders."""
