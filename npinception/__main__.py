"""``python -m npinception`` is the command ``npinception``."""

from __future__ import annotations

from npinception.cli import main

if __name__ == "__main__":
    main()
