"""All settings stand in pyproject.toml; this writes into what is built the commit that it was built from."""

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent


def keep_commit(package):
    """Write the commit beside the built modules; built from an sdist, they have the one that came with it."""
    code = runpy.run_path(str(ROOT / "study" / "runs" / "provenance.py"))
    commit = code["commit_of_checkout"](ROOT)
    if commit:
        kept = package / code["BUILT_FROM"]
        kept.unlink(missing_ok=True)  # an sdist's tree may be made of links into the checkout
        kept.write_text(f"{commit}\n", encoding="utf-8")


class BuildModules(build_py):
    """For a wheel. An editable installation has no copy, and asks the checkout itself."""

    def run(self):
        """Copy the modules, then add the commit."""
        super().run()
        if not self.editable_mode:
            keep_commit(Path(self.build_lib) / "study")


class BuildSources(sdist):
    """For an sdist: written into the copy that is packed, never into the checkout."""

    def make_release_tree(self, base_dir, files):
        """Lay the files out, then add the commit."""
        super().make_release_tree(base_dir, files)
        keep_commit(Path(base_dir) / "study")


setup(cmdclass={"build_py": BuildModules, "sdist": BuildSources})
