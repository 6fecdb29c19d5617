"""A trained model in the box: everyday shapes and textures, drawn and trained by this project."""
