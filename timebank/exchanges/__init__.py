"""One member's help to another: its states, its steps, and the queues that they make."""
