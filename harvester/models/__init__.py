"""Harvests: jobs with their items and steps, and what was harvested of each document.

A job is planned into items, one a document, and steps, each a range of items short enough to be done within
minutes by one worker that holds its lease. What was harvested outlives the jobs: a document, and of each
address in it the file that lies in the storage.
"""

from harvester.models.jobs import (
    ACTIVE,
    LONGEST_CALLER,
    LONGEST_COLLECTION,
    LONGEST_DATABASE,
    LONGEST_LABEL,
    Item,
    ItemState,
    Job,
    JobQuerySet,
    Kind,
    Schedule,
    Status,
    Step,
    StepQuerySet,
    StepState,
)
from harvester.models.records import Document, Harvested, Outcome, Processed, Tally, address_of

__all__ = [
    "ACTIVE",
    "LONGEST_CALLER",
    "LONGEST_COLLECTION",
    "LONGEST_DATABASE",
    "LONGEST_LABEL",
    "Document",
    "Harvested",
    "Item",
    "ItemState",
    "Job",
    "JobQuerySet",
    "Kind",
    "Outcome",
    "Processed",
    "Schedule",
    "Status",
    "Step",
    "StepQuerySet",
    "StepState",
    "Tally",
    "address_of",
]
