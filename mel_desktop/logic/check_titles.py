"""What the checks before sending are called, in both languages: settings, questions, policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mel_desktop.model.safety import WarningCode

W = WarningCode
Both = tuple[str, str]  # French, English

TITLES: Final[Mapping[WarningCode, Both]] = {
    W.OPEN_RECIPIENTS: ("Des adresses visibles de tous", "Addresses that everyone sees"),
    W.BIG_LIST: ("Réponse à beaucoup de personnes", "An answer to many people"),
    W.NO_ATTACHMENT: ("Pièce jointe oubliée ?", "Attachment forgotten?"),
    W.NO_SUBJECT: ("Objet vide", "Empty subject"),
    W.FIRST_MAIL: ("Premier message à cette adresse", "First message to this address"),
    W.LOOK_ALIKE: ("Adresse presque connue", "An address that is nearly known"),
    W.WRONG_DOMAIN: ("Domaine douteux", "Doubtful domain"),
    W.NAMESAKE: ("Homonyme", "Namesake"),
    W.TOO_LARGE: ("Message trop volumineux", "Message too large"),
    W.OVER_LIMITS: ("Limites d’envoi dépassées", "Over the sending limits"),
    W.QUIET_HOURS: ("Hors des heures de travail", "Outside working hours"),
    W.PUPIL_DATA: ("Données d’élèves vers l’extérieur", "Pupils’ data to the outside"),
    W.ENCRYPTED_FILE: ("Fichier chiffré", "Encrypted file"),
    W.DANGEROUS_FILE: ("Fichier qui sera refusé", "File that will be refused"),
}
