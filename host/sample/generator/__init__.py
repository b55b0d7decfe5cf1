"""Makes the bundled sample; see ../README.md. Standard library only, the same output on every Python from 3.9."""
