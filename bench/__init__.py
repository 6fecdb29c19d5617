"""What is measured: speed beside the peers and rung by rung, and accuracy."""
