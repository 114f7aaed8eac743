"""archspec measured beside its peers."""
