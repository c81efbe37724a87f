"""`python -m tickfold`: see tickfold.cli."""

from tickfold.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
