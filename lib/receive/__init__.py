"""Publishers' files turned into rows of ``data/observations``."""
