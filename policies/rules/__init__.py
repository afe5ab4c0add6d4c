"""Rules by area: values of `pavedroad.governance`, pure, without CrossGuard."""
