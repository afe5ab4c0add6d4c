"""The functions of the AWS provider that the sandbox answers."""

from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Properties


def invoke(account: Account, token: str) -> Properties:
    """Answer a function.

    Raises:
        ProviderError: It is not among those that the sandbox answers.
    """
    place = account.place(account.settings.region)
    answers: dict[str, Properties] = {
        "aws:index/getCallerIdentity:getCallerIdentity": {
            "accountId": place["account"],
            "arn": f"arn:{place['partition']}:sts::{place['account']}:user/sandbox",
            "id": place["account"],
        },
        "aws:index/getPartition:getPartition": {
            "partition": place["partition"],
            "dnsSuffix": place["dnsSuffix"],
            "id": place["partition"],
        },
        "aws:index/getRegion:getRegion": {"region": place["region"], "id": place["region"]},
    }
    if token not in answers:
        raise ProviderError(
            f"the sandbox's AWS provider has no function {token}: it answers {', '.join(answers)}"
        )
    return answers[token]
