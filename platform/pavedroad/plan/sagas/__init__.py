"""Sagas, resolved, and as the documents of whoever runs them; pure.

:mod:`~pavedroad.plan.sagas.resolve` makes the neutral plan; :mod:`~pavedroad.plan.sagas.workflow` writes it for Argo
Workflows and :mod:`~pavedroad.plan.sagas.states` for Step Functions. Both promise the same: steps run one after the
other; where one fails for good, the compensations of all steps before it run in reverse, each tried whatever became
of the others, and the execution has failed.
"""
