"""archspec measured beside its peers, in one run: `python -m benchmarks` from a checkout; see docs/performance.md."""
