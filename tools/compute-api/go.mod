// Prints what Compute v1 has. Nothing of it is part of the product.
module compute-api

go 1.26.0
