"""Pictures, resizers, scaling and labels, against Pillow, TensorFlow and Keras."""
