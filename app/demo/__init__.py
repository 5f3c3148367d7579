"""The demonstration: a sample office in a process of its own, and a line that rings by itself."""
