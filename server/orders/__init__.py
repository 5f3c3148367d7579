"""Order Sales: orders taken in, and what follows from them."""
