"""Reports of a policy check: for people, for pull requests, and for the tools that read findings.

Promise: no report quotes a value, every one is stable for the same verdicts, and none makes a verdict of its own.
"""

from pavedroad.policy.reports.as_json import as_json
from pavedroad.policy.reports.as_junit import as_junit
from pavedroad.policy.reports.as_markdown import as_markdown
from pavedroad.policy.reports.as_sarif import as_sarif
from pavedroad.policy.reports.as_text import as_text

__all__ = ["as_json", "as_junit", "as_markdown", "as_sarif", "as_text"]
