"""Every shipped network gives the same values in PyTorch and ONNX: at a small input, and by `-m slow` at its own."""

import pytest
from zoo import marked, networks, small

import archspec
from archspec.verify import verify

LARGE = r".*:(152|1001|1202|110|164)|(fcn.*|deconvnet|vgg.*|alexnet|resnet_released)(:.*)?|unet:.*|unet_release"


@pytest.mark.parametrize("name", marked(LARGE))
def test_a_shipped_network_is_verified_at_a_small_input(name: str) -> None:
    found = verify(small(name), batch=2)
    assert found.ok, found.as_json()


@pytest.mark.slow
@pytest.mark.parametrize("name", networks())
def test_a_shipped_network_is_verified_at_its_own_size(name: str) -> None:
    found = archspec.load(name).verify()
    assert found.ok, found.as_json()
