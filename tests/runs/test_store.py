"""A stored file is believed by the checksum of all its bytes, its name and its configuration, or read whole."""

from __future__ import annotations

import shutil

import pytest
from planned import CONFIGS

from study.runs.compute import compute
from study.runs.plan import make_plan
from study.runs.store import Store
from study.runs.validation import DamagedResultError

CONFIG, OTHER = CONFIGS[:2]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("kept"))
    return store.write(CONFIG, compute(CONFIG, [0, 1]), {"seconds": 1.0})


@pytest.fixture
def copied(kept, tmp_path):
    """The file in a store of its own, and all reads of whole files."""

    class Watched(Store):
        def read_file(self, config, path):
            self.read.append(path)
            return super().read_file(config, path)

    store = Watched(tmp_path)
    store.read = []
    path = store.folder(CONFIG) / kept.name
    path.parent.mkdir(parents=True)
    shutil.copy(kept, path)
    return store, path


def test_a_file_as_it_was_written_is_believed_without_being_read_whole(copied):
    store, _ = copied
    plan = make_plan([CONFIG], 2, store)
    assert (plan.jobs, plan.repairs, plan.seeds_present, store.read) == ([], [], 2, [])


def test_whichever_byte_is_changed_the_file_is_read_whole(copied):
    store, path = copied
    written = path.read_bytes()
    places = range(0, len(written), 97)
    for place in places:
        changed = bytearray(written)
        changed[place] ^= 1
        path.write_bytes(changed)
        try:
            store.check_file(CONFIG, path)
        except DamagedResultError:
            continue
    assert len(store.read) == len(places)


@pytest.mark.parametrize("part", [0, 10, -1])
def test_a_file_that_was_cut_is_set_aside(part, copied):
    store, path = copied
    path.write_bytes(path.read_bytes()[:part])
    plan = make_plan([CONFIG], 2, store)
    assert len(plan.repairs) == len(plan.jobs) == 1
    assert not path.exists()


def test_a_file_of_another_configuration_or_of_other_seeds_is_not_believed(copied):
    store, path = copied
    elsewhere = store.folder(OTHER) / path.name
    elsewhere.parent.mkdir(parents=True)
    shutil.copy(path, elsewhere)
    with pytest.raises(DamagedResultError, match="holds configuration"):
        store.check_file(OTHER, elsewhere)
    renamed = path.rename(path.with_name("seeds_00007-00008.parquet"))
    with pytest.raises(DamagedResultError, match="not its name"):
        store.check_file(CONFIG, renamed)
    assert store.read == [elsewhere, renamed]


def test_a_file_without_a_checksum_is_read_whole(copied):
    store, path = copied
    path.write_bytes(path.read_bytes().replace(b'"checksum"', b'"chicksum"'))
    store.check_file(CONFIG, path)
    assert store.read == [path]
