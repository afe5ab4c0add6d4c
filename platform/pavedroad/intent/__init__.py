"""Intent: what teams and the platform wrote, as resources that rules can judge, as rights, and the exemptions that they gave.

Promise: everything here is a pure function of loaded descriptors (one reads a file of exemptions). Elements are as
they stand in one environment, with nothing left to choose, and each knows the line that decided each of its values.
"""

from pavedroad.intent.access import rights_of
from pavedroad.intent.elements import intent_of
from pavedroad.intent.exemptions import EXEMPTIONS_FILE, exemptions_of, load_exemptions_file
from pavedroad.intent.rights import Right, Rights, ServiceRights

__all__ = [
    "EXEMPTIONS_FILE",
    "Right",
    "Rights",
    "ServiceRights",
    "exemptions_of",
    "intent_of",
    "load_exemptions_file",
    "rights_of",
]
