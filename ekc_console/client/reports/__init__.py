"""Reports as a console has them, without a screen: asked, followed, kept by name."""
