"""What lets others trust a release: signatures, bill of materials, licences of its parts."""
