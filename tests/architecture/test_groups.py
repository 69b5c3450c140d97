"""Tests that share what is slow to start run in one process, one after the other."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
@pytest.mark.xdist_group("a-group")
def test_a_group_goes_to_the_scheduler_with_its_name(request):
    assert request.node.nodeid.endswith("@a-group")
