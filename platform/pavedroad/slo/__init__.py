"""Service level objectives: what is promised, when its budget burns too fast, and the rules that tell.

Pure arithmetic over ``pavedroad.prometheus``; it knows nothing of descriptors, plans or Kubernetes.
"""
