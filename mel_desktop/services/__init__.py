"""What the product does. Knows store, logic, formats, ports and model; never an adapter."""
