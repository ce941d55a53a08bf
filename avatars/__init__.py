"""User pictures, one of them active, and the faces made from them."""
