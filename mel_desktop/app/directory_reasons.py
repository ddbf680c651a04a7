"""Why a source of the directory waits or cannot be read; see reasons.py."""

from __future__ import annotations

from typing import Final

DIRECTORY: Final = {
    "download-price": (
        "Ce téléchargement coûterait beaucoup sur cette connexion.",
        "Acceptez son prix, ou attendez une meilleure connexion.",
        "This download would cost much on this line.",
        "Accept its price, or wait for a better line.",
    ),
    "gzip-damaged": (
        "Le fichier compressé est arrivé endommagé ou incomplet.",
        "Réessayez plus tard ; la copie précédente reste en place.",
        "The compressed file came damaged or incomplete.",
        "Try again later; the copy from before stays.",
    ),
    "led-elsewhere": (
        "Le serveur renvoie vers un autre, auquel le mot de passe n’est pas confié.",
        "Si vous connaissez cet autre serveur, indiquez son adresse.",
        "The server sends on to another one, which is not given the password.",
        "If you know that other server, enter its address.",
    ),
    "no-address-book": (
        "Aucun carnet d’adresses n’a été trouvé à cette adresse.",
        "Vérifiez l’adresse CardDAV auprès de votre service informatique.",
        "No address book was found at this address.",
        "Check the CardDAV address with your IT service.",
    ),
}
