<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>AbsenceDialog</name>
    <message>
        <source>Absence message</source>
        <translation>Message d’absence</translation>
    </message>
    <message>
        <source>&amp;Answer messages while I am away</source>
        <translation>&amp;Répondre aux messages pendant mon absence</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>&amp;Du</translation>
    </message>
    <message>
        <source>&amp;Until</source>
        <translation>&amp;Jusqu’au</translation>
    </message>
    <message>
        <source>First day away</source>
        <translation>Premier jour d’absence</translation>
    </message>
    <message>
        <source>Last day away</source>
        <translation>Dernier jour d’absence</translation>
    </message>
    <message>
        <source>A text to begin with…</source>
        <translation>Partir d’un texte…</translation>
    </message>
    <message>
        <source> day(s)</source>
        <translation>&#xa0;jour(s)</translation>
    </message>
    <message>
        <source>everybody who writes to me</source>
        <translation>à tous ceux qui m’écrivent</translation>
    </message>
    <message>
        <source>only addresses of my académie</source>
        <translation>aux seules adresses de mon académie</translation>
    </message>
    <message>
        <source>A&amp;ccount</source>
        <translation>&amp;Compte</translation>
    </message>
    <message>
        <source>&amp;Template</source>
        <translation>&amp;Modèle</translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation>&amp;Objet</translation>
    </message>
    <message>
        <source>Te&amp;xt</source>
        <translation>Te&amp;xte</translation>
    </message>
    <message>
        <source>Ans&amp;wer</source>
        <translation>Ré&amp;pondre</translation>
    </message>
    <message>
        <source>At &amp;most once in</source>
        <translation>Au plus &amp;une fois en</translation>
    </message>
    <message>
        <source>What they get</source>
        <translation>Ce qu’ils reçoivent</translation>
    </message>
    <message>
        <source>School holidays ahead</source>
        <translation>Vacances scolaires à venir</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Absence</translation>
    </message>
    <message>
        <source>School holidays</source>
        <translation>Vacances scolaires</translation>
    </message>
    <message>
        <source>Absence during the school holidays</source>
        <translation>Absence pendant les vacances scolaires</translation>
    </message>
    <message>
        <source>Hello,

I am away during the school holidays and shall read your message when classes begin again.

Kind regards</source>
        <translation>Bonjour,

Je suis absent(e) pendant les vacances scolaires et lirai votre message à la reprise des cours.

Cordialement</translation>
    </message>
    <message>
        <source>Training course</source>
        <translation>Stage de formation</translation>
    </message>
    <message>
        <source>Away for training</source>
        <translation>Absence pour formation</translation>
    </message>
    <message>
        <source>Hello,

I am on a training course and shall answer when I am back. For anything urgent please write to the secretariat.

Kind regards</source>
        <translation>Bonjour,

Je suis en formation et vous répondrai à mon retour. Pour toute urgence, merci d’écrire au secrétariat.

Cordialement</translation>
    </message>
    <message>
        <source>In English</source>
        <translation>En anglais</translation>
    </message>
    <message>
        <source>This server cannot answer for you, and a PC that is off answers nobody: set the absence message in the webmail.</source>
        <translation>Ce serveur ne sait pas répondre à votre place, et un poste éteint ne répond à personne&#xa0;: activez le message d’absence dans le webmail.</translation>
    </message>
    <message>
        <source>The server answers, even when this PC is off; each sender once.</source>
        <translation>C’est le serveur qui répond, même quand ce poste est éteint&#xa0;; une fois à chaque expéditeur.</translation>
    </message>
    <message>
        <source>It is not on the server yet: it leaves as soon as the line allows.</source>
        <translation>Il n’est pas encore sur le serveur&#xa0;: il part dès que la connexion le permet.</translation>
    </message>
    <message>
        <source>Another program’s rules are active there: decide in Rules first.</source>
        <translation>Les règles d’un autre programme y sont actives&#xa0;: décidez d’abord dans Filtres.</translation>
    </message>
    <message>
        <source>School holidays…</source>
        <translation>Vacances scolaires…</translation>
    </message>
    <message>
        <source>(the server’s own words)</source>
        <translation>(les mots du serveur)</translation>
    </message>
    <message>
        <source>Subject: {subject}</source>
        <translation>Objet&#xa0;: {subject}</translation>
    </message>
</context>
<context>
    <name>AcademyBox</name>
    <message>
        <source>Search by name, or type your address below</source>
        <translation>Cherchez par nom, ou saisissez votre adresse ci-dessous</translation>
    </message>
</context>
<context>
    <name>AccountDesk</name>
    <message>
        <source>Remove an account</source>
        <translation>Retirer un compte</translation>
    </message>
    <message>
        <source>Remove {email} from this PC?</source>
        <translation>Retirer {email} de ce poste&#xa0;?</translation>
    </message>
    <message>
        <source>Its messages stay on the server. Drafts and messages that wait to be sent are lost.</source>
        <translation>Ses messages restent sur le serveur. Les brouillons et les messages en attente d’envoi sont perdus.</translation>
    </message>
    <message>
        <source>Add your own account first: the box becomes a shared folder of it.</source>
        <translation>Ajoutez d’abord votre compte personnel&#xa0;: la boîte en devient un dossier partagé.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are on this PC only: they are lost for good.</source>
        <translation>
            <numerusform>%n message n’est que sur ce poste&#xa0;: il est perdu pour de bon.</numerusform>
            <numerusform>%n messages ne sont que sur ce poste&#xa0;: ils sont perdus pour de bon.</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Se reconnecter…</translation>
    </message>
    <message>
        <source>Type the password…</source>
        <translation>Saisir le mot de passe…</translation>
    </message>
</context>
<context>
    <name>AccountWizard</name>
    <message>
        <source>Add an account</source>
        <translation>Ajouter un compte</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>Re&amp;tour</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Précédent</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Réessayer</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Sign in in the bro&amp;wser…</source>
        <translation>Se connecter par le na&amp;vigateur…</translation>
    </message>
    <message>
        <source>Sign in in the browser, without a password here</source>
        <translation>Se connecter par le navigateur, sans mot de passe ici</translation>
    </message>
    <message>
        <source>Your mail account</source>
        <translation>Votre compte de messagerie</translation>
    </message>
    <message>
        <source>The servers of your mail</source>
        <translation>Les serveurs de votre messagerie</translation>
    </message>
    <message>
        <source>{login} — to change it, go back</source>
        <translation>{login} — pour le modifier, revenez en arrière</translation>
    </message>
    <message>
        <source>Trying the servers</source>
        <translation>Essai des serveurs</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
    <message>
        <source>Try the servers</source>
        <translation>Essayer les serveurs</translation>
    </message>
    <message>
        <source>Add the account</source>
        <translation>Ajouter le compte</translation>
    </message>
    <message>
        <source>Add it as it is</source>
        <translation>Ajouter tel quel</translation>
    </message>
</context>
<context>
    <name>ActionRow</name>
    <message>
        <source>What is done</source>
        <translation>Ce qui est fait</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Tag or address</source>
        <translation>Étiquette ou adresse</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;New message</source>
        <translation>&amp;Nouveau message</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nouveau</translation>
    </message>
    <message>
        <source>&amp;Reply</source>
        <translation>&amp;Répondre</translation>
    </message>
    <message>
        <source>Reply to &amp;all</source>
        <translation>Répondre à &amp;tous</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>Trans&amp;férer</translation>
    </message>
    <message>
        <source>Forward as attac&amp;hment</source>
        <translation>Transférer en pièce &amp;jointe</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Supprimer</translation>
    </message>
    <message>
        <source>&amp;Move…</source>
        <translation>&amp;Déplacer…</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Déplacer</translation>
    </message>
    <message>
        <source>&amp;Copy to a folder…</source>
        <translation>Co&amp;pier dans un dossier…</translation>
    </message>
    <message>
        <source>Flag / remove the fla&amp;g</source>
        <translation>Marquer / ôter le s&amp;uivi</translation>
    </message>
    <message>
        <source>Flag</source>
        <translation>Suivi</translation>
    </message>
    <message>
        <source>Mark as read / &amp;unread</source>
        <translation>Marquer comme lu / non &amp;lu</translation>
    </message>
    <message>
        <source>Read/unread</source>
        <translation>Lu / non lu</translation>
    </message>
    <message>
        <source>&amp;Keep here, remove there…</source>
        <translation>&amp;Garder ici, retirer du serveur…</translation>
    </message>
    <message>
        <source>&amp;Write to a class…</source>
        <translation>Écrire à une &amp;classe…</translation>
    </message>
    <message>
        <source>Add the sender to my c&amp;ontacts…</source>
        <translation>Ajouter l’e&amp;xpéditeur à mes contacts…</translation>
    </message>
    <message>
        <source>&amp;Letters to many…</source>
        <translation>Publipostag&amp;es…</translation>
    </message>
    <message>
        <source>Templa&amp;tes…</source>
        <translation>&amp;Modèles…</translation>
    </message>
    <message>
        <source>&amp;Select all messages</source>
        <translation>Tout sélecti&amp;onner</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Quitter</translation>
    </message>
    <message>
        <source>&amp;Search messages</source>
        <translation>&amp;Rechercher des messages</translation>
    </message>
    <message>
        <source>S&amp;ave this search…</source>
        <translation>Enreg&amp;istrer cette recherche…</translation>
    </message>
    <message>
        <source>Search on the s&amp;erver too</source>
        <translation>Chercher aussi sur le ser&amp;veur</translation>
    </message>
    <message>
        <source>Rename the saved searc&amp;h…</source>
        <translation>Renommer la rec&amp;herche enregistrée…</translation>
    </message>
    <message>
        <source>De&amp;lete the saved search…</source>
        <translation>S&amp;upprimer la recherche enregistrée…</translation>
    </message>
    <message>
        <source>&amp;Help with the search</source>
        <translation>&amp;Aide à la recherche</translation>
    </message>
    <message>
        <source>&amp;Inbox</source>
        <translation>&amp;Boîte de réception</translation>
    </message>
    <message>
        <source>&amp;Drafts being written</source>
        <translation>Brouillons en &amp;cours</translation>
    </message>
    <message>
        <source>&amp;Outbox</source>
        <translation>Boîte d’&amp;envoi</translation>
    </message>
    <message>
        <source>Rem&amp;ind me without an answer…</source>
        <translation>Me le r&amp;appeler sans réponse…</translation>
    </message>
    <message>
        <source>Ans&amp;wers awaited</source>
        <translation>Réponses &amp;attendues</translation>
    </message>
    <message>
        <source>Waitin&amp;g changes</source>
        <translation>Chan&amp;gements en attente</translation>
    </message>
    <message>
        <source>Di&amp;rectory</source>
        <translation>A&amp;nnuaire</translation>
    </message>
    <message>
        <source>A&amp;ttachments</source>
        <translation>&amp;Pièces jointes</translation>
    </message>
    <message>
        <source>Only &amp;unread messages</source>
        <translation>Messages non &amp;lus seulement</translation>
    </message>
    <message>
        <source>Show the &amp;folders</source>
        <translation>Afficher les &amp;dossiers</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>&amp;Plain text / formatting</source>
        <translation>&amp;Texte brut / mise en forme</translation>
    </message>
    <message>
        <source>Ne&amp;xt pane</source>
        <translation>Volet &amp;suivant</translation>
    </message>
    <message>
        <source>Pre&amp;vious pane</source>
        <translation>V&amp;olet précédent</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>Réglages (&amp;préférences)…</translation>
    </message>
    <message>
        <source>&amp;New folder…</source>
        <translation>&amp;Nouveau dossier…</translation>
    </message>
    <message>
        <source>&amp;Rename the folder…</source>
        <translation>&amp;Renommer le dossier…</translation>
    </message>
    <message>
        <source>&amp;Delete the folder…</source>
        <translation>&amp;Supprimer le dossier…</translation>
    </message>
    <message>
        <source>&amp;Subscribed to the folder</source>
        <translation>&amp;Abonné au dossier</translation>
    </message>
    <message>
        <source>&amp;Line and budget…</source>
        <translation>&amp;Ligne et budget…</translation>
    </message>
    <message>
        <source>&amp;Bring the rest now…</source>
        <translation>Récupérer le res&amp;te maintenant…</translation>
    </message>
    <message>
        <source>Stora&amp;ge…</source>
        <translation>Stocka&amp;ge…</translation>
    </message>
    <message>
        <source>&amp;What would a sync do?</source>
        <translation>&amp;Que ferait la synchronisation&#xa0;?</translation>
    </message>
    <message>
        <source>&amp;Synchronise now</source>
        <translation>&amp;Synchroniser maintenant</translation>
    </message>
    <message>
        <source>Synchronise</source>
        <translation>Synchroniser</translation>
    </message>
    <message>
        <source>Work &amp;offline</source>
        <translation>Travailler &amp;hors ligne</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Hors ligne</translation>
    </message>
    <message>
        <source>&amp;Add an account…</source>
        <translation>&amp;Ajouter un compte…</translation>
    </message>
    <message>
        <source>Add an account b&amp;y the browser…</source>
        <translation>Ajouter un compte par le &amp;navigateur…</translation>
    </message>
    <message>
        <source>&amp;Password of the account…</source>
        <translation>&amp;Mot de passe du compte…</translation>
    </message>
    <message>
        <source>&amp;Remove the account…</source>
        <translation>&amp;Retirer le compte…</translation>
    </message>
    <message>
        <source>Co&amp;nnection and proxy…</source>
        <translation>Connexion et pro&amp;xy…</translation>
    </message>
    <message>
        <source>&amp;Move to another service…</source>
        <translation>&amp;Changer de messagerie…</translation>
    </message>
    <message>
        <source>&amp;Functional box to shared box…</source>
        <translation>Boîte &amp;fonctionnelle partagée…</translation>
    </message>
    <message>
        <source>I&amp;dentities and signatures…</source>
        <translation>I&amp;dentités et signatures…</translation>
    </message>
    <message>
        <source>Chec&amp;ks before sending…</source>
        <translation>&amp;Vérifications avant l’envoi…</translation>
    </message>
    <message>
        <source>Data of the ser&amp;vers…</source>
        <translation>D&amp;onnées des serveurs…</translation>
    </message>
    <message>
        <source>&amp;Import a directory (CSV)…</source>
        <translation>&amp;Importer un annuaire (CSV)…</translation>
    </message>
    <message>
        <source>&amp;Lock now</source>
        <translation>&amp;Verrouiller</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Verrouiller</translation>
    </message>
    <message>
        <source>&amp;Change of user…</source>
        <translation>&amp;Changer d’utilisateur…</translation>
    </message>
    <message>
        <source>&amp;Vault…</source>
        <translation>C&amp;offre…</translation>
    </message>
    <message>
        <source>Chec&amp;k the vault…</source>
        <translation>Vé&amp;rifier le coffre…</translation>
    </message>
    <message>
        <source>Dia&amp;gnosis…</source>
        <translation>&amp;Diagnostic…</translation>
    </message>
    <message>
        <source>&amp;Rules of the establishment…</source>
        <translation>&amp;Règles de l’établissement…</translation>
    </message>
    <message>
        <source>&amp;About Mel Desktop</source>
        <translation>À &amp;propos de Mel Desktop</translation>
    </message>
    <message>
        <source>&amp;Import mail…</source>
        <translation>&amp;Importer du courrier…</translation>
    </message>
    <message>
        <source>&amp;Export mail…</source>
        <translation>&amp;Exporter du courrier…</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>&amp;Sauvegarder…</translation>
    </message>
    <message>
        <source>&amp;Restore a backup…</source>
        <translation>&amp;Restaurer une sauvegarde…</translation>
    </message>
    <message>
        <source>&amp;Hand over to another PC…</source>
        <translation>&amp;Passer à un autre poste…</translation>
    </message>
    <message>
        <source>&amp;Rules…</source>
        <translation>&amp;Filtres…</translation>
    </message>
    <message>
        <source>&amp;Absence message…</source>
        <translation>Message d’&amp;absence…</translation>
    </message>
    <message>
        <source>Make a rule &amp;from this message…</source>
        <translation>&amp;Créer une règle depuis ce message…</translation>
    </message>
    <message>
        <source>What the &amp;directory holds…</source>
        <translation>Contenu de l’ann&amp;uaire…</translation>
    </message>
    <message>
        <source>&amp;Print…</source>
        <translation>Im&amp;primer…</translation>
    </message>
    <message>
        <source>Save as P&amp;DF…</source>
        <translation>Enregistrer en P&amp;DF…</translation>
    </message>
    <message>
        <source>&amp;Find in the message…</source>
        <translation>C&amp;hercher dans le message…</translation>
    </message>
    <message>
        <source>&amp;Larger letters</source>
        <translation>A&amp;grandir le texte</translation>
    </message>
    <message>
        <source>&amp;Smaller letters</source>
        <translation>&amp;Réduire le texte</translation>
    </message>
    <message>
        <source>&amp;Usual size</source>
        <translation>Taille &amp;normale</translation>
    </message>
    <message>
        <source>Show / fold &amp;quoted text</source>
        <translation>Afficher / replier le texte &amp;cité</translation>
    </message>
    <message>
        <source>Show remote &amp;images</source>
        <translation>Afficher les &amp;images distantes</translation>
    </message>
    <message>
        <source>&amp;Always for this sender</source>
        <translation>&amp;Toujours pour cet expéditeur</translation>
    </message>
    <message>
        <source>S&amp;enders whose images are shown…</source>
        <translation>E&amp;xpéditeurs dont les images sont affichées…</translation>
    </message>
    <message>
        <source>&amp;Colours of the sender</source>
        <translation>Co&amp;uleurs de l’expéditeur</translation>
    </message>
    <message>
        <source>S&amp;ource of the message</source>
        <translation>S&amp;ource du message</translation>
    </message>
    <message>
        <source>All &amp;header fields</source>
        <translation>Tous les &amp;en-têtes</translation>
    </message>
    <message>
        <source>Look at the attachment here</source>
        <translation>Aperçu de la pièce jointe</translation>
    </message>
    <message>
        <source>Save all attachments…</source>
        <translation>Enregistrer toutes les pièces jointes…</translation>
    </message>
    <message>
        <source>Go to the attachments</source>
        <translation>Aller aux pièces jointes</translation>
    </message>
    <message>
        <source>&amp;Archive</source>
        <translation>Arc&amp;hiver</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiver</translation>
    </message>
    <message>
        <source>&amp;Junk / no junk</source>
        <translation>&amp;Indésirable / désirable</translation>
    </message>
    <message>
        <source>&amp;Tags…</source>
        <translation>Étiq&amp;uettes…</translation>
    </message>
    <message>
        <source>&amp;Snooze…</source>
        <translation>Mettre en &amp;veille…</translation>
    </message>
    <message>
        <source>Snooze</source>
        <translation>Mettre en veille</translation>
    </message>
    <message>
        <source>&amp;End the snooze</source>
        <translation>Mettre &amp;fin à la veille</translation>
    </message>
    <message>
        <source>&amp;Pin on top / take the pin out</source>
        <translation>Éping&amp;ler en haut / désépingler</translation>
    </message>
    <message>
        <source>Mark all as &amp;read</source>
        <translation>&amp;Tout marquer comme lu</translation>
    </message>
    <message>
        <source>Edit the ta&amp;gs…</source>
        <translation>&amp;Modifier les étiquettes…</translation>
    </message>
    <message>
        <source>In &amp;conversations</source>
        <translation>Par &amp;conversations</translation>
    </message>
    <message>
        <source>Quick &amp;filters</source>
        <translation>Filtres &amp;rapides</translation>
    </message>
    <message>
        <source>A&amp;ll boxes</source>
        <translation>Toutes les &amp;boîtes</translation>
    </message>
    <message>
        <source>Can this message &amp;be trusted?</source>
        <translation>Ce message est-il fia&amp;ble&#xa0;?</translation>
    </message>
    <message>
        <source>Report as sus&amp;picious…</source>
        <translation>S&amp;ignaler comme suspect…</translation>
    </message>
    <message>
        <source>My &amp;certificates…</source>
        <translation>Mes certificats…</translation>
    </message>
    <message>
        <source>Age&amp;nda</source>
        <translation>&amp;Mon agenda</translation>
    </message>
    <message>
        <source>Answer the in&amp;vitation</source>
        <translation>Répondre à l’in&amp;vitation</translation>
    </message>
    <message>
        <source>Answer about the r&amp;eceipt</source>
        <translation>Envo&amp;yer ou refuser l’accusé de lecture</translation>
    </message>
    <message>
        <source>Find a command…</source>
        <translation>Trouver une commande…</translation>
    </message>
    <message>
        <source>Next layout</source>
        <translation>Disposition suivante</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Plein écran</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fermer la fenêtre</translation>
    </message>
    <message>
        <source>Open a message file…</source>
        <translation>Ouvrir un fichier de message…</translation>
    </message>
    <message>
        <source>Help contents</source>
        <translation>Sommaire de l’aide</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>&amp;Teacher’s guide</source>
        <translation>&amp;Guide de l’enseignant</translation>
    </message>
</context>
<context>
    <name>Advice</name>
    <message>
        <source>About the password</source>
        <translation>À propos du mot de passe</translation>
    </message>
    <message>
        <source>Open the web&amp;mail</source>
        <translation>Ouvrir le &amp;webmail</translation>
    </message>
    <message>
        <source>Open the webmail in the browser</source>
        <translation>Ouvrir le webmail dans le navigateur</translation>
    </message>
    <message>
        <source>&amp;Help page of the service</source>
        <translation>Pa&amp;ge d’aide du service</translation>
    </message>
    <message>
        <source>Open the help page of the service in the browser</source>
        <translation>Ouvrir la page d’aide du service dans le navigateur</translation>
    </message>
    <message>
        <source>This service wants a password made for programs:</source>
        <translation>Ce service demande un mot de passe créé pour les logiciels&#xa0;:</translation>
    </message>
    <message>
        <source>This service signs in through the browser (OAuth 2.0).</source>
        <translation>Ce service se connecte par le navigateur (OAuth 2.0).</translation>
    </message>
    <message>
        <source>The password of your académie account.</source>
        <translation>Le mot de passe de votre compte académique.</translation>
    </message>
    <message>
        <source>If your mail is at messagerie.education.gouv.fr already, choose the national service above: it wants another password.</source>
        <translation>Si votre courrier est déjà sur messagerie.education.gouv.fr, choisissez la messagerie nationale ci-dessus&#xa0;: elle demande un autre mot de passe.</translation>
    </message>
</context>
<context>
    <name>AgendaDesk</name>
    <message>
        <source>This message has no invitation to be answered.</source>
        <translation>Ce message ne contient pas d’invitation à laquelle répondre.</translation>
    </message>
    <message>
        <source>This message asks for no receipt.</source>
        <translation>Ce message ne demande pas d’accusé de lecture.</translation>
    </message>
</context>
<context>
    <name>AgendaPane</name>
    <message>
        <source>Go to a day</source>
        <translation>Aller à un jour</translation>
    </message>
    <message>
        <source>Week &amp;before</source>
        <translation>&amp;Semaine précédente</translation>
    </message>
    <message>
        <source>Week afte&amp;r</source>
        <translation>Semaine s&amp;uivante</translation>
    </message>
    <message>
        <source>Toda&amp;y</source>
        <translation>Aujourd’hu&amp;i</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>As a wee&amp;k</source>
        <translation>Par semai&amp;ne</translation>
    </message>
    <message>
        <source>Show one week as a table</source>
        <translation>Afficher une semaine en tableau</translation>
    </message>
    <message>
        <source>&amp;Not answered too</source>
        <translation>Aussi sans ré&amp;ponse</translation>
    </message>
    <message>
        <source>Show invitations that are not answered too</source>
        <translation>Afficher aussi les invitations sans réponse</translation>
    </message>
    <message>
        <source>Open the message</source>
        <translation>Ouvrir le message</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Retirer…</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Fichiers</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Réponses</translation>
    </message>
    <message>
        <source>&amp;Accept and tell the organiser</source>
        <translation>&amp;Accepter et prévenir l’organisateur</translation>
    </message>
    <message>
        <source>&amp;Perhaps, and tell the organiser</source>
        <translation>&amp;Peut-être, et prévenir l’organisateur</translation>
    </message>
    <message>
        <source>&amp;Decline and tell the organiser</source>
        <translation>&amp;Décliner et prévenir l’organisateur</translation>
    </message>
    <message>
        <source>Accept &amp;without telling</source>
        <translation>Accepter &amp;sans prévenir</translation>
    </message>
    <message>
        <source>Decline without &amp;telling</source>
        <translation>Décliner sans p&amp;révenir</translation>
    </message>
    <message>
        <source>&amp;Export this event…</source>
        <translation>&amp;Exporter cet événement…</translation>
    </message>
    <message>
        <source>Export the &amp;agenda…</source>
        <translation>Exporter l’&amp;agenda…</translation>
    </message>
    <message>
        <source>&amp;Import events…</source>
        <translation>&amp;Importer des événements…</translation>
    </message>
    <message>
        <source>Organised by {who}</source>
        <translation>Organisé par {who}</translation>
    </message>
    <message>
        <source>The answer is in the outbox.</source>
        <translation>La réponse est dans la boîte d’envoi.</translation>
    </message>
    <message>
        <source>Remove from the agenda</source>
        <translation>Retirer de l’agenda</translation>
    </message>
    <message>
        <source>Remove “{title}” from the agenda?</source>
        <translation>Retirer «&#xa0;{title}&#xa0;» de l’agenda&#xa0;?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>The whole series goes. The organiser is not told; to tell, decline instead.</source>
        <translation>Toute la série est retirée. L’organisateur n’est pas prévenu&#xa0;; pour le prévenir, déclinez plutôt.</translation>
    </message>
    <message>
        <source>The organiser is not told; to tell, decline instead.</source>
        <translation>L’organisateur n’est pas prévenu&#xa0;; pour le prévenir, déclinez plutôt.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Written: {name} ({size}).</source>
        <translation>Fichier écrit&#xa0;: {name} ({size}).</translation>
    </message>
    <message>
        <source>Import events</source>
        <translation>Importer des événements</translation>
    </message>
    <message>
        <source>Add an account first.</source>
        <translation>Ajoutez d’abord un compte.</translation>
    </message>
    <message numerus="yes">
        <source>%n event(s) taken in.</source>
        <translation>
            <numerusform>%n événement ajouté.</numerusform>
            <numerusform>%n événements ajoutés.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Attaching</name>
    <message>
        <source>Attach files</source>
        <translation>Joindre des fichiers</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture {moment}.png</source>
        <translation>Image {moment}.png</translation>
    </message>
    <message>
        <source>{name} is being attached…</source>
        <translation>Ajout de {name}…</translation>
    </message>
    <message>
        <source>Rename the file</source>
        <translation>Renommer le fichier</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>Nom du fichier</translation>
    </message>
    <message>
        <source>{name} is not opened from here: a file of this type can run a program.</source>
        <translation>{name} ne s’ouvre pas d’ici&#xa0;: un fichier de ce type peut lancer un programme.</translation>
    </message>
    <message>
        <source>No program on this PC opens {name}.</source>
        <translation>Aucun programme de ce poste n’ouvre {name}.</translation>
    </message>
</context>
<context>
    <name>AttachmentCard</name>
    <message>
        <source>(unnamed)</source>
        <translation>(sans nom)</translation>
    </message>
    <message>
        <source>Progress of {name}</source>
        <translation>Avancement de {name}</translation>
    </message>
    <message>
        <source>Look at it here (F3)</source>
        <translation>Aperçu (F3)</translation>
    </message>
    <message>
        <source>Look at {name} here</source>
        <translation>Aperçu de {name}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Open the attachment {name}</source>
        <translation>Ouvrir la pièce jointe {name}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Stop fetching {name}</source>
        <translation>Arrêter de récupérer {name}</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Save the attachment {name}</source>
        <translation>Enregistrer la pièce jointe {name}</translation>
    </message>
    <message>
        <source>on this PC</source>
        <translation>sur ce poste</translation>
    </message>
    <message>
        <source>on the server</source>
        <translation>sur le serveur</translation>
    </message>
    <message>
        <source>{done} of {size}</source>
        <translation>{done} sur {size}</translation>
    </message>
    <message>
        <source>{progress} here, stopped</source>
        <translation>{progress} déjà ici, arrêté</translation>
    </message>
    <message>
        <source>Go on…</source>
        <translation>Reprendre…</translation>
    </message>
    <message>
        <source>Go on fetching {name}</source>
        <translation>Reprendre la récupération de {name}</translation>
    </message>
</context>
<context>
    <name>AttachmentsBar</name>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message numerus="yes">
        <source>Save all %n ({size})…</source>
        <translation>
            <numerusform>Tout enregistrer ({size})…</numerusform>
            <numerusform>Enregistrer les %n ({size})…</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Look at it here</source>
        <translation>&amp;Aperçu</translation>
    </message>
    <message>
        <source>&amp;Open in another program…</source>
        <translation>&amp;Ouvrir dans un autre programme…</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Enregistrer…</translation>
    </message>
    <message>
        <source>Save &amp;all…</source>
        <translation>&amp;Tout enregistrer…</translation>
    </message>
    <message>
        <source>Fetch {name} first: it is still on the server.</source>
        <translation>Récupérez d’abord {name}&#xa0;: le fichier est encore sur le serveur.</translation>
    </message>
    <message>
        <source>{name} saved ({size}).</source>
        <translation>{name} enregistré ({size}).</translation>
    </message>
    <message>
        <source>No program on this PC opens {name}.</source>
        <translation>Aucun programme de ce poste n’ouvre {name}.</translation>
    </message>
    <message>
        <source>Fetch and open</source>
        <translation>Récupérer et ouvrir</translation>
    </message>
    <message>
        <source>Open outside the vault</source>
        <translation>Ouvrir hors du coffre</translation>
    </message>
    <message>
        <source>Open {name} in another program?</source>
        <translation>Ouvrir {name} dans un autre programme&#xa0;?</translation>
    </message>
    <message>
        <source>A readable copy is made in a private folder; it is destroyed when you lock or leave. What you change in it is lost: save it elsewhere from that program.</source>
        <translation>Une copie lisible est faite dans un dossier privé&#xa0;; elle est détruite quand vous verrouillez ou quittez. Ce que vous y changez est perdu&#xa0;: enregistrez-le ailleurs depuis ce programme.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>{name} is not opened from here: a file of this type can run a program or a hostile page. Save it only if you were expecting it and know what it is.</source>
        <translation>{name} ne s’ouvre pas d’ici&#xa0;: un fichier de ce type peut lancer un programme ou une page hostile. Ne l’enregistrez que si vous l’attendiez et savez ce que c’est.</translation>
    </message>
    <message>
        <source>Fetch the attachment</source>
        <translation>Récupérer la pièce jointe</translation>
    </message>
    <message>
        <source>Fetch {name}? {price}.</source>
        <translation>Récupérer {name}&#xa0;? {price}.</translation>
    </message>
    <message>
        <source>It can be stopped at any time; what has come by then is kept.</source>
        <translation>On peut arrêter à tout moment&#xa0;; ce qui est déjà arrivé est gardé.</translation>
    </message>
    <message>
        <source>Fetch and save…</source>
        <translation>Récupérer et enregistrer…</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>Save the attachment</source>
        <translation>Enregistrer la pièce jointe</translation>
    </message>
</context>
<context>
    <name>AttachmentsDesk</name>
    <message>
        <source>No attachment in the message that is read.</source>
        <translation>Le message affiché n’a pas de pièce jointe.</translation>
    </message>
</context>
<context>
    <name>AttachmentsFilters</name>
    <message>
        <source>Kind of file</source>
        <translation>Type de fichier</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>Tous les types</translation>
    </message>
    <message>
        <source>Sender…</source>
        <translation>Expéditeur…</translation>
    </message>
    <message>
        <source>Name or address of the sender</source>
        <translation>Nom ou adresse de l’expéditeur</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <source>All classes</source>
        <translation>Toutes les classes</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>All folders</source>
        <translation>Tous les dossiers</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Toutes les dates</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>7&#xa0;derniers jours</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>30&#xa0;derniers jours</translation>
    </message>
    <message>
        <source>This school year</source>
        <translation>Cette année scolaire</translation>
    </message>
    <message>
        <source>Before this school year</source>
        <translation>Avant cette année scolaire</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Any size</source>
        <translation>Toutes les tailles</translation>
    </message>
    <message>
        <source>More than {size}</source>
        <translation>Plus de {size}</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>Emplacement</translation>
    </message>
    <message>
        <source>Here and on the server</source>
        <translation>Ici et sur le serveur</translation>
    </message>
    <message>
        <source>On this PC</source>
        <translation>Sur ce poste</translation>
    </message>
    <message>
        <source>On the server only</source>
        <translation>Seulement sur le serveur</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <source>Show all attachments</source>
        <translation>Afficher toutes les pièces jointes</translation>
    </message>
</context>
<context>
    <name>AttachmentsPane</name>
    <message>
        <source>Name or text of a file…</source>
        <translation>Nom ou texte d’un fichier…</translation>
    </message>
    <message>
        <source>Search the attachments</source>
        <translation>Rechercher dans les pièces jointes</translation>
    </message>
    <message>
        <source>Show the message</source>
        <translation>Afficher le message</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s)</source>
        <translation>
            <numerusform>%n pièce jointe</numerusform>
            <numerusform>%n pièces jointes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n still to be read</source>
        <translation>
            <numerusform>%n encore à lire</numerusform>
            <numerusform>%n encore à lire</numerusform>
        </translation>
    </message>
    <message>
        <source>No attachment has these words in its name or text.</source>
        <translation>Aucune pièce jointe ne contient ces mots dans son nom ou dans son texte.</translation>
    </message>
    <message>
        <source>Thum&amp;bnails</source>
        <translation>&amp;Vignettes</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Récupérer</translation>
    </message>
    <message>
        <source>No attachment is like that.</source>
        <translation>Aucune pièce jointe ne correspond.</translation>
    </message>
    <message>
        <source>the first {n}</source>
        <translation>les {n} premières</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) chosen, {size}.</source>
        <translation>
            <numerusform>%n fichier choisi, {size}.</numerusform>
            <numerusform>%n fichiers choisis, {size}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on the server: {price}.</source>
        <translation>
            <numerusform>%n sur le serveur&#xa0;: {price}.</numerusform>
            <numerusform>%n sur le serveur&#xa0;: {price}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Only its name is searched: the file is still on the server.</source>
        <translation>Seul son nom est recherché&#xa0;: le fichier est encore sur le serveur.</translation>
    </message>
    <message>
        <source>No text in it that can be searched.</source>
        <translation>Elle ne contient pas de texte dans lequel rechercher.</translation>
    </message>
    <message>
        <source>Its text cannot be read: damaged, protected or too complex.</source>
        <translation>Son texte ne peut pas être lu&#xa0;: fichier abîmé, protégé ou trop complexe.</translation>
    </message>
    <message>
        <source>Too large for its text to be read.</source>
        <translation>Trop volumineuse pour que son texte soit lu.</translation>
    </message>
    <message>
        <source>Its text will soon be read.</source>
        <translation>Son texte sera bientôt lu.</translation>
    </message>
    <message>
        <source>Save the attachment</source>
        <translation>Enregistrer la pièce jointe</translation>
    </message>
    <message>
        <source>{name} was saved.</source>
        <translation>{name} est enregistré.</translation>
    </message>
</context>
<context>
    <name>Avatar</name>
    <message>
        <source>Initials of the sender</source>
        <translation>Initiales de l’expéditeur</translation>
    </message>
</context>
<context>
    <name>BackupDialog</name>
    <message>
        <source>Back up</source>
        <translation>Sauvegarder</translation>
    </message>
    <message>
        <source>Backup file</source>
        <translation>Fichier de sauvegarde</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Choisir…</translation>
    </message>
    <message>
        <source>Write to:</source>
        <translation>Enregistrer dans&#xa0;:</translation>
    </message>
    <message>
        <source>Everything goes into one encrypted file: messages, drafts, directory, accounts. It opens with the passphrase and the recovery code of today: keep them, even if you change them later.</source>
        <translation>Tout va dans un seul fichier chiffré&#xa0;: messages, brouillons, annuaire, comptes. Il s’ouvre avec la phrase de passe et le code de secours d’aujourd’hui&#xa0;: gardez-les, même si vous en changez plus tard.</translation>
    </message>
    <message>
        <source>Put it on another disk or a USB stick. It is read back to be sure.</source>
        <translation>Placez-le sur un autre disque ou une clé USB. Il est relu pour s’en assurer.</translation>
    </message>
    <message>
        <source>&amp;Back up</source>
        <translation>&amp;Sauvegarder</translation>
    </message>
    <message>
        <source>Backing up…</source>
        <translation>Sauvegarde en cours…</translation>
    </message>
    <message>
        <source>The backup is written and was read back: {path} ({size}).</source>
        <translation>La sauvegarde est écrite et a été relue&#xa0;: {path} ({size}).</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BooksDialog</name>
    <message>
        <source>Add a CardDAV address book</source>
        <translation>Ajouter un carnet d’adresses CardDAV</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>The server, or one address book. It is only read, never changed.</source>
        <translation>Le serveur, ou un seul carnet. Il est seulement lu, jamais modifié.</translation>
    </message>
    <message>
        <source>Add and read</source>
        <translation>Ajouter et lire</translation>
    </message>
    <message>
        <source>The server is being tried…</source>
        <translation>Essai du serveur…</translation>
    </message>
</context>
<context>
    <name>BoxDialog</name>
    <message>
        <source>Functional box</source>
        <translation>Boîte fonctionnelle</translation>
    </message>
    <message>
        <source>Your own account</source>
        <translation>Votre compte personnel</translation>
    </message>
    <message>
        <source>Shared box</source>
        <translation>Boîte partagée</translation>
    </message>
    <message>
        <source>The shared box is being looked at</source>
        <translation>Lecture de la boîte partagée</translation>
    </message>
    <message>
        <source>&amp;Look at it</source>
        <translation>&amp;Regarder</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Regarder</translation>
    </message>
    <message>
        <source>&amp;Join…</source>
        <translation>&amp;Rattacher…</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>Rattacher</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Your own &amp;account</source>
        <translation>Votre compte &amp;personnel</translation>
    </message>
    <message>
        <source>&amp;Shared box</source>
        <translation>&amp;Boîte partagée</translation>
    </message>
    <message>
        <source>On the national service a functional box such as {email} has no shared password any more: it is a shared box of your own account. Its messages stay here and are not fetched again; this account ends on this PC. Nothing is deleted on any server.</source>
        <translation>Sur la messagerie nationale, une boîte fonctionnelle comme {email} n’a plus de mot de passe commun&#xa0;: c’est une boîte partagée de votre propre compte. Ses messages restent ici et ne sont pas retéléchargés&#xa0;; ce compte-ci se termine sur ce poste. Rien n’est supprimé sur aucun serveur.</translation>
    </message>
    <message>
        <source>No shared box is seen in your account yet. Ask its owner to share it with you, synchronise, then come back.</source>
        <translation>Aucune boîte partagée n’apparaît encore dans votre compte. Demandez à son propriétaire de vous la partager, synchronisez, puis revenez ici.</translation>
    </message>
    <message>
        <source>The server does not tell your rights in this box.</source>
        <translation>Le serveur ne dit pas quels sont vos droits dans cette boîte.</translation>
    </message>
    <message>
        <source>read</source>
        <translation>lire</translation>
    </message>
    <message>
        <source>mark as read</source>
        <translation>marquer comme lu</translation>
    </message>
    <message>
        <source>flag</source>
        <translation>signaler</translation>
    </message>
    <message>
        <source>put messages in</source>
        <translation>y mettre des messages</translation>
    </message>
    <message>
        <source>delete messages</source>
        <translation>supprimer des messages</translation>
    </message>
    <message>
        <source>make folders</source>
        <translation>créer des dossiers</translation>
    </message>
    <message>
        <source>give rights to others</source>
        <translation>donner des droits à d’autres</translation>
    </message>
    <message>
        <source>You may not read this box.</source>
        <translation>Vous ne pouvez pas lire cette boîte.</translation>
    </message>
    <message>
        <source>Your rights in this box: {rights}.</source>
        <translation>Vos droits dans cette boîte&#xa0;: {rights}.</translation>
    </message>
    <message>
        <source>What you change here would be refused there.</source>
        <translation>Ce que vous changeriez ici y serait refusé.</translation>
    </message>
    <message>
        <source>You will be able to write as {email} from your own account.</source>
        <translation>Vous pourrez écrire en tant que {email} depuis votre compte.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) have no shared folder: they stay in “Sur ce PC”.</source>
        <translation>
            <numerusform>%n message n’a pas de dossier partagé&#xa0;: il reste dans «&#xa0;Sur ce PC&#xa0;».</numerusform>
            <numerusform>%n messages n’ont pas de dossier partagé&#xa0;: ils restent dans «&#xa0;Sur ce PC&#xa0;».</numerusform>
        </translation>
    </message>
    <message>
        <source>End the account {email} here and go on with the shared box?</source>
        <translation>Terminer ici le compte {email} et continuer avec la boîte partagée&#xa0;?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message numerus="yes">
        <source>Done: %n message(s) go on in the shared box.</source>
        <translation>
            <numerusform>C’est fait&#xa0;: %n message continue dans la boîte partagée.</numerusform>
            <numerusform>C’est fait&#xa0;: %n messages continuent dans la boîte partagée.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BrakeDialog</name>
    <message>
        <source>The server shows fewer messages</source>
        <translation>Le serveur montre moins de messages</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Nothing was erased here. It may be a trouble of the server, a folder emptied by another program, or a clean-up by your académie. If you do not expect it, keep your messages: they stay on this PC and the server is looked at again.</source>
        <translation>Rien n’a été effacé ici. Ce peut être un incident du serveur, un dossier vidé par un autre logiciel ou un ménage fait par votre académie. Si vous ne vous y attendiez pas, gardez vos messages&#xa0;: ils restent sur ce poste et le serveur est consulté de nouveau.</translation>
    </message>
    <message>
        <source>&amp;Keep and look again</source>
        <translation>&amp;Garder et vérifier de nouveau</translation>
    </message>
    <message>
        <source>&amp;Open the folder</source>
        <translation>&amp;Ouvrir le dossier</translation>
    </message>
    <message>
        <source>&amp;Accept the deletion</source>
        <translation>&amp;Accepter l’effacement</translation>
    </message>
</context>
<context>
    <name>BrakeWords</name>
    <message numerus="yes">
        <source>The server no longer shows the folder “{folder}”, which holds {total} messages here.</source>
        <translation>
            <numerusform>Le serveur ne montre plus le dossier «&#xa0;{folder}&#xa0;», qui contient ici {total} message.</numerusform>
            <numerusform>Le serveur ne montre plus le dossier «&#xa0;{folder}&#xa0;», qui contient ici {total} messages.</numerusform>
        </translation>
    </message>
    <message>
        <source>The server no longer shows {missing} of the {total} messages of the folder “{folder}”.</source>
        <translation>Le serveur ne montre plus {missing} des {total} messages du dossier «&#xa0;{folder}&#xa0;».</translation>
    </message>
    <message>
        <source>Nothing was erased here.</source>
        <translation>Rien n’a été effacé ici.</translation>
    </message>
    <message numerus="yes">
        <source>The server no longer shows much of %n folder(s).</source>
        <translation>
            <numerusform>Le serveur ne montre plus une grande partie de %n dossier.</numerusform>
            <numerusform>Le serveur ne montre plus une grande partie de %n dossiers.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BundleDialog</name>
    <message>
        <source>Report for the help desk</source>
        <translation>Rapport pour l’assistance</translation>
    </message>
    <message>
        <source>This is all that the report holds. It names servers and codes; no address, no message, no name of a person and no password. Read it, leave out what you like, then save it. Nothing is sent.</source>
        <translation>Voici tout ce que contient le rapport. Il nomme des serveurs et des codes&#xa0;; aucune adresse, aucun message, aucun nom de personne, aucun mot de passe. Lisez-le, écartez ce que vous voulez, puis enregistrez-le. Rien n’est envoyé.</translation>
    </message>
    <message>
        <source>The report</source>
        <translation>Le rapport</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Enregistrer…</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>&amp;Fermer</translation>
    </message>
    <message>
        <source>C&amp;hecks</source>
        <translation>&amp;Vérifications</translation>
    </message>
    <message>
        <source>S&amp;ervers of the accounts</source>
        <translation>&amp;Serveurs des comptes</translation>
    </message>
    <message>
        <source>&amp;Waiting work</source>
        <translation>&amp;Travail en attente</translation>
    </message>
    <message>
        <source>&amp;Policies</source>
        <translation>&amp;Réglages imposés</translation>
    </message>
    <message>
        <source>&amp;Dialogue with the servers</source>
        <translation>&amp;Dialogue avec les serveurs</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Enregistrer le rapport</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Texte (*.txt)</translation>
    </message>
    <message>
        <source>Archive (*.zip)</source>
        <translation>Archive (*.zip)</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>Enregistré&#xa0;: {file}</translation>
    </message>
</context>
<context>
    <name>CardHead</name>
    <message>
        <source>Picture of the person</source>
        <translation>Photo de la personne</translation>
    </message>
</context>
<context>
    <name>CardsView</name>
    <message>
        <source>Contacts</source>
        <translation>Contacts</translation>
    </message>
    <message numerus="yes">
        <source>%n more card(s) not shown.</source>
        <translation>
            <numerusform>%n autre fiche n’est pas affichée.</numerusform>
            <numerusform>%n autres fiches ne sont pas affichées.</numerusform>
        </translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(sans nom)</translation>
    </message>
    <message>
        <source>Add to my contacts…</source>
        <translation>Ajouter à mes contacts…</translation>
    </message>
    <message>
        <source>Add {name} to my contacts</source>
        <translation>Ajouter {name} à mes contacts</translation>
    </message>
</context>
<context>
    <name>CertificateDialog</name>
    <message>
        <source>Certificates of the servers</source>
        <translation>Certificats des serveurs</translation>
    </message>
    <message>
        <source>No server was reached yet.</source>
        <translation>Aucun serveur n’a encore été joint.</translation>
    </message>
    <message>
        <source>&amp;Copy for the help desk</source>
        <translation>&amp;Copier pour l’assistance</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Maintenant</translation>
    </message>
    <message>
        <source>Last time, when all was well</source>
        <translation>La dernière fois, quand tout allait bien</translation>
    </message>
    <message>
        <source>Signed by</source>
        <translation>Signé par</translation>
    </message>
    <message>
        <source>Valid</source>
        <translation>Validité</translation>
    </message>
    <message>
        <source>Key (SHA-256)</source>
        <translation>Clé (SHA-256)</translation>
    </message>
    <message>
        <source>Fingerprint (SHA-256)</source>
        <translation>Empreinte (SHA-256)</translation>
    </message>
    <message>
        <source>Your IT department lets this very certificate through.</source>
        <translation>Votre service informatique autorise ce certificat précis.</translation>
    </message>
    <message>
        <source>Recognised by this PC.</source>
        <translation>Reconnu par ce poste.</translation>
    </message>
    <message>
        <source>Mel cannot let it through. Ask the IT department of the school or the académie, and give them the fingerprint.</source>
        <translation>Mel ne peut pas passer outre. Demandez au service informatique de l’établissement ou de l’académie, et donnez-lui l’empreinte.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Avant</translation>
    </message>
</context>
<context>
    <name>CertificatesDialog</name>
    <message>
        <source>My certificates (S/MIME)</source>
        <translation>Mes certificats (S/MIME)</translation>
    </message>
    <message>
        <source>My certificates</source>
        <translation>Mes certificats</translation>
    </message>
    <message>
        <source>&amp;Import a file…</source>
        <translation>&amp;Importer un fichier…</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Retirer…</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Signs with</source>
        <translation>Signe avec</translation>
    </message>
    <message>
        <source>A certificate lets you sign messages, and read those that are encrypted for you. Your académie or an authority hands it out as a .p12 or .pfx file. Its key is kept encrypted on this PC. Removed here, it opens your encrypted messages no more.</source>
        <translation>Un certificat permet de signer vos messages et de lire ceux qui sont chiffrés pour vous. Votre académie ou une autorité le remet sous la forme d’un fichier .p12 ou .pfx. Sa clé est conservée chiffrée sur ce poste. Une fois retirée, elle n’ouvre plus vos messages chiffrés.</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>&amp;Signs with</source>
        <translation>&amp;Signe avec</translation>
    </message>
    <message>
        <source>The newest for this address</source>
        <translation>Le plus récent pour cette adresse</translation>
    </message>
    <message>
        <source>{name} &lt;{address}&gt;
From {authority}, until {day}</source>
        <translation>{name} &lt;{address}&gt;
Délivré par {authority}, valable jusqu’au {day}</translation>
    </message>
    <message>
        <source>For signing only: others cannot encrypt to it.</source>
        <translation>Pour signer seulement&#xa0;: personne ne peut chiffrer pour lui.</translation>
    </message>
    <message>
        <source>No more in force: it only opens old messages.</source>
        <translation>Périmé&#xa0;: il ne sert plus qu’à ouvrir d’anciens messages.</translation>
    </message>
    <message>
        <source>Import a certificate</source>
        <translation>Importer un certificat</translation>
    </message>
    <message>
        <source>Certificates with their key (*.p12 *.pfx)</source>
        <translation>Certificats avec leur clé (*.p12 *.pfx)</translation>
    </message>
    <message>
        <source>Passphrase of the file:</source>
        <translation>Phrase de passe du fichier&#xa0;:</translation>
    </message>
    <message>
        <source>The certificate of {name} was imported. You may now delete the file, or keep it in a safe place.</source>
        <translation>Le certificat de {name} est importé. Supprimez le fichier, ou gardez-le en lieu sûr.</translation>
    </message>
    <message>
        <source>Remove a certificate</source>
        <translation>Retirer un certificat</translation>
    </message>
    <message>
        <source>Remove this certificate and its key? Messages that are encrypted for it and not opened yet can be read here no more, unless you import it again.</source>
        <translation>Retirer ce certificat et sa clé&#xa0;? Les messages chiffrés pour lui et pas encore ouverts ne pourront plus être lus ici, sauf si vous l’importez de nouveau.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>CheckList</name>
    <message>
        <source>Checks</source>
        <translation>Vérifications</translation>
    </message>
</context>
<context>
    <name>CheckSettingsDialog</name>
    <message>
        <source>Checks before sending</source>
        <translation>Vérifications avant l’envoi</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>No undo</source>
        <translation>Pas d’annulation</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> Mo</translation>
    </message>
    <message>
        <source>Never wait</source>
        <translation>Jamais d’attente</translation>
    </message>
    <message>
        <source>On a slow, limited or paid line, messages from this size on wait for a good one; the others pass them.</source>
        <translation>Sur une ligne lente, limitée ou payante, les messages à partir de cette taille attendent une bonne ligne&#xa0;; les autres passent devant.</translation>
    </message>
    <message>
        <source>&amp;Undo after sending</source>
        <translation>Ann&amp;ulation possible après l’envoi</translation>
    </message>
    <message>
        <source>&amp;Wait for a good line from</source>
        <translation>&amp;Attendre une bonne ligne à partir de</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Non vérifié</translation>
    </message>
    <message>
        <source>Said after sending</source>
        <translation>Signalé après l’envoi</translation>
    </message>
    <message>
        <source>Asked before sending</source>
        <translation>Demandé avant l’envoi</translation>
    </message>
    <message>
        <source>Forbidden</source>
        <translation>Interdit</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Condition {operator}</source>
        <translation>Condition {operator}</translation>
    </message>
    <message>
        <source>Delete removes it, Return changes it</source>
        <translation>Suppr la retire, Entrée permet de la modifier</translation>
    </message>
    <message>
        <source>Remove {operator}</source>
        <translation>Retirer {operator}</translation>
    </message>
    <message>
        <source>Take the tag “{name}” off</source>
        <translation>Retirer l’étiquette «&#xa0;{name}&#xa0;»</translation>
    </message>
</context>
<context>
    <name>ClassDialog</name>
    <message>
        <source>Write to a class</source>
        <translation>Écrire à une classe</translation>
    </message>
    <message>
        <source>Class or group</source>
        <translation>Classe ou groupe</translation>
    </message>
    <message>
        <source>4B, parents 6eA, team 5C…</source>
        <translation>4B, parents 6eA, équipe 5C…</translation>
    </message>
    <message>
        <source>Who of it</source>
        <translation>Qui dans ce groupe</translation>
    </message>
    <message>
        <source>&amp;Write</source>
        <translation>É&amp;crire</translation>
    </message>
    <message>
        <source>&amp;Class or group</source>
        <translation>C&amp;lasse ou groupe</translation>
    </message>
    <message>
        <source>Type a class: 4b. Up and down choose who of it; Enter begins the letter.</source>
        <translation>Tapez une classe&#xa0;: 4b. Haut et bas choisissent qui&#xa0;; Entrée commence le message.</translation>
    </message>
    <message>
        <source>No class or group of the directory fits.</source>
        <translation>Aucune classe, aucun groupe de l’annuaire ne correspond.</translation>
    </message>
    <message>
        <source>Each in hidden copy (Bcc): nobody sees the others’ addresses.</source>
        <translation>Chacun en copie cachée (Cci)&#xa0;: personne ne voit l’adresse des autres.</translation>
    </message>
    <message>
        <source>All in To: colleagues see each other.</source>
        <translation>Tous en destinataires visibles&#xa0;: entre collègues, chacun voit les autres.</translation>
    </message>
</context>
<context>
    <name>ClearButton</name>
    <message>
        <source>Empty the field</source>
        <translation>Vider le champ</translation>
    </message>
</context>
<context>
    <name>ColumnsTable</name>
    <message>
        <source>Columns of the file</source>
        <translation>Colonnes du fichier</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Colonne</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>Par exemple</translation>
    </message>
    <message>
        <source>Is used as</source>
        <translation>Sert de</translation>
    </message>
    <message>
        <source>Column {name} is used as</source>
        <translation>La colonne {name} sert de</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Not used</source>
        <translation>Non utilisée</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>State of the draft</source>
        <translation>État du brouillon</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Envoyer</translation>
    </message>
    <message>
        <source>Attach…</source>
        <translation>Joindre…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Jeter…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Plus</translation>
    </message>
    <message>
        <source>Remove the &amp;quotation</source>
        <translation>Retirer la &amp;citation</translation>
    </message>
    <message>
        <source>Tools of the message</source>
        <translation>Outils du message</translation>
    </message>
    <message>
        <source>More (Alt+P)</source>
        <translation>Plus (Alt+P)</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Being written…</source>
        <translation>En cours de rédaction…</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Non enregistré</translation>
    </message>
    <message>
        <source>A file is still being attached. Change the account later.</source>
        <translation>Un fichier est encore en cours d’ajout. Changez de compte dans un instant.</translation>
    </message>
    <message>
        <source>Draft saved at {time}</source>
        <translation>Brouillon enregistré à {time}</translation>
    </message>
    <message>
        <source>Discard this draft</source>
        <translation>Jeter ce brouillon</translation>
    </message>
    <message>
        <source>Throw this draft away? This cannot be undone.</source>
        <translation>Jeter ce brouillon&#xa0;? C’est définitif.</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Jeter</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
</context>
<context>
    <name>ComposerHistory</name>
    <message>
        <source>&amp;History of the draft…</source>
        <translation>&amp;Historique du brouillon…</translation>
    </message>
</context>
<context>
    <name>ConditionRow</name>
    <message>
        <source>What is looked at</source>
        <translation>Ce qui est examiné</translation>
    </message>
    <message>
        <source>How it is looked at</source>
        <translation>Comment</translation>
    </message>
    <message>
        <source>Name of the header</source>
        <translation>Nom de l’en-tête</translation>
    </message>
    <message>
        <source>What is looked for</source>
        <translation>Ce qui est cherché</translation>
    </message>
</context>
<context>
    <name>Confirming</name>
    <message>
        <source>Ask for a confirmation of deli&amp;very</source>
        <translation>Demander une confirmation de remi&amp;se</translation>
    </message>
    <message>
        <source>Ask for a receipt of readi&amp;ng</source>
        <translation>Dema&amp;nder un accusé de lecture</translation>
    </message>
    <message>
        <source>Whoever reads it is asked whether to tell you; many never answer, and an answer does not say that it was understood.</source>
        <translation>Le destinataire choisira de vous prévenir ou non&#xa0;; beaucoup ne répondent jamais, et un accusé ne dit pas que le message a été compris.</translation>
    </message>
    <message>
        <source>The sending server of this account confirms no deliveries: only failures will be reported.</source>
        <translation>Le serveur d’envoi de ce compte ne confirme pas les remises&#xa0;: seuls les échecs seront signalés.</translation>
    </message>
    <message>
        <source>The outbox will say for each recipient when the letter is delivered.</source>
        <translation>La boîte d’envoi dira pour chaque destinataire quand le message est remis.</translation>
    </message>
</context>
<context>
    <name>ConversationStrip</name>
    <message>
        <source>Previous (P)</source>
        <translation>Précédent (P)</translation>
    </message>
    <message>
        <source>Next (N)</source>
        <translation>Suivant (N)</translation>
    </message>
    <message>
        <source>Message {n} of {all} of the conversation: {people}</source>
        <translation>Message {n} sur {all} de la conversation&#xa0;: {people}</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>Your mail and the directory are kept on this PC in an encrypted vault.</source>
        <translation>Votre courrier et l’annuaire sont gardés sur ce poste dans un coffre chiffré.</translation>
    </message>
    <message>
        <source>How should it open?</source>
        <translation>Comment doit-il s’ouvrir&#xa0;?</translation>
    </message>
    <message>
        <source>Name of the vault</source>
        <translation>Nom du coffre</translation>
    </message>
    <message>
        <source>Name of the vault, as the list of vaults shows it</source>
        <translation>Nom du coffre, tel que la liste des coffres l’affiche</translation>
    </message>
    <message>
        <source>With my &amp;session on this PC (keyring)</source>
        <translation>Avec ma &amp;session sur ce poste (trousseau)</translation>
    </message>
    <message>
        <source>With a &amp;passphrase, asked at each start</source>
        <translation>Avec une &amp;phrase de passe, demandée à chaque démarrage</translation>
    </message>
    <message>
        <source>Not at all: use it &amp;once and forget</source>
        <translation>Pas du tout&#xa0;: l’utiliser une fo&amp;is et oublier</translation>
    </message>
    <message>
        <source>Nothing stays on this PC: when you close the window, lock, or leave the PC alone, mail, drafts and password are destroyed. What was not sent by then is lost; what is on the server stays there.</source>
        <translation>Rien ne reste sur ce poste&#xa0;: quand vous fermez la fenêtre, verrouillez ou laissez le poste, le courrier, les brouillons et le mot de passe sont détruits. Ce qui n’est pas encore envoyé est perdu&#xa0;; ce qui est sur le serveur y reste.</translation>
    </message>
    <message>
        <source>&amp;Another vault…</source>
        <translation>&amp;Un autre coffre…</translation>
    </message>
    <message>
        <source>Another vault</source>
        <translation>Un autre coffre</translation>
    </message>
    <message>
        <source>With my session on this PC: not allowed by your establishment</source>
        <translation>Avec ma session sur ce poste&#xa0;: non autorisé par votre établissement</translation>
    </message>
</context>
<context>
    <name>DataDialog</name>
    <message>
        <source>Data of the servers</source>
        <translation>Données des serveurs</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Données</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Where from</source>
        <translation>Provenance</translation>
    </message>
    <message>
        <source>Data in force</source>
        <translation>Données en vigueur</translation>
    </message>
    <message>
        <source>Mail service</source>
        <translation>Messagerie</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valeur</translation>
    </message>
    <message>
        <source>How sure, and from where</source>
        <translation>Fiabilité et source</translation>
    </message>
    <message>
        <source>What is known of mail services</source>
        <translation>Ce qui est connu des messageries</translation>
    </message>
    <message>
        <source>Take an &amp;update file…</source>
        <translation>Prendre un fichier de mise à &amp;jour…</translation>
    </message>
    <message>
        <source>Take an update file</source>
        <translation>Prendre un fichier de mise à jour</translation>
    </message>
    <message>
        <source>An update is a signed file: it may come by e-mail or on a USB stick, and no network is needed.</source>
        <translation>Une mise à jour est un fichier signé&#xa0;: elle peut venir par courriel ou sur une clé USB, sans réseau.</translation>
    </message>
    <message>
        <source>In force now: {kind}, version {version}.</source>
        <translation>En vigueur à présent&#xa0;: {kind}, version {version}.</translation>
    </message>
    <message>
        <source>Updates of the data ({suffix})</source>
        <translation>Mises à jour des données ({suffix})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Former domains</source>
        <translation>Anciens domaines</translation>
    </message>
    <message>
        <source>the likelier one</source>
        <translation>la plus probable</translation>
    </message>
    <message>
        <source>Receiving (IMAP)</source>
        <translation>Réception (IMAP)</translation>
    </message>
    <message>
        <source>Sending (SMTP)</source>
        <translation>Envoi (SMTP)</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Webmail</source>
        <translation>Webmail</translation>
    </message>
    <message>
        <source>Help page</source>
        <translation>Page d’aide</translation>
    </message>
    <message>
        <source>Sending limits</source>
        <translation>Limites d’envoi</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Remarque</translation>
    </message>
    <message>
        <source>Room of a mailbox</source>
        <translation>Place d’une boîte</translation>
    </message>
    <message>
        <source>Largest message</source>
        <translation>Taille maximale d’un message</translation>
    </message>
</context>
<context>
    <name>DayDialog</name>
    <message>
        <source>Remind me</source>
        <translation>Me le rappeler</translation>
    </message>
    <message>
        <source>Day of the reminder</source>
        <translation>Jour du rappel</translation>
    </message>
    <message>
        <source>If no answer has come &amp;by</source>
        <translation>Si aucune réponse n’est venue &amp;le</translation>
    </message>
</context>
<context>
    <name>DecisionDialog</name>
    <message>
        <source>Rules on the server</source>
        <translation>Filtres sur le serveur</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Ici</translation>
    </message>
    <message>
        <source>On the server</source>
        <translation>Sur le serveur</translation>
    </message>
    <message>
        <source>(deleted there)</source>
        <translation>(supprimés là-bas)</translation>
    </message>
    <message>
        <source>The script of Mel Desktop on the server was changed by another program and cannot be read as rules any more. If yours are taken, a copy of it stays on the server and in the vault.</source>
        <translation>Le script de Mel Desktop sur le serveur a été modifié par un autre programme et ne peut plus être lu comme des règles. Si vous gardez les vôtres, une copie en reste sur le serveur et dans le coffre.</translation>
    </message>
    <message>
        <source>The rules were changed here and on the server, by another PC perhaps. Choose those that shall be in force; a copy of the server’s is kept in the vault.</source>
        <translation>Les règles ont été modifiées ici et sur le serveur, peut-être depuis un autre poste. Choisissez celles qui doivent s’appliquer&#xa0;; une copie de celles du serveur est gardée dans le coffre.</translation>
    </message>
    <message>
        <source>Another program, the webmail perhaps, keeps rules on the server under the name “{name}”. They are never changed, and a copy is in the vault. What shall run?</source>
        <translation>Un autre programme, peut-être le webmail, a des règles sur le serveur sous le nom «&#xa0;{name}&#xa0;». Elles ne sont jamais modifiées, et une copie est dans le coffre. Lesquelles doivent s’appliquer&#xa0;?</translation>
    </message>
    <message>
        <source>&amp;Those of here</source>
        <translation>Celles d’&amp;ici</translation>
    </message>
    <message>
        <source>Those of the &amp;server</source>
        <translation>Celles du &amp;serveur</translation>
    </message>
    <message>
        <source>&amp;Both: theirs first</source>
        <translation>Les &amp;deux&#xa0;: celles du serveur d’abord</translation>
    </message>
    <message>
        <source>Only &amp;mine</source>
        <translation>Seulement les &amp;miennes</translation>
    </message>
    <message>
        <source>Only &amp;theirs; mine on this PC</source>
        <translation>Celles du serveur seulement&#xa0;; les m&amp;iennes sur ce poste</translation>
    </message>
</context>
<context>
    <name>DirectoryPane</name>
    <message>
        <source>Shipped list of {date}</source>
        <translation>Liste livrée du {date}</translation>
    </message>
    <message>
        <source>Name, function, class, school, telephone…</source>
        <translation>Nom, fonction, classe, établissement, téléphone…</translation>
    </message>
    <message>
        <source>Search the directory</source>
        <translation>Rechercher dans l’annuaire</translation>
    </message>
    <message>
        <source>Kind of entries</source>
        <translation>Genre de fiches</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Tout</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personnes</translation>
    </message>
    <message>
        <source>Groups and classes</source>
        <translation>Groupes et classes</translation>
    </message>
    <message>
        <source>Schools</source>
        <translation>Établissements</translation>
    </message>
    <message>
        <source>Services</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>Entries found</source>
        <translation>Fiches trouvées</translation>
    </message>
    <message>
        <source>Back to the card before</source>
        <translation>Retour à la fiche précédente</translation>
    </message>
    <message>
        <source>complete copy</source>
        <translation>copie complète</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Annuaire</translation>
    </message>
    <message>
        <source>New contact…</source>
        <translation>Nouveau contact…</translation>
    </message>
    <message>
        <source>New contact of mine</source>
        <translation>Nouveau contact personnel</translation>
    </message>
    <message>
        <source>Recipients learnt…</source>
        <translation>Destinataires retenus…</translation>
    </message>
    <message>
        <source>Recipients learnt</source>
        <translation>Destinataires retenus</translation>
    </message>
    <message>
        <source>Type the beginning of words; accents do not matter.</source>
        <translation>Saisissez le début des mots&#xa0;; les accents ne comptent pas.</translation>
    </message>
    <message numerus="yes">
        <source>%n entry(ies) found</source>
        <translation>
            <numerusform>%n fiche trouvée</numerusform>
            <numerusform>%n fiches trouvées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %n shown</source>
        <translation>
            <numerusform>la première affichée</numerusform>
            <numerusform>les %n premières affichées</numerusform>
        </translation>
    </message>
    <message>
        <source>as of {date}</source>
        <translation>au {date}</translation>
    </message>
    <message>
        <source>a source is not complete</source>
        <translation>une source est incomplète</translation>
    </message>
    <message>
        <source>Import a CSV file</source>
        <translation>Importer un fichier CSV</translation>
    </message>
</context>
<context>
    <name>DoctorDialog</name>
    <message>
        <source>Diagnosis</source>
        <translation>Diagnostic</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérification</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Constat</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Vérifications</translation>
    </message>
    <message>
        <source>Check a&amp;gain</source>
        <translation>&amp;Tester à nouveau</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>&amp;Report for the help desk…</source>
        <translation>&amp;Rapport pour l’assistance…</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>&amp;Fermer</translation>
    </message>
    <message>
        <source>Looking at this PC, the network and your servers…</source>
        <translation>Examen de ce poste, du réseau et de vos serveurs…</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s) found.</source>
        <translation>
            <numerusform>%n problème constaté.</numerusform>
            <numerusform>%n problèmes constatés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n point(s) to look at.</source>
        <translation>
            <numerusform>%n point à surveiller.</numerusform>
            <numerusform>%n points à surveiller.</numerusform>
        </translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Tout va bien.</translation>
    </message>
    <message>
        <source>What to do: {action}</source>
        <translation>Que faire&#xa0;: {action}</translation>
    </message>
    <message>
        <source>&amp;Password…</source>
        <translation>&amp;Mot de passe…</translation>
    </message>
    <message>
        <source>&amp;Open the network’s page</source>
        <translation>&amp;Ouvrir la page du réseau</translation>
    </message>
    <message>
        <source>L&amp;ine and budget…</source>
        <translation>&amp;Liaison et budget…</translation>
    </message>
    <message>
        <source>&amp;Storage…</source>
        <translation>&amp;Stockage…</translation>
    </message>
    <message>
        <source>Check the &amp;vault…</source>
        <translation>&amp;Vérifier le coffre…</translation>
    </message>
</context>
<context>
    <name>DraftDesk</name>
    <message>
        <source>This draft was begun in another program. Your changes will take its place on the server; the original goes to the trash.</source>
        <translation>Ce brouillon a été commencé dans un autre logiciel. Vos changements prendront sa place sur le serveur&#xa0;; l’original va à la corbeille.</translation>
    </message>
</context>
<context>
    <name>DraftHistoryDialog</name>
    <message>
        <source>History of the draft</source>
        <translation>Historique du brouillon</translation>
    </message>
    <message>
        <source>Revisions, the newest first</source>
        <translation>Versions, la plus récente en premier</translation>
    </message>
    <message>
        <source>Being read…</source>
        <translation>Lecture en cours…</translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation>Comparer avec</translation>
    </message>
    <message>
        <source>Compared with the revision before</source>
        <translation>Comparer à la version précédente</translation>
    </message>
    <message>
        <source>Compared with the draft as it is now</source>
        <translation>Comparer au brouillon actuel</translation>
    </message>
    <message>
        <source>Differences: + was added, − was removed</source>
        <translation>Différences&#xa0;: + ajouté, − retiré</translation>
    </message>
    <message>
        <source>+ added   − removed</source>
        <translation>+ ajouté   − retiré</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Copier le texte</translation>
    </message>
    <message>
        <source>Go back to this revision</source>
        <translation>Revenir à cette version</translation>
    </message>
    <message>
        <source>The text was copied.</source>
        <translation>Le texte est copié.</translation>
    </message>
    <message numerus="yes">
        <source>+%n word(s)</source>
        <translation>
            <numerusform>+%n mot</numerusform>
            <numerusform>+%n mots</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>−%n word(s)</source>
        <translation>
            <numerusform>−%n mot</numerusform>
            <numerusform>−%n mots</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s)</source>
        <translation>
            <numerusform>%n champ</numerusform>
            <numerusform>%n champs</numerusform>
        </translation>
    </message>
    <message>
        <source>layout or spaces only</source>
        <translation>mise en forme ou espaces seulement</translation>
    </message>
</context>
<context>
    <name>DraftRivalryDialog</name>
    <message>
        <source>Two versions of a draft</source>
        <translation>Deux versions d’un brouillon</translation>
    </message>
    <message>
        <source>The text as it will be</source>
        <translation>Le texte tel qu’il sera</translation>
    </message>
    <message>
        <source>The other version is being read…</source>
        <translation>Lecture de l’autre version…</translation>
    </message>
    <message>
        <source>Both versions</source>
        <translation>Les deux versions</translation>
    </message>
    <message>
        <source>All from this &amp;PC</source>
        <translation>Tout prendre de ce &amp;poste</translation>
    </message>
    <message>
        <source>All from the &amp;other program</source>
        <translation>Tout prendre de l’&amp;autre logiciel</translation>
    </message>
    <message>
        <source>Keep the version so made</source>
        <translation>Garder la version ainsi faite</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Décider plus tard</translation>
    </message>
    <message>
        <source>With these choices the layout (bold, lists, tables, pictures) of some passages is lost; their words stay.</source>
        <translation>Avec ces choix, la mise en forme (gras, listes, tableaux, images) de certains passages est perdue&#xa0;; leurs mots restent.</translation>
    </message>
    <message>
        <source>The text as it will be:</source>
        <translation>Le texte tel qu’il sera&#xa0;:</translation>
    </message>
    <message>
        <source>The other version goes to the trash.</source>
        <translation>L’autre version va à la corbeille.</translation>
    </message>
    <message>
        <source>This PC</source>
        <translation>Ce poste</translation>
    </message>
    <message>
        <source>The other program</source>
        <translation>L’autre logiciel</translation>
    </message>
    <message>
        <source>as on this PC</source>
        <translation>comme sur ce poste</translation>
    </message>
    <message>
        <source>as in the other program</source>
        <translation>comme dans l’autre logiciel</translation>
    </message>
    <message>
        <source>{field}: {value}</source>
        <translation>{field}&#xa0;: {value}</translation>
    </message>
    <message>
        <source>keep</source>
        <translation>garder</translation>
    </message>
    <message>
        <source>Keep the file {name}</source>
        <translation>Garder le fichier {name}</translation>
    </message>
    <message>
        <source>Passage {number}</source>
        <translation>Passage {number}</translation>
    </message>
    <message>
        <source>This PC: {mine} The other program: {theirs}</source>
        <translation>Ce poste&#xa0;: {mine} L’autre logiciel&#xa0;: {theirs}</translation>
    </message>
    <message>
        <source>{name}: what is kept</source>
        <translation>{name}&#xa0;: ce qui est gardé</translation>
    </message>
    <message>
        <source>from this PC</source>
        <translation>de ce poste</translation>
    </message>
    <message>
        <source>from the other</source>
        <translation>de l’autre</translation>
    </message>
    <message>
        <source>both</source>
        <translation>les deux</translation>
    </message>
</context>
<context>
    <name>DraftsPane</name>
    <message>
        <source>Show those thrown a&amp;way</source>
        <translation>Afficher les brouillons &amp;jetés</translation>
    </message>
    <message>
        <source>Drafts thrown away can be brought back for 30 days.</source>
        <translation>Un brouillon jeté peut être récupéré pendant 30 jours.</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>Comparer…</translation>
    </message>
    <message>
        <source>History…</source>
        <translation>Historique…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Jeter</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Récupérer</translation>
    </message>
    <message>
        <source>No draft was thrown away in the last 30 days.</source>
        <translation>Aucun brouillon n’a été jeté ces 30 derniers jours.</translation>
    </message>
    <message>
        <source>Drafts are kept on this PC, encrypted.</source>
        <translation>Les brouillons sont conservés sur ce poste, chiffrés.</translation>
    </message>
    <message>
        <source>Another program changed this draft too.</source>
        <translation>Un autre logiciel a aussi modifié ce brouillon.</translation>
    </message>
    <message>
        <source>Written in another program; open it to go on with it here.</source>
        <translation>Écrit dans un autre logiciel&#xa0;; ouvrez-le pour le continuer ici.</translation>
    </message>
</context>
<context>
    <name>EntryCard</name>
    <message>
        <source>Write to</source>
        <translation>Écrire</translation>
    </message>
    <message>
        <source>Write to ({key})</source>
        <translation>Écrire ({key})</translation>
    </message>
    <message>
        <source>Family…</source>
        <translation>Famille…</translation>
    </message>
    <message>
        <source>Every responsible person, brothers and sisters</source>
        <translation>Tous les responsables, les frères et les sœurs</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copier l’adresse</translation>
    </message>
    <message>
        <source>Send to many…</source>
        <translation>Publipostage…</translation>
    </message>
    <message>
        <source>One message to each of the group ({key})</source>
        <translation>Un message à chaque personne du groupe ({key})</translation>
    </message>
    <message>
        <source>Open the site…</source>
        <translation>Ouvrir le site…</translation>
    </message>
    <message>
        <source>Add to my contacts</source>
        <translation>Ajouter à mes contacts</translation>
    </message>
    <message>
        <source>Delete the contact</source>
        <translation>Supprimer le contact</translation>
    </message>
    <message>
        <source>Change the contact…</source>
        <translation>Modifier le contact…</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adresses</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>Téléphone</translation>
    </message>
    <message>
        <source>Telephones</source>
        <translation>Téléphones</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Fonction</translation>
    </message>
    <message>
        <source>Subjects</source>
        <translation>Matières</translation>
    </message>
    <message>
        <source>School</source>
        <translation>Établissement</translation>
    </message>
    <message>
        <source>UAI</source>
        <translation>UAI</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
    <message>
        <source>Responsible persons</source>
        <translation>Responsables</translation>
    </message>
    <message>
        <source>Children</source>
        <translation>Enfants</translation>
    </message>
    <message>
        <source>Town</source>
        <translation>Commune</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Ce que c’est</translation>
    </message>
    <message>
        <source>What to ask it</source>
        <translation>Ce qu’on lui demande</translation>
    </message>
    <message>
        <source>Also called</source>
        <translation>Aussi appelé</translation>
    </message>
    <message>
        <source>not verified: none is given here</source>
        <translation>non vérifié&#xa0;: rien n’est donné ici</translation>
    </message>
    <message>
        <source>Site or address</source>
        <translation>Site ou adresse</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>Fiabilité</translation>
    </message>
</context>
<context>
    <name>Exchanged</name>
    <message>
        <source>Mail exchanged, newest first</source>
        <translation>Courrier échangé, le plus récent d’abord</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Qui</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>Older messages</source>
        <translation>Messages plus anciens</translation>
    </message>
    <message>
        <source>Mail exchanged: being read…</source>
        <translation>Courrier échangé&#xa0;: lecture…</translation>
    </message>
    <message>
        <source>No mail exchanged, as far as it is on this PC.</source>
        <translation>Aucun courrier échangé, d’après ce qui est sur ce poste.</translation>
    </message>
    <message numerus="yes">
        <source>Mail exchanged: the latest %n message(s)</source>
        <translation>
            <numerusform>Courrier échangé&#xa0;: le dernier message</numerusform>
            <numerusform>Courrier échangé&#xa0;: les %n derniers messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mail exchanged: %n message(s)</source>
        <translation>
            <numerusform>Courrier échangé&#xa0;: %n message</numerusform>
            <numerusform>Courrier échangé&#xa0;: %n messages</numerusform>
        </translation>
    </message>
    <message>
        <source>An answer is awaited: {subject}</source>
        <translation>Réponse attendue&#xa0;: {subject}</translation>
    </message>
    <message>
        <source>They await your answer: {subject}</source>
        <translation>Votre réponse est attendue&#xa0;: {subject}</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>me</source>
        <translation>moi</translation>
    </message>
    <message>
        <source>{subject} – answer awaited</source>
        <translation>{subject} – réponse attendue</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export mail</source>
        <translation>Exporter du courrier</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exporter</translation>
    </message>
    <message>
        <source>A file for each message (EML), in folders</source>
        <translation>Un fichier par message (EML), dans des dossiers</translation>
    </message>
    <message>
        <source>One mailbox file (mbox)</source>
        <translation>Un seul fichier de boîte aux lettres (mbox)</translation>
    </message>
    <message>
        <source>One archive (ZIP)</source>
        <translation>Une archive (ZIP)</translation>
    </message>
    <message>
        <source>Folders to export</source>
        <translation>Dossiers à exporter</translation>
    </message>
    <message>
        <source>&amp;All folders</source>
        <translation>&amp;Tous les dossiers</translation>
    </message>
    <message>
        <source>&amp;Bring what is not on this PC from the server first</source>
        <translation>&amp;Récupérer d’abord sur le serveur ce qui n’est pas sur ce poste</translation>
    </message>
    <message>
        <source>File or folder to write</source>
        <translation>Fichier ou dossier à écrire</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Choisir…</translation>
    </message>
    <message>
        <source>Write to:</source>
        <translation>Enregistrer dans&#xa0;:</translation>
    </message>
    <message>
        <source>The files are not encrypted: whoever has them can read them.</source>
        <translation>Les fichiers ne sont pas chiffrés&#xa0;: qui les détient peut les lire.</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>Exportation en cours…</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) exported</source>
        <translation>
            <numerusform>%n message exporté</numerusform>
            <numerusform>%n messages exportés</numerusform>
        </translation>
    </message>
    <message>
        <source> to {target} ({size}).</source>
        <translation> dans {target} ({size}).</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) put together from what is on this PC, and so marked.</source>
        <translation>
            <numerusform>%n message reconstitué à partir de ce qui est sur ce poste, et marqué comme tel.</numerusform>
            <numerusform>%n messages reconstitués à partir de ce qui est sur ce poste, et marqués comme tels.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are incomplete:</source>
        <translation>
            <numerusform>%n message est incomplet&#xa0;:</numerusform>
            <numerusform>%n messages sont incomplets&#xa0;:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExtrasList</name>
    <message>
        <source>Drafts and people found</source>
        <translation>Brouillons et personnes trouvés</translation>
    </message>
    <message>
        <source>Drafts and outbox</source>
        <translation>Brouillons et envois en attente</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Annuaire</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
</context>
<context>
    <name>FamilyView</name>
    <message>
        <source>Write to the family</source>
        <translation>Écrire à la famille</translation>
    </message>
    <message>
        <source>Back to the card</source>
        <translation>Retour à la fiche</translation>
    </message>
    <message>
        <source>Family {name}</source>
        <translation>Famille {name}</translation>
    </message>
    <message numerus="yes">
        <source>Pupil(s)</source>
        <translation>
            <numerusform>Élève</numerusform>
            <numerusform>Élèves</numerusform>
        </translation>
    </message>
    <message>
        <source>Responsible persons</source>
        <translation>Responsables</translation>
    </message>
    <message>
        <source>Without an address: {names}</source>
        <translation>Sans adresse&#xa0;: {names}</translation>
    </message>
    <message>
        <source>Write to the family: {names}</source>
        <translation>Écrire à la famille&#xa0;: {names}</translation>
    </message>
    <message>
        <source>No legal guardian with an address is known: nobody can be written to.</source>
        <translation>Aucun responsable légal avec une adresse n’est connu&#xa0;: on ne peut écrire à personne.</translation>
    </message>
    <message>
        <source>To {names}.</source>
        <translation>À {names}.</translation>
    </message>
    <message>
        <source>To {names}, each in hidden copy (Bcc): they do not see each other’s address.</source>
        <translation>À {names}, chacun en copie cachée (Cci)&#xa0;: aucun ne voit l’adresse de l’autre.</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Fields to fill in</source>
        <translation>Champs à compléter</translation>
    </message>
</context>
<context>
    <name>FileCard</name>
    <message>
        <source>What to do with {name}</source>
        <translation>Que faire de {name}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>Retirer {name}</translation>
    </message>
    <message>
        <source>a program: most servers refuse it</source>
        <translation>un programme&#xa0;: la plupart des serveurs le refusent</translation>
    </message>
    <message>
        <source>encrypted: the national mail service refuses it</source>
        <translation>chiffré&#xa0;: la messagerie nationale le refuse</translation>
    </message>
    <message>
        <source>holds a program: most servers refuse it</source>
        <translation>contient un programme&#xa0;: la plupart des serveurs le refusent</translation>
    </message>
    <message>
        <source>&amp;Open	Return</source>
        <translation>&amp;Ouvrir	Entrée</translation>
    </message>
    <message>
        <source>&amp;Rename…	F2</source>
        <translation>&amp;Renommer…	F2</translation>
    </message>
    <message>
        <source>Take the ori&amp;ginal again</source>
        <translation>Reprendre l’ori&amp;ginal</translation>
    </message>
    <message>
        <source>&amp;Shrink the photo…</source>
        <translation>Réduire la &amp;photo…</translation>
    </message>
    <message>
        <source>Put elsewhere, give a &amp;link…</source>
        <translation>Déposer ailleurs, donner un &amp;lien…</translation>
    </message>
    <message>
        <source>Re&amp;move	Del</source>
        <translation>Re&amp;tirer	Suppr</translation>
    </message>
</context>
<context>
    <name>FileWindow</name>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>To</source>
        <translation>À</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copie</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>&amp;Save the attachment…</source>
        <translation>&amp;Enregistrer la pièce jointe…</translation>
    </message>
    <message>
        <source>A message from a file: it can be read, and is not kept here.</source>
        <translation>Un message issu d’un fichier&#xa0;: il peut être lu, et n’est pas gardé ici.</translation>
    </message>
    <message numerus="yes">
        <source>A message from a file. %n remote image(s) are not shown.</source>
        <translation>
            <numerusform>Un message issu d’un fichier. %n image distante n’est pas affichée.</numerusform>
            <numerusform>Un message issu d’un fichier. %n images distantes ne sont pas affichées.</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the attachment</source>
        <translation>Enregistrer la pièce jointe</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>Enregistré&#xa0;: {name}</translation>
    </message>
</context>
<context>
    <name>FilesBar</name>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Weight of the attachments</source>
        <translation>Poids des pièces jointes</translation>
    </message>
    <message>
        <source>{size}, about {wire} once sent (+33 %)</source>
        <translation>{size}, environ {wire} à l’envoi (+33&#xa0;%)</translation>
    </message>
    <message>
        <source>Too large: the server takes {limit}</source>
        <translation>Trop volumineux&#xa0;: le serveur prend au plus {limit}</translation>
    </message>
    <message>
        <source>Near the limit of the server, {limit}</source>
        <translation>Proche de la limite du serveur, {limit}</translation>
    </message>
    <message>
        <source>Big for this line: it will wait for a good one</source>
        <translation>Volumineux pour cette ligne&#xa0;: il attendra une bonne ligne</translation>
    </message>
    <message>
        <source>The line is slow: shrink photos, or send later</source>
        <translation>La ligne est lente&#xa0;: réduisez les photos, ou envoyez plus tard</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this text</source>
        <translation>Chercher dans ce texte</translation>
    </message>
    <message>
        <source>Find the one before</source>
        <translation>Résultat précédent</translation>
    </message>
    <message>
        <source>Find the next one</source>
        <translation>Résultat suivant</translation>
    </message>
    <message>
        <source>Close the search in this text</source>
        <translation>Fermer la recherche dans ce texte</translation>
    </message>
    <message>
        <source>Went on from the other end</source>
        <translation>Reprise depuis l’autre bout du texte</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Introuvable</translation>
    </message>
</context>
<context>
    <name>FolderDesk</name>
    <message>
        <source>Delete the folder</source>
        <translation>Supprimer le dossier</translation>
    </message>
    <message>
        <source>Delete the folder “{name}”?</source>
        <translation>Supprimer le dossier «&#xa0;{name}&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) in it go too.</source>
        <translation>
            <numerusform>Le dossier qu’il contient part aussi.</numerusform>
            <numerusform>Les %n dossiers qu’il contient partent aussi.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) go to the trash first.</source>
        <translation>
            <numerusform>%n message va d’abord à la corbeille.</numerusform>
            <numerusform>%n messages vont d’abord à la corbeille.</numerusform>
        </translation>
    </message>
    <message>
        <source>No message is in it.</source>
        <translation>Il ne contient aucun message.</translation>
    </message>
    <message>
        <source>Mailbox nearly full</source>
        <translation>Boîte presque pleine</translation>
    </message>
    <message>
        <source>Make room on the server…</source>
        <translation>Faire de la place sur le serveur…</translation>
    </message>
    <message>
        <source>Saved search</source>
        <translation>Recherche enregistrée</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
</context>
<context>
    <name>FolderModel</name>
    <message>
        <source>waits for the line</source>
        <translation>en attente du réseau</translation>
    </message>
    <message numerus="yes">
        <source>{name}: {total} message(s)</source>
        <translation>
            <numerusform>{name}&#xa0;: {total} message</numerusform>
            <numerusform>{name}&#xa0;: {total} messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} unread</source>
        <translation>
            <numerusform>{n} non lu</numerusform>
            <numerusform>{n} non lus</numerusform>
        </translation>
    </message>
    <message>
        <source>Return or a click: make room</source>
        <translation>Entrée ou un clic&#xa0;: faire de la place</translation>
    </message>
    <message>
        <source>All boxes</source>
        <translation>Toutes les boîtes</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>Non lus</translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation>Suivis</translation>
    </message>
    <message>
        <source>Snoozed</source>
        <translation>En veille</translation>
    </message>
    <message>
        <source>All accounts</source>
        <translation>Tous les comptes</translation>
    </message>
    <message>
        <source>Old account, read-only – {email}</source>
        <translation>Ancien, lecture seule – {email}</translation>
    </message>
    <message>
        <source>On this PC</source>
        <translation>Sur ce PC</translation>
    </message>
    <message>
        <source>Drafts being written</source>
        <translation>Brouillons en cours</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Boîte d’envoi</translation>
    </message>
    <message>
        <source>Answers awaited</source>
        <translation>Réponses attendues</translation>
    </message>
    <message>
        <source>Waiting changes</source>
        <translation>Changements en attente</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Annuaire</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>Saved searches</source>
        <translation>Recherches enregistrées</translation>
    </message>
</context>
<context>
    <name>FolderNameDialog</name>
    <message>
        <source>New folder</source>
        <translation>Nouveau dossier</translation>
    </message>
    <message>
        <source>Rename the folder</source>
        <translation>Renommer le dossier</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>Nom du dossier</translation>
    </message>
    <message>
        <source>In the folder</source>
        <translation>Dans le dossier</translation>
    </message>
    <message>
        <source>(at the top)</source>
        <translation>(à la racine)</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Ce qui ne va pas</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>&amp;In</source>
        <translation>&amp;Dans</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Créer</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
</context>
<context>
    <name>FolderTree</name>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
</context>
<context>
    <name>FoldersPage</name>
    <message>
        <source>Here: {here} messages ({size}). On the new service already: {there}.</source>
        <translation>Ici&#xa0;: {here} messages ({size}). Déjà sur la nouvelle messagerie&#xa0;: {there}.</translation>
    </message>
    <message>
        <source>The new service states no limit of room.</source>
        <translation>La nouvelle messagerie n’annonce pas de limite de place.</translation>
    </message>
    <message>
        <source>Take care: the new mailbox has {room} left. What it does not have yet may not all find room.</source>
        <translation>Attention&#xa0;: il reste {room} dans la nouvelle boîte. Ce qu’elle n’a pas encore risque de ne pas tenir.</translation>
    </message>
    <message>
        <source>Room left in the new mailbox: {room}.</source>
        <translation>Place libre dans la nouvelle boîte&#xa0;: {room}.</translation>
    </message>
</context>
<context>
    <name>FoldersTable</name>
    <message>
        <source>Folders and where their messages go</source>
        <translation>Dossiers, et où vont leurs messages</translation>
    </message>
    <message>
        <source>Folder here</source>
        <translation>Dossier ici</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Goes into</source>
        <translation>Va dans</translation>
    </message>
    <message>
        <source>Because</source>
        <translation>Parce que</translation>
    </message>
    <message>
        <source>Folder {name} goes into</source>
        <translation>Le dossier {name} va dans</translation>
    </message>
    <message>
        <source>{name} (to be made)</source>
        <translation>{name} (à créer)</translation>
    </message>
    <message>
        <source>Stays on this PC</source>
        <translation>Reste sur ce poste</translation>
    </message>
    <message>
        <source>same purpose</source>
        <translation>même rôle</translation>
    </message>
    <message>
        <source>same name</source>
        <translation>même nom</translation>
    </message>
    <message>
        <source>usual name</source>
        <translation>nom usuel</translation>
    </message>
    <message>
        <source>not there yet</source>
        <translation>pas encore là-bas</translation>
    </message>
    <message>
        <source>your choice</source>
        <translation>votre choix</translation>
    </message>
    <message>
        <source>nothing like it there</source>
        <translation>rien de tel là-bas</translation>
    </message>
</context>
<context>
    <name>FollowupsPane</name>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Write a reminder</source>
        <translation>Écrire une relance</translation>
    </message>
    <message>
        <source>Another day…</source>
        <translation>Un autre jour…</translation>
    </message>
    <message>
        <source>No longer awaited</source>
        <translation>Ne plus attendre</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Répondre</translation>
    </message>
    <message>
        <source>This message is to you alone and asks something; you have not answered.</source>
        <translation>Ce message n’est adressé qu’à vous et pose une question&#xa0;; vous n’y avez pas répondu.</translation>
    </message>
    <message>
        <source>No answer has come by {day}.</source>
        <translation>Aucune réponse n’est venue au {day}.</translation>
    </message>
    <message>
        <source>No answer has come yet; you are reminded on {day}.</source>
        <translation>Aucune réponse n’est encore venue&#xa0;; rappel le {day}.</translation>
    </message>
</context>
<context>
    <name>FormatBar</name>
    <message>
        <source>Formatting</source>
        <translation>Mise en forme</translation>
    </message>
    <message>
        <source>Formatting, or plain text</source>
        <translation>Mise en forme, ou texte seul</translation>
    </message>
    <message>
        <source>B</source>
        <translation>G</translation>
    </message>
    <message>
        <source>Bold</source>
        <translation>Gras</translation>
    </message>
    <message>
        <source>I</source>
        <translation>I</translation>
    </message>
    <message>
        <source>Italic</source>
        <translation>Italique</translation>
    </message>
    <message>
        <source>U</source>
        <translation>S</translation>
    </message>
    <message>
        <source>Underline</source>
        <translation>Souligné</translation>
    </message>
    <message>
        <source>Heading</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>• List</source>
        <translation>• Liste</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>1. List</source>
        <translation>1. Liste</translation>
    </message>
    <message>
        <source>Numbered list</source>
        <translation>Liste numérotée</translation>
    </message>
    <message>
        <source>Quote</source>
        <translation>Citation</translation>
    </message>
    <message>
        <source>Link…</source>
        <translation>Lien…</translation>
    </message>
    <message>
        <source>Picture…</source>
        <translation>Image…</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Couleur</translation>
    </message>
    <message>
        <source>Colour of the text</source>
        <translation>Couleur du texte</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Effacer</translation>
    </message>
    <message>
        <source>Remove formatting</source>
        <translation>Retirer la mise en forme</translation>
    </message>
    <message>
        <source>Colour of the theme</source>
        <translation>Couleur du thème</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rouge</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>Orange</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Vert</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Bleu</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>Violet</translation>
    </message>
    <message>
        <source>Plain text</source>
        <translation>Texte seul</translation>
    </message>
    <message>
        <source>Remove all formatting from this message?</source>
        <translation>Retirer toute la mise en forme de ce message&#xa0;?</translation>
    </message>
    <message>
        <source>Keep formatting</source>
        <translation>Garder la mise en forme</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Lien</translation>
    </message>
    <message>
        <source>Address of the page (https://…) or of a person:</source>
        <translation>Adresse de la page (https://…) ou d’une personne&#xa0;:</translation>
    </message>
    <message>
        <source>Put in</source>
        <translation>Insérer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>GroupRows</name>
    <message>
        <source>Write</source>
        <translation>Écrire</translation>
    </message>
    <message>
        <source>Write: {group}, {count}</source>
        <translation>Écrire&#xa0;: {group}, {count}</translation>
    </message>
    <message>
        <source>Nobody of this group has an address.</source>
        <translation>Aucun membre de ce groupe n’a d’adresse.</translation>
    </message>
    <message>
        <source>Without an address: {names}, and {n} more</source>
        <translation>Sans adresse&#xa0;: {names} et {n} autres</translation>
    </message>
    <message>
        <source>Without an address: {names}</source>
        <translation>Sans adresse&#xa0;: {names}</translation>
    </message>
</context>
<context>
    <name>Heads</name>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>To</source>
        <translation>À</translation>
    </message>
    <message>
        <source>Cc (copy)</source>
        <translation>Cc (copie)</translation>
    </message>
    <message>
        <source>Bcc (hidden copy)</source>
        <translation>Cci (copie cachée)</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>&amp;From</source>
        <translation>&amp;De</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;À</translation>
    </message>
    <message>
        <source>&amp;Cc</source>
        <translation>&amp;Cc</translation>
    </message>
    <message>
        <source>&amp;Bcc</source>
        <translation>Cc&amp;i</translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation>&amp;Objet</translation>
    </message>
</context>
<context>
    <name>HelpDesk</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Raccourcis clavier</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Commande</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Touche</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>Help of Mel Desktop</source>
        <translation>Aide de Mel Desktop</translation>
    </message>
    <message>
        <source>Search the help…</source>
        <translation>Chercher dans l’aide…</translation>
    </message>
    <message>
        <source>Search the help</source>
        <translation>Chercher dans l’aide</translation>
    </message>
    <message>
        <source>Pages of the help</source>
        <translation>Pages de l’aide</translation>
    </message>
    <message>
        <source>No page has these words.</source>
        <translation>Aucune page ne contient ces mots.</translation>
    </message>
    <message>
        <source>Page of the help</source>
        <translation>Page de l’aide</translation>
    </message>
</context>
<context>
    <name>IdentitiesDialog</name>
    <message>
        <source>Identities and signatures</source>
        <translation>Identités et signatures</translation>
    </message>
    <message>
        <source>Identities</source>
        <translation>Identités</translation>
    </message>
    <message>
        <source>Another address of mine</source>
        <translation>Une autre de mes adresses</translation>
    </message>
    <message>
        <source>Functional box</source>
        <translation>Boîte fonctionnelle</translation>
    </message>
    <message>
        <source>The address of the account</source>
        <translation>L’adresse du compte</translation>
    </message>
    <message>
        <source>This address</source>
        <translation>Cette adresse</translation>
    </message>
    <message>
        <source>Copies of what the functional box sends are filed there</source>
        <translation>Les copies des envois de la boîte fonctionnelle y sont classées</translation>
    </message>
    <message>
        <source>&amp;New messages begin with it</source>
        <translation>&amp;Proposée pour les nouveaux messages</translation>
    </message>
    <message>
        <source>Simple HTML; empty: the text is used</source>
        <translation>HTML simple&#xa0;; vide&#xa0;: le texte est utilisé</translation>
    </message>
    <message>
        <source>Preview of the signature</source>
        <translation>Aperçu de la signature</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Ajouter</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Type</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>A&amp;ddress</source>
        <translation>A&amp;dresse</translation>
    </message>
    <message>
        <source>Answers &amp;to</source>
        <translation>Réponses &amp;à</translation>
    </message>
    <message>
        <source>&amp;Organisation</source>
        <translation>&amp;Organisme</translation>
    </message>
    <message>
        <source>&amp;Envelope</source>
        <translation>&amp;Enveloppe</translation>
    </message>
    <message>
        <source>Copies &amp;in</source>
        <translation>Cop&amp;ies dans</translation>
    </message>
    <message>
        <source>Signature, te&amp;xt</source>
        <translation>Signature, te&amp;xte</translation>
    </message>
    <message>
        <source>Signature, &amp;HTML</source>
        <translation>Signature, &amp;HTML</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Sent of the account</source>
        <translation>Envoyés du compte</translation>
    </message>
    <message>
        <source>{folder} (not there any more)</source>
        <translation>{folder} (introuvable)</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Enregistré.</translation>
    </message>
    <message>
        <source>New identity</source>
        <translation>Nouvelle identité</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import mail</source>
        <translation>Importer du courrier</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importer</translation>
    </message>
    <message>
        <source>Add your mail account first: messages are kept beside it.</source>
        <translation>Ajoutez d’abord votre compte de messagerie&#xa0;: les messages importés y sont rattachés.</translation>
    </message>
    <message>
        <source>File or folder to import</source>
        <translation>Fichier ou dossier à importer</translation>
    </message>
    <message>
        <source>&amp;File…</source>
        <translation>&amp;Fichier…</translation>
    </message>
    <message>
        <source>F&amp;older…</source>
        <translation>D&amp;ossier…</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Put into</source>
        <translation>Ranger dans</translation>
    </message>
    <message>
        <source>What it holds</source>
        <translation>Ce que cela contient</translation>
    </message>
    <message>
        <source>Source:</source>
        <translation>Source&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Thunderbird</source>
        <translation>&amp;Thunderbird</translation>
    </message>
    <message>
        <source>Account:</source>
        <translation>Compte&#xa0;:</translation>
    </message>
    <message>
        <source>Put into:</source>
        <translation>Ranger dans&#xa0;:</translation>
    </message>
    <message>
        <source>EML and mbox files, Maildir folders, ZIP archives of an export and Thunderbird profiles with their address books are recognised. Nothing is changed where they lie; a message that is here already is not imported twice.</source>
        <translation>Les fichiers EML et mbox, les dossiers Maildir, les archives ZIP d’un export et les profils Thunderbird avec leurs carnets d’adresses sont reconnus. Rien n’y est modifié&#xa0;; un message déjà présent n’est pas importé deux fois.</translation>
    </message>
    <message>
        <source>This PC only: a folder of its own</source>
        <translation>Sur ce poste seulement&#xa0;: un dossier à part</translation>
    </message>
    <message numerus="yes">
        <source>%n mailbox(es)</source>
        <translation>
            <numerusform>%n boîte aux lettres</numerusform>
            <numerusform>%n boîtes aux lettres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n address book(s)</source>
        <translation>
            <numerusform>%n carnet d’adresses</numerusform>
            <numerusform>%n carnets d’adresses</numerusform>
        </translation>
    </message>
    <message>
        <source>Goes into: {folder}</source>
        <translation>Dossier d’arrivée&#xa0;: {folder}</translation>
    </message>
    <message>
        <source>Contacts go into the directory.</source>
        <translation>Les contacts vont dans l’annuaire.</translation>
    </message>
    <message>
        <source>An earlier import of it was broken off and goes on.</source>
        <translation>Un import précédent a été interrompu&#xa0;: il reprend où il en était.</translation>
    </message>
    <message>
        <source>The messages go up to the server with the next sync.</source>
        <translation>Les messages seront déposés sur le serveur à la prochaine synchronisation.</translation>
    </message>
    <message>
        <source>Address book: {name}</source>
        <translation>Carnet d’adresses&#xa0;: {name}</translation>
    </message>
    <message>
        <source>(the source itself)</source>
        <translation>(la source elle-même)</translation>
    </message>
    <message>
        <source>personal addresses</source>
        <translation>adresses personnelles</translation>
    </message>
    <message>
        <source>collected addresses</source>
        <translation>adresses collectées</translation>
    </message>
    <message>
        <source>Message file</source>
        <translation>Fichier de message</translation>
    </message>
    <message>
        <source>Mailbox file (mbox)</source>
        <translation>Fichier de boîte aux lettres (mbox)</translation>
    </message>
    <message>
        <source>Maildir folder</source>
        <translation>Dossier Maildir</translation>
    </message>
    <message>
        <source>Folder of mail files</source>
        <translation>Dossier de fichiers de courrier</translation>
    </message>
    <message>
        <source>Thunderbird profile</source>
        <translation>Profil Thunderbird</translation>
    </message>
    <message>
        <source>ZIP archive</source>
        <translation>Archive ZIP</translation>
    </message>
    <message>
        <source>Thunderbird address book</source>
        <translation>Carnet d’adresses de Thunderbird</translation>
    </message>
    <message>
        <source>Importing into “{folder}”…</source>
        <translation>Importation dans «&#xa0;{folder}&#xa0;»…</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) imported</source>
        <translation>
            <numerusform>%n message importé</numerusform>
            <numerusform>%n messages importés</numerusform>
        </translation>
    </message>
    <message>
        <source> into “{folder}”.</source>
        <translation> dans «&#xa0;{folder}&#xa0;».</translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s)</source>
        <translation>
            <numerusform>%n contact</numerusform>
            <numerusform>%n contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> and %n list(s)</source>
        <translation>
            <numerusform> et %n liste</numerusform>
            <numerusform> et %n listes</numerusform>
        </translation>
    </message>
    <message>
        <source> in the directory, under “{name}”.</source>
        <translation> dans l’annuaire, sous «&#xa0;{name}&#xa0;».</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) were here already.</source>
        <translation>
            <numerusform>%n message était déjà présent.</numerusform>
            <numerusform>%n messages étaient déjà présents.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) marked as deleted were left out.</source>
        <translation>
            <numerusform>%n message marqué comme supprimé a été laissé de côté.</numerusform>
            <numerusform>%n messages marqués comme supprimés ont été laissés de côté.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be read:</source>
        <translation>
            <numerusform>%n n’a pas pu être lu&#xa0;:</numerusform>
            <numerusform>%n n’ont pas pu être lus&#xa0;:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InvitationStrip</name>
    <message>
        <source>Kind</source>
        <translation>Nature</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Where it stands</source>
        <translation>État</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Lieu</translation>
    </message>
    <message>
        <source>Organiser</source>
        <translation>Organisateur</translation>
    </message>
    <message>
        <source>Guests</source>
        <translation>Invités</translation>
    </message>
    <message>
        <source>Names of the guests</source>
        <translation>Noms des invités</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Ce qui a changé</translation>
    </message>
    <message>
        <source>Overlaps</source>
        <translation>Chevauchements</translation>
    </message>
    <message>
        <source>To be careful about</source>
        <translation>Points d’attention</translation>
    </message>
    <message>
        <source>Show the names</source>
        <translation>Afficher les noms</translation>
    </message>
    <message>
        <source>Show the names of the guests</source>
        <translation>Afficher les noms des invités</translation>
    </message>
    <message>
        <source>A word to the organiser (optional)</source>
        <translation>Un mot à l’organisateur (facultatif)</translation>
    </message>
    <message>
        <source>A word to the organiser</source>
        <translation>Un mot à l’organisateur</translation>
    </message>
    <message>
        <source>Send the answer to the or&amp;ganiser</source>
        <translation>Envoyer la réponse à l’or&amp;ganisateur</translation>
    </message>
    <message>
        <source>Acce&amp;pt</source>
        <translation>Acce&amp;pter</translation>
    </message>
    <message>
        <source>Pe&amp;rhaps</source>
        <translation>Peut-êt&amp;re</translation>
    </message>
    <message>
        <source>Decli&amp;ne</source>
        <translation>Décli&amp;ner</translation>
    </message>
    <message>
        <source>Fetch the invitation</source>
        <translation>Récupérer l’invitation</translation>
    </message>
    <message>
        <source>Change my agenda all the same</source>
        <translation>Modifier quand même mon agenda</translation>
    </message>
    <message>
        <source>Answer otherwise…</source>
        <translation>Changer la réponse…</translation>
    </message>
    <message>
        <source>Answer otherwise</source>
        <translation>Changer la réponse</translation>
    </message>
    <message>
        <source>Trouble</source>
        <translation>Difficulté</translation>
    </message>
    <message>
        <source>(no title)</source>
        <translation>(sans titre)</translation>
    </message>
    <message numerus="yes">
        <source>%n more event(s) in it</source>
        <translation>
            <numerusform>et %n autre événement</numerusform>
            <numerusform>et %n autres événements</numerusform>
        </translation>
    </message>
    <message>
        <source>Organised by {who}</source>
        <translation>Organisé par {who}</translation>
    </message>
    <message>
        <source>Count this answer all the same</source>
        <translation>Prendre quand même en compte cette réponse</translation>
    </message>
    <message>
        <source>Add to my agenda</source>
        <translation>Ajouter à mon agenda</translation>
    </message>
    <message>
        <source>Hide the names</source>
        <translation>Masquer les noms</translation>
    </message>
</context>
<context>
    <name>JournalPane</name>
    <message>
        <source>Keep mine</source>
        <translation>Garder le mien</translation>
    </message>
    <message>
        <source>Take the other</source>
        <translation>Prendre l’autre</translation>
    </message>
    <message>
        <source>Keep both</source>
        <translation>Garder les deux</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>Comparer…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Which changes are shown</source>
        <translation>Changements montrés</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Refusés</translation>
    </message>
    <message>
        <source>To be decided</source>
        <translation>À décider</translation>
    </message>
    <message>
        <source>Filter…</source>
        <translation>Filtrer…</translation>
    </message>
    <message>
        <source>Filter the changes by a word</source>
        <translation>Filtrer les changements par un mot</translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>{shown} sur {all}</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n changement</numerusform>
            <numerusform>%n changements</numerusform>
        </translation>
    </message>
    <message>
        <source>No change fits the filter.</source>
        <translation>Aucun changement ne correspond au filtre.</translation>
    </message>
    <message>
        <source>Nothing waits: the server knows all that was done here.</source>
        <translation>Rien n’attend&#xa0;: le serveur sait tout ce qui a été fait ici.</translation>
    </message>
    <message>
        <source>It reaches the server as soon as the line allows.</source>
        <translation>Il sera transmis au serveur dès que le réseau le permet.</translation>
    </message>
    <message>
        <source>Next attempt: {time}.</source>
        <translation>Prochaine tentative&#xa0;: {time}.</translation>
    </message>
    <message numerus="yes">
        <source>%n attempt(s) so far.</source>
        <translation>
            <numerusform>%n tentative jusqu’ici.</numerusform>
            <numerusform>%n tentatives jusqu’ici.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KeepWords</name>
    <message>
        <source>Keep here, remove there</source>
        <translation>Garder ici, retirer du serveur</translation>
    </message>
    <message numerus="yes">
        <source>Keep %n message(s) on this PC and remove them from the server ({size})?</source>
        <translation>
            <numerusform>Garder %n message sur ce poste et le retirer du serveur ({size})&#xa0;?</numerusform>
            <numerusform>Garder %n messages sur ce poste et les retirer du serveur ({size})&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Each is fetched whole and verified first. Then it is on this PC only: other PCs, the telephone and the webmail no longer show it, and only a backup of this vault protects it. It can be put back during 30 days.</source>
        <translation>Chaque message est d’abord téléchargé en entier et vérifié. Ensuite il n’est plus que sur ce poste&#xa0;: les autres postes, le téléphone et le webmail ne le montrent plus, et seule une sauvegarde de ce coffre le protège. Vous pourrez le remettre sur le serveur pendant 30 jours.</translation>
    </message>
    <message>
        <source>Keep here only</source>
        <translation>Garder ici seulement</translation>
    </message>
    <message>
        <source>Leave on the server</source>
        <translation>Laisser sur le serveur</translation>
    </message>
</context>
<context>
    <name>Later</name>
    <message>
        <source>Send &amp;later…</source>
        <translation>Envoyer plus &amp;tard…</translation>
    </message>
    <message>
        <source>&amp;Remind me if no answer comes…</source>
        <translation>Me le &amp;rappeler sans réponse…</translation>
    </message>
    <message>
        <source>You are reminded on {day} if no answer has come.</source>
        <translation>Vous aurez un rappel le {day} si aucune réponse n’est venue.</translation>
    </message>
</context>
<context>
    <name>LdapDialog</name>
    <message>
        <source>Add an LDAP directory</source>
        <translation>Ajouter un annuaire LDAP</translation>
    </message>
    <message>
        <source>Change an LDAP directory</source>
        <translation>Modifier un annuaire LDAP</translation>
    </message>
    <message>
        <source>Fetch pi&amp;ctures too</source>
        <translation>Récupérer aussi les &amp;photos</translation>
    </message>
    <message>
        <source>&amp;Add a file…</source>
        <translation>Ajouter un &amp;fichier…</translation>
    </message>
    <message>
        <source>What the directory shows</source>
        <translation>Ce que montre l’annuaire</translation>
    </message>
    <message>
        <source>Add and &amp;read</source>
        <translation>Ajouter et &amp;lire</translation>
    </message>
    <message>
        <source>Save and &amp;read</source>
        <translation>Enregistrer et &amp;lire</translation>
    </message>
    <message>
        <source>&amp;Try</source>
        <translation>&amp;Essayer</translation>
    </message>
    <message>
        <source>Leave it empty to keep the one that is stored.</source>
        <translation>Laissez vide pour garder celui qui est enregistré.</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Serveur</translation>
    </message>
    <message>
        <source>&amp;Base</source>
        <translation>&amp;Base</translation>
    </message>
    <message>
        <source>The part of the directory to read. Try offers those of the server.</source>
        <translation>La partie de l’annuaire à lire. Essayer propose celles du serveur.</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Identifiant</translation>
    </message>
    <message>
        <source>Only where the directory asks for one, as a full name (DN).</source>
        <translation>Seulement si l’annuaire en demande un, sous forme de nom complet (DN).</translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation>&amp;Mot de passe</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Type d’annuaire</translation>
    </message>
    <message>
        <source>School’s authority</source>
        <translation>Autorité de l’établissement</translation>
    </message>
    <message>
        <source>The authority’s certificate</source>
        <translation>Le certificat de l’autorité</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Certificats (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message numerus="yes">
        <source>%n certificate(s) of a file</source>
        <translation>
            <numerusform>%n certificat d’un fichier</numerusform>
            <numerusform>%n certificats d’un fichier</numerusform>
        </translation>
    </message>
    <message>
        <source>those of the system</source>
        <translation>celles du système</translation>
    </message>
    <message>
        <source>The directory is asked…</source>
        <translation>L’annuaire est interrogé…</translation>
    </message>
    <message>
        <source>More than {count} entries</source>
        <translation>Plus de {count} entrées</translation>
    </message>
    <message numerus="yes">
        <source>%n entry(ies)</source>
        <translation>
            <numerusform>%n entrée</numerusform>
            <numerusform>%n entrées</numerusform>
        </translation>
    </message>
    <message>
        <source>{count}, such as: {names}.</source>
        <translation>{count}, par exemple&#xa0;: {names}.</translation>
    </message>
    <message>
        <source>It looks like: {kind}.</source>
        <translation>Il semble être de type&#xa0;: {kind}.</translation>
    </message>
    <message>
        <source>After the first time only changes are read.</source>
        <translation>Après la première lecture, seuls les changements sont lus.</translation>
    </message>
    <message>
        <source>After the first time only changes are read; who left is noticed within a week.</source>
        <translation>Après la première lecture, seuls les changements sont lus&#xa0;; les départs sont vus en une semaine au plus.</translation>
    </message>
    <message>
        <source>The directory does not show all.</source>
        <translation>L’annuaire ne montre pas tout.</translation>
    </message>
</context>
<context>
    <name>LdapWords</name>
    <message>
        <source>As the directory suggests</source>
        <translation>D’après ce que montre l’annuaire</translation>
    </message>
    <message>
        <source>Simple directory (inetOrgPerson)</source>
        <translation>Annuaire simple (inetOrgPerson)</translation>
    </message>
    <message>
        <source>ENT (SDET)</source>
        <translation>ENT (SDET)</translation>
    </message>
    <message>
        <source>Directory of an académie</source>
        <translation>Annuaire d’académie</translation>
    </message>
    <message>
        <source>A part of it lies on another server, which is not asked.</source>
        <translation>Une partie se trouve sur un autre serveur, qui n’est pas interrogé.</translation>
    </message>
    <message>
        <source>A part of it lies on {host}, which is not asked.</source>
        <translation>Une partie se trouve sur {host}, qui n’est pas interrogé.</translation>
    </message>
    <message>
        <source>The server gives only so many entries at a time.</source>
        <translation>Le serveur ne donne qu’un nombre limité d’entrées à la fois.</translation>
    </message>
    <message>
        <source>The server stops after some time.</source>
        <translation>Le serveur s’arrête au bout d’un certain temps.</translation>
    </message>
    <message>
        <source>Its administrators limit what this name may read.</source>
        <translation>Ses administrateurs limitent ce que cet identifiant peut lire.</translation>
    </message>
    <message>
        <source>It holds more entries than are kept here.</source>
        <translation>Il contient plus d’entrées qu’il n’en est gardé ici.</translation>
    </message>
</context>
<context>
    <name>LearnedDialog</name>
    <message>
        <source>Recipients learnt</source>
        <translation>Destinataires retenus</translation>
    </message>
    <message>
        <source>Name or address…</source>
        <translation>Nom ou adresse…</translation>
    </message>
    <message>
        <source>Search the recipients learnt</source>
        <translation>Rechercher parmi les destinataires retenus</translation>
    </message>
    <message>
        <source>Recipients learnt, the latest first</source>
        <translation>Destinataires retenus, le plus récent d’abord</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Last on</source>
        <translation>Dernier envoi</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>Ou&amp;blier</translation>
    </message>
    <message>
        <source>Propose them no more (Del)</source>
        <translation>Ne plus les proposer (Suppr)</translation>
    </message>
    <message>
        <source>Forget &amp;all…</source>
        <translation>&amp;Tout oublier…</translation>
    </message>
    <message>
        <source>They are proposed while you type a recipient because you have written to them. Nothing of this leaves this PC.</source>
        <translation>Ils vous sont proposés pendant que vous tapez un destinataire, parce que vous leur avez écrit. Rien de cela ne quitte ce poste.</translation>
    </message>
    <message>
        <source>Forget all</source>
        <translation>Tout oublier</translation>
    </message>
    <message numerus="yes">
        <source>Forget the %n recipient(s) that were learnt?</source>
        <translation>
            <numerusform>Oublier le destinataire retenu&#xa0;?</numerusform>
            <numerusform>Oublier les %n destinataires retenus&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>The directory and your own contacts stay.</source>
        <translation>L’annuaire et vos contacts restent.</translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s) forgotten.</source>
        <translation>
            <numerusform>%n destinataire oublié.</numerusform>
            <numerusform>%n destinataires oubliés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>LeavingDesk</name>
    <message numerus="yes">
        <source>%n answer(s) you wait for did not come in time.</source>
        <translation>
            <numerusform>%n réponse attendue n’est pas venue à temps.</numerusform>
            <numerusform>%n réponses attendues ne sont pas venues à temps.</numerusform>
        </translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Afficher</translation>
    </message>
    <message>
        <source>Open a message that you sent first.</source>
        <translation>Ouvrez d’abord un message que vous avez envoyé.</translation>
    </message>
    <message>
        <source>You are reminded on {day} if no answer has come.</source>
        <translation>Vous aurez un rappel le {day} si aucune réponse n’est venue.</translation>
    </message>
</context>
<context>
    <name>LeftOpen</name>
    <message numerus="yes">
        <source>%n draft(s) in the works when Mel Desktop stopped: kept on this PC.</source>
        <translation>
            <numerusform>%n brouillon était en cours quand Mel Desktop s’est arrêté&#xa0;: il est conservé.</numerusform>
            <numerusform>%n brouillons étaient en cours quand Mel Desktop s’est arrêté&#xa0;: ils sont conservés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>Reprendre la rédaction</translation>
    </message>
</context>
<context>
    <name>LetterEdit</name>
    <message>
        <source>Text of the message</source>
        <translation>Texte du message</translation>
    </message>
    <message>
        <source>Write your message…</source>
        <translation>Écrivez votre message…</translation>
    </message>
</context>
<context>
    <name>LettersDesk</name>
    <message>
        <source>Nobody of this group has an address.</source>
        <translation>Aucun membre de ce groupe n’a d’adresse.</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>Write with it</source>
        <translation>Écrire avec ce modèle</translation>
    </message>
</context>
<context>
    <name>LettersMenu</name>
    <message>
        <source>Use a &amp;template…</source>
        <translation>Utiliser un &amp;modèle…</translation>
    </message>
    <message>
        <source>Save as a te&amp;mplate…</source>
        <translation>&amp;Enregistrer comme modèle…</translation>
    </message>
    <message>
        <source>Send to man&amp;y…</source>
        <translation>Pu&amp;blipostage…</translation>
    </message>
    <message>
        <source>This letter is for each of {group} alone: write it, fields in braces ({example}), then send it to many.</source>
        <translation>Ce message est pour chaque personne de {group}, séparément&#xa0;: rédigez-le, champs entre accolades ({example}), puis lancez le publipostage.</translation>
    </message>
    <message>
        <source>Send to many…</source>
        <translation>Publipostage…</translation>
    </message>
</context>
<context>
    <name>LicencesDialog</name>
    <message>
        <source>Licences</source>
        <translation>Licences</translation>
    </message>
    <message>
        <source>Licences of its parts</source>
        <translation>Licences des composants</translation>
    </message>
    <message>
        <source>Search in the licences</source>
        <translation>Rechercher dans les licences</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Suivant</translation>
    </message>
    <message>
        <source>Find the next one</source>
        <translation>Résultat suivant</translation>
    </message>
    <message>
        <source>What the search found</source>
        <translation>Ce que la recherche a trouvé</translation>
    </message>
    <message>
        <source>&amp;Search:</source>
        <translation>&amp;Rechercher&#xa0;:</translation>
    </message>
    <message>
        <source>Went on from the top</source>
        <translation>Reprise depuis le début</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Introuvable</translation>
    </message>
</context>
<context>
    <name>LineDesk</name>
    <message>
        <source>Look and decide…</source>
        <translation>Voir et décider…</translation>
    </message>
    <message>
        <source>Your messages are kept. The server is being looked at again.</source>
        <translation>Vos messages sont gardés. Le serveur est consulté de nouveau.</translation>
    </message>
    <message>
        <source>All of the wanted period is here already.</source>
        <translation>Tout ce qui est demandé est déjà ici.</translation>
    </message>
    <message>
        <source>Bring the rest</source>
        <translation>Récupérer le reste</translation>
    </message>
    <message>
        <source>Bring all texts and attachments of the wanted period now? {price}.</source>
        <translation>Récupérer maintenant tous les textes et pièces jointes de la période voulue&#xa0;? {price}.</translation>
    </message>
    <message>
        <source>You can go on working meanwhile. If the line is lost, it goes on later where it stopped.</source>
        <translation>Vous pouvez continuer à travailler pendant ce temps. Si la ligne est coupée, la récupération reprendra où elle s’est arrêtée.</translation>
    </message>
    <message>
        <source>Bring it now</source>
        <translation>Récupérer maintenant</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>Stopped. What has come by then is kept.</source>
        <translation>Arrêté. Ce qui est déjà arrivé est gardé.</translation>
    </message>
    <message>
        <source>The rest is being fetched…</source>
        <translation>Récupération du reste…</translation>
    </message>
    <message>
        <source>The rest is being fetched: {done} of {size}</source>
        <translation>Récupération du reste&#xa0;: {done} sur {size}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>All of the wanted period is here.</source>
        <translation>Tout ce qui est demandé est ici.</translation>
    </message>
</context>
<context>
    <name>LineDialog</name>
    <message>
        <source>Line and budget</source>
        <translation>Ligne et budget</translation>
    </message>
    <message>
        <source>How much the line carries</source>
        <translation>Ce que la ligne transporte</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>Heures</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>At most &amp;a day</source>
        <translation>Par &amp;jour, au plus</translation>
    </message>
    <message>
        <source>At most a &amp;month</source>
        <translation>Par &amp;mois, au plus</translation>
    </message>
    <message>
        <source>Received and sent octets count. When the budget is used up, the heavy part waits for the next day or month; what you write still leaves.</source>
        <translation>Les octets reçus et envoyés comptent. Une fois le budget atteint, le plus lourd attend le jour ou le mois suivant&#xa0;; ce que vous écrivez part quand même.</translation>
    </message>
    <message>
        <source>Synchronise only &amp;between</source>
        <translation>Synchroniser seulement &amp;entre</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>À</translation>
    </message>
    <message>
        <source>and</source>
        <translation>et</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Reçus</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Envoyés</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Since the start</source>
        <translation>Depuis le lancement</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Ce mois</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Ce qui ne va pas</translation>
    </message>
    <message>
        <source>&amp;What would a sync do?</source>
        <translation>&amp;Que ferait la synchronisation&#xa0;?</translation>
    </message>
    <message>
        <source>Bring the &amp;rest…</source>
        <translation>&amp;Récupérer le reste…</translation>
    </message>
    <message>
        <source>{left} left of {budget}</source>
        <translation>reste {left} sur {budget}</translation>
    </message>
    <message>
        <source>The two hours are the same: nothing would ever be synchronised. Choose two different hours. This was not kept.</source>
        <translation>Les deux heures sont les mêmes&#xa0;: rien ne serait jamais synchronisé. Choisissez deux heures différentes. Ce choix n’a pas été enregistré.</translation>
    </message>
    <message>
        <source>The budget of a day is larger than that of the month. Make it smaller, or the month&apos;s larger. This was not kept.</source>
        <translation>Le budget du jour dépasse celui du mois. Diminuez-le, ou augmentez celui du mois. Ce choix n’a pas été enregistré.</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Give a link instead of the file</source>
        <translation>Donner un lien au lieu du fichier</translation>
    </message>
    <message>
        <source>1. Save the file.
2. Put it into Nuage, on the portal Apps.education.fr, and make a link to share it.
3. Paste the link into the message, where it says so.</source>
        <translation>1. Enregistrez le fichier.
2. Déposez-le dans Nuage, sur le portail Apps.education.fr, et créez un lien de partage.
3. Collez le lien dans le message, à l’endroit indiqué.</translation>
    </message>
    <message>
        <source>&amp;Save the file aside…</source>
        <translation>&amp;Enregistrer le fichier à part…</translation>
    </message>
    <message>
        <source>&amp;Paragraph of the message</source>
        <translation>&amp;Paragraphe du message</translation>
    </message>
    <message>
        <source>Paragraph of the message</source>
        <translation>Paragraphe du message</translation>
    </message>
    <message>
        <source>&amp;Insert it and take the file off</source>
        <translation>&amp;Insérer et retirer le fichier</translation>
    </message>
    <message>
        <source>Saved as {name}</source>
        <translation>Enregistré sous {name}</translation>
    </message>
    <message>
        <source>The file “{name}” ({size}) is to be fetched here: {link}</source>
        <translation>Le fichier «&#xa0;{name}&#xa0;» ({size}) est à télécharger ici&#xa0;: {link}</translation>
    </message>
    <message>
        <source>Save the file aside</source>
        <translation>Enregistrer le fichier à part</translation>
    </message>
    <message>
        <source>Open a link</source>
        <translation>Ouvrir un lien</translation>
    </message>
    <message>
        <source>This link leads to the site:</source>
        <translation>Ce lien mène au site&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Do not ask again for {site}</source>
        <translation>Ne &amp;plus demander pour {site}</translation>
    </message>
    <message>
        <source>&amp;Open in the browser</source>
        <translation>&amp;Ouvrir dans le navigateur</translation>
    </message>
    <message>
        <source>&amp;Copy the address</source>
        <translation>&amp;Copier l’adresse</translation>
    </message>
</context>
<context>
    <name>ListHead</name>
    <message>
        <source>Columns</source>
        <translation>Colonnes</translation>
    </message>
    <message>
        <source>Flag</source>
        <translation>Suivi</translation>
    </message>
    <message>
        <source>Attachment</source>
        <translation>Pièce jointe</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Boîte</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Expéditeur</translation>
    </message>
    <message>
        <source>Unread first</source>
        <translation>Non lus d’abord</translation>
    </message>
    <message>
        <source>Flagged first</source>
        <translation>Suivis d’abord</translation>
    </message>
    <message>
        <source>With attachments first</source>
        <translation>Avec pièces jointes d’abord</translation>
    </message>
</context>
<context>
    <name>LockDesk</name>
    <message>
        <source>The change of the vault&apos;s data key was interrupted. Everything works under the old key.</source>
        <translation>Le changement de la clé du coffre a été interrompu. Tout fonctionne sous l’ancienne clé.</translation>
    </message>
    <message>
        <source>Go on or abandon…</source>
        <translation>Reprendre ou abandonner…</translation>
    </message>
    <message>
        <source>End the session</source>
        <translation>Terminer la session</translation>
    </message>
    <message>
        <source>End this session and destroy all that is on this PC?</source>
        <translation>Terminer cette session et détruire tout ce qui est sur ce poste&#xa0;?</translation>
    </message>
    <message>
        <source>End and destroy</source>
        <translation>Terminer et détruire</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Continuer</translation>
    </message>
    <message>
        <source>What was not sent is lost.</source>
        <translation>Ce qui n’est pas envoyé est perdu.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) not sent yet will be lost.</source>
        <translation>
            <numerusform>%n message non envoyé sera perdu.</numerusform>
            <numerusform>%n messages non envoyés seront perdus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) will be lost.</source>
        <translation>
            <numerusform>%n brouillon sera perdu.</numerusform>
            <numerusform>%n brouillons seront perdus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) did not reach the server yet.</source>
        <translation>
            <numerusform>%n changement n’a pas encore atteint le serveur.</numerusform>
            <numerusform>%n changements n’ont pas encore atteint le serveur.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing waits to be sent.</source>
        <translation>Rien n’attend d’être envoyé.</translation>
    </message>
    <message>
        <source>Session used once: nothing stays on this PC. It ends, and all is destroyed, when you close the window, when the PC is locked or sleeps, or when you are away for long.</source>
        <translation>Session utilisée une fois&#xa0;: rien ne reste sur ce poste. Elle se termine, et tout est détruit, quand vous fermez la fenêtre, quand le poste est verrouillé ou en veille, ou quand vous êtes longtemps absent.</translation>
    </message>
</context>
<context>
    <name>LockWords</name>
    <message>
        <source>The session ends: everything is being destroyed…</source>
        <translation>La session se termine&#xa0;: tout est en cours de destruction…</translation>
    </message>
    <message>
        <source>The vault is being locked…</source>
        <translation>Verrouillage du coffre…</translation>
    </message>
    <message>
        <source>Nobody was there for a while.</source>
        <translation>Personne n’était là depuis un moment.</translation>
    </message>
    <message>
        <source>The screen of this PC was locked.</source>
        <translation>L’écran de ce poste a été verrouillé.</translation>
    </message>
    <message>
        <source>This PC went to sleep.</source>
        <translation>Ce poste s’est mis en veille.</translation>
    </message>
    <message>
        <source>The session is over: nothing of it is left on this PC.</source>
        <translation>La session est terminée&#xa0;: il n’en reste rien sur ce poste.</translation>
    </message>
    <message>
        <source>The vault is locked.</source>
        <translation>Le coffre est verrouillé.</translation>
    </message>
    <message>
        <source>The vault is being erased…</source>
        <translation>Effacement du coffre…</translation>
    </message>
    <message>
        <source>The vault is erased: nothing of it can be read any more.</source>
        <translation>Le coffre est effacé&#xa0;: plus rien n’en est lisible.</translation>
    </message>
    <message>
        <source>A draft could not be saved when the vault was locked. Its text is here again: save it.</source>
        <translation>Un brouillon n’a pas pu être enregistré au verrouillage du coffre. Son texte est revenu&#xa0;: enregistrez-le.</translation>
    </message>
</context>
<context>
    <name>LookMenu</name>
    <message>
        <source>How the list looks</source>
        <translation>Présentation de la liste</translation>
    </message>
    <message>
        <source>&amp;Other way round</source>
        <translation>Ordre &amp;inverse</translation>
    </message>
    <message>
        <source>&amp;Table</source>
        <translation>&amp;Tableau</translation>
    </message>
    <message>
        <source>Opened con&amp;versations: flat</source>
        <translation>Con&amp;versations dépliées&#xa0;: à plat</translation>
    </message>
    <message>
        <source>Conversations: with my &amp;answers and other folders</source>
        <translation>Conversations&#xa0;: avec mes &amp;réponses et les autres dossiers</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>&amp;Colonnes</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Colonnes</translation>
    </message>
</context>
<context>
    <name>MailBrowser</name>
    <message>
        <source>Text of the message</source>
        <translation>Texte du message</translation>
    </message>
    <message numerus="yes">
        <source>… show the quoted text (%n line(s))</source>
        <translation>
            <numerusform>… afficher le texte cité (%n ligne)</numerusform>
            <numerusform>… afficher le texte cité (%n lignes)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MailCommands</name>
    <message numerus="yes">
        <source>%n message(s) were changed before the error.</source>
        <translation>
            <numerusform>%n message a été modifié avant l’erreur.</numerusform>
            <numerusform>%n messages ont été modifiés avant l’erreur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are not put back yet.</source>
        <translation>
            <numerusform>%n message n’est pas encore remis comme avant.</numerusform>
            <numerusform>%n messages ne sont pas encore remis comme avant.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) flagged.</source>
        <translation>
            <numerusform>%n message suivi.</numerusform>
            <numerusform>%n messages suivis.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The flag is off %n message(s).</source>
        <translation>
            <numerusform>%n message n’est plus suivi.</numerusform>
            <numerusform>%n messages ne sont plus suivis.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) marked as read.</source>
        <translation>
            <numerusform>%n message marqué comme lu.</numerusform>
            <numerusform>%n messages marqués comme lus.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) marked as unread.</source>
        <translation>
            <numerusform>%n message marqué comme non lu.</numerusform>
            <numerusform>%n messages marqués comme non lus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything is marked as read.</source>
        <translation>Tout est marqué comme lu.</translation>
    </message>
    <message numerus="yes">
        <source>The tag “{name}” is off %n message(s).</source>
        <translation>
            <numerusform>L’étiquette «&#xa0;{name}&#xa0;» est retirée de %n message.</numerusform>
            <numerusform>L’étiquette «&#xa0;{name}&#xa0;» est retirée de %n messages.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The tag “{name}” is on %n message(s).</source>
        <translation>
            <numerusform>L’étiquette «&#xa0;{name}&#xa0;» est posée sur %n message.</numerusform>
            <numerusform>L’étiquette «&#xa0;{name}&#xa0;» est posée sur %n messages.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Supprimer définitivement</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n message(s) for good? This cannot be undone.</source>
        <translation>
            <numerusform>Supprimer définitivement %n message&#xa0;? C’est sans retour.</numerusform>
            <numerusform>Supprimer définitivement %n messages&#xa0;? C’est sans retour.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%n message supprimé.</numerusform>
            <numerusform>%n messages supprimés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) archived.</source>
        <translation>
            <numerusform>%n message archivé.</numerusform>
            <numerusform>%n messages archivés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) moved to junk.</source>
        <translation>
            <numerusform>%n message placé dans les indésirables.</numerusform>
            <numerusform>%n messages placés dans les indésirables.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are no junk: back in the inbox.</source>
        <translation>
            <numerusform>%n message n’est pas indésirable&#xa0;: retour dans la boîte de réception.</numerusform>
            <numerusform>%n messages ne sont pas indésirables&#xa0;: retour dans la boîte de réception.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) pinned.</source>
        <translation>
            <numerusform>%n message épinglé.</numerusform>
            <numerusform>%n messages épinglés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) no longer pinned.</source>
        <translation>
            <numerusform>%n message n’est plus épinglé.</numerusform>
            <numerusform>%n messages ne sont plus épinglés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are back.</source>
        <translation>
            <numerusform>%n message est de retour.</numerusform>
            <numerusform>%n messages sont de retour.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) will be copied; the copies appear when the server has them.</source>
        <translation>
            <numerusform>%n message sera copié&#xa0;; la copie apparaît quand le serveur l’a reçue.</numerusform>
            <numerusform>%n messages seront copiés&#xa0;; les copies apparaissent quand le serveur les a reçues.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) moved.</source>
        <translation>
            <numerusform>%n message déplacé.</numerusform>
            <numerusform>%n messages déplacés.</numerusform>
        </translation>
    </message>
    <message>
        <source>{done} of {total} messages…</source>
        <translation>{done} messages sur {total}…</translation>
    </message>
</context>
<context>
    <name>MailPage</name>
    <message>
        <source>Unread</source>
        <translation>Non lus</translation>
    </message>
    <message>
        <source>Only unread messages</source>
        <translation>Messages non lus seulement</translation>
    </message>
    <message>
        <source>End the search</source>
        <translation>Fin de la recherche</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) found</source>
        <translation>
            <numerusform>%n message trouvé</numerusform>
            <numerusform>%n messages trouvés</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} searched</source>
        <translation>{n} parcourus</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>Trier</translation>
    </message>
    <message>
        <source>Sort, columns and conversations</source>
        <translation>Tri, colonnes et conversations</translation>
    </message>
    <message>
        <source>the newest are shown</source>
        <translation>les plus récents sont affichés</translation>
    </message>
    <message>
        <source>No message holds all of these words.</source>
        <translation>Aucun message ne contient tous ces mots.</translation>
    </message>
    <message numerus="yes">
        <source>{n} message(s)</source>
        <translation>
            <numerusform>{n} message</numerusform>
            <numerusform>{n} messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} unread</source>
        <translation>
            <numerusform>{n} non lu</numerusform>
            <numerusform>{n} non lus</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} shown</source>
        <translation>
            <numerusform>{n} affiché</numerusform>
            <numerusform>{n} affichés</numerusform>
        </translation>
    </message>
    <message>
        <source>more are on their way</source>
        <translation>la suite arrive</translation>
    </message>
    <message>
        <source>No unread message here.</source>
        <translation>Aucun message non lu ici.</translation>
    </message>
    <message>
        <source>No message here.</source>
        <translation>Aucun message ici.</translation>
    </message>
    <message>
        <source>No message fits these filters.</source>
        <translation>Aucun message ne correspond à ces filtres.</translation>
    </message>
    <message>
        <source>The messages of this folder have not come yet.</source>
        <translation>Les messages de ce dossier ne sont pas encore arrivés.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) chosen.</source>
        <translation>
            <numerusform>%n message sélectionné.</numerusform>
            <numerusform>%n messages sélectionnés.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MailView</name>
    <message>
        <source>Files of the attached message</source>
        <translation>Fichiers du message joint</translation>
    </message>
    <message>
        <source>&amp;Look at it</source>
        <translation>&amp;Regarder</translation>
    </message>
    <message>
        <source>Sa&amp;ve these files…</source>
        <translation>&amp;Enregistrer ces fichiers…</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>From: {who}</source>
        <translation>De&#xa0;: {who}</translation>
    </message>
    <message>
        <source>To: {who}</source>
        <translation>À&#xa0;: {who}</translation>
    </message>
    <message>
        <source>Cc: {who}</source>
        <translation>Cc&#xa0;: {who}</translation>
    </message>
    <message>
        <source>Shown as text; nothing remote is loaded.</source>
        <translation>Affiché en texte&#xa0;; rien n’est chargé de l’extérieur.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) in it:</source>
        <translation>
            <numerusform>%n fichier joint&#xa0;:</numerusform>
            <numerusform>%n fichiers joints&#xa0;:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Your messages are on their way.</source>
        <translation>Vos messages arrivent.</translation>
    </message>
    <message>
        <source>About Mel Desktop</source>
        <translation>À propos de Mel Desktop</translation>
    </message>
    <message>
        <source>Mail and school directory that work without a line, encrypted on this PC.
Free software, licence EUPL-1.2. Nothing is measured or reported.</source>
        <translation>Messagerie et annuaire scolaire utilisables sans réseau, chiffrés sur ce poste.
Logiciel libre, licence EUPL-1.2. Rien n’est mesuré ni transmis.</translation>
    </message>
    <message>
        <source>&amp;Licences of its parts…</source>
        <translation>&amp;Licences des composants…</translation>
    </message>
    <message>
        <source>Whether a later version is out has not been read yet.</source>
        <translation>L’annonce des versions n’a pas encore été lue.</translation>
    </message>
    <message>
        <source>This is the newest version.</source>
        <translation>C’est la version la plus récente.</translation>
    </message>
    <message>
        <source>Version {version} is out. Your IT service installs it.</source>
        <translation>La version {version} est disponible. Votre service informatique l’installe.</translation>
    </message>
    <message>
        <source>The last notice of versions has expired: tell your IT service.</source>
        <translation>La dernière annonce des versions n’est plus valable&#xa0;: signalez-le à votre service informatique.</translation>
    </message>
    <message>
        <source>The notice of versions is not of the authors of Mel Desktop, or outdated: nothing of it is believed. Tell your IT service.</source>
        <translation>L’annonce des versions n’est pas celle des auteurs de Mel Desktop, ou elle est dépassée&#xa0;: il n’en est pas tenu compte. Signalez-le à votre service informatique.</translation>
    </message>
    <message>
        <source>Notice read on {day}.</source>
        <translation>Annonce lue le {day}.</translation>
    </message>
    <message>
        <source>The last look failed.</source>
        <translation>La dernière lecture a échoué.</translation>
    </message>
</context>
<context>
    <name>MappingDialog</name>
    <message>
        <source>What the columns are: {name}</source>
        <translation>Ce que sont les colonnes&#xa0;: {name}</translation>
    </message>
    <message>
        <source>Name of the source</source>
        <translation>Nom de la source</translation>
    </message>
    <message>
        <source>Who they are</source>
        <translation>Qui sont ces personnes</translation>
    </message>
    <message>
        <source>Between two cells</source>
        <translation>Entre deux cellules</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>Lettres</translation>
    </message>
    <message>
        <source>The &amp;first line names the columns</source>
        <translation>La &amp;première ligne nomme les colonnes</translation>
    </message>
    <message>
        <source>Read files with the same columns so the &amp;next time</source>
        <translation>Lire ainsi les prochains &amp;fichiers qui ont les mêmes colonnes</translation>
    </message>
    <message>
        <source>Columns left out</source>
        <translation>Colonnes laissées de côté</translation>
    </message>
    <message>
        <source>First people</source>
        <translation>Premières personnes</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adresses</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Fonction</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
    <message>
        <source>What would be imported</source>
        <translation>Ce qui serait importé</translation>
    </message>
    <message>
        <source>Na&amp;me of the source</source>
        <translation>N&amp;om de la source</translation>
    </message>
    <message>
        <source>&amp;Who they are</source>
        <translation>&amp;Qui sont ces personnes</translation>
    </message>
    <message>
        <source>&amp;Between two cells</source>
        <translation>Entre deux &amp;cellules</translation>
    </message>
    <message>
        <source>&amp;Letters</source>
        <translation>&amp;Lettres</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importer</translation>
    </message>
    <message>
        <source>These columns are known from an earlier import.</source>
        <translation>Ces colonnes sont connues d’un import précédent.</translation>
    </message>
    <message>
        <source>Still missing: {columns}.</source>
        <translation>Il manque encore&#xa0;: {columns}.</translation>
    </message>
    <message numerus="yes">
        <source>Looked at: %n line(s).</source>
        <translation>
            <numerusform>%n ligne examinée.</numerusform>
            <numerusform>%n lignes examinées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n class(es) or group(s).</source>
        <translation>
            <numerusform>%n classe ou groupe.</numerusform>
            <numerusform>%n classes ou groupes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tie(s) of family.</source>
        <translation>
            <numerusform>%n lien de famille.</numerusform>
            <numerusform>%n liens de famille.</numerusform>
        </translation>
    </message>
    <message>
        <source>Line {line}: {reason}.</source>
        <translation>Ligne {line}&#xa0;: {reason}.</translation>
    </message>
    <message>
        <source>Nobody would be imported.</source>
        <translation>Personne ne serait importé.</translation>
    </message>
    <message>
        <source>Never read, for a mail program has no use for it: {columns}.</source>
        <translation>Jamais lu, car inutile à une messagerie&#xa0;: {columns}.</translation>
    </message>
    <message>
        <source>Not read: {columns}.</source>
        <translation>Non lu&#xa0;: {columns}.</translation>
    </message>
    <message>
        <source>The file is being imported…</source>
        <translation>Le fichier est en cours d’import…</translation>
    </message>
</context>
<context>
    <name>MeaningsTable</name>
    <message>
        <source>Columns of the file</source>
        <translation>Colonnes du fichier</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Colonne</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>Par exemple</translation>
    </message>
    <message>
        <source>Is read as</source>
        <translation>Est lue comme</translation>
    </message>
    <message>
        <source>Column {name} is read as</source>
        <translation>La colonne {name} est lue comme</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Menus</source>
        <translation>Menus</translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Message</translation>
    </message>
    <message>
        <source>F&amp;olders</source>
        <translation>&amp;Dossiers</translation>
    </message>
    <message>
        <source>Or&amp;ganise</source>
        <translation>Or&amp;ganiser</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Affichage</translation>
    </message>
    <message>
        <source>Rea&amp;ding</source>
        <translation>Lectu&amp;re</translation>
    </message>
    <message>
        <source>&amp;Accounts</source>
        <translation>&amp;Comptes</translation>
    </message>
    <message>
        <source>E&amp;xchanges</source>
        <translation>Éc&amp;hanges</translation>
    </message>
    <message>
        <source>Too&amp;ls</source>
        <translation>Outi&amp;ls</translation>
    </message>
    <message>
        <source>Vaul&amp;t</source>
        <translation>Co&amp;ffre</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Aid&amp;e</translation>
    </message>
</context>
<context>
    <name>MergeDialog</name>
    <message>
        <source>Send to many</source>
        <translation>Publipostage</translation>
    </message>
    <message>
        <source>Class or group</source>
        <translation>Classe ou groupe</translation>
    </message>
    <message>
        <source>Who of it</source>
        <translation>Qui dans ce groupe</translation>
    </message>
    <message>
        <source>Parents</source>
        <translation>Parents</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <source>Pupils</source>
        <translation>Élèves</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Tout le monde</translation>
    </message>
    <message>
        <source>From a CSV &amp;file…</source>
        <translation>Depuis un &amp;fichier CSV…</translation>
    </message>
    <message>
        <source>From a CSV file</source>
        <translation>Depuis un fichier CSV</translation>
    </message>
    <message>
        <source>One &amp;message a family, its people together in To</source>
        <translation>Un &amp;message par famille, ses responsables ensemble en destinataires</translation>
    </message>
    <message>
        <source>&amp;Leave out those of whom a field is missing</source>
        <translation>É&amp;carter les personnes pour lesquelles un champ manque</translation>
    </message>
    <message>
        <source>Search among the messages…</source>
        <translation>Rechercher parmi les messages…</translation>
    </message>
    <message>
        <source>Search among the messages</source>
        <translation>Rechercher parmi les messages</translation>
    </message>
    <message>
        <source>Which messages</source>
        <translation>Quels messages</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>What would be sent</source>
        <translation>Ce qui serait envoyé</translation>
    </message>
    <message>
        <source>&amp;To</source>
        <translation>&amp;À</translation>
    </message>
    <message>
        <source>&amp;Send</source>
        <translation>&amp;Envoyer</translation>
    </message>
    <message>
        <source>People to write to (CSV)</source>
        <translation>Personnes à qui écrire (CSV)</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) could not be read.</source>
        <translation>
            <numerusform>%n ligne n’a pas pu être lue.</numerusform>
            <numerusform>%n lignes n’ont pas pu être lues.</numerusform>
        </translation>
    </message>
    <message>
        <source>All messages ({count})</source>
        <translation>Tous les messages ({count})</translation>
    </message>
    <message>
        <source>A field is missing ({count})</source>
        <translation>Un champ manque ({count})</translation>
    </message>
    <message>
        <source>Without a message ({count})</source>
        <translation>Sans message ({count})</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s), {size} in all.</source>
        <translation>
            <numerusform>%n message, {size} en tout.</numerusform>
            <numerusform>%n messages, {size} en tout.</numerusform>
        </translation>
    </message>
    <message>
        <source>Without an address: {people}</source>
        <translation>Sans adresse&#xa0;: {people}</translation>
    </message>
    <message>
        <source>Address not valid: {people}</source>
        <translation>Adresse incorrecte&#xa0;: {people}</translation>
    </message>
    <message>
        <source>The same message twice, sent once: {people}</source>
        <translation>Même message en double, envoyé une fois&#xa0;: {people}</translation>
    </message>
    <message>
        <source>Left out, a field is missing: {people}</source>
        <translation>Écartés, un champ manque&#xa0;: {people}</translation>
    </message>
    <message>
        <source>Fields that nothing is known of: {fields}</source>
        <translation>Champs sans valeur&#xa0;: {fields}</translation>
    </message>
    <message>
        <source>The recipients of the letter itself get nothing.</source>
        <translation>Les destinataires du brouillon lui-même ne reçoivent rien.</translation>
    </message>
</context>
<context>
    <name>MergesDialog</name>
    <message>
        <source>Letters to many</source>
        <translation>Publipostages</translation>
    </message>
</context>
<context>
    <name>MergesPane</name>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>Begun</source>
        <translation>Commencé</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Partis</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Letters to many</source>
        <translation>Publipostages</translation>
    </message>
    <message>
        <source>No letter was sent to many yet.</source>
        <translation>Aucun envoi groupé pour l’instant.</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Suspendre</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Reprendre</translation>
    </message>
    <message>
        <source>&amp;Cancel what has not left</source>
        <translation>&amp;Annuler ce qui n’est pas parti</translation>
    </message>
    <message>
        <source>&amp;Report…</source>
        <translation>Rap&amp;port…</translation>
    </message>
    <message>
        <source>&amp;Forget…</source>
        <translation>&amp;Oublier…</translation>
    </message>
    <message>
        <source>{sent} left, {waiting} waiting, {failed} failed, {given_up} given up, {left_out} without a message.</source>
        <translation>{sent} partis, {waiting} en attente, {failed} en échec, {given_up} abandonnés, {left_out} sans message.</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Qui</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Adresses</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Motif</translation>
    </message>
    <message>
        <source>no message</source>
        <translation>pas de message</translation>
    </message>
    <message>
        <source>The report is saved.</source>
        <translation>Le rapport est enregistré.</translation>
    </message>
    <message>
        <source>Forget the letter to many</source>
        <translation>Oublier le publipostage</translation>
    </message>
    <message>
        <source>Forget “{subject}” and its report?</source>
        <translation>Oublier «&#xa0;{subject}&#xa0;» et son compte rendu&#xa0;?</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Oublier</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>Messages that have left stay in Sent.</source>
        <translation>Les messages partis restent dans Envoyés.</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Enregistrer le rapport</translation>
    </message>
    <message>
        <source>In the outbox</source>
        <translation>Dans la boîte d’envoi</translation>
    </message>
    <message>
        <source>Under way</source>
        <translation>En cours</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pause</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Annulé</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>in the outbox</source>
        <translation>dans la boîte d’envoi</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>envoyé</translation>
    </message>
    <message>
        <source>refused by the server</source>
        <translation>refusé par le serveur</translation>
    </message>
    <message>
        <source>not sure whether it left</source>
        <translation>départ incertain</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>repris</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>could not be made</source>
        <translation>n’a pas pu être préparé</translation>
    </message>
    <message>
        <source>without an address</source>
        <translation>sans adresse</translation>
    </message>
    <message>
        <source>address not valid</source>
        <translation>adresse incorrecte</translation>
    </message>
    <message>
        <source>the same message twice</source>
        <translation>même message en double</translation>
    </message>
    <message>
        <source>a field is missing</source>
        <translation>un champ manque</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>Found on the server</source>
        <translation>Trouvé sur le serveur</translation>
    </message>
    <message>
        <source>In the attachment {name}:</source>
        <translation>Dans la pièce jointe {name}&#xa0;:</translation>
    </message>
    <message>
        <source>(no recipient)</source>
        <translation>(sans destinataire)</translation>
    </message>
</context>
<context>
    <name>MessageListModel</name>
    <message numerus="yes">
        <source>conversation of %n message(s)</source>
        <translation>
            <numerusform>conversation de %n message</numerusform>
            <numerusform>conversation de %n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n non lu</numerusform>
            <numerusform>%n non lus</numerusform>
        </translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>épinglé</translation>
    </message>
    <message>
        <source>came back</source>
        <translation>de retour</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>non lu</translation>
    </message>
    <message>
        <source>flagged</source>
        <translation>suivi</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>with attachments</source>
        <translation>avec pièces jointes</translation>
    </message>
    <message>
        <source>waiting for the line</source>
        <translation>en attente du réseau</translation>
    </message>
    <message>
        <source>on this PC only</source>
        <translation>sur ce poste seulement</translation>
    </message>
    <message>
        <source>tags: {names}</source>
        <translation>étiquettes&#xa0;: {names}</translation>
    </message>
    <message>
        <source>found on the server</source>
        <translation>trouvé sur le serveur</translation>
    </message>
    <message>
        <source>in the attachment {name}</source>
        <translation>dans la pièce jointe {name}</translation>
    </message>
</context>
<context>
    <name>MessageListView</name>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
</context>
<context>
    <name>MigrationDialog</name>
    <message>
        <source>Move the account to another service</source>
        <translation>Changer de messagerie</translation>
    </message>
    <message>
        <source>The new servers are being tried</source>
        <translation>Essai des nouveaux serveurs</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Retour</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Retour</translation>
    </message>
    <message>
        <source>This move was planned earlier. Type the password to go on.</source>
        <translation>Cette migration a été préparée précédemment. Saisissez le mot de passe pour continuer.</translation>
    </message>
    <message>
        <source>The new service</source>
        <translation>La nouvelle messagerie</translation>
    </message>
    <message>
        <source>Where your folders go</source>
        <translation>Où vont vos dossiers</translation>
    </message>
    <message>
        <source>Contacts, signature, filters</source>
        <translation>Contacts, signature, filtres</translation>
    </message>
    <message>
        <source>What happens now</source>
        <translation>Ce qui va se passer</translation>
    </message>
    <message>
        <source>Where the move stands</source>
        <translation>Où en est la migration</translation>
    </message>
    <message>
        <source>&amp;Try and compare</source>
        <translation>&amp;Essayer et comparer</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Suivant</translation>
    </message>
    <message>
        <source>&amp;Go over</source>
        <translation>&amp;Migrer le compte</translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s) imported.</source>
        <translation>
            <numerusform>%n contact importé.</numerusform>
            <numerusform>%n contacts importés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Only the trash, junk mail or drafts hold more: they stay there.</source>
        <translation>Seuls la corbeille, les indésirables ou les brouillons contiennent autre chose&#xa0;: ils restent là-bas.</translation>
    </message>
    <message>
        <source>Carry up messages</source>
        <translation>Remonter des messages</translation>
    </message>
    <message numerus="yes">
        <source>Carry up %n message(s) to the new service?</source>
        <translation>
            <numerusform>Remonter %n message vers la nouvelle messagerie&#xa0;?</numerusform>
            <numerusform>Remonter %n messages vers la nouvelle messagerie&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>{fetched} come from the old server, {sent} go up. It may be stopped and gone on with; each message arrives once. Trash and junk mail stay.</source>
        <translation>{fetched} à recevoir de l’ancien serveur, {sent} à envoyer. Vous pouvez arrêter et reprendre&#xa0;: chaque message arrive une seule fois. La corbeille et les indésirables restent.</translation>
    </message>
    <message>
        <source>Carry up</source>
        <translation>Remonter</translation>
    </message>
    <message>
        <source>Wait</source>
        <translation>Attendre</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) could not be made ready.</source>
        <translation>
            <numerusform>%n message n’a pas pu être préparé.</numerusform>
            <numerusform>%n messages n’ont pas pu être préparés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is deleted on the old server.</source>
        <translation>Rien n’est supprimé sur l’ancien serveur.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are there only: after this, its webmail alone shows them.</source>
        <translation>
            <numerusform>%n message n’est que là-bas&#xa0;: ensuite, seul son webmail le montrera.</numerusform>
            <numerusform>%n messages ne sont que là-bas&#xa0;: ensuite, seul son webmail les montrera.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) of here are not on the new service: their texts stay in “Sur ce PC”.</source>
        <translation>
            <numerusform>%n message d’ici n’est pas sur la nouvelle messagerie&#xa0;: son texte reste dans «&#xa0;Sur ce PC&#xa0;».</numerusform>
            <numerusform>%n messages d’ici ne sont pas sur la nouvelle messagerie&#xa0;: leurs textes restent dans «&#xa0;Sur ce PC&#xa0;».</numerusform>
        </translation>
    </message>
    <message>
        <source>End the old account</source>
        <translation>Terminer l’ancien compte</translation>
    </message>
    <message>
        <source>End the old account on this PC?</source>
        <translation>Terminer l’ancien compte sur ce poste&#xa0;?</translation>
    </message>
    <message>
        <source>End it</source>
        <translation>Terminer</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>MorePage</name>
    <message>
        <source>&amp;Import contacts…</source>
        <translation>&amp;Importer des contacts…</translation>
    </message>
    <message>
        <source>Import contacts</source>
        <translation>Importer des contacts</translation>
    </message>
    <message>
        <source>Files that the old webmail exported: LDIF, vCard or CSV.</source>
        <translation>Fichiers exportés de l’ancien webmail&#xa0;: LDIF, vCard ou CSV.</translation>
    </message>
    <message>
        <source>&amp;Keep the signature for the new address</source>
        <translation>&amp;Garder la signature pour la nouvelle adresse</translation>
    </message>
    <message>
        <source>Filters of the old webmail</source>
        <translation>Filtres de l’ancien webmail</translation>
    </message>
    <message>
        <source>For example: messages of parents go into the folder Parents</source>
        <translation>Par exemple&#xa0;: les messages des parents vont dans le dossier Parents</translation>
    </message>
    <message>
        <source>&amp;Filters of the old webmail, as you noted them</source>
        <translation>&amp;Filtres de l’ancien webmail, tels que vous les notez</translation>
    </message>
    <message>
        <source>The old address {email} stays among your addresses, to answer with it.</source>
        <translation>L’ancienne adresse {email} reste parmi vos adresses, pour répondre avec elle.</translation>
    </message>
    <message>
        <source>Filters are not on this PC: look them up in the old webmail and make them again in the new one. Your notes stand in the report.</source>
        <translation>Les filtres ne sont pas sur ce poste&#xa0;: relevez-les dans l’ancien webmail et recréez-les dans le nouveau. Vos notes figurent dans le rapport.</translation>
    </message>
    <message>
        <source>Contacts of the old webmail</source>
        <translation>Contacts de l’ancien webmail</translation>
    </message>
    <message>
        <source>Contacts (*.ldif *.ldi *.vcf *.csv *.txt)</source>
        <translation>Contacts (*.ldif *.ldi *.vcf *.csv *.txt)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
</context>
<context>
    <name>MoveDialog</name>
    <message>
        <source>Move to a folder</source>
        <translation>Déplacer vers un dossier</translation>
    </message>
    <message>
        <source>Copy to a folder</source>
        <translation>Copier dans un dossier</translation>
    </message>
    <message>
        <source>A part of the name…</source>
        <translation>Une partie du nom…</translation>
    </message>
    <message>
        <source>A part of the name of the folder</source>
        <translation>Une partie du nom du dossier</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Déplacer</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
</context>
<context>
    <name>NetworkDesk</name>
    <message>
        <source>Open the page</source>
        <translation>Ouvrir la page</translation>
    </message>
    <message>
        <source>What differs…</source>
        <translation>Ce qui diffère…</translation>
    </message>
    <message>
        <source>Connection…</source>
        <translation>Connexion…</translation>
    </message>
</context>
<context>
    <name>NetworkDialog</name>
    <message>
        <source>Connection of {email}</source>
        <translation>Connexion de {email}</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>Comme le système l’indique</translation>
    </message>
    <message>
        <source>No proxy</source>
        <translation>Aucun proxy</translation>
    </message>
    <message>
        <source>This proxy</source>
        <translation>Ce proxy</translation>
    </message>
    <message>
        <source>A script says (PAC)</source>
        <translation>Selon un script (PAC)</translation>
    </message>
    <message>
        <source>HTTP (CONNECT)</source>
        <translation>HTTP (CONNECT)</translation>
    </message>
    <message>
        <source>only where the proxy asks for one</source>
        <translation>seulement si le proxy en demande un</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Parcourir…</translation>
    </message>
    <message>
        <source>&amp;Add a file…</source>
        <translation>&amp;Ajouter un fichier…</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>Ou&amp;blier</translation>
    </message>
    <message>
        <source>Outcome of the trial</source>
        <translation>Résultat de l’essai</translation>
    </message>
    <message>
        <source>Save and &amp;try</source>
        <translation>Enregistrer et e&amp;ssayer</translation>
    </message>
    <message>
        <source>Ce&amp;rtificates…</source>
        <translation>Ce&amp;rtificats…</translation>
    </message>
    <message>
        <source>&amp;Proxy</source>
        <translation>Pro&amp;xy</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Type</translation>
    </message>
    <message>
        <source>Ser&amp;ver</source>
        <translation>Ser&amp;veur</translation>
    </message>
    <message>
        <source>P&amp;ort</source>
        <translation>P&amp;ort</translation>
    </message>
    <message>
        <source>&amp;Login</source>
        <translation>&amp;Identifiant</translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation>&amp;Mot de passe</translation>
    </message>
    <message>
        <source>Script addr&amp;ess</source>
        <translation>A&amp;dresse du script</translation>
    </message>
    <message>
        <source>School’s authority</source>
        <translation>Autorité de l’établissement</translation>
    </message>
    <message>
        <source>On this network</source>
        <translation>Sur ce réseau</translation>
    </message>
    <message>
        <source>kept in the vault; type to replace it</source>
        <translation>gardé dans le coffre&#xa0;; saisissez pour remplacer</translation>
    </message>
    <message>
        <source>none of its own: the system’s certificates</source>
        <translation>aucune en propre&#xa0;: les certificats du système</translation>
    </message>
    <message>
        <source>The usual ports were open, as far as is known.</source>
        <translation>Les ports habituels étaient ouverts, autant qu’on sache.</translation>
    </message>
    <message>
        <source>Port {own} is shut: port {other} is used instead, encrypted too.</source>
        <translation>Le port {own} est fermé&#xa0;: le port {other} est utilisé à la place, chiffré lui aussi.</translation>
    </message>
    <message>
        <source>Your IT department has fixed the proxy.</source>
        <translation>Votre service informatique a fixé le proxy.</translation>
    </message>
    <message>
        <source>Proxy script</source>
        <translation>Script de proxy</translation>
    </message>
    <message>
        <source>Scripts (*.pac *.js *.dat)</source>
        <translation>Scripts (*.pac *.js *.dat)</translation>
    </message>
    <message>
        <source>Certificate of the authority</source>
        <translation>Certificat de l’autorité</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Certificats (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Compare the fingerprint with the one that IT gave you:</source>
        <translation>Comparez l’empreinte avec celle que le service informatique vous a donnée&#xa0;:</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Enregistré.</translation>
    </message>
    <message>
        <source>Trying…</source>
        <translation>Essai en cours…</translation>
    </message>
</context>
<context>
    <name>NoteEdit</name>
    <message>
        <source>Notes</source>
        <translation>Notes</translation>
    </message>
    <message>
        <source>Undo the note</source>
        <translation>Annuler la note</translation>
    </message>
    <message>
        <source>Notes on this person, kept on this PC only</source>
        <translation>Notes sur cette personne, gardées sur ce poste seulement</translation>
    </message>
    <message>
        <source>Free notes, kept on this PC only</source>
        <translation>Notes libres, gardées sur ce poste seulement</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>enregistré</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close this notice</source>
        <translation>Fermer cet avis</translation>
    </message>
</context>
<context>
    <name>OAuthDesk</name>
    <message>
        <source>The account is removed. What you granted could not be taken back at the provider: remove it there, on the page of your account.</source>
        <translation>Le compte est retiré. L’autorisation n’a pas pu être reprise chez le fournisseur&#xa0;: retirez-la là-bas, sur la page de votre compte.</translation>
    </message>
</context>
<context>
    <name>OAuthDialog</name>
    <message>
        <source>Sign in again</source>
        <translation>Se reconnecter</translation>
    </message>
    <message>
        <source>Add an account by the browser</source>
        <translation>Ajouter un compte par le navigateur</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Fournisseur</translation>
    </message>
    <message>
        <source>E-mail address</source>
        <translation>Adresse électronique</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Votre nom</translation>
    </message>
    <message>
        <source>As your correspondents see it</source>
        <translation>Tel que vos correspondants le voient</translation>
    </message>
    <message>
        <source>Address of the provider</source>
        <translation>Adresse du fournisseur</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Identifiant du logiciel (client id)</translation>
    </message>
    <message>
        <source>Given by your IT</source>
        <translation>Donné par votre service informatique</translation>
    </message>
    <message>
        <source>Receiving server (IMAP)</source>
        <translation>Serveur de réception (IMAP)</translation>
    </message>
    <message>
        <source>Sending server (SMTP)</source>
        <translation>Serveur d’envoi (SMTP)</translation>
    </message>
    <message>
        <source>&amp;Provider</source>
        <translation>&amp;Fournisseur</translation>
    </message>
    <message>
        <source>E-mail &amp;address</source>
        <translation>&amp;Adresse électronique</translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation>Votre &amp;nom</translation>
    </message>
    <message>
        <source>Provider’s address (&amp;URL)</source>
        <translation>Adresse du fournisseur (&amp;URL)</translation>
    </message>
    <message>
        <source>C&amp;lient id</source>
        <translation>&amp;Identifiant du logiciel</translation>
    </message>
    <message>
        <source>&amp;Receiving (IMAP)</source>
        <translation>&amp;Réception (IMAP)</translation>
    </message>
    <message>
        <source>&amp;Sending (SMTP)</source>
        <translation>&amp;Envoi (SMTP)</translation>
    </message>
    <message>
        <source>You sign in on the provider’s own page, in your browser: Mel Desktop never sees your password.</source>
        <translation>Vous vous connectez sur la page même du fournisseur, dans votre navigateur&#xa0;: Mel Desktop ne voit jamais votre mot de passe.</translation>
    </message>
    <message>
        <source>Address of the provider’s page</source>
        <translation>Adresse de la page du fournisseur</translation>
    </message>
    <message>
        <source>&amp;Copy the address</source>
        <translation>&amp;Copier l’adresse</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copier l’adresse</translation>
    </message>
    <message>
        <source>&amp;Open it again</source>
        <translation>&amp;Rouvrir</translation>
    </message>
    <message>
        <source>Open the provider’s page again</source>
        <translation>Rouvrir la page du fournisseur</translation>
    </message>
    <message>
        <source>Waiting for the provider</source>
        <translation>Attente du fournisseur</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Retour</translation>
    </message>
    <message>
        <source>With a &amp;code on another device</source>
        <translation>Avec un &amp;code sur un autre appareil</translation>
    </message>
    <message>
        <source>Sign in in the &amp;browser</source>
        <translation>Se connecter dans le na&amp;vigateur</translation>
    </message>
    <message>
        <source>Add it as it &amp;is</source>
        <translation>Ajouter &amp;tel quel</translation>
    </message>
    <message>
        <source>Another provider (OpenID Connect)…</source>
        <translation>Un autre fournisseur (OpenID Connect)…</translation>
    </message>
    <message>
        <source>Your account at a provider</source>
        <translation>Votre compte chez un fournisseur</translation>
    </message>
    <message>
        <source>Sign in to {email} again</source>
        <translation>Se reconnecter à {email}</translation>
    </message>
    <message>
        <source>The provider is being asked…</source>
        <translation>Interrogation du fournisseur…</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Open this address on another device, a phone for instance, and type:</source>
        <translation>Ouvrez cette adresse sur un autre appareil, un téléphone par exemple, et saisissez&#xa0;:</translation>
    </message>
    <message>
        <source>Code to type: {code}</source>
        <translation>Code à saisir&#xa0;: {code}</translation>
    </message>
    <message>
        <source>Go on in the browser. This window goes on by itself when you have signed in there. If the page did not open, copy its address into a browser of this PC.</source>
        <translation>Poursuivez dans le navigateur. Cette fenêtre continue d’elle-même quand vous vous y êtes connecté. Si la page ne s’est pas ouverte, copiez son adresse dans un navigateur de ce poste.</translation>
    </message>
    <message>
        <source>Signed in. The mail servers are being tried…</source>
        <translation>Connexion réussie. Essai des serveurs de messagerie…</translation>
    </message>
    <message>
        <source>Not everything answers. Go back to correct it, or add the account as it is.</source>
        <translation>Tout ne répond pas. Revenez en arrière pour corriger, ou ajoutez le compte tel quel.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copié</translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Your establishment gives this account: only the password is yours to type.</source>
        <translation>Votre établissement fournit ce compte&#xa0;: vous ne saisissez que le mot de passe.</translation>
    </message>
    <message>
        <source>An&amp;other account…</source>
        <translation>A&amp;utre compte…</translation>
    </message>
</context>
<context>
    <name>OpenPage</name>
    <message>
        <source>Passphrase</source>
        <translation>Phrase de passe</translation>
    </message>
    <message>
        <source>&amp;Passphrase</source>
        <translation>&amp;Phrase de passe</translation>
    </message>
    <message>
        <source>I have &amp;lost it: use the recovery code</source>
        <translation>Je l’ai perdue&#xa0;: utiliser le code de &amp;secours</translation>
    </message>
    <message>
        <source>Open with my &amp;session on this PC</source>
        <translation>Ouvrir avec ma s&amp;ession sur ce poste</translation>
    </message>
    <message>
        <source>&amp;Another vault…</source>
        <translation>&amp;Un autre coffre…</translation>
    </message>
    <message>
        <source>Time to wait</source>
        <translation>Temps d’attente</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n seconde</numerusform>
            <numerusform>%n secondes</numerusform>
        </translation>
    </message>
    <message>
        <source>Next try in {time}.</source>
        <translation>Prochain essai dans {time}.</translation>
    </message>
    <message>
        <source>&amp;Recovery code</source>
        <translation>&amp;Code de secours</translation>
    </message>
</context>
<context>
    <name>OperatorList</name>
    <message>
        <source>Operators of the search</source>
        <translation>Opérateurs de la recherche</translation>
    </message>
    <message>
        <source>by the sender</source>
        <translation>d’après l’expéditeur</translation>
    </message>
    <message>
        <source>by a recipient, in copy too</source>
        <translation>d’après un destinataire, copie comprise</translation>
    </message>
    <message>
        <source>in the subject only</source>
        <translation>dans l’objet seulement</translation>
    </message>
    <message>
        <source>in the text only</source>
        <translation>dans le texte seulement</translation>
    </message>
    <message>
        <source>in names and text of attachments</source>
        <translation>dans le nom et le texte des pièces jointes</translation>
    </message>
    <message>
        <source>with attachments</source>
        <translation>avec pièces jointes</translation>
    </message>
    <message>
        <source>on this day or later</source>
        <translation>ce jour ou plus tard</translation>
    </message>
    <message>
        <source>before this day</source>
        <translation>avant ce jour</translation>
    </message>
    <message>
        <source>in folders of this name</source>
        <translation>dans les dossiers de ce nom</translation>
    </message>
    <message>
        <source>of this account</source>
        <translation>de ce compte</translation>
    </message>
    <message>
        <source>unread</source>
        <translation>non lu</translation>
    </message>
    <message>
        <source>flagged</source>
        <translation>suivi</translation>
    </message>
    <message>
        <source>read, answered, forwarded, draft…</source>
        <translation>lu, répondu, transféré, brouillon…</translation>
    </message>
    <message>
        <source>of this size or more; with &lt; less</source>
        <translation>de cette taille ou plus&#xa0;; avec &lt;, moins</translation>
    </message>
    <message>
        <source>with this tag</source>
        <translation>avec cette étiquette</translation>
    </message>
</context>
<context>
    <name>OrganiseDesk</name>
    <message>
        <source>Tags</source>
        <translation>Étiquettes</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) snoozed until {date}.</source>
        <translation>
            <numerusform>%n message en veille jusqu’au {date}.</numerusform>
            <numerusform>%n messages en veille jusqu’au {date}.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>Archive &amp;by</source>
        <translation>Archiver &amp;par</translation>
    </message>
    <message>
        <source>Archive by</source>
        <translation>Archiver par</translation>
    </message>
    <message>
        <source>&amp;Year (2026)</source>
        <translation>&amp;Année (2026)</translation>
    </message>
    <message>
        <source>&amp;School year (2026-2027)</source>
        <translation>Année &amp;scolaire (2026-2027)</translation>
    </message>
    <message>
        <source>&amp;One folder for all</source>
        <translation>&amp;Un seul dossier</translation>
    </message>
</context>
<context>
    <name>OutboxPane</name>
    <message>
        <source>Send now</source>
        <translation>Envoyer maintenant</translation>
    </message>
    <message>
        <source>Another hour…</source>
        <translation>Autre heure…</translation>
    </message>
    <message>
        <source>Back to drafts</source>
        <translation>Reprendre en brouillon</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Plus</translation>
    </message>
    <message>
        <source>Put on hold</source>
        <translation>Mettre en attente</translation>
    </message>
    <message>
        <source>Show the copy in Sent</source>
        <translation>Afficher la copie dans Envoyés</translation>
    </message>
    <message>
        <source>Correct the address and send again…</source>
        <translation>Corriger l’adresse et renvoyer…</translation>
    </message>
    <message>
        <source>It did leave…</source>
        <translation>Il est bien parti…</translation>
    </message>
    <message>
        <source>Send it all the same…</source>
        <translation>L’envoyer quand même…</translation>
    </message>
    <message>
        <source>Leave it at that…</source>
        <translation>En rester là…</translation>
    </message>
    <message>
        <source>Stop filing it…</source>
        <translation>Ne plus essayer de ranger…</translation>
    </message>
    <message>
        <source>The oldest message has been waiting since {time}.</source>
        <translation>Le message le plus ancien attend depuis {time}.</translation>
    </message>
    <message>
        <source>It was not received: send again</source>
        <translation>Il n’a pas été reçu&#xa0;: renvoyer</translation>
    </message>
    <message>
        <source>It leaves by itself as soon as the line allows.</source>
        <translation>Il partira de lui-même dès que le réseau le permettra.</translation>
    </message>
    <message>
        <source>It leaves {time}.</source>
        <translation>Il part {time}.</translation>
    </message>
    <message>
        <source>It was sent: only the copy in Sent is missing. “More” stops trying.</source>
        <translation>Le message est bien parti&#xa0;: seule la copie dans «&#xa0;Envoyés&#xa0;» manque. «&#xa0;Plus&#xa0;» permet de ne plus essayer.</translation>
    </message>
    <message>
        <source>Sent cannot be searched. {why}</source>
        <translation>«&#xa0;Envoyés&#xa0;» ne peut pas être consulté. {why}</translation>
    </message>
    <message>
        <source>Ask a recipient, then say under “More” whether it left.</source>
        <translation>Renseignez-vous auprès d’un destinataire, puis dites sous «&#xa0;Plus&#xa0;» si le message est parti.</translation>
    </message>
    <message>
        <source>Sent is searched for it as soon as the line allows.</source>
        <translation>Il sera cherché dans Envoyés dès que la ligne le permet.</translation>
    </message>
    <message>
        <source>Sent was searched {age}: the message is not there.</source>
        <translation>Cherché dans Envoyés {age}&#xa0;: le message n’y est pas.</translation>
    </message>
    <message>
        <source>File it now</source>
        <translation>Ranger maintenant</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>Ne pas envoyer</translation>
    </message>
    <message>
        <source>The message is not in Sent yet. Servers may file their copy late: Sent is searched again in a minute, do not send it twice.</source>
        <translation>Le message n’est pas encore dans «&#xa0;Envoyés&#xa0;». Les serveurs y rangent parfois leur copie avec retard&#xa0;: le dossier sera consulté de nouveau d’ici une minute, ne le renvoyez pas avant.</translation>
    </message>
    <message>
        <source>A confirmation of delivery was asked for, but the sending server gives none.</source>
        <translation>Une confirmation de remise a été demandée, mais le serveur d’envoi n’en donne pas.</translation>
    </message>
    <message>
        <source>A confirmation of delivery is asked for.</source>
        <translation>Une confirmation de remise est demandée.</translation>
    </message>
    <message numerus="yes">
        <source>Sent to {done} of {all} recipients.</source>
        <translation>
            <numerusform>Envoyé à {done} destinataire sur {all}.</numerusform>
            <numerusform>Envoyé à {done} destinataires sur {all}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n other(s).</source>
        <translation>
            <numerusform>et %n autre.</numerusform>
            <numerusform>et %n autres.</numerusform>
        </translation>
    </message>
    <message>
        <source>Refused for {who}: {why}</source>
        <translation>Refusé pour {who}&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Not delivered to {who}: {why}</source>
        <translation>Non remis à {who}&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Delayed for {who}: {why}</source>
        <translation>Retardé pour {who}&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Not sent to {who}, as you wished.</source>
        <translation>Non envoyé à {who}, comme vous l’avez voulu.</translation>
    </message>
    <message>
        <source>Passed on for {who}: that server confirms no deliveries.</source>
        <translation>Transmis pour {who}&#xa0;: ce serveur-là ne confirme pas les remises.</translation>
    </message>
    <message>
        <source>Delivered to {who}.</source>
        <translation>Remis à {who}.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Renvoyer</translation>
    </message>
    <message>
        <source>Sent does not hold this message. If it was received all the same, the recipients get it twice. Send it again?</source>
        <translation>Ce message n’est pas dans Envoyés. S’il a été reçu malgré tout, les destinataires l’auront deux fois. Le renvoyer&#xa0;?</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Laisser ainsi</translation>
    </message>
    <message>
        <source>It did leave</source>
        <translation>Il est bien parti</translation>
    </message>
    <message>
        <source>Do you know that it was received (a recipient told you, or it is in Sent on the webmail)? It is then filed as sent and not sent again. If it was not received, nobody gets it.</source>
        <translation>Savez-vous que le message est arrivé (un destinataire vous l’a dit, ou il figure dans «&#xa0;Envoyés&#xa0;» sur le webmail)&#xa0;? Il est alors rangé comme envoyé et ne repart pas. S’il n’est pas arrivé, personne ne le recevra.</translation>
    </message>
    <message>
        <source>I do not know</source>
        <translation>Je ne sais pas</translation>
    </message>
    <message>
        <source>Send it all the same</source>
        <translation>L’envoyer quand même</translation>
    </message>
    <message numerus="yes">
        <source>Sent cannot be searched: nobody can tell whether this message left. If it did, %n recipient(s) get it twice.</source>
        <translation>
            <numerusform>«&#xa0;Envoyés&#xa0;» ne peut pas être consulté&#xa0;: personne ne peut dire si ce message est parti. S’il l’est, %n destinataire le recevra deux fois.</numerusform>
            <numerusform>«&#xa0;Envoyés&#xa0;» ne peut pas être consulté&#xa0;: personne ne peut dire si ce message est parti. S’il l’est, %n destinataires le recevront deux fois.</numerusform>
        </translation>
    </message>
    <message>
        <source>Asking one of them first is the sure way.</source>
        <translation>Le plus sûr est de demander d’abord à l’un d’eux.</translation>
    </message>
    <message>
        <source>Leave it at that</source>
        <translation>En rester là</translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s) do not have this message, and will not get it:</source>
        <translation>
            <numerusform>%n destinataire n’a pas reçu ce message et ne le recevra pas&#xa0;:</numerusform>
            <numerusform>%n destinataires n’ont pas reçu ce message et ne le recevront pas&#xa0;:</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on trying</source>
        <translation>Continuer d’essayer</translation>
    </message>
    <message>
        <source>Stop filing it</source>
        <translation>Ne plus essayer de ranger</translation>
    </message>
    <message>
        <source>The message was sent; the server does not take the copy for Sent. Keep the copy on this PC and stop trying? It is then not seen on the webmail.</source>
        <translation>Le message est bien parti&#xa0;; le serveur n’accepte pas la copie pour «&#xa0;Envoyés&#xa0;». Garder la copie sur ce poste et ne plus essayer&#xa0;? Elle ne se verra pas sur le webmail.</translation>
    </message>
    <message>
        <source>Keep it on this PC</source>
        <translation>La garder sur ce poste</translation>
    </message>
    <message>
        <source>Correct and send again</source>
        <translation>Corriger et renvoyer</translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s) do not have this message yet. A corrected one is written to them, and this one is not sent to them any more.</source>
        <translation>
            <numerusform>%n destinataire n’a pas encore reçu ce message. Un message corrigé est préparé pour lui, et celui-ci ne lui sera plus envoyé.</numerusform>
            <numerusform>%n destinataires n’ont pas encore reçu ce message. Un message corrigé est préparé pour eux, et celui-ci ne leur sera plus envoyé.</numerusform>
        </translation>
    </message>
    <message>
        <source>Correct it</source>
        <translation>Le corriger</translation>
    </message>
    <message>
        <source>The files of that message have to be attached again.</source>
        <translation>Les pièces jointes de ce message sont à joindre de nouveau.</translation>
    </message>
    <message numerus="yes">
        <source>%n attempt(s) so far.</source>
        <translation>
            <numerusform>%n essai jusqu’ici.</numerusform>
            <numerusform>%n essais jusqu’ici.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OuterLink</name>
    <message>
        <source>Open a link</source>
        <translation>Ouvrir un lien</translation>
    </message>
    <message>
        <source>This link leads to the site {host}.</source>
        <translation>Ce lien mène au site {host}.</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>Ouvrir dans le navigateur</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copier l’adresse</translation>
    </message>
</context>
<context>
    <name>OutsideBar</name>
    <message>
        <source>Files opened outside</source>
        <translation>Fichiers ouverts hors du coffre</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Les montrer</translation>
    </message>
    <message>
        <source>Opens their folder, for instance to choose another program</source>
        <translation>Ouvre leur dossier, par exemple pour choisir un autre programme</translation>
    </message>
    <message>
        <source>Destroy now</source>
        <translation>Détruire maintenant</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) opened outside</source>
        <translation>
            <numerusform>%n fichier ouvert hors du coffre</numerusform>
            <numerusform>%n fichiers ouverts hors du coffre</numerusform>
        </translation>
    </message>
    <message>
        <source>Some copies are still held by another program. Close it; they are destroyed at the latest when you lock or leave.</source>
        <translation>Des copies sont encore tenues par un autre programme. Fermez-le&#xa0;; elles sont détruites au plus tard quand vous verrouillez ou quittez.</translation>
    </message>
</context>
<context>
    <name>OwnContactDialog</name>
    <message>
        <source>Change a contact of mine</source>
        <translation>Modifier un contact personnel</translation>
    </message>
    <message>
        <source>New contact of mine</source>
        <translation>Nouveau contact personnel</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Addresses, one a line</source>
        <translation>Adresses, une par ligne</translation>
    </message>
    <message>
        <source>Telephones, one a line</source>
        <translation>Téléphones, un par ligne</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Fonction</translation>
    </message>
    <message>
        <source>School or service</source>
        <translation>Établissement ou service</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notes</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>A&amp;ddresses, one a line</source>
        <translation>A&amp;dresses, une par ligne</translation>
    </message>
    <message>
        <source>&amp;Telephones, one a line</source>
        <translation>&amp;Téléphones, un par ligne</translation>
    </message>
    <message>
        <source>&amp;Function</source>
        <translation>&amp;Fonction</translation>
    </message>
    <message>
        <source>&amp;School or service</source>
        <translation>Éta&amp;blissement ou service</translation>
    </message>
    <message>
        <source>N&amp;otes</source>
        <translation>N&amp;otes</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>En&amp;registrer</translation>
    </message>
    <message>
        <source>This is no address: {address}</source>
        <translation>Ce n’est pas une adresse&#xa0;: {address}</translation>
    </message>
</context>
<context>
    <name>OwnGroups</name>
    <message>
        <source>Keep as a group</source>
        <translation>Garder comme groupe</translation>
    </message>
    <message numerus="yes">
        <source>Name of the group of %n recipient(s)</source>
        <translation>
            <numerusform>Nom du groupe de %n destinataire</numerusform>
            <numerusform>Nom du groupe de %n destinataires</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget the group</source>
        <translation>Oublier le groupe</translation>
    </message>
    <message>
        <source>Forget your group “{name}”?</source>
        <translation>Oublier votre groupe «&#xa0;{name}&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Oublier</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>Its people stay in the directory.</source>
        <translation>Ses membres restent dans l’annuaire.</translation>
    </message>
</context>
<context>
    <name>OwnWordsDialog</name>
    <message>
        <source>My words</source>
        <translation>Mes mots</translation>
    </message>
    <message>
        <source>A word that is no mistake</source>
        <translation>Un mot à ne plus souligner</translation>
    </message>
    <message>
        <source>New word</source>
        <translation>Nouveau mot</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Ajouter</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>Take from a &amp;list…</source>
        <translation>Importer une &amp;liste…</translation>
    </message>
    <message>
        <source>A text file with one word a line</source>
        <translation>Un fichier texte, un mot par ligne</translation>
    </message>
    <message>
        <source>Take words from a list</source>
        <translation>Importer une liste de mots</translation>
    </message>
    <message numerus="yes">
        <source>%n new word(s)</source>
        <translation>
            <numerusform>%n nouveau mot</numerusform>
            <numerusform>%n nouveaux mots</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find a command</source>
        <translation>Trouver une commande</translation>
    </message>
    <message>
        <source>A command, a folder, a setting, a person…</source>
        <translation>Une commande, un dossier, un paramètre, une personne…</translation>
    </message>
    <message>
        <source>A command, a folder, a setting, a person</source>
        <translation>Une commande, un dossier, un paramètre, une personne</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>Ce qui correspond</translation>
    </message>
    <message>
        <source>Nothing has these words.</source>
        <translation>Rien ne contient ces mots.</translation>
    </message>
    <message>
        <source>not possible now</source>
        <translation>impossible pour le moment</translation>
    </message>
</context>
<context>
    <name>PaletteDesk</name>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Paramètre</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Write to {address}</source>
        <translation>Écrire à {address}</translation>
    </message>
</context>
<context>
    <name>PassphraseFields</name>
    <message>
        <source>Passphrase</source>
        <translation>Phrase de passe</translation>
    </message>
    <message>
        <source>Passphrase: at least {n} characters</source>
        <translation>Phrase de passe&#xa0;: au moins {n} caractères</translation>
    </message>
    <message>
        <source>Long enough, and twice the same.</source>
        <translation>Assez longue, et deux fois la même.</translation>
    </message>
    <message>
        <source>The same passphrase again</source>
        <translation>La même phrase de passe</translation>
    </message>
    <message>
        <source>Four or five words that only you would put together are a good choice.</source>
        <translation>Quatre ou cinq mots que vous seul assembleriez sont un bon choix.</translation>
    </message>
    <message>
        <source>The two are not the same yet.</source>
        <translation>Les deux ne sont pas encore identiques.</translation>
    </message>
</context>
<context>
    <name>PasswordDialog</name>
    <message>
        <source>Password of the account</source>
        <translation>Mot de passe du compte</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Mot de passe</translation>
    </message>
    <message>
        <source>Use this password</source>
        <translation>Utiliser ce mot de passe</translation>
    </message>
</context>
<context>
    <name>PdfView</name>
    <message>
        <source>Page</source>
        <translation>Page</translation>
    </message>
    <message>
        <source>Search in the document…</source>
        <translation>Rechercher dans le document…</translation>
    </message>
    <message>
        <source>Search in the document</source>
        <translation>Rechercher dans le document</translation>
    </message>
    <message>
        <source>Page before</source>
        <translation>Page précédente</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>Page suivante</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Copier le texte</translation>
    </message>
    <message>
        <source>Copy the text of this page</source>
        <translation>Copier le texte de cette page</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>Réduire</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Agrandir</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Ajuster</translation>
    </message>
    <message>
        <source>Fit to the window</source>
        <translation>Ajuster à la fenêtre</translation>
    </message>
    <message numerus="yes">
        <source>on %n page(s)</source>
        <translation>
            <numerusform>sur %n page</numerusform>
            <numerusform>sur %n pages</numerusform>
        </translation>
    </message>
    <message>
        <source>not found</source>
        <translation>introuvable</translation>
    </message>
    <message>
        <source>This page cannot be shown.</source>
        <translation>Cette page ne peut pas être affichée.</translation>
    </message>
    <message numerus="yes">
        <source>of %n</source>
        <translation>
            <numerusform>sur %n</numerusform>
            <numerusform>sur %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PendingPanel</name>
    <message>
        <source>Look</source>
        <translation>Regarder</translation>
    </message>
    <message>
        <source>Accept the new copy</source>
        <translation>Accepter la nouvelle copie</translation>
    </message>
    <message>
        <source>Keep the old copy</source>
        <translation>Garder l’ancienne copie</translation>
    </message>
    <message>
        <source>{source}: the copy read on {date} would remove {gone} of {shown} entries. The old copy is still shown.</source>
        <translation>{source}&#xa0;: la copie lue le {date} retirerait {gone} fiches sur {shown}. L’ancienne copie reste affichée.</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>et {n} autres</translation>
    </message>
    <message>
        <source>What would be removed</source>
        <translation>Ce qui serait retiré</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>mother</source>
        <translation>mère</translation>
    </message>
    <message>
        <source>father</source>
        <translation>père</translation>
    </message>
    <message>
        <source>tutor</source>
        <translation>tuteur ou tutrice</translation>
    </message>
    <message>
        <source>member of the family</source>
        <translation>membre de la famille</translation>
    </message>
    <message>
        <source>responsible person</source>
        <translation>responsable</translation>
    </message>
    <message>
        <source>legal guardian</source>
        <translation>responsable légal</translation>
    </message>
    <message>
        <source>to be called</source>
        <translation>personne à contacter</translation>
    </message>
    <message>
        <source>not a legal guardian</source>
        <translation>pas responsable légal</translation>
    </message>
    <message>
        <source>pupil</source>
        <translation>élève</translation>
    </message>
    <message>
        <source>delegate</source>
        <translation>délégué</translation>
    </message>
    <message>
        <source>teacher</source>
        <translation>enseignant</translation>
    </message>
    <message>
        <source>head teacher</source>
        <translation>professeur principal</translation>
    </message>
    <message>
        <source>parent</source>
        <translation>parent</translation>
    </message>
    <message>
        <source>Head teachers ({n})</source>
        <translation>Professeurs principaux ({n})</translation>
    </message>
    <message>
        <source>Teachers ({n})</source>
        <translation>Enseignants ({n})</translation>
    </message>
    <message>
        <source>Delegates ({n})</source>
        <translation>Délégués ({n})</translation>
    </message>
    <message>
        <source>Pupils ({n})</source>
        <translation>Élèves ({n})</translation>
    </message>
    <message>
        <source>Members ({n})</source>
        <translation>Membres ({n})</translation>
    </message>
    <message>
        <source>Pupil</source>
        <translation>Élève</translation>
    </message>
    <message>
        <source>Parent or guardian</source>
        <translation>Responsable</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>Enseignant</translation>
    </message>
    <message>
        <source>Head of the school</source>
        <translation>Direction</translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>Personnel</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>{source} – never read</source>
        <translation>{source} – jamais lu</translation>
    </message>
    <message>
        <source>{source} – as of {date}, complete</source>
        <translation>{source} – au {date}, copie complète</translation>
    </message>
    <message>
        <source>{source} – as of {date}, NOT complete</source>
        <translation>{source} – au {date}, copie INCOMPLÈTE</translation>
    </message>
    <message>
        <source>an official page or repository was read</source>
        <translation>page officielle ou dépôt officiel, lu</translation>
    </message>
    <message>
        <source>from public code or a first-hand text</source>
        <translation>code public ou texte de première main</translation>
    </message>
    <message>
        <source>from a weak page</source>
        <translation>page peu sûre</translation>
    </message>
    <message>
        <source>only the project&apos;s own text says so</source>
        <translation>dit par le seul texte du projet</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>non vérifié</translation>
    </message>
    <message>
        <source>{grade} (grade {letter}) – {source}, {date}</source>
        <translation>{grade} (niveau {letter}) – {source}, {date}</translation>
    </message>
</context>
<context>
    <name>PeopleDesk</name>
    <message>
        <source>“{name}” is among your contacts.</source>
        <translation>«&#xa0;{name}&#xa0;» est dans vos contacts.</translation>
    </message>
    <message>
        <source>“{name}” is no longer among your contacts.</source>
        <translation>«&#xa0;{name}&#xa0;» n’est plus dans vos contacts.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>My contacts</source>
        <translation>Mes contacts</translation>
    </message>
</context>
<context>
    <name>PersonPage</name>
    <message>
        <source>Académie</source>
        <translation>Académie</translation>
    </message>
    <message>
        <source>E-mail address</source>
        <translation>Adresse électronique</translation>
    </message>
    <message>
        <source>Mail service</source>
        <translation>Messagerie</translation>
    </message>
    <message>
        <source>As your correspondents see it</source>
        <translation>Tel que vos correspondants le voient</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Votre nom</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Mot de passe</translation>
    </message>
    <message>
        <source>A&amp;cadémie</source>
        <translation>A&amp;cadémie</translation>
    </message>
    <message>
        <source>E-mail &amp;address</source>
        <translation>&amp;Adresse électronique</translation>
    </message>
    <message>
        <source>Mail &amp;service</source>
        <translation>Me&amp;ssagerie</translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation>Votre &amp;nom</translation>
    </message>
    <message>
        <source>&amp;Login</source>
        <translation>&amp;Identifiant</translation>
    </message>
    <message>
        <source>Kept in the encrypted vault of this PC, nowhere else.</source>
        <translation>Conservé dans le coffre chiffré de ce poste, nulle part ailleurs.</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Mot de passe</translation>
    </message>
    <message>
        <source>I do not know: find out</source>
        <translation>Je ne sais pas&#xa0;: chercher</translation>
    </message>
    <message>
        <source>In many académies the login is not the address.</source>
        <translation>Dans beaucoup d’académies, l’identifiant n’est pas l’adresse.</translation>
    </message>
    <message>
        <source>Usually {form}. You may change it.</source>
        <translation>En général&#xa0;: {form}. Vous pouvez le modifier.</translation>
    </message>
    <message>
        <source>Name of a person…</source>
        <translation>Nom d’une personne…</translation>
    </message>
    <message>
        <source>Name of a person</source>
        <translation>Nom d’une personne</translation>
    </message>
    <message>
        <source>People found</source>
        <translation>Personnes trouvées</translation>
    </message>
    <message>
        <source>What is held about this person</source>
        <translation>Ce qui est détenu sur cette personne</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>Erase &amp;this person…</source>
        <translation>Effa&amp;cer cette personne…</translation>
    </message>
    <message>
        <source>&amp;Allow erased people again…</source>
        <translation>Admettre de nouveau les personnes e&amp;ffacées…</translation>
    </message>
    <message>
        <source>Answers a person who asks what you hold (GDPR, articles 15, 17 and 20). Messages exchanged are listed; erasing leaves them in the mailbox.</source>
        <translation>Pour répondre à une personne qui demande ce que vous détenez (RGPD, articles 15, 17 et 20). Les messages échangés sont listés&#xa0;; l’effacement les laisse dans la messagerie.</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>Export what is held about this person</source>
        <translation>Exporter ce qui est détenu sur cette personne</translation>
    </message>
    <message>
        <source>Archive (*.zip)</source>
        <translation>Archive (*.zip)</translation>
    </message>
    <message>
        <source>data-held</source>
        <translation>donnees-detenues</translation>
    </message>
    <message>
        <source>Saved: {file}. It is not encrypted.</source>
        <translation>Enregistré&#xa0;: {file}. Ce fichier n’est pas chiffré.</translation>
    </message>
    <message>
        <source>Erase this person?</source>
        <translation>Effacer cette personne&#xa0;?</translation>
    </message>
    <message>
        <source>{name} leaves the directory of this PC: entries, ties, notes, own groups, proposed addresses. A list imported later does not bring this person back. Messages stay.</source>
        <translation>{name} quitte l’annuaire de ce poste&#xa0;: fiches, liens, notes, groupes personnels, adresses proposées. Une liste importée plus tard ne ramène pas cette personne. Les messages restent.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Effacer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message numerus="yes">
        <source>Erased from %n list(s).</source>
        <translation>
            <numerusform>Effacé de %n liste.</numerusform>
            <numerusform>Effacé de %n listes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) stay in the mailbox.</source>
        <translation>
            <numerusform>%n message reste dans la messagerie.</numerusform>
            <numerusform>%n messages restent dans la messagerie.</numerusform>
        </translation>
    </message>
    <message>
        <source>Allow erased people again?</source>
        <translation>Admettre de nouveau les personnes effacées&#xa0;?</translation>
    </message>
    <message>
        <source>The next time a list is imported or read anew, people erased earlier come back if they are on it.</source>
        <translation>À la prochaine importation ou relecture d’une liste, les personnes effacées auparavant reviennent si elles y figurent.</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Admettre</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>Laisser ainsi</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) may come back.</source>
        <translation>
            <numerusform>%n personne peut revenir.</numerusform>
            <numerusform>%n personnes peuvent revenir.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoDialog</name>
    <message>
        <source>Shrink the photo</source>
        <translation>Réduire la photo</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Actuellement</translation>
    </message>
    <message>
        <source>{pixels} pixels: …</source>
        <translation>{pixels} pixels&#xa0;: …</translation>
    </message>
    <message>
        <source>Place, date and camera (EXIF, GPS) do not go with the smaller photo. The original comes back with one click as long as this window is open.</source>
        <translation>Le lieu, la date et l’appareil (EXIF, GPS) ne suivent pas la photo réduite. L’original revient d’un clic tant que cette fenêtre est ouverte.</translation>
    </message>
    <message>
        <source>&amp;Shrink</source>
        <translation>&amp;Réduire</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} pixels</translation>
    </message>
    <message>
        <source>This photo is as small as it gets already.</source>
        <translation>Cette photo est déjà aussi petite que possible.</translation>
    </message>
    <message>
        <source>{what}: {size}</source>
        <translation>{what}&#xa0;: {size}</translation>
    </message>
    <message>
        <source>This picture cannot be read here.</source>
        <translation>Cette image ne peut pas être lue ici.</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>Réduire</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>Agrandir</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>Pivoter</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Ajuster</translation>
    </message>
    <message>
        <source>Fit to the window</source>
        <translation>Ajuster à la fenêtre</translation>
    </message>
</context>
<context>
    <name>Pictures</name>
    <message>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>&amp;Description…</source>
        <translation>&amp;Description…</translation>
    </message>
    <message>
        <source>&amp;Small</source>
        <translation>&amp;Petite</translation>
    </message>
    <message>
        <source>&amp;Medium</source>
        <translation>&amp;Moyenne</translation>
    </message>
    <message>
        <source>&amp;Full size</source>
        <translation>&amp;Taille réelle</translation>
    </message>
    <message>
        <source>S&amp;hrink the photo…</source>
        <translation>&amp;Réduire la photo…</translation>
    </message>
    <message>
        <source>Back to the ori&amp;ginal</source>
        <translation>Revenir à l’ori&amp;ginal</translation>
    </message>
    <message>
        <source>&amp;Remove	Del</source>
        <translation>R&amp;etirer	Suppr</translation>
    </message>
    <message>
        <source>P&amp;icture: description and size</source>
        <translation>&amp;Image&#xa0;: description et taille</translation>
    </message>
    <message>
        <source>Put in pictures</source>
        <translation>Insérer des images</translation>
    </message>
    <message>
        <source>Pictures ({endings})</source>
        <translation>Images ({endings})</translation>
    </message>
    <message>
        <source>Picture {moment}.png</source>
        <translation>Image {moment}.png</translation>
    </message>
    <message>
        <source>This picture weighs {size}.</source>
        <translation>Cette image pèse {size}.</translation>
    </message>
    <message>
        <source>Shrink it…</source>
        <translation>La réduire…</translation>
    </message>
    <message>
        <source>Picture {number}</source>
        <translation>Image {number}</translation>
    </message>
    <message>
        <source>A picture</source>
        <translation>Une image</translation>
    </message>
    <message>
        <source>Put the cursor beside a picture first.</source>
        <translation>Placez d’abord le curseur à côté d’une image.</translation>
    </message>
    <message>
        <source>Description of the picture</source>
        <translation>Description de l’image</translation>
    </message>
    <message>
        <source>What does it show? This is read aloud to people who do not see it,
and stands in the plain text of the message.</source>
        <translation>Que montre-t-elle&#xa0;? La description est lue à voix haute aux personnes qui ne la voient pas
et figure dans la version en texte brut du message.</translation>
    </message>
    <message>
        <source>Put in</source>
        <translation>Insérer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Without description</source>
        <translation>Sans description</translation>
    </message>
</context>
<context>
    <name>PlanDialog</name>
    <message>
        <source>What would a sync do?</source>
        <translation>Que ferait la synchronisation&#xa0;?</translation>
    </message>
    <message>
        <source>The server is being looked at. Nothing is changed.</source>
        <translation>Le serveur est consulté. Rien n’est modifié.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would come.</source>
        <translation>
            <numerusform>%n message arriverait.</numerusform>
            <numerusform>%n messages arriveraient.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be marked anew here.</source>
        <translation>
            <numerusform>%n message changerait de marques ici.</numerusform>
            <numerusform>%n messages changeraient de marques ici.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mark(s) would be passed on.</source>
        <translation>
            <numerusform>%n marque serait transmise.</numerusform>
            <numerusform>%n marques seraient transmises.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be moved on the server.</source>
        <translation>
            <numerusform>%n message serait déplacé sur le serveur.</numerusform>
            <numerusform>%n messages seraient déplacés sur le serveur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be copied on the server.</source>
        <translation>
            <numerusform>%n message serait copié sur le serveur.</numerusform>
            <numerusform>%n messages seraient copiés sur le serveur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) that you deleted would be removed from the server.</source>
        <translation>
            <numerusform>%n message que vous avez supprimé serait effacé du serveur.</numerusform>
            <numerusform>%n messages que vous avez supprimés seraient effacés du serveur.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be looked for anew.</source>
        <translation>
            <numerusform>%n message serait recherché de nouveau.</numerusform>
            <numerusform>%n messages seraient recherchés de nouveau.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) would wait for your decision.</source>
        <translation>
            <numerusform>%n changement attendrait votre décision.</numerusform>
            <numerusform>%n changements attendraient votre décision.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would leave this PC.</source>
        <translation>
            <numerusform>%n message quitterait ce poste.</numerusform>
            <numerusform>%n messages quitteraient ce poste.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing: this PC and the server agree.</source>
        <translation>Rien&#xa0;: ce poste et le serveur sont d’accord.</translation>
    </message>
    <message>
        <source>Finding this out took {size}.</source>
        <translation>Cette vérification a demandé {size}.</translation>
    </message>
</context>
<context>
    <name>PoliciesDialog</name>
    <message>
        <source>Rules of the establishment</source>
        <translation>Règles de l’établissement</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>Explication</translation>
    </message>
    <message>
        <source>Where was looked</source>
        <translation>Où les règles sont cherchées</translation>
    </message>
    <message>
        <source>What was ignored</source>
        <translation>Ce qui a été ignoré</translation>
    </message>
    <message>
        <source>Nothing.</source>
        <translation>Rien.</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Règles</translation>
    </message>
    <message>
        <source>&amp;Places</source>
        <translation>&amp;Emplacements</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Places and problems (%n)</source>
        <translation>
            <numerusform>&amp;Emplacements et problème (%n)</numerusform>
            <numerusform>&amp;Emplacements et problèmes (%n)</numerusform>
        </translation>
    </message>
    <message>
        <source>A part of a name or of a value…</source>
        <translation>Une partie d’un nom ou d’une valeur…</translation>
    </message>
    <message>
        <source>Search among the rules</source>
        <translation>Chercher parmi les règles</translation>
    </message>
    <message>
        <source>Only what somebody has &amp;set</source>
        <translation>Seulement ce qui est &amp;fixé ou choisi</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Réglage</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Domaine</translation>
    </message>
    <message>
        <source>Value in force</source>
        <translation>Valeur en vigueur</translation>
    </message>
    <message>
        <source>Set by</source>
        <translation>Fixé par</translation>
    </message>
    <message>
        <source>Rules in force</source>
        <translation>Règles en vigueur</translation>
    </message>
    <message>
        <source>Where was looked, the strongest first</source>
        <translation>Où les règles sont cherchées, la plus forte d’abord</translation>
    </message>
    <message>
        <source>What could not be understood and was ignored</source>
        <translation>Ce qui n’a pas été compris, et est ignoré</translation>
    </message>
    <message>
        <source>What your establishment has fixed or proposed for this PC, and what you chose yourself. A lock: you cannot change it.</source>
        <translation>Ce que votre établissement a fixé ou proposé pour ce poste, et ce que vous avez choisi vous-même. Un cadenas&#xa0;: vous ne pouvez pas le changer.</translation>
    </message>
    <message>
        <source>No rule is called so.</source>
        <translation>Aucune règle ne s’appelle ainsi.</translation>
    </message>
    <message>
        <source>What was given could not be understood: the safe side holds.</source>
        <translation>Ce qui était donné n’a pas été compris&#xa0;: le côté sûr s’applique.</translation>
    </message>
    <message>
        <source>Establishment (PC)</source>
        <translation>Établissement (poste)</translation>
    </message>
    <message>
        <source>Establishment (session)</source>
        <translation>Établissement (session)</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Vous</translation>
    </message>
    <message>
        <source>The program</source>
        <translation>Le programme</translation>
    </message>
    <message>
        <source>read</source>
        <translation>lu</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>absent</translation>
    </message>
    <message>
        <source>unreadable</source>
        <translation>illisible</translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message>
        <source>File before</source>
        <translation>Fichier précédent</translation>
    </message>
    <message>
        <source>Next file</source>
        <translation>Fichier suivant</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Open outside</source>
        <translation>Ouvrir dans un programme</translation>
    </message>
    <message>
        <source>Fetch and show</source>
        <translation>Récupérer et afficher</translation>
    </message>
    <message>
        <source>(unnamed)</source>
        <translation>(sans nom)</translation>
    </message>
    <message>
        <source>on this PC</source>
        <translation>sur ce poste</translation>
    </message>
    <message>
        <source>on the server</source>
        <translation>sur le serveur</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} sur {all}</translation>
    </message>
    <message>
        <source>This file is still on the server.</source>
        <translation>Ce fichier est encore sur le serveur.</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Un instant…</translation>
    </message>
    <message>
        <source>This file cannot be shown.</source>
        <translation>Ce fichier ne peut pas être affiché.</translation>
    </message>
    <message>
        <source>Only the words of this file are shown, without pictures and layout.</source>
        <translation>Seul le texte de ce fichier est affiché, sans images ni mise en page.</translation>
    </message>
    <message numerus="yes">
        <source>%n more event(s) in it.</source>
        <translation>
            <numerusform>%n autre événement n’est pas montré.</numerusform>
            <numerusform>%n autres événements ne sont pas montrés.</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} more characters are not shown.</source>
        <translation>{n} autres caractères ne sont pas affichés.</translation>
    </message>
    <message>
        <source>Files of this type are not shown here.</source>
        <translation>Les fichiers de ce type n’ont pas d’aperçu.</translation>
    </message>
    <message>
        <source>This file is too large to be shown here.</source>
        <translation>Ce fichier est trop volumineux pour un aperçu.</translation>
    </message>
    <message>
        <source>This file cannot be shown: damaged, protected by a password, or too complex.</source>
        <translation>Ce fichier ne peut pas être affiché&#xa0;: endommagé, protégé par un mot de passe ou trop complexe.</translation>
    </message>
    <message>
        <source>There is nothing to read in this file.</source>
        <translation>Il n’y a rien à lire dans ce fichier.</translation>
    </message>
</context>
<context>
    <name>Printing</name>
    <message>
        <source>To</source>
        <translation>À</translation>
    </message>
    <message>
        <source>Cc</source>
        <translation>Cc</translation>
    </message>
    <message>
        <source>Bcc</source>
        <translation>Cci</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>Page {page} of {pages}</source>
        <translation>Page {page} sur {pages}</translation>
    </message>
</context>
<context>
    <name>Protecting</name>
    <message>
        <source>Protection of the message</source>
        <translation>Protection du message</translation>
    </message>
    <message>
        <source>Sign (S/MIME)</source>
        <translation>Signer (S/MIME)</translation>
    </message>
    <message>
        <source>Encrypt (S/MIME)</source>
        <translation>Chiffrer (S/MIME)</translation>
    </message>
    <message>
        <source>There is no certificate in force for {sender} here. Import yours with Shift+F9 in the main window.</source>
        <translation>Il n’y a pas ici de certificat valable pour {sender}. Importez le vôtre par Maj+F9 dans la fenêtre principale.</translation>
    </message>
    <message>
        <source>A message with hidden recipients cannot be encrypted: each recipient could see that there are others. Send to them apart.</source>
        <translation>Un message qui a des destinataires cachés ne peut pas être chiffré&#xa0;: chaque destinataire pourrait voir qu’il y en a d’autres. Écrivez-leur à part.</translation>
    </message>
    <message>
        <source>No certificate is known of: {people}. A signed message from them brings it. Without it, this message cannot be encrypted to them.</source>
        <translation>Aucun certificat n’est connu pour&#xa0;: {people}. Un message signé de leur part l’apporte. Sans lui, ce message ne peut pas être chiffré pour eux.</translation>
    </message>
    <message>
        <source>You have no certificate here yet. Import yours with Shift+F9 in the main window.</source>
        <translation>Vous n’avez pas encore de certificat ici. Importez le vôtre par Maj+F9 dans la fenêtre principale.</translation>
    </message>
    <message>
        <source>Signed and encrypted when sent</source>
        <translation>Signé et chiffré à l’envoi</translation>
    </message>
    <message>
        <source>Signed when sent</source>
        <translation>Signé à l’envoi</translation>
    </message>
    <message>
        <source>Encrypted when sent</source>
        <translation>Chiffré à l’envoi</translation>
    </message>
</context>
<context>
    <name>QuickBar</name>
    <message>
        <source>Quick filters</source>
        <translation>Filtres rapides</translation>
    </message>
    <message>
        <source>Words, from:, subject:…</source>
        <translation>Mots, de:, objet:…</translation>
    </message>
    <message>
        <source>Words that the messages hold</source>
        <translation>Mots contenus dans les messages</translation>
    </message>
    <message>
        <source>Unread</source>
        <translation>Non lus</translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation>Suivis</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Known people</source>
        <translation>Personnes connues</translation>
    </message>
    <message>
        <source>From the directory, my contacts, or people I wrote to</source>
        <translation>De l’annuaire, de mes contacts, ou des personnes à qui j’ai écrit</translation>
    </message>
    <message>
        <source>To me alone</source>
        <translation>À moi seul</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Save this filter as a search</source>
        <translation>Enregistrer ce filtre comme recherche</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <source>Take all filters off</source>
        <translation>Retirer tous les filtres</translation>
    </message>
</context>
<context>
    <name>QuietHoursDialog</name>
    <message>
        <source>School days and quiet hours</source>
        <translation>Jours de classe et heures calmes</translation>
    </message>
    <message>
        <source>&amp;Propose a school day outside 7 a.m. to 8 p.m.</source>
        <translation>&amp;Proposer un jour de classe en dehors de 7 h à 20 h</translation>
    </message>
    <message>
        <source>No school on &amp;Wednesday afternoons</source>
        <translation>Pas de classe le &amp;mercredi après-midi</translation>
    </message>
    <message>
        <source>School on &amp;Saturdays</source>
        <translation>Classe le &amp;samedi</translation>
    </message>
    <message>
        <source>School calendar</source>
        <translation>Calendrier scolaire</translation>
    </message>
    <message>
        <source>Use a newer &amp;calendar…</source>
        <translation>Utiliser un &amp;calendrier plus récent…</translation>
    </message>
    <message>
        <source>School calendar as of {date}. {source}</source>
        <translation>Calendrier scolaire au {date}. {source}</translation>
    </message>
</context>
<context>
    <name>QuotaPage</name>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Quota</source>
        <translation>Quota</translation>
    </message>
    <message>
        <source>&amp;Ask the server now</source>
        <translation>&amp;Interroger le serveur</translation>
    </message>
    <message>
        <source>Heaviest messages on the server</source>
        <translation>Messages les plus lourds sur le serveur</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>&amp;Keep here, remove there…</source>
        <translation>&amp;Garder ici, retirer du serveur…</translation>
    </message>
    <message>
        <source>Kept on this PC only</source>
        <translation>Gardés sur ce poste seulement</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Réessayer</translation>
    </message>
    <message>
        <source>&amp;Put back on the server</source>
        <translation>Remettre sur le ser&amp;veur</translation>
    </message>
    <message>
        <source>The server has not told a quota.</source>
        <translation>Le serveur n’a indiqué aucun quota.</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Annuler</translation>
    </message>
</context>
<context>
    <name>Reader</name>
    <message>
        <source>Choose a message to read it here.</source>
        <translation>Choisissez un message pour le lire ici.</translation>
    </message>
    <message>
        <source>Show as plain text</source>
        <translation>Afficher en texte brut</translation>
    </message>
    <message>
        <source>Show with formatting</source>
        <translation>Afficher la mise en forme</translation>
    </message>
    <message>
        <source>Show with formatting ({size})</source>
        <translation>Afficher la mise en forme ({size})</translation>
    </message>
    <message>
        <source>The text of this message is on the server: {price}.</source>
        <translation>Le texte de ce message est sur le serveur&#xa0;: {price}.</translation>
    </message>
    <message>
        <source>Fetch the text</source>
        <translation>Récupérer le texte</translation>
    </message>
    <message>
        <source>The images of this message are being fetched…</source>
        <translation>Récupération des images de ce message…</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) of this message on the server: {price}.</source>
        <translation>
            <numerusform>%n image de ce message est sur le serveur&#xa0;: {price}.</numerusform>
            <numerusform>%n images de ce message sont sur le serveur&#xa0;: {price}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Fetch the images</source>
        <translation>Récupérer les images</translation>
    </message>
    <message>
        <source>The text of this message is being fetched…</source>
        <translation>Le texte de ce message est en cours de chargement…</translation>
    </message>
    <message>
        <source>The text of this message is not on this PC yet: it comes when you are online.</source>
        <translation>Le texte de ce message n’est pas encore sur ce poste&#xa0;: il viendra quand vous serez en ligne.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
</context>
<context>
    <name>ReaderDesk</name>
    <message>
        <source>No printer is known to this PC.</source>
        <translation>Aucune imprimante n’est installée sur ce poste.</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Enregistrer en PDF…</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Print the message</source>
        <translation>Imprimer le message</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>Enregistrer en PDF</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Enregistré sous {name}.</translation>
    </message>
    <message>
        <source>Source of the message</source>
        <translation>Source du message</translation>
    </message>
    <message>
        <source>The whole message is on the server: {price}.</source>
        <translation>Le message entier est sur le serveur&#xa0;: {price}.</translation>
    </message>
    <message>
        <source>Fetch it</source>
        <translation>Le récupérer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>The source of the message is being fetched…</source>
        <translation>Récupération de la source du message…</translation>
    </message>
    <message>
        <source>No other unread message here.</source>
        <translation>Aucun autre message non lu ici.</translation>
    </message>
</context>
<context>
    <name>ReaderHead</name>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Expéditeur</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Destinataires</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>Retour à la liste</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message numerus="yes">
        <source>Show all %n recipient(s)…</source>
        <translation>
            <numerusform>Afficher le destinataire…</numerusform>
            <numerusform>Afficher les %n destinataires…</numerusform>
        </translation>
    </message>
    <message>
        <source>To: {people}</source>
        <translation>À&#xa0;: {people}</translation>
    </message>
    <message>
        <source>Cc: {people}</source>
        <translation>Cc&#xa0;: {people}</translation>
    </message>
    <message>
        <source>Bcc: {people}</source>
        <translation>Cci&#xa0;: {people}</translation>
    </message>
    <message numerus="yes">
        <source>and %n other(s)</source>
        <translation>
            <numerusform>et %n autre</numerusform>
            <numerusform>et %n autres</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Write to {address}</source>
        <translation>&amp;Écrire à {address}</translation>
    </message>
    <message>
        <source>&amp;Copy the address</source>
        <translation>&amp;Copier l’adresse</translation>
    </message>
    <message>
        <source>&amp;Messages from this person</source>
        <translation>&amp;Messages de cette personne</translation>
    </message>
    <message>
        <source>Card in the &amp;directory</source>
        <translation>Fiche dans l’&amp;annuaire</translation>
    </message>
</context>
<context>
    <name>ReceiptStrip</name>
    <message>
        <source>Receipt of reading</source>
        <translation>Accusé de lecture</translation>
    </message>
    <message>
        <source>S&amp;end the receipt</source>
        <translation>Envo&amp;yer l’accusé</translation>
    </message>
    <message>
        <source>&amp;Send none</source>
        <translation>Ne pas l’env&amp;oyer</translation>
    </message>
    <message>
        <source>Never for this sen&amp;der</source>
        <translation>&amp;Jamais pour cet expéditeur</translation>
    </message>
    <message>
        <source>A receipt of reading was sent for this message.</source>
        <translation>Un accusé de lecture a été envoyé pour ce message.</translation>
    </message>
    <message>
        <source>{who} asks for a receipt that says that you have seen this message.</source>
        <translation>{who} demande un accusé de lecture, qui dirait que vous avez vu ce message.</translation>
    </message>
    <message>
        <source>Careful: the receipt would not go to the address it was sent from.</source>
        <translation>Attention&#xa0;: l’accusé ne partirait pas à l’adresse d’où vient le message.</translation>
    </message>
</context>
<context>
    <name>ReceivedStrip</name>
    <message>
        <source>Receipts of reading</source>
        <translation>Accusés de lecture</translation>
    </message>
    <message>
        <source>Displayed on {date}, says the program of {who}.</source>
        <translation>Lu le {date}, d’après le logiciel de {who}.</translation>
    </message>
    <message>
        <source>Not displayed, but put away on {date}, by {who}.</source>
        <translation>Écarté sans être affiché, le {date}, par {who}.</translation>
    </message>
</context>
<context>
    <name>RecipientsDialog</name>
    <message>
        <source>Recipients</source>
        <translation>Destinataires</translation>
    </message>
</context>
<context>
    <name>RecipientsEdit</name>
    <message>
        <source>Suggestions</source>
        <translation>Suggestions</translation>
    </message>
    <message>
        <source>Forget this recipient</source>
        <translation>Oublier ce destinataire</translation>
    </message>
</context>
<context>
    <name>RecordsDesk</name>
    <message numerus="yes">
        <source>%n list(s) with classes or families are of an earlier school year.</source>
        <translation>
            <numerusform>%n liste avec des classes ou des familles est d’une année scolaire passée.</numerusform>
            <numerusform>%n listes avec des classes ou des familles sont d’une année scolaire passée.</numerusform>
        </translation>
    </message>
    <message>
        <source>School year…</source>
        <translation>Année scolaire…</translation>
    </message>
</context>
<context>
    <name>RecordsDialog</name>
    <message>
        <source>What the directory holds</source>
        <translation>Contenu de l’annuaire</translation>
    </message>
    <message>
        <source>School &amp;year</source>
        <translation>&amp;Année scolaire</translation>
    </message>
    <message>
        <source>&amp;Register sheet</source>
        <translation>Fiche de &amp;registre</translation>
    </message>
    <message>
        <source>One &amp;person</source>
        <translation>Une &amp;personne</translation>
    </message>
</context>
<context>
    <name>RecoveryPage</name>
    <message>
        <source>Write this recovery code down, or print it, and keep it away from this PC. It opens the vault when the passphrase or the session is lost. It is shown only now.</source>
        <translation>Notez ou imprimez ce code de secours et gardez-le loin de ce poste. Il ouvre le coffre quand la phrase de passe ou la session est perdue. Il n’est montré que maintenant.</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>Code de secours</translation>
    </message>
    <message>
        <source>&amp;Print…</source>
        <translation>&amp;Imprimer…</translation>
    </message>
    <message>
        <source>Print the recovery code</source>
        <translation>Imprimer le code de secours</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copier</translation>
    </message>
    <message>
        <source>Copy the recovery code</source>
        <translation>Copier le code de secours</translation>
    </message>
    <message>
        <source>I have &amp;written it down or printed it</source>
        <translation>Je l’ai &amp;noté ou imprimé</translation>
    </message>
    <message>
        <source>No printer is set up on this PC.</source>
        <translation>Aucune imprimante n’est installée sur ce poste.</translation>
    </message>
    <message>
        <source>Mel Desktop – recovery code</source>
        <translation>Mel Desktop – code de secours</translation>
    </message>
    <message>
        <source>Vault: {label}</source>
        <translation>Coffre&#xa0;: {label}</translation>
    </message>
    <message>
        <source>Whoever has this paper can read the vault. Keep it locked away, not beside the PC. To use it: “I have lost it: use the recovery code”.</source>
        <translation>Qui a ce papier peut lire le coffre. Gardez-le sous clé, pas à côté du poste. Pour s’en servir&#xa0;: «&#xa0;Je l’ai perdue&#xa0;: utiliser le code de secours&#xa0;».</translation>
    </message>
    <message>
        <source>Copied. The clipboard is cleared in 30 seconds.</source>
        <translation>Copié. Le presse-papiers est vidé dans 30 secondes.</translation>
    </message>
</context>
<context>
    <name>RegisterPage</name>
    <message>
        <source>Register sheet</source>
        <translation>Fiche de registre</translation>
    </message>
    <message>
        <source>For the register of processing of your school (GDPR, article 30). It counts and names nobody. Nothing is sent.</source>
        <translation>Pour le registre des traitements de votre établissement (RGPD, article 30). Elle compte et ne nomme personne. Rien n’est envoyé.</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Enregistrer…</translation>
    </message>
    <message>
        <source>Save the register sheet</source>
        <translation>Enregistrer la fiche de registre</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>Page web (*.html)</translation>
    </message>
    <message>
        <source>register-mel-desktop</source>
        <translation>registre-mel-desktop</translation>
    </message>
    <message>
        <source>Saved: {file}</source>
        <translation>Enregistré&#xa0;: {file}</translation>
    </message>
</context>
<context>
    <name>RemoteSendersDialog</name>
    <message>
        <source>Senders whose images are shown</source>
        <translation>Expéditeurs dont les images sont affichées</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>Your establishment does not let remote images be shown.</source>
        <translation>Votre établissement ne permet pas d’afficher les images distantes.</translation>
    </message>
    <message>
        <source>Senders whose remote images are always shown. Tracking images never are.</source>
        <translation>Expéditeurs dont les images distantes sont toujours affichées. Les images de suivi ne le sont jamais.</translation>
    </message>
    <message>
        <source>Nobody yet: images are blocked until you show them.</source>
        <translation>Personne pour l’instant&#xa0;: les images sont bloquées tant que vous ne les affichez pas.</translation>
    </message>
</context>
<context>
    <name>RemoteStrip</name>
    <message>
        <source>Show the images</source>
        <translation>Afficher les images</translation>
    </message>
    <message>
        <source>Always for this sender</source>
        <translation>Toujours pour cet expéditeur</translation>
    </message>
    <message>
        <source>No longer for this sender</source>
        <translation>Ne plus afficher pour cet expéditeur</translation>
    </message>
    <message>
        <source>The images are being fetched…</source>
        <translation>Récupération des images…</translation>
    </message>
    <message numerus="yes">
        <source>%n remote image(s) blocked: the sender does not learn that you read this.</source>
        <translation>
            <numerusform>%n image distante bloquée&#xa0;: l’expéditeur ne saura pas que vous lisez ce message.</numerusform>
            <numerusform>%n images distantes bloquées&#xa0;: l’expéditeur ne saura pas que vous lisez ce message.</numerusform>
        </translation>
    </message>
    <message>
        <source>Your establishment does not let remote images be shown.</source>
        <translation>Votre établissement ne permet pas d’afficher les images distantes.</translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) not fetched yet.</source>
        <translation>
            <numerusform>%n image pas encore récupérée.</numerusform>
            <numerusform>%n images pas encore récupérées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) could not be had.</source>
        <translation>
            <numerusform>%n image n’a pas pu être récupérée.</numerusform>
            <numerusform>%n images n’ont pas pu être récupérées.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracking image(s), never shown: they would tell when you read.</source>
        <translation>
            <numerusform>%n image de suivi, jamais affichée&#xa0;: elle dirait quand vous lisez.</numerusform>
            <numerusform>%n images de suivi, jamais affichées&#xa0;: elles diraient quand vous lisez.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing proves that the sender is who it says.</source>
        <translation>Rien ne prouve que l’expéditeur est bien celui qu’il dit être.</translation>
    </message>
    <message>
        <source>Always for {address}</source>
        <translation>Toujours pour {address}</translation>
    </message>
    <message>
        <source>You are offline: they can be fetched when you are online again.</source>
        <translation>Vous êtes hors ligne&#xa0;: elles pourront être affichées au retour de la connexion.</translation>
    </message>
</context>
<context>
    <name>RenewPage</name>
    <message>
        <source>The recovery code opened the vault. Choose a new passphrase now: the old one is void then. The recovery code stays valid.</source>
        <translation>Le code de secours a ouvert le coffre. Choisissez maintenant une nouvelle phrase de passe&#xa0;: l’ancienne ne vaudra plus rien. Le code de secours reste valable.</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Report of the move</source>
        <translation>Rapport de la migration</translation>
    </message>
    <message>
        <source>Progress of the move</source>
        <translation>Avancement de la migration</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>&amp;Regarder à nouveau</translation>
    </message>
    <message>
        <source>&amp;Carry up what is only there…</source>
        <translation>Re&amp;monter ce qui n’est que là-bas…</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Arrêter</translation>
    </message>
    <message>
        <source>&amp;End the old account…</source>
        <translation>&amp;Terminer l’ancien compte…</translation>
    </message>
    <message>
        <source>The move is over: the old account was ended on this PC.</source>
        <translation>La migration est terminée&#xa0;: l’ancien compte n’est plus sur ce poste.</translation>
    </message>
    <message>
        <source>Every message that was here was found on the new service.</source>
        <translation>Tous les messages d’ici ont été retrouvés sur la nouvelle messagerie.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) of here were not found on the new service yet; they stay visible.</source>
        <translation>
            <numerusform>%n message d’ici n’a pas encore été retrouvé sur la nouvelle messagerie&#xa0;; il reste visible.</numerusform>
            <numerusform>%n messages d’ici n’ont pas encore été retrouvés sur la nouvelle messagerie&#xa0;; ils restent visibles.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are on their way up: they leave with the next syncs.</source>
        <translation>
            <numerusform>%n message est en route&#xa0;: il part aux prochaines synchronisations.</numerusform>
            <numerusform>%n messages sont en route&#xa0;: ils partent aux prochaines synchronisations.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are on the old server only</source>
        <translation>
            <numerusform>%n message n’est que sur l’ancien serveur</numerusform>
            <numerusform>%n messages ne sont que sur l’ancien serveur</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing that was read is on the old server only.</source>
        <translation>Rien de ce qui a été lu n’est seulement sur l’ancien serveur.</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s), drafts and messages wait and go on at the new service.</source>
        <translation>
            <numerusform>%n travail en attente (changement, brouillon ou envoi) continue sur la nouvelle messagerie.</numerusform>
            <numerusform>%n travaux en attente (changements, brouillons, envois) continuent sur la nouvelle messagerie.</numerusform>
        </translation>
    </message>
    <message>
        <source>Filters to be made again:</source>
        <translation>Filtres à recréer&#xa0;:</translation>
    </message>
</context>
<context>
    <name>RequestsDesk</name>
    <message>
        <source>Add an account first: then this letter can be written.</source>
        <translation>Ajoutez d’abord un compte&#xa0;: cette lettre pourra alors être écrite.</translation>
    </message>
    <message>
        <source>The link wanted to attach a file: that was not done.</source>
        <translation>Le lien voulait joindre un fichier&#xa0;: cela n’a pas été fait.</translation>
    </message>
    <message>
        <source>Not taken over from the link: {names}.</source>
        <translation>Non repris du lien&#xa0;: {names}.</translation>
    </message>
    <message numerus="yes">
        <source>%n address(es) of the link were left out.</source>
        <translation>
            <numerusform>%n adresse du lien a été écartée.</numerusform>
            <numerusform>%n adresses du lien ont été écartées.</numerusform>
        </translation>
    </message>
    <message>
        <source>Messages (*.eml)</source>
        <translation>Messages (*.eml)</translation>
    </message>
    <message>
        <source>Open a message file</source>
        <translation>Ouvrir un fichier de message</translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurer une sauvegarde</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Restaurer</translation>
    </message>
    <message>
        <source>Backup file</source>
        <translation>Fichier de sauvegarde</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Choisir…</translation>
    </message>
    <message>
        <source>Passphrase of the backup</source>
        <translation>Phrase secrète de la sauvegarde</translation>
    </message>
    <message>
        <source>I have the &amp;recovery code instead</source>
        <translation>J’ai plutôt le code de &amp;secours</translation>
    </message>
    <message>
        <source>Backup:</source>
        <translation>Sauvegarde&#xa0;:</translation>
    </message>
    <message>
        <source>Passphrase:</source>
        <translation>Phrase secrète&#xa0;:</translation>
    </message>
    <message>
        <source>The backup opens with the passphrase or the recovery code of the day on which it was made. What waited to be sent then is not sent without asking you.</source>
        <translation>La sauvegarde s’ouvre avec la phrase de passe ou le code de secours du jour où elle a été faite. Ce qui attendait alors d’être envoyé ne part pas sans vous le demander.</translation>
    </message>
    <message>
        <source>The vault that is on this PC now is not erased: its folder is set aside beside the restored one.</source>
        <translation>Le coffre actuel de ce poste n’est pas effacé&#xa0;: son dossier est mis de côté, près de celui qui est restauré.</translation>
    </message>
    <message>
        <source>Recovery code of the backup</source>
        <translation>Code de secours de la sauvegarde</translation>
    </message>
    <message>
        <source>Restoring…</source>
        <translation>Restauration en cours…</translation>
    </message>
    <message>
        <source>The backup of {date} is restored.</source>
        <translation>La sauvegarde du {date} est restaurée.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message>
        <source>The vault from before is in {path}.</source>
        <translation>Le coffre d’avant est dans {path}.</translation>
    </message>
    <message>
        <source>&amp;Open the vault</source>
        <translation>&amp;Ouvrir le coffre</translation>
    </message>
</context>
<context>
    <name>RoomPage</name>
    <message>
        <source>Room on this PC</source>
        <translation>Place sur ce poste</translation>
    </message>
    <message>
        <source>How room is shown</source>
        <translation>Présentation de la place occupée</translation>
    </message>
    <message>
        <source>By kind</source>
        <translation>Par nature</translation>
    </message>
    <message>
        <source>By folder</source>
        <translation>Par dossier</translation>
    </message>
    <message>
        <source>By account</source>
        <translation>Par compte</translation>
    </message>
    <message>
        <source>Heaviest messages</source>
        <translation>Messages les plus lourds</translation>
    </message>
    <message>
        <source>Room by kind</source>
        <translation>Place par nature</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Nature</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Part</translation>
    </message>
    <message>
        <source>Room by folder</source>
        <translation>Place par dossier</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Textes</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Room by account</source>
        <translation>Place par compte</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Heaviest messages on this PC</source>
        <translation>Messages les plus lourds sur ce poste</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Size here</source>
        <translation>Taille ici</translation>
    </message>
    <message>
        <source>May go from this PC: the server has it, and opening it fetches it again.</source>
        <translation>Peut quitter ce poste&#xa0;: le serveur l’a, et l’ouvrir le télécharge à nouveau.</translation>
    </message>
    <message>
        <source>&amp;Free this room</source>
        <translation>&amp;Libérer cette place</translation>
    </message>
    <message>
        <source>&amp;Compact now</source>
        <translation>&amp;Compacter maintenant</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>Arrê&amp;ter</translation>
    </message>
    <message>
        <source>Being summed up…</source>
        <translation>Calcul en cours…</translation>
    </message>
    <message>
        <source>{total} on this PC; {free} free on the disk.</source>
        <translation>{total} sur ce poste&#xa0;; {free} libres sur le disque.</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s) stand in several messages and are stored once: {saved} saved.</source>
        <translation>
            <numerusform>%n pièce jointe figure dans plusieurs messages et n’est gardée qu’une fois&#xa0;: {saved} économisés.</numerusform>
            <numerusform>%n pièces jointes figurent dans plusieurs messages et ne sont gardées qu’une fois&#xa0;: {saved} économisés.</numerusform>
        </translation>
    </message>
    <message>
        <source>{what}: nothing</source>
        <translation>{what}&#xa0;: rien</translation>
    </message>
    <message numerus="yes">
        <source>{what}: {size} (%n message(s))</source>
        <translation>
            <numerusform>{what}&#xa0;: {size} (%n message)</numerusform>
            <numerusform>{what}&#xa0;: {size} (%n messages)</numerusform>
        </translation>
    </message>
    <message>
        <source>No page of the database is free.</source>
        <translation>La base ne contient aucune page libre.</translation>
    </message>
    <message>
        <source>{size} could be given back to the disk, but a second copy does not fit: {needed} are needed, {free} are free.</source>
        <translation>{size} pourraient être rendus au disque, mais une seconde copie n’y tient pas&#xa0;: il faut {needed}, il reste {free}.</translation>
    </message>
    <message>
        <source>Compacting gives {size} back to the disk.</source>
        <translation>Le compactage rend {size} au disque.</translation>
    </message>
    <message numerus="yes">
        <source>{size} freed in the database (%n message(s)). What you open is fetched again from the server.</source>
        <translation>
            <numerusform>{size} libérés dans la base (%n message). Ce que vous ouvrirez sera téléchargé à nouveau.</numerusform>
            <numerusform>{size} libérés dans la base (%n messages). Ce que vous ouvrirez sera téléchargé à nouveau.</numerusform>
        </translation>
    </message>
    <message>
        <source>The database went from {before} to {after}.</source>
        <translation>La base est passée de {before} à {after}.</translation>
    </message>
    <message>
        <source>Stopped. What was done by then stays.</source>
        <translation>Arrêté. Ce qui était déjà fait reste acquis.</translation>
    </message>
    <message>
        <source>A second copy does not fit: {needed} needed, {free} free.</source>
        <translation>Une seconde copie n’y tient pas&#xa0;: il faut {needed}, il reste {free}.</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Take this line away</source>
        <translation>Retirer cette ligne</translation>
    </message>
</context>
<context>
    <name>RuleEdit</name>
    <message>
        <source>Rule</source>
        <translation>Règle</translation>
    </message>
    <message>
        <source>Name of the rule</source>
        <translation>Nom de la règle</translation>
    </message>
    <message>
        <source>How the conditions go together</source>
        <translation>Comment les conditions se combinent</translation>
    </message>
    <message>
        <source>all of these hold</source>
        <translation>toutes ces conditions sont remplies</translation>
    </message>
    <message>
        <source>one of these holds</source>
        <translation>une de ces conditions est remplie</translation>
    </message>
    <message>
        <source>The rule in one sentence</source>
        <translation>La règle en une phrase</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>&amp;When</source>
        <translation>&amp;Quand</translation>
    </message>
    <message>
        <source>Conditions (none: every message)</source>
        <translation>Conditions (aucune&#xa0;: tous les messages)</translation>
    </message>
    <message>
        <source>Add a &amp;condition</source>
        <translation>Ajouter une &amp;condition</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>Alors</translation>
    </message>
    <message>
        <source>Add an &amp;action</source>
        <translation>Ajouter une &amp;action</translation>
    </message>
</context>
<context>
    <name>RulesDesk</name>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>An absence message answers for {email}.</source>
        <translation>Un message d’absence répond pour {email}.</translation>
    </message>
    <message>
        <source>The absence message of {email} is not on the server yet.</source>
        <translation>Le message d’absence de {email} n’est pas encore sur le serveur.</translation>
    </message>
    <message>
        <source>An absence message answers for {email} until {until}.</source>
        <translation>Un message d’absence répond pour {email} jusqu’au {until}.</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Modifier…</translation>
    </message>
</context>
<context>
    <name>RulesDialog</name>
    <message>
        <source>Rules</source>
        <translation>Filtres</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>The chosen rule</source>
        <translation>La règle choisie</translation>
    </message>
    <message>
        <source>Rules, in their order</source>
        <translation>Règles, dans leur ordre</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Règle</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Ce qu’elle fait</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>Appliquée par</translation>
    </message>
    <message>
        <source>&amp;New…</source>
        <translation>&amp;Nouvelle…</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>Modifi&amp;er…</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Supprimer</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>Mon&amp;ter</translation>
    </message>
    <message>
        <source>Do&amp;wn</source>
        <translation>&amp;Descendre</translation>
    </message>
    <message>
        <source>&amp;Apply now…</source>
        <translation>&amp;Appliquer maintenant…</translation>
    </message>
    <message>
        <source>Ask the &amp;server</source>
        <translation>Interroger le ser&amp;veur</translation>
    </message>
    <message>
        <source>De&amp;cide…</source>
        <translation>Dé&amp;cider…</translation>
    </message>
    <message>
        <source>Wha&amp;t was done…</source>
        <translation>Ce &amp;qui a été fait…</translation>
    </message>
    <message>
        <source>These rules were changed here and on the server. Nothing was overwritten: decide.</source>
        <translation>Ces règles ont été modifiées ici et sur le serveur. Rien n’a été écrasé&#xa0;: décidez.</translation>
    </message>
    <message>
        <source>Another program’s rules (“{name}”) are active on the server. They stay so until you decide; until then yours run on this PC.</source>
        <translation>Les règles d’un autre programme («&#xa0;{name}&#xa0;») sont actives sur le serveur. Elles le restent jusqu’à votre décision&#xa0;; d’ici là, les vôtres s’appliquent sur ce poste.</translation>
    </message>
    <message>
        <source>This server takes no rules: they run on this PC, while Mel Desktop is open.</source>
        <translation>Ce serveur n’accepte pas de règles&#xa0;: elles s’appliquent sur ce poste, quand Mel Desktop est ouvert.</translation>
    </message>
    <message>
        <source>The server was not asked yet whether it takes rules.</source>
        <translation>On n’a pas encore demandé au serveur s’il accepte des règles.</translation>
    </message>
    <message>
        <source>Your changes leave for the server as soon as the line allows.</source>
        <translation>Vos modifications partent vers le serveur dès que la connexion le permet.</translation>
    </message>
    <message>
        <source>The server runs these rules, even when this PC is off.</source>
        <translation>Le serveur applique ces règles, même quand ce poste est éteint.</translation>
    </message>
    <message>
        <source>No rule of yours is active on the server.</source>
        <translation>Aucune de vos règles n’est active sur le serveur.</translation>
    </message>
    <message>
        <source>Delete the rule</source>
        <translation>Supprimer la règle</translation>
    </message>
    <message>
        <source>Delete the rule “{name}”?</source>
        <translation>Supprimer la règle «&#xa0;{name}&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <source>The server was asked.</source>
        <translation>Le serveur a répondu.</translation>
    </message>
    <message>
        <source>Done as soon as the server is reached.</source>
        <translation>Ce sera fait dès que le serveur sera joint.</translation>
    </message>
    <message>
        <source>This rule fits no message of the folder.</source>
        <translation>Cette règle ne concerne aucun message du dossier.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) cannot be judged: the text is not here.</source>
        <translation>
            <numerusform>%n message ne peut pas être examiné&#xa0;: son texte n’est pas ici.</numerusform>
            <numerusform>%n messages ne peuvent pas être examinés&#xa0;: leur texte n’est pas ici.</numerusform>
        </translation>
    </message>
    <message>
        <source>Apply now</source>
        <translation>Appliquer maintenant</translation>
    </message>
    <message numerus="yes">
        <source>Apply this rule to %n message(s) of the folder?</source>
        <translation>
            <numerusform>Appliquer cette règle à %n message du dossier&#xa0;?</numerusform>
            <numerusform>Appliquer cette règle à %n messages du dossier&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Appliquer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message numerus="yes">
        <source>Applied to %n message(s).</source>
        <translation>
            <numerusform>Appliquée à %n message.</numerusform>
            <numerusform>Appliquée à %n messages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RulesPage</name>
    <message>
        <source>What is too old leaves this PC little by little; the server keeps it, and opening a message fetches it again. Drafts, messages that wait for the server and what is on this PC only always stay.</source>
        <translation>Ce qui est trop ancien quitte ce poste peu à peu&#xa0;; le serveur le garde, et ouvrir un message le télécharge à nouveau. Les brouillons, les messages qui attendent le serveur et ce qui n’est que sur ce poste restent toujours.</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>A rule of its &amp;own</source>
        <translation>Une règle &amp;propre à ce dossier</translation>
    </message>
    <message>
        <source>Texts stay</source>
        <translation>Les textes restent</translation>
    </message>
    <message>
        <source>Attachments stay</source>
        <translation>Les pièces jointes restent</translation>
    </message>
    <message>
        <source>Spare fl&amp;agged messages</source>
        <translation>Épar&amp;gner les messages suivis</translation>
    </message>
    <message>
        <source>A&amp;ccount</source>
        <translation>&amp;Compte</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>D&amp;ossier</translation>
    </message>
    <message>
        <source>&amp;Texts stay</source>
        <translation>Les &amp;textes restent</translation>
    </message>
    <message>
        <source>Attach&amp;ments stay</source>
        <translation>Les pièces &amp;jointes restent</translation>
    </message>
    <message>
        <source>Rules in force</source>
        <translation>Règles en vigueur</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Textes</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Flagged</source>
        <translation>Suivis</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>toujours</translation>
    </message>
    <message>
        <source> days</source>
        <translation> jours</translation>
    </message>
    <message>
        <source>Your school lets texts stay {days} at most.</source>
        <translation>Votre établissement limite la conservation des textes à {days}.</translation>
    </message>
    <message>
        <source>Your school lets attachments stay {days} at most.</source>
        <translation>Votre établissement limite la conservation des pièces jointes à {days}.</translation>
    </message>
    <message>
        <source>The whole account</source>
        <translation>Tout le compte</translation>
    </message>
    <message>
        <source>spared</source>
        <translation>épargnés</translation>
    </message>
    <message>
        <source>not spared</source>
        <translation>non épargnés</translation>
    </message>
</context>
<context>
    <name>RunsDialog</name>
    <message>
        <source>What rules did on this PC</source>
        <translation>Ce que les règles ont fait sur ce poste</translation>
    </message>
    <message>
        <source>Messages that rules were about</source>
        <translation>Messages concernés par des règles</translation>
    </message>
    <message>
        <source>&amp;Take back</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>{what} (taken back)</source>
        <translation>{what} (annulé)</translation>
    </message>
    <message>
        <source>No rule did anything on this PC yet.</source>
        <translation>Aucune règle n’a encore rien fait sur ce poste.</translation>
    </message>
</context>
<context>
    <name>SaveTemplateDialog</name>
    <message>
        <source>Save as a template</source>
        <translation>Enregistrer comme modèle</translation>
    </message>
    <message>
        <source>Name of the template</source>
        <translation>Nom du modèle</translation>
    </message>
    <message>
        <source>Fields stand in braces, as in {example}. The recipients are not kept.</source>
        <translation>Les champs s’écrivent entre accolades, par exemple {example}. Les destinataires ne sont pas conservés.</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
</context>
<context>
    <name>SavedSearches</name>
    <message>
        <source>Delete the saved search</source>
        <translation>Supprimer la recherche enregistrée</translation>
    </message>
    <message>
        <source>Delete the saved search “{name}”?</source>
        <translation>Supprimer la recherche enregistrée «&#xa0;{name}&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>No message is deleted.</source>
        <translation>Aucun message n’est supprimé.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>SavingFiles</name>
    <message>
        <source>Fetch and save…</source>
        <translation>Récupérer et enregistrer…</translation>
    </message>
    <message>
        <source>Save the attachments</source>
        <translation>Enregistrer les pièces jointes</translation>
    </message>
    <message numerus="yes">
        <source>%n of these files can run a program or a hostile page. Save all the same?</source>
        <translation>
            <numerusform>%n de ces fichiers peut lancer un programme ou une page hostile. Enregistrer quand même&#xa0;?</numerusform>
            <numerusform>%n de ces fichiers peuvent lancer un programme ou une page hostile. Enregistrer quand même&#xa0;?</numerusform>
        </translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Récupérer</translation>
    </message>
    <message>
        <source>Fetch the attachments</source>
        <translation>Récupérer les pièces jointes</translation>
    </message>
    <message numerus="yes">
        <source>Fetch %n attachment(s)? {price}.</source>
        <translation>
            <numerusform>Récupérer %n pièce jointe&#xa0;? {price}.</numerusform>
            <numerusform>Récupérer %n pièces jointes&#xa0;? {price}.</numerusform>
        </translation>
    </message>
    <message>
        <source>It can be stopped at any time; what has come by then is kept.</source>
        <translation>On peut arrêter à tout moment&#xa0;; ce qui est déjà arrivé est gardé.</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved in {folder} ({size}).</source>
        <translation>
            <numerusform>%n fichier enregistré dans {folder} ({size}).</numerusform>
            <numerusform>%n fichiers enregistrés dans {folder} ({size}).</numerusform>
        </translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s)…</source>
        <translation>
            <numerusform>%n pièce jointe…</numerusform>
            <numerusform>%n pièces jointes…</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved; the others could not be fetched.</source>
        <translation>
            <numerusform>%n fichier enregistré&#xa0;; les autres n’ont pas pu être récupérés.</numerusform>
            <numerusform>%n fichiers enregistrés&#xa0;; les autres n’ont pas pu être récupérés.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SchoolsDialog</name>
    <message>
        <source>Fetch the directory of schools</source>
        <translation>Télécharger l’annuaire des établissements</translation>
    </message>
    <message>
        <source>Schools and services with their addresses, published by the ministry under the Licence Ouverte: some 9 MB once compressed. It is fetched when you ask for it, never by itself.</source>
        <translation>Établissements et services avec leurs adresses, publiés par le ministère sous Licence Ouverte&#xa0;: environ 9&#xa0;Mo une fois compressés. L’annuaire n’est téléchargé que si vous le demandez.</translation>
    </message>
    <message>
        <source>Départements or académies</source>
        <translation>Départements ou académies</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Known from public code that reads it; not verified from here.</source>
        <translation>Connue par du code public qui la lit&#xa0;; non vérifiée d’ici.</translation>
    </message>
    <message>
        <source>Numbers or names, parted by commas; nothing: the whole country.</source>
        <translation>Numéros ou noms, séparés par des virgules&#xa0;; rien&#xa0;: tout le pays.</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Télécharger</translation>
    </message>
</context>
<context>
    <name>SearchDesk</name>
    <message>
        <source>Search messages (Ctrl+F)</source>
        <translation>Rechercher (Ctrl+F)</translation>
    </message>
    <message>
        <source>Search messages</source>
        <translation>Rechercher des messages</translation>
    </message>
    <message>
        <source>Search messages, drafts and the directory. Shift+F1: help</source>
        <translation>Rechercher dans les messages, les brouillons et l’annuaire. Maj+F1&#xa0;: aide</translation>
    </message>
    <message numerus="yes">
        <source>The text of %n message(s) is not here.</source>
        <translation>
            <numerusform>Le texte de %n message n’est pas ici.</numerusform>
            <numerusform>Le texte de %n messages n’est pas ici.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are still to be indexed.</source>
        <translation>
            <numerusform>%n message reste à indexer.</numerusform>
            <numerusform>%n messages restent à indexer.</numerusform>
        </translation>
    </message>
    <message>
        <source>Search on the server</source>
        <translation>Chercher sur le serveur</translation>
    </message>
    <message>
        <source>Search on the server for about {size}?</source>
        <translation>Chercher sur le serveur pour environ {size}&#xa0;?</translation>
    </message>
    <message>
        <source>Your words are sent to the mail server. No message is fetched.</source>
        <translation>Vos mots sont envoyés au serveur de messagerie. Aucun message n’est téléchargé.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Chercher</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>Ne pas chercher</translation>
    </message>
    <message>
        <source>The server is searching…</source>
        <translation>Le serveur cherche…</translation>
    </message>
    <message numerus="yes">
        <source>The server found %n message(s) more.</source>
        <translation>
            <numerusform>Le serveur a trouvé %n message de plus.</numerusform>
            <numerusform>Le serveur a trouvé %n messages de plus.</numerusform>
        </translation>
    </message>
    <message>
        <source>The server found nothing more.</source>
        <translation>Le serveur n’a rien trouvé de plus.</translation>
    </message>
    <message numerus="yes">
        <source>%n of its messages are not known here yet: synchronise.</source>
        <translation>
            <numerusform>%n de ses messages n’est pas encore connu ici&#xa0;: synchronisez.</numerusform>
            <numerusform>%n de ses messages ne sont pas encore connus ici&#xa0;: synchronisez.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) could not be searched.</source>
        <translation>
            <numerusform>%n dossier n’a pas pu être interrogé.</numerusform>
            <numerusform>%n dossiers n’ont pas pu être interrogés.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Conditions: {list}</source>
        <translation>Conditions&#xa0;: {list}</translation>
    </message>
</context>
<context>
    <name>SearchHelp</name>
    <message>
        <source>Help with the search</source>
        <translation>Aide à la recherche</translation>
    </message>
    <message>
        <source>Accents and capitals do not matter. Other forms of a word are found too (élève, élèves), and so are school abbreviations and what they stand for (AESH, PAP…).</source>
        <translation>Les accents et les majuscules ne comptent pas. Les autres formes d’un mot sont trouvées aussi (élève, élèves), de même que les sigles de l’école et ce qu’ils désignent (AESH, PAP…).</translation>
    </message>
    <message>
        <source>What can be typed</source>
        <translation>Ce que l’on peut écrire</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Écrire</translation>
    </message>
    <message>
        <source>to find</source>
        <translation>pour trouver</translation>
    </message>
    <message>
        <source>Put into the search box</source>
        <translation>Mettre dans la recherche</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>&quot;class council&quot;</source>
        <translation>&quot;conseil de classe&quot;</translation>
    </message>
    <message>
        <source>these words one after the other, exactly</source>
        <translation>ces mots à la suite, exactement</translation>
    </message>
    <message>
        <source>meet*</source>
        <translation>réun*</translation>
    </message>
    <message>
        <source>words that begin so</source>
        <translation>les mots qui commencent ainsi</translation>
    </message>
    <message>
        <source>-holidays</source>
        <translation>-vacances</translation>
    </message>
    <message>
        <source>messages without this word</source>
        <translation>les messages sans ce mot</translation>
    </message>
    <message>
        <source>outing OR museum</source>
        <translation>sortie OU musée</translation>
    </message>
    <message>
        <source>one word or the other</source>
        <translation>l’un ou l’autre mot</translation>
    </message>
    <message>
        <source>class (outing OR museum)</source>
        <translation>classe (sortie OU musée)</translation>
    </message>
    <message>
        <source>brackets hold words together</source>
        <translation>les parenthèses réunissent des mots</translation>
    </message>
    <message>
        <source>from:durand</source>
        <translation>de:durand</translation>
    </message>
    <message>
        <source>by the sender</source>
        <translation>d’après l’expéditeur</translation>
    </message>
    <message>
        <source>to:martin</source>
        <translation>à:martin</translation>
    </message>
    <message>
        <source>by a recipient, in copy too</source>
        <translation>d’après un destinataire, copie comprise</translation>
    </message>
    <message>
        <source>subject:timetable</source>
        <translation>objet:horaires</translation>
    </message>
    <message>
        <source>in the subject only</source>
        <translation>dans l’objet seulement</translation>
    </message>
    <message>
        <source>file:programme</source>
        <translation>fichier:programme</translation>
    </message>
    <message>
        <source>in names and text of attachments</source>
        <translation>dans le nom et le texte des pièces jointes</translation>
    </message>
    <message>
        <source>has:attachment</source>
        <translation>a:pj</translation>
    </message>
    <message>
        <source>with attachments</source>
        <translation>avec pièces jointes</translation>
    </message>
    <message>
        <source>after:2026-09-01</source>
        <translation>après:01/09/2026</translation>
    </message>
    <message>
        <source>on this day or later</source>
        <translation>ce jour ou plus tard</translation>
    </message>
    <message>
        <source>before:yesterday</source>
        <translation>avant:hier</translation>
    </message>
    <message>
        <source>before this day</source>
        <translation>avant ce jour</translation>
    </message>
    <message>
        <source>folder:sent</source>
        <translation>dossier:envoyés</translation>
    </message>
    <message>
        <source>in folders of this name</source>
        <translation>dans les dossiers de ce nom</translation>
    </message>
    <message>
        <source>is:unread</source>
        <translation>est:non-lu</translation>
    </message>
    <message>
        <source>also read, flagged, answered, forwarded, draft</source>
        <translation>aussi lu, suivi, répondu, transféré, brouillon</translation>
    </message>
    <message>
        <source>size:&gt;1Mo</source>
        <translation>taille:&gt;1Mo</translation>
    </message>
    <message>
        <source>of this size or more; with &lt; less</source>
        <translation>de cette taille ou plus&#xa0;; avec &lt;, moins</translation>
    </message>
    <message>
        <source>tag:urgent</source>
        <translation>mot-clé:urgent</translation>
    </message>
    <message>
        <source>with this tag</source>
        <translation>avec cette étiquette</translation>
    </message>
    <message>
        <source>account:ac-rennes</source>
        <translation>compte:ac-rennes</translation>
    </message>
    <message>
        <source>of this account</source>
        <translation>de ce compte</translation>
    </message>
</context>
<context>
    <name>SearchNameDialog</name>
    <message>
        <source>Rename the search</source>
        <translation>Renommer la recherche</translation>
    </message>
    <message>
        <source>Save this search</source>
        <translation>Enregistrer cette recherche</translation>
    </message>
    <message>
        <source>Name of the search</source>
        <translation>Nom de la recherche</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Ce qui ne va pas</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>Searches for</source>
        <translation>Recherche</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Renommer</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
    <message>
        <source>A saved search has this name already.</source>
        <translation>Une recherche enregistrée porte déjà ce nom.</translation>
    </message>
</context>
<context>
    <name>SearchStrip</name>
    <message>
        <source>Order of the results</source>
        <translation>Ordre des résultats</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Les plus récents</translation>
    </message>
    <message>
        <source>Best match first</source>
        <translation>Les plus pertinents</translation>
    </message>
    <message>
        <source>Save this search…</source>
        <translation>Enregistrer…</translation>
    </message>
    <message>
        <source>Save this search</source>
        <translation>Enregistrer cette recherche</translation>
    </message>
    <message>
        <source>Search on the server too</source>
        <translation>Chercher aussi sur le serveur</translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s) are still to be read.</source>
        <translation>
            <numerusform>%n pièce jointe reste à lire.</numerusform>
            <numerusform>%n pièces jointes restent à lire.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SeedDialog</name>
    <message>
        <source>Hand over to another PC</source>
        <translation>Passer à un autre poste</translation>
    </message>
    <message>
        <source>Receive or prepare</source>
        <translation>Recevoir ou préparer</translation>
    </message>
    <message>
        <source>&amp;Receive on this PC</source>
        <translation>&amp;Recevoir sur ce poste</translation>
    </message>
    <message>
        <source>&amp;Prepare for another PC</source>
        <translation>Pré&amp;parer pour un autre poste</translation>
    </message>
    <message>
        <source>A seed is an encrypted file, on a USB stick for instance, that spares another PC a whole download. It holds what the server has: folders, messages, attachments. No password, no draft.</source>
        <translation>Une amorce est un fichier chiffré, sur une clé USB par exemple, qui évite à un autre poste de tout télécharger. Elle contient ce qu’a le serveur&#xa0;: dossiers, messages, pièces jointes. Ni mot de passe, ni brouillon.</translation>
    </message>
    <message>
        <source>Code of this PC</source>
        <translation>Code de ce poste</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>C&amp;opier</translation>
    </message>
    <message>
        <source>Seed file</source>
        <translation>Fichier d’amorce</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Choisir…</translation>
    </message>
    <message>
        <source>1. Give this code to the person who prepares the seed:</source>
        <translation>1. Donnez ce code à la personne qui prépare l’amorce&#xa0;:</translation>
    </message>
    <message>
        <source>2. Open the file that was prepared with it:</source>
        <translation>2. Ouvrez le fichier préparé avec ce code&#xa0;:</translation>
    </message>
    <message>
        <source>Code of the other PC</source>
        <translation>Code de l’autre poste</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Comptes</translation>
    </message>
    <message>
        <source>&amp;Everything again, also what an earlier seed for this code held</source>
        <translation>&amp;Tout reprendre, même ce qu’une amorce précédente contenait déjà</translation>
    </message>
    <message>
        <source>Seed file to write</source>
        <translation>Fichier d’amorce à écrire</translation>
    </message>
    <message>
        <source>Code of the other PC:</source>
        <translation>Code de l’autre poste&#xa0;:</translation>
    </message>
    <message>
        <source>Accounts:</source>
        <translation>Comptes&#xa0;:</translation>
    </message>
    <message>
        <source>Write to:</source>
        <translation>Enregistrer dans&#xa0;:</translation>
    </message>
    <message>
        <source>&amp;Open the seed</source>
        <translation>&amp;Ouvrir l’amorce</translation>
    </message>
    <message>
        <source>Pre&amp;pare the seed</source>
        <translation>Pré&amp;parer l’amorce</translation>
    </message>
    <message>
        <source>Opening the seed…</source>
        <translation>Ouverture de l’amorce…</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) added.</source>
        <translation>
            <numerusform>%n message ajouté.</numerusform>
            <numerusform>%n messages ajoutés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) were here already.</source>
        <translation>
            <numerusform>%n message était déjà présent.</numerusform>
            <numerusform>%n messages étaient déjà présents.</numerusform>
        </translation>
    </message>
    <message>
        <source>Prepared by the PC with the code {code}…</source>
        <translation>Préparée par le poste dont le code commence par {code}.</translation>
    </message>
    <message>
        <source>The account {email} was added: give its password.</source>
        <translation>Le compte {email} a été ajouté&#xa0;: donnez son mot de passe.</translation>
    </message>
    <message>
        <source>Left out, because the server has another state by now:</source>
        <translation>Laissés de côté, car le serveur a changé depuis&#xa0;:</translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) of yours</source>
        <translation>
            <numerusform>%n de vos modèles</numerusform>
            <numerusform>%n de vos modèles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) of your own dictionary</source>
        <translation>
            <numerusform>%n mot de votre dictionnaire</numerusform>
            <numerusform>%n mots de votre dictionnaire</numerusform>
        </translation>
    </message>
    <message>
        <source>Preparing the seed…</source>
        <translation>Préparation de l’amorce…</translation>
    </message>
    <message>
        <source>The seed is written: {path} ({size}).</source>
        <translation>L’amorce est écrite&#xa0;: {path} ({size}).</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
    <message>
        <source>The other PC will show that it comes from {code}…</source>
        <translation>L’autre poste indiquera qu’elle vient du code {code}.</translation>
    </message>
</context>
<context>
    <name>SendChecksDialog</name>
    <message>
        <source>Before it leaves</source>
        <translation>Avant l’envoi</translation>
    </message>
    <message>
        <source>&amp;Back to the message</source>
        <translation>&amp;Revenir au message</translation>
    </message>
    <message>
        <source>Your school’s policy does not allow it: it must be mended.</source>
        <translation>Votre service informatique ne le permet pas&#xa0;: il faut corriger.</translation>
    </message>
    <message>
        <source>Send as it is</source>
        <translation>Envoyer tel quel</translation>
    </message>
</context>
<context>
    <name>SendFlow</name>
    <message>
        <source>A file is still being attached. Send in a moment.</source>
        <translation>Un fichier est en cours d’ajout. Envoyez dans un instant.</translation>
    </message>
    <message>
        <source>The attached files are being looked into…</source>
        <translation>Les pièces jointes sont examinées…</translation>
    </message>
</context>
<context>
    <name>SendLaterDialog</name>
    <message>
        <source>Send later</source>
        <translation>Envoyer plus tard</translation>
    </message>
    <message>
        <source>Hours that are offered</source>
        <translation>Heures proposées</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Heure</translation>
    </message>
    <message>
        <source>What is known of that hour</source>
        <translation>Ce que l’on sait de cette heure</translation>
    </message>
    <message>
        <source>&amp;Remind me if no answer has come by</source>
        <translation>Me le &amp;rappeler sans réponse le</translation>
    </message>
    <message>
        <source>Day of the reminder</source>
        <translation>Jour du rappel</translation>
    </message>
    <message>
        <source>&amp;Send at that hour</source>
        <translation>&amp;Envoyer à cette heure</translation>
    </message>
    <message>
        <source>Sch&amp;ool days…</source>
        <translation>&amp;Jours de classe…</translation>
    </message>
    <message>
        <source>&amp;Date</source>
        <translation>&amp;Date</translation>
    </message>
    <message>
        <source>&amp;Time</source>
        <translation>&amp;Heure</translation>
    </message>
    <message>
        <source>School holidays of &amp;zone</source>
        <translation>&amp;Zone de vacances</translation>
    </message>
    <message>
        <source>This is outside school hours: people may be resting then.</source>
        <translation>C’est en dehors des heures de classe&#xa0;: vos correspondants se reposent peut-être.</translation>
    </message>
    <message>
        <source>Choose the zone, so that school holidays are known.</source>
        <translation>Choisissez la zone pour que les vacances scolaires soient connues.</translation>
    </message>
    <message>
        <source>The school holidays of {zone} are not known here: only week-ends and public holidays are.</source>
        <translation>Les vacances scolaires de la zone «&#xa0;{zone}&#xa0;» ne sont pas connues ici&#xa0;: seuls les week-ends et les jours fériés le sont.</translation>
    </message>
    <message>
        <source>The school calendar does not reach so far: only week-ends and public holidays are known.</source>
        <translation>Le calendrier scolaire ne va pas si loin&#xa0;: seuls les week-ends et les jours fériés sont connus.</translation>
    </message>
</context>
<context>
    <name>ServerFields</name>
    <message>
        <source>{title}: name</source>
        <translation>{title}&#xa0;: nom</translation>
    </message>
    <message>
        <source>{title}: security</source>
        <translation>{title}&#xa0;: sécurité</translation>
    </message>
    <message>
        <source>{title}: port</source>
        <translation>{title}&#xa0;: port</translation>
    </message>
    <message>
        <source>Other servers</source>
        <translation>Autres serveurs</translation>
    </message>
    <message>
        <source>{title}: other servers found</source>
        <translation>{title}&#xa0;: autres serveurs trouvés</translation>
    </message>
    <message>
        <source>Typed by you</source>
        <translation>Saisi par vous</translation>
    </message>
</context>
<context>
    <name>ServerWords</name>
    <message>
        <source>from your IT department</source>
        <translation>indiqué par votre service informatique</translation>
    </message>
    <message>
        <source>from the table of mail services</source>
        <translation>table des messageries</translation>
    </message>
    <message>
        <source>published by the domain</source>
        <translation>publié par le domaine</translation>
    </message>
    <message>
        <source>from DNS (SRV)</source>
        <translation>d’après le DNS (SRV)</translation>
    </message>
    <message>
        <source>from DNS (who takes the mail of the domain)</source>
        <translation>d’après le DNS (qui reçoit le courrier du domaine)</translation>
    </message>
    <message>
        <source>a usual name</source>
        <translation>nom usuel</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>vérifié</translation>
    </message>
    <message>
        <source>stated</source>
        <translation>indiqué</translation>
    </message>
    <message>
        <source>guessed</source>
        <translation>deviné</translation>
    </message>
    <message>
        <source>not tried yet</source>
        <translation>pas encore essayé</translation>
    </message>
    <message>
        <source>it answers, and its identity is checked</source>
        <translation>répond, identité vérifiée</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>pas de réponse</translation>
    </message>
    <message>
        <source>its identity could not be checked</source>
        <translation>identité non vérifiable</translation>
    </message>
    <message>
        <source>no private connection</source>
        <translation>pas de connexion chiffrée</translation>
    </message>
    <message>
        <source>of another domain, without proof</source>
        <translation>autre domaine, sans preuve</translation>
    </message>
    <message>
        <source>initial and surname, for instance jdupont</source>
        <translation>initiale et nom, par exemple jdupont</translation>
    </message>
    <message>
        <source>the whole address</source>
        <translation>l’adresse entière</translation>
    </message>
    <message>
        <source>what stands before the @</source>
        <translation>ce qui précède le @</translation>
    </message>
    <message>
        <source>a name of its own</source>
        <translation>un nom particulier</translation>
    </message>
    <message>
        <source>the académie&apos;s password</source>
        <translation>le mot de passe académique</translation>
    </message>
    <message>
        <source>a password for programs</source>
        <translation>un mot de passe pour les logiciels</translation>
    </message>
    <message>
        <source>in the browser (OAuth 2.0)</source>
        <translation>par le navigateur (OAuth 2.0)</translation>
    </message>
    <message>
        <source>National service (messagerie.education.gouv.fr)</source>
        <translation>Messagerie nationale (messagerie.education.gouv.fr)</translation>
    </message>
    <message>
        <source>The académie&apos;s own service ({name})</source>
        <translation>Messagerie de l’académie ({name})</translation>
    </message>
    <message>
        <source>those of the national service</source>
        <translation>celles de la messagerie nationale</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>inconnues</translation>
    </message>
    <message>
        <source>Mail services</source>
        <translation>Messageries</translation>
    </message>
    <message>
        <source>School holidays</source>
        <translation>Vacances scolaires</translation>
    </message>
    <message>
        <source>Sending limits</source>
        <translation>Limites d’envoi</translation>
    </message>
    <message>
        <source>Services to turn to</source>
        <translation>Services à qui s’adresser</translation>
    </message>
    <message>
        <source>came with the program</source>
        <translation>livré avec le logiciel</translation>
    </message>
    <message>
        <source>from an update file</source>
        <translation>fichier de mise à jour</translation>
    </message>
</context>
<context>
    <name>ServersPage</name>
    <message>
        <source>The servers are being looked for</source>
        <translation>Recherche des serveurs en cours</translation>
    </message>
    <message>
        <source>Receiving server (IMAP)</source>
        <translation>Serveur de réception (IMAP)</translation>
    </message>
    <message>
        <source>Sending server (SMTP)</source>
        <translation>Serveur d’envoi (SMTP)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Choose a &amp;file…</source>
        <translation>Choisir un &amp;fichier…</translation>
    </message>
    <message>
        <source>Choose a file of certificates</source>
        <translation>Choisir un fichier de certificats</translation>
    </message>
    <message>
        <source>&amp;Receiving (IMAP)</source>
        <translation>&amp;Réception (IMAP)</translation>
    </message>
    <message>
        <source>&amp;Sending (SMTP)</source>
        <translation>&amp;Envoi (SMTP)</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <source>Extra certificates</source>
        <translation>Certificats en plus</translation>
    </message>
    <message>
        <source>The connection is always private: without TLS nothing is sent.</source>
        <translation>La connexion est toujours chiffrée&#xa0;: sans TLS, rien n’est envoyé.</translation>
    </message>
    <message>
        <source>Looking for the servers of {domain}. Only this name leaves the PC.</source>
        <translation>Recherche des serveurs de {domain}. Seul ce nom quitte le poste.</translation>
    </message>
    <message>
        <source>Nothing was asked on the network. The servers that are known were filled in; they are tried at the first connection.</source>
        <translation>Rien n’a été demandé sur le réseau. Les serveurs connus sont renseignés&#xa0;; ils seront essayés à la première connexion.</translation>
    </message>
    <message>
        <source>Nothing was asked on the network, and not every server of this address is known. Type their names, or come back when you are connected.</source>
        <translation>Rien n’a été demandé sur le réseau, et les serveurs de cette adresse ne sont pas tous connus. Saisissez leurs noms, ou revenez une fois connecté.</translation>
    </message>
    <message>
        <source>Two services answer: the académie&apos;s and the national one. If the first is not yours, go back and choose the other.</source>
        <translation>Deux messageries répondent&#xa0;: celle de l’académie et la messagerie nationale. Si celle qui est proposée n’est pas la vôtre, revenez en arrière et choisissez l’autre.</translation>
    </message>
    <message>
        <source>Found. Check them, and change what you know better.</source>
        <translation>Serveurs trouvés. Vérifiez-les, et corrigez ce que vous savez mieux.</translation>
    </message>
    <message>
        <source>{host} answers, but its identity could not be checked. If your school has certificates of its own, choose their file below; else ask your IT department.</source>
        <translation>{host} répond, mais son identité n’a pas pu être vérifiée. Si votre établissement a ses propres certificats, choisissez leur fichier ci-dessous&#xa0;; sinon, demandez à votre service informatique.</translation>
    </message>
    <message>
        <source>One of the two servers was found. Your académie gives the other name.</source>
        <translation>Un des deux serveurs a été trouvé. Votre académie vous donne le nom de l’autre.</translation>
    </message>
    <message>
        <source>No server was found. Your académie gives these names.</source>
        <translation>Aucun serveur n’a été trouvé. Votre académie vous donne ces noms.</translation>
    </message>
    <message>
        <source>DNS names a server of another domain: {host}.</source>
        <translation>Le DNS désigne un serveur d’un autre domaine&#xa0;: {host}.</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>Examiner…</translation>
    </message>
    <message>
        <source>A server of another domain</source>
        <translation>Un serveur d’un autre domaine</translation>
    </message>
    <message>
        <source>Use {host} for your mail?</source>
        <translation>Utiliser {host} pour votre courrier&#xa0;?</translation>
    </message>
    <message>
        <source>Only DNS names it, and DNS can be forged on a network. Your password would go to this server. Say yes only if you know that your mail is kept there.</source>
        <translation>Seul le DNS le désigne, et le DNS peut être falsifié sur un réseau. Votre mot de passe irait à ce serveur. N’acceptez que si vous savez que votre courrier s’y trouve.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>L’utiliser</translation>
    </message>
    <message>
        <source>Do not use it</source>
        <translation>Ne pas l’utiliser</translation>
    </message>
    <message>
        <source>This service signs in through the browser (OAuth 2.0), not with a password.</source>
        <translation>Ce service se connecte par le navigateur (OAuth 2.0), et non par un mot de passe.</translation>
    </message>
    <message>
        <source>This service wants a password made for programs; the page before says how.</source>
        <translation>Ce service demande un mot de passe créé pour les logiciels&#xa0;; la page précédente dit comment.</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Certificats (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>New e-mail address</source>
        <translation>Nouvelle adresse</translation>
    </message>
    <message>
        <source>Login of the new service</source>
        <translation>Identifiant de la nouvelle messagerie</translation>
    </message>
    <message>
        <source>Password of the new service</source>
        <translation>Mot de passe de la nouvelle messagerie</translation>
    </message>
    <message>
        <source>Your mail, drafts and messages that wait stay in this account: only its servers change. Nothing changes before the new servers have taken the password.</source>
        <translation>Vos messages, vos brouillons et vos envois en attente restent dans ce compte&#xa0;: seuls ses serveurs changent. Rien ne change tant que les nouveaux serveurs n’ont pas accepté le mot de passe.</translation>
    </message>
    <message>
        <source>E-mail &amp;address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>&amp;Login</source>
        <translation>&amp;Identifiant</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Mot de passe</translation>
    </message>
    <message>
        <source>The national service wants the whole address as login, and an application password, made in the webmail: Preferences, “Mots de passe sécurisés”.</source>
        <translation>La messagerie nationale demande l’adresse entière comme identifiant, et un mot de passe d’application, à créer dans le webmail&#xa0;: Préférences, «&#xa0;Mots de passe sécurisés&#xa0;».</translation>
    </message>
    <message>
        <source>&amp;Find the servers</source>
        <translation>&amp;Trouver les serveurs</translation>
    </message>
    <message>
        <source>Find the servers</source>
        <translation>Trouver les serveurs</translation>
    </message>
    <message>
        <source>What is known was filled in; please check it.</source>
        <translation>Ce qui est connu a été rempli&#xa0;; vérifiez-le.</translation>
    </message>
    <message>
        <source>Nothing was found that is sure: your académie gives these names.</source>
        <translation>Rien de sûr n’a été trouvé&#xa0;: votre académie donne ces noms.</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Réglages</translation>
    </message>
    <message>
        <source>Find a setting…</source>
        <translation>Trouver un paramètre…</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>Trouver un paramètre</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>Pages des paramètres</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Aucun paramètre ne contient ces mots.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apparence</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Langue</translation>
    </message>
    <message>
        <source>As the system (French first)</source>
        <translation>Comme le système (français d’abord)</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Comme le système</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clair</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Sombre</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>Contraste</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>Habituel</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Élevé</translation>
    </message>
    <message>
        <source>Size of letters</source>
        <translation>Taille des lettres</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>Densité</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Aérée</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compacte</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenêtre</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Disposition</translation>
    </message>
    <message>
        <source>Three columns</source>
        <translation>Trois colonnes</translation>
    </message>
    <message>
        <source>Message below the list</source>
        <translation>Message sous la liste</translation>
    </message>
    <message>
        <source>List alone</source>
        <translation>Liste seule</translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation>Barre d’outils</translation>
    </message>
    <message>
        <source>Icons and words</source>
        <translation>Icônes et texte</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>Icônes</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>Texte</translation>
    </message>
    <message>
        <source>Go on where it stopped: folder, message, letters being written</source>
        <translation>Reprendre où vous en étiez&#xa0;: dossier, message, lettres en cours</translation>
    </message>
    <message>
        <source>An icon beside the clock, with the number of unread messages</source>
        <translation>Une icône près de l’horloge, avec le nombre de messages non lus</translation>
    </message>
    <message>
        <source>Closing the window leaves the program beside the clock</source>
        <translation>Fermer la fenêtre laisse le programme près de l’horloge</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lecture</translation>
    </message>
    <message>
        <source>Open messages as plain text</source>
        <translation>Ouvrir les messages en texte brut</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Notifications</translation>
    </message>
    <message>
        <source>New messages</source>
        <translation>Nouveaux messages</translation>
    </message>
    <message>
        <source>Sender and subject</source>
        <translation>Expéditeur et objet</translation>
    </message>
    <message>
        <source>Their number only</source>
        <translation>Leur nombre seulement</translation>
    </message>
    <message>
        <source>Not announced</source>
        <translation>Pas d’annonce</translation>
    </message>
    <message>
        <source>Shared PC: only ever tell how many came</source>
        <translation>Poste partagé&#xa0;: n’annoncer que leur nombre</translation>
    </message>
    <message>
        <source>Nothing in quiet hours: evenings, weekends, school holidays</source>
        <translation>Rien aux heures calmes&#xa0;: soirs, week-ends, vacances scolaires</translation>
    </message>
    <message>
        <source>Nothing during lessons</source>
        <translation>Rien pendant les cours</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Ce poste</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <source>Addresses in other programs (mailto:)</source>
        <translation>Adresses dans les autres programmes (mailto:)</translation>
    </message>
    <message>
        <source>Message files (.eml)</source>
        <translation>Fichiers de message (.eml)</translation>
    </message>
    <message>
        <source>Other settings</source>
        <translation>Autres paramètres</translation>
    </message>
    <message>
        <source>Hours are written like 08:00-12:00, 13:30-17:00.</source>
        <translation>Les heures s’écrivent 08:00-12:00, 13:30-17:00.</translation>
    </message>
    <message>
        <source>Monday to Saturday. Empty: announced in lessons too.</source>
        <translation>Du lundi au samedi. Vide&#xa0;: annoncé aussi pendant les cours.</translation>
    </message>
    <message>
        <source>Opened by Mel Desktop.</source>
        <translation>Ouverts par Mel Desktop.</translation>
    </message>
    <message>
        <source>Opened by another program. Choose Mel Desktop in the settings of the system, under default applications.</source>
        <translation>Ouverts par un autre programme. Choisissez Mel Desktop dans les paramètres du système, aux applications par défaut.</translation>
    </message>
    <message>
        <source>The system does not tell which program opens them.</source>
        <translation>Le système ne dit pas quel programme les ouvre.</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>La langue change au prochain démarrage.</translation>
    </message>
</context>
<context>
    <name>SmimeStrip</name>
    <message>
        <source>S/MIME: being checked…</source>
        <translation>S/MIME&#xa0;: vérification en cours…</translation>
    </message>
    <message>
        <source>This message is signed or encrypted (S/MIME). It was not checked: that takes all of it.</source>
        <translation>Ce message est signé ou chiffré (S/MIME). Il n’a pas été vérifié&#xa0;: il faut pour cela le message entier.</translation>
    </message>
    <message>
        <source>Fetch and check ({size})</source>
        <translation>Télécharger et vérifier ({size})</translation>
    </message>
    <message>
        <source>The S/MIME signature or encryption was not checked: {why}</source>
        <translation>La signature ou le chiffrement S/MIME n’a pas été vérifié&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>It is not signed: nothing proves who wrote it.</source>
        <translation>Il n’est pas signé&#xa0;: rien ne prouve qui l’a écrit.</translation>
    </message>
    <message>
        <source>Only a part of this message is signed (S/MIME); it was not checked.</source>
        <translation>Seule une partie de ce message est signée ou chiffrée (S/MIME)&#xa0;; elle n’a été ni vérifiée ni ouverte.</translation>
    </message>
    <message>
        <source>What it holds cannot be read.</source>
        <translation>Son contenu ne peut pas être lu.</translation>
    </message>
    <message>
        <source>This message was encrypted for you; it was opened with your key.</source>
        <translation>Ce message était chiffré pour vous&#xa0;; il a été ouvert avec votre clé.</translation>
    </message>
    <message>
        <source>This message is encrypted (S/MIME) for a certificate whose key is not here. Import your certificate (Shift+F9), then open the message again.</source>
        <translation>Ce message est chiffré (S/MIME) pour un certificat dont la clé n’est pas ici. Importez votre certificat (Maj+F9), puis ouvrez de nouveau le message.</translation>
    </message>
    <message>
        <source>This message is encrypted (S/MIME) in a way that is not known here.</source>
        <translation>Ce message est chiffré (S/MIME) par un procédé qui n’est pas connu ici.</translation>
    </message>
    <message>
        <source>This message is encrypted (S/MIME), and was altered on its way: nothing of it is shown. Ask for it again.</source>
        <translation>Ce message est chiffré (S/MIME) et a été modifié en chemin&#xa0;: rien n’en est affiché. Demandez qu’on vous le renvoie.</translation>
    </message>
    <message>
        <source>This message is encrypted (S/MIME), and damaged: it cannot be opened.</source>
        <translation>Ce message est chiffré (S/MIME) et abîmé&#xa0;: il ne peut pas être ouvert.</translation>
    </message>
    <message>
        <source>it was made in a way that is not known here</source>
        <translation>elle a été faite par un procédé qui n’est pas connu ici</translation>
    </message>
    <message>
        <source>the certificate does not come with it</source>
        <translation>le certificat ne l’accompagne pas</translation>
    </message>
    <message>
        <source>too many people signed</source>
        <translation>trop de personnes ont signé</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>elle est abîmée</translation>
    </message>
    <message>
        <source>The signature could not be checked: {why}.</source>
        <translation>La signature n’a pas pu être vérifiée&#xa0;: {why}.</translation>
    </message>
    <message>
        <source>Signed by {who}, unaltered. Vouched for by {authority} (whether it was revoked since is not looked up).</source>
        <translation>Signé par {who}, et non modifié depuis. Garanti par {authority} (une révocation éventuelle n’est pas recherchée).</translation>
    </message>
    <message>
        <source>Signed by {who}, but the message says that it comes from another address.</source>
        <translation>Signé par {who}, mais le message dit venir d’une autre adresse.</translation>
    </message>
    <message>
        <source>Signed by {who}, in an old way that can be forged: it proves nothing.</source>
        <translation>Signé par {who}, par un procédé ancien qui peut être contrefait&#xa0;: cela ne prouve rien.</translation>
    </message>
    <message>
        <source>Signed by {who}, with a certificate that was not in force then (until {day}).</source>
        <translation>Signé par {who}, avec un certificat qui n’était pas valable à cette date (échéance&#xa0;: {day}).</translation>
    </message>
    <message>
        <source>Signed in the name of {who}, but {authority} is an authority that this PC does not know: it proves nothing.</source>
        <translation>Signé au nom de {who}, mais {authority} est une autorité que ce poste ne connaît pas&#xa0;: cela ne prouve rien.</translation>
    </message>
    <message>
        <source>The message was altered after it was signed in the name of {who}: do not trust it.</source>
        <translation>Le message a été modifié après avoir été signé au nom de {who}&#xa0;: ne vous y fiez pas.</translation>
    </message>
    <message>
        <source>Encrypted with OpenPGP: not supported here. Save the attachment and open it with a program for OpenPGP.</source>
        <translation>Chiffré avec OpenPGP&#xa0;: non pris en charge ici. Enregistrez la pièce jointe et ouvrez-la avec un logiciel OpenPGP.</translation>
    </message>
    <message>
        <source>Signed with OpenPGP: not supported here; the signature was not checked.</source>
        <translation>Signé avec OpenPGP&#xa0;: non pris en charge ici&#xa0;; la signature n’a pas été vérifiée.</translation>
    </message>
</context>
<context>
    <name>SnoozeDialog</name>
    <message>
        <source>Snooze</source>
        <translation>Mettre en veille</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) leave the list and come back on top of it. Other programs see them unchanged.</source>
        <translation>
            <numerusform>%n message quitte la liste et reviendra en haut. Les autres logiciels le voient inchangé.</numerusform>
            <numerusform>%n messages quittent la liste et reviendront en haut. Les autres logiciels les voient inchangés.</numerusform>
        </translation>
    </message>
    <message>
        <source>Hours that are offered</source>
        <translation>Moments proposés</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Heure</translation>
    </message>
    <message>
        <source>&amp;Date</source>
        <translation>&amp;Date</translation>
    </message>
    <message>
        <source>&amp;Time</source>
        <translation>&amp;Heure</translation>
    </message>
    <message>
        <source>&amp;Snooze until then</source>
        <translation>Mettre en &amp;veille</translation>
    </message>
    <message>
        <source>In an hour</source>
        <translation>Dans une heure</translation>
    </message>
    <message>
        <source>This evening</source>
        <translation>Ce soir</translation>
    </message>
    <message>
        <source>Tomorrow morning</source>
        <translation>Demain matin</translation>
    </message>
    <message>
        <source>Next school day</source>
        <translation>Prochain jour de classe</translation>
    </message>
    <message>
        <source>Next week, Monday morning</source>
        <translation>La semaine prochaine, lundi matin</translation>
    </message>
    <message>
        <source>After the holidays</source>
        <translation>Après les vacances</translation>
    </message>
</context>
<context>
    <name>SoundnessDesk</name>
    <message>
        <source>The disk is full. Nothing that was saved is lost, and you can read and search. Make some room (empty the bin, move large files): work then goes on by itself.</source>
        <translation>Le disque est plein. Rien de ce qui était enregistré n’est perdu&#xa0;; vous pouvez lire et chercher. Libérez de la place (videz la corbeille, déplacez de gros fichiers)&#xa0;: le travail reprendra de lui-même.</translation>
    </message>
    <message>
        <source>The vault cannot be written to. Nothing that was saved is lost, and you can read and search. Check the rights on the folder and the antivirus: work then goes on by itself.</source>
        <translation>Impossible d’écrire dans le coffre. Rien de ce qui était enregistré n’est perdu&#xa0;; vous pouvez lire et chercher. Vérifiez les droits sur le dossier et l’antivirus&#xa0;: le travail reprendra de lui-même.</translation>
    </message>
    <message>
        <source>A part of the vault is damaged. The rest is intact.</source>
        <translation>Une partie du coffre est endommagée. Le reste est intact.</translation>
    </message>
    <message>
        <source>What does that mean?</source>
        <translation>Qu’est-ce que cela veut dire&#xa0;?</translation>
    </message>
</context>
<context>
    <name>SoundnessDialog</name>
    <message>
        <source>Check the vault</source>
        <translation>Vérifier le coffre</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Ce qui a été trouvé</translation>
    </message>
    <message>
        <source>&amp;Check now</source>
        <translation>&amp;Vérifier maintenant</translation>
    </message>
    <message>
        <source>&amp;Repair</source>
        <translation>&amp;Réparer</translation>
    </message>
    <message>
        <source>I have &amp;read this</source>
        <translation>J’ai &amp;lu ceci</translation>
    </message>
    <message>
        <source>&amp;Delete the file kept aside</source>
        <translation>&amp;Supprimer le fichier mis de côté</translation>
    </message>
    <message>
        <source>C&amp;ancel</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>&amp;Fermer</translation>
    </message>
    <message>
        <source>Something was noticed when the vault was opened.</source>
        <translation>Une anomalie a été remarquée à l’ouverture du coffre.</translation>
    </message>
    <message>
        <source>Are all your messages intact?</source>
        <translation>Tous vos messages sont-ils intacts&#xa0;?</translation>
    </message>
    <message>
        <source>Every page of the vault, every text and every attachment is read and verified. Nothing is changed, and you can go on working meanwhile.</source>
        <translation>Chaque page du coffre, chaque texte et chaque pièce jointe sont lus et vérifiés. Rien n’est modifié, et vous pouvez continuer à travailler pendant ce temps.</translation>
    </message>
    <message>
        <source>If you or your IT service put this copy in place on purpose, say that this is what you want. If not, close Mel Desktop and put the newest copy of its folder back: what you write before then is in this copy only.</source>
        <translation>Si vous ou votre service informatique avez remis cette copie exprès, dites que c’est ce que vous voulez. Sinon, fermez Mel Desktop et remettez en place la copie la plus récente de son dossier&#xa0;: ce que vous écrivez d’ici là n’est que dans cette copie.</translation>
    </message>
    <message>
        <source>What the server has comes back with the next sync. Look at your drafts, your outbox and the waiting changes: what you wrote last may have to be written again.</source>
        <translation>Ce que le serveur possède revient à la prochaine synchronisation. Regardez vos brouillons, votre boîte d’envoi et les changements en attente&#xa0;: ce que vous avez écrit en dernier est peut-être à récrire.</translation>
    </message>
    <message>
        <source>This is what I &amp;want</source>
        <translation>C’est ce &amp;que je veux</translation>
    </message>
    <message>
        <source>The vault is being checked…</source>
        <translation>Vérification du coffre en cours…</translation>
    </message>
    <message>
        <source>A part of the vault is damaged. The rest is intact.</source>
        <translation>Une partie du coffre est endommagée. Le reste est intact.</translation>
    </message>
    <message>
        <source>Repair keeps all that is intact. What the server has is fetched again; what only this PC had and cannot be saved is named.</source>
        <translation>La réparation garde tout ce qui est intact. Ce que le serveur possède est repris chez lui&#xa0;; ce qui n’était que sur ce poste et ne peut pas être sauvé est nommé.</translation>
    </message>
    <message>
        <source>Everything that is here is intact.</source>
        <translation>Tout ce qui est ici est intact.</translation>
    </message>
    <message>
        <source>Everything is intact.</source>
        <translation>Tout est intact.</translation>
    </message>
    <message>
        <source>The vault is being repaired…</source>
        <translation>Réparation du coffre en cours…</translation>
    </message>
</context>
<context>
    <name>SoundnessWords</name>
    <message numerus="yes">
        <source>%n change(s) that this PC had saved are missing since {when}: an older copy of the vault has come back.</source>
        <translation>
            <numerusform>%n modification que ce poste avait enregistrée manque depuis le {when}&#xa0;: une copie plus ancienne du coffre est revenue.</numerusform>
            <numerusform>%n modifications que ce poste avait enregistrées manquent depuis le {when}&#xa0;: une copie plus ancienne du coffre est revenue.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This vault is an older copy: %n change(s) that were saved on this PC are missing (noticed on {when}).</source>
        <translation>
            <numerusform>Ce coffre est une copie plus ancienne&#xa0;: %n modification enregistrée sur ce poste manque (constaté le {when}).</numerusform>
            <numerusform>Ce coffre est une copie plus ancienne&#xa0;: %n modifications enregistrées sur ce poste manquent (constaté le {when}).</numerusform>
        </translation>
    </message>
    <message>
        <source>The last changes before {when} may be missing: the file that held them was damaged or removed.</source>
        <translation>Les dernières modifications avant le {when} manquent peut-être&#xa0;: le fichier qui les contenait a été endommagé ou retiré.</translation>
    </message>
    <message>
        <source>The file {file} was damaged. It was made anew on {when}; nothing of yours is lost.</source>
        <translation>Le fichier {file} était endommagé. Il a été refait le {when}&#xa0;; vous n’avez rien perdu.</translation>
    </message>
    <message>
        <source>The weekly check is under way in the background ({share} %).</source>
        <translation>La vérification hebdomadaire est en cours en arrière-plan ({share} %).</translation>
    </message>
    <message>
        <source>The vault has not been checked as a whole yet. It is done by itself once a week, while nobody uses the PC.</source>
        <translation>Le coffre n’a pas encore été vérifié en entier. C’est fait tout seul une fois par semaine, quand personne n’utilise le poste.</translation>
    </message>
    <message>
        <source>Last check of the whole vault: {when}. Everything was intact.</source>
        <translation>Dernière vérification complète du coffre&#xa0;: {when}. Tout était intact.</translation>
    </message>
    <message numerus="yes">
        <source>Last check of the whole vault: {when}. %n damaged part(s) were found.</source>
        <translation>
            <numerusform>Dernière vérification complète du coffre&#xa0;: {when}. %n partie endommagée a été trouvée.</numerusform>
            <numerusform>Dernière vérification complète du coffre&#xa0;: {when}. %n parties endommagées ont été trouvées.</numerusform>
        </translation>
    </message>
    <message>
        <source>An index is damaged. It can be made anew; nothing is lost.</source>
        <translation>Un index est endommagé. Il peut être refait&#xa0;; rien n’est perdu.</translation>
    </message>
    <message>
        <source>An unused part of the vault is damaged. Nothing is lost.</source>
        <translation>Une partie inutilisée du coffre est endommagée. Rien n’est perdu.</translation>
    </message>
    <message>
        <source>Damaged: {what} ({name}, {file})</source>
        <translation>Endommagé&#xa0;: {what} ({name}, {file})</translation>
    </message>
    <message>
        <source>texts of messages</source>
        <translation>textes de messages</translation>
    </message>
    <message>
        <source>attachments and whole messages</source>
        <translation>pièces jointes et messages entiers</translation>
    </message>
    <message>
        <source>lists of attachments</source>
        <translation>listes de pièces jointes</translation>
    </message>
    <message>
        <source>lists of messages</source>
        <translation>listes de messages</translation>
    </message>
    <message>
        <source>folders</source>
        <translation>dossiers</translation>
    </message>
    <message>
        <source>drafts</source>
        <translation>brouillons</translation>
    </message>
    <message>
        <source>attachments of drafts</source>
        <translation>pièces jointes de brouillons</translation>
    </message>
    <message>
        <source>messages to be sent</source>
        <translation>messages à envoyer</translation>
    </message>
    <message>
        <source>changes waiting for the server</source>
        <translation>changements en attente pour le serveur</translation>
    </message>
    <message>
        <source>the directory</source>
        <translation>l’annuaire</translation>
    </message>
    <message>
        <source>settings of accounts</source>
        <translation>réglages de comptes</translation>
    </message>
    <message>
        <source>a part of the vault</source>
        <translation>une partie du coffre</translation>
    </message>
    <message>
        <source>a file of the vault</source>
        <translation>un fichier du coffre</translation>
    </message>
    <message>
        <source>number {n}</source>
        <translation>numéro {n}</translation>
    </message>
    <message>
        <source>message: {name}</source>
        <translation>message&#xa0;: {name}</translation>
    </message>
    <message>
        <source>draft: {name}</source>
        <translation>brouillon&#xa0;: {name}</translation>
    </message>
    <message>
        <source>attachment of a draft: {name}</source>
        <translation>pièce jointe d’un brouillon&#xa0;: {name}</translation>
    </message>
    <message>
        <source>message to be sent: {name}</source>
        <translation>message à envoyer&#xa0;: {name}</translation>
    </message>
    <message>
        <source>change waiting for the server: {name}</source>
        <translation>changement en attente pour le serveur&#xa0;: {name}</translation>
    </message>
    <message>
        <source>all that stood in “{name}” of the vault</source>
        <translation>tout ce que contenait «&#xa0;{name}&#xa0;» dans le coffre</translation>
    </message>
    <message>
        <source>The vault is repaired.</source>
        <translation>Le coffre est réparé.</translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) or attachment(s) come from the server again with the next sync.</source>
        <translation>
            <numerusform>%n texte ou pièce jointe revient du serveur à la prochaine synchronisation.</numerusform>
            <numerusform>%n textes ou pièces jointes reviennent du serveur à la prochaine synchronisation.</numerusform>
        </translation>
    </message>
    <message>
        <source>The search index is being made anew: search finds more by and by.</source>
        <translation>L’index de recherche est en train d’être refait&#xa0;: la recherche trouvera de plus en plus de messages.</translation>
    </message>
    <message>
        <source>This could not be saved:</source>
        <translation>Ceci n’a pas pu être sauvé&#xa0;:</translation>
    </message>
    <message>
        <source>The damaged file is kept aside ({file}), still encrypted, until you delete it.</source>
        <translation>Le fichier endommagé est mis de côté ({file}), toujours chiffré, jusqu’à ce que vous le supprimiez.</translation>
    </message>
</context>
<context>
    <name>SourceWindow</name>
    <message>
        <source>The first {shown} of {size}.</source>
        <translation>Les {shown} premiers sur {size}.</translation>
    </message>
    <message>
        <source>Source of the message</source>
        <translation>Source du message</translation>
    </message>
    <message>
        <source>Header of the message</source>
        <translation>En-têtes du message</translation>
    </message>
</context>
<context>
    <name>SourcesPanel</name>
    <message>
        <source>Sources</source>
        <translation>Sources</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importer un fichier…</translation>
    </message>
    <message>
        <source>Import a file of people</source>
        <translation>Importer un fichier de personnes</translation>
    </message>
    <message>
        <source>CSV, ONDE, ENT, vCard, LDIF, Zimbra, or the open directory of schools</source>
        <translation>CSV, ONDE, ENT, vCard, LDIF, Zimbra, ou l’annuaire ouvert de l’éducation</translation>
    </message>
    <message>
        <source>Choose the columns…</source>
        <translation>Choisir les colonnes…</translation>
    </message>
    <message>
        <source>Import a CSV file and choose its columns</source>
        <translation>Importer un fichier CSV et choisir ses colonnes</translation>
    </message>
    <message>
        <source>Add an LDAP directory…</source>
        <translation>Ajouter un annuaire LDAP…</translation>
    </message>
    <message>
        <source>Add an LDAP directory</source>
        <translation>Ajouter un annuaire LDAP</translation>
    </message>
    <message>
        <source>No source yet. Import the open directory of schools or a list of people, or add your académie&apos;s LDAP directory.</source>
        <translation>Aucune source. Importez l’annuaire ouvert des établissements ou une liste de personnes, ou ajoutez l’annuaire LDAP de votre académie.</translation>
    </message>
    <message numerus="yes">
        <source>%n entry(ies)</source>
        <translation>
            <numerusform>%n fiche</numerusform>
            <numerusform>%n fiches</numerusform>
        </translation>
    </message>
    <message>
        <source>updated on {date}</source>
        <translation>mis à jour le {date}</translation>
    </message>
    <message>
        <source>never read</source>
        <translation>jamais lu</translation>
    </message>
    <message>
        <source>not complete</source>
        <translation>incomplet</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Relire</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt)</source>
        <translation>Tableaux (*.csv *.tsv *.txt)</translation>
    </message>
    <message>
        <source>The file is being imported…</source>
        <translation>Import du fichier en cours…</translation>
    </message>
    <message numerus="yes">
        <source>{name}: the new copy waits for you, for %n entry(ies) would be removed.</source>
        <translation>
            <numerusform>{name}&#xa0;: la nouvelle copie vous attend, car elle retirerait %n fiche.</numerusform>
            <numerusform>{name}&#xa0;: la nouvelle copie vous attend, car elle retirerait %n fiches.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name}: {count} entry(-ies).</source>
        <translation>
            <numerusform>{name}&#xa0;: {count} fiche.</numerusform>
            <numerusform>{name}&#xa0;: {count} fiches.</numerusform>
        </translation>
    </message>
    <message>
        <source>Line {line} left out: {reason}.</source>
        <translation>Ligne {line} laissée de côté&#xa0;: {reason}.</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) left out in all.</source>
        <translation>
            <numerusform>%n ligne laissée de côté en tout.</numerusform>
            <numerusform>%n lignes laissées de côté en tout.</numerusform>
        </translation>
    </message>
    <message>
        <source>The directory is being read…</source>
        <translation>Lecture de l’annuaire en cours…</translation>
    </message>
    <message>
        <source>Remove a source</source>
        <translation>Retirer une source</translation>
    </message>
    <message>
        <source>Remove “{name}” and its entries from this PC?</source>
        <translation>Retirer «&#xa0;{name}&#xa0;» et ses fiches de ce poste&#xa0;?</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
</context>
<context>
    <name>SpellingMenu</name>
    <message>
        <source>&amp;Spelling</source>
        <translation>&amp;Orthographe</translation>
    </message>
    <message>
        <source>&amp;Next mistake</source>
        <translation>Faute s&amp;uivante</translation>
    </message>
    <message>
        <source>My &amp;words…</source>
        <translation>&amp;Mes mots…</translation>
    </message>
    <message>
        <source>&amp;French</source>
        <translation>&amp;Français</translation>
    </message>
    <message>
        <source>&amp;English</source>
        <translation>&amp;Anglais</translation>
    </message>
    <message>
        <source>N&amp;o spell check</source>
        <translation>&amp;Sans correction</translation>
    </message>
    <message>
        <source>This dictionary is not available</source>
        <translation>Ce dictionnaire n’est pas disponible</translation>
    </message>
    <message>
        <source>No mistake found</source>
        <translation>Aucune faute trouvée</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Progress of the synchronisation</source>
        <translation>Avancement de la synchronisation</translation>
    </message>
    <message>
        <source>See what waits</source>
        <translation>Voir ce qui attend</translation>
    </message>
    <message>
        <source>Opens the line and its budget</source>
        <translation>Ouvre la ligne et son budget</translation>
    </message>
    <message>
        <source>Opens the quota and its heaviest messages</source>
        <translation>Ouvre le quota et les messages les plus lourds</translation>
    </message>
</context>
<context>
    <name>StatusWords</name>
    <message>
        <source>Working offline</source>
        <translation>Hors ligne</translation>
    </message>
    <message>
        <source>No account yet</source>
        <translation>Aucun compte</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pause</translation>
    </message>
    <message>
        <source>Up to date by port {port}, the usual one is shut here</source>
        <translation>À jour par le port {port}, le port habituel étant fermé ici</translation>
    </message>
    <message>
        <source>Not connected yet</source>
        <translation>Pas encore connecté</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Connexion…</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>À jour</translation>
    </message>
    <message>
        <source>no message here yet</source>
        <translation>aucun message ici</translation>
    </message>
    <message numerus="yes">
        <source>{n} message(s) here</source>
        <translation>
            <numerusform>{n} message ici</numerusform>
            <numerusform>{n} messages ici</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} without their text</source>
        <translation>{n} sans leur texte</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) to send</source>
        <translation>
            <numerusform>%n message à envoyer</numerusform>
            <numerusform>%n messages à envoyer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to pass on</source>
        <translation>
            <numerusform>%n changement à transmettre</numerusform>
            <numerusform>%n changements à transmettre</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing waits</source>
        <translation>rien n’attend</translation>
    </message>
    <message>
        <source>the oldest: {age}</source>
        <translation>le plus ancien&#xa0;: {age}</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) not sent</source>
        <translation>
            <numerusform>%n message non envoyé</numerusform>
            <numerusform>%n messages non envoyés</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) need you</source>
        <translation>
            <numerusform>%n changement demande votre avis</numerusform>
            <numerusform>%n changements demandent votre avis</numerusform>
        </translation>
    </message>
    <message>
        <source>never synchronised</source>
        <translation>jamais synchronisé</translation>
    </message>
    <message>
        <source>synchronised {age}</source>
        <translation>synchronisé {age}</translation>
    </message>
</context>
<context>
    <name>StorageDesk</name>
    <message>
        <source>Make room…</source>
        <translation>Faire de la place…</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) will be fetched whole, verified, then removed from the server.</source>
        <translation>
            <numerusform>%n message sera téléchargé en entier, vérifié, puis retiré du serveur.</numerusform>
            <numerusform>%n messages seront téléchargés en entier, vérifiés, puis retirés du serveur.</numerusform>
        </translation>
    </message>
    <message>
        <source>See them</source>
        <translation>Les voir</translation>
    </message>
</context>
<context>
    <name>StorageDialog</name>
    <message>
        <source>Storage</source>
        <translation>Stockage</translation>
    </message>
    <message>
        <source>On this &amp;PC</source>
        <translation>Sur ce &amp;poste</translation>
    </message>
    <message>
        <source>How &amp;long it stays</source>
        <translation>D&amp;urée de conservation</translation>
    </message>
    <message>
        <source>On the &amp;server</source>
        <translation>Sur le &amp;serveur</translation>
    </message>
</context>
<context>
    <name>SummaryPage</name>
    <message>
        <source>• {old} goes over to {new} as {email}.</source>
        <translation>• Le compte passe de {old} à {new}, avec l’adresse {email}.</translation>
    </message>
    <message>
        <source>• Messages and texts that are here stay and are not fetched again.</source>
        <translation>• Les messages et les textes d’ici restent et ne sont pas retéléchargés.</translation>
    </message>
    <message>
        <source>• Drafts, messages to be sent and changes that wait go on there.</source>
        <translation>• Les brouillons, les envois et les changements en attente continuent là-bas.</translation>
    </message>
    <message numerus="yes">
        <source>• %n folder(s) will be made on the new service.</source>
        <translation>
            <numerusform>• %n dossier sera créé sur la nouvelle messagerie.</numerusform>
            <numerusform>• %n dossiers seront créés sur la nouvelle messagerie.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>• %n folder(s) stay on this PC only.</source>
        <translation>
            <numerusform>• %n dossier reste sur ce poste seulement.</numerusform>
            <numerusform>• %n dossiers restent sur ce poste seulement.</numerusform>
        </translation>
    </message>
    <message>
        <source>• The old account stays beside it, read-only: nothing is changed or deleted on the old server, and nothing is sent from it, until you end it.</source>
        <translation>• L’ancien compte reste à côté, en lecture seule&#xa0;: rien n’est modifié ni supprimé sur l’ancien serveur, et rien n’en part, jusqu’à ce que vous le terminiez.</translation>
    </message>
    <message>
        <source>• Messages that the new service does not have yet stay visible here. You may wait until your académie has moved them, or carry them up afterwards.</source>
        <translation>• Les messages que la nouvelle messagerie n’a pas encore restent visibles ici. Vous pouvez attendre que votre académie les transfère, ou les remonter ensuite.</translation>
    </message>
</context>
<context>
    <name>TablePane</name>
    <message>
        <source>Explanation</source>
        <translation>Explication</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>Tableau</translation>
    </message>
    <message numerus="yes">
        <source>%n more row(s) not shown.</source>
        <translation>
            <numerusform>%n autre ligne n’est pas affichée.</numerusform>
            <numerusform>%n autres lignes ne sont pas affichées.</numerusform>
        </translation>
    </message>
    <message>
        <source>with a password</source>
        <translation>avec mot de passe</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucune</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Protection</source>
        <translation>Protection</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) in this archive; nothing is unpacked here.</source>
        <translation>
            <numerusform>%n fichier dans cette archive&#xa0;; rien n’est décompressé ici.</numerusform>
            <numerusform>%n fichiers dans cette archive&#xa0;; rien n’est décompressé ici.</numerusform>
        </translation>
    </message>
    <message>
        <source>Only the first {n} are shown.</source>
        <translation>Seuls les {n} premiers sont affichés.</translation>
    </message>
</context>
<context>
    <name>Tags</name>
    <message>
        <source>Important</source>
        <translation>Important</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>Professionnel</translation>
    </message>
    <message>
        <source>Personal</source>
        <translation>Personnel</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>À faire</translation>
    </message>
    <message>
        <source>Can wait</source>
        <translation>Peut attendre</translation>
    </message>
</context>
<context>
    <name>TagsDialog</name>
    <message>
        <source>Tags</source>
        <translation>Étiquettes</translation>
    </message>
    <message>
        <source>Name of the tag</source>
        <translation>Nom de l’étiquette</translation>
    </message>
    <message>
        <source>Colour of the tag</source>
        <translation>Couleur de l’étiquette</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>&amp;Nouvelle</translation>
    </message>
    <message>
        <source>C&amp;hange</source>
        <translation>&amp;Modifier</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Supprimer…</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>Mon&amp;ter</translation>
    </message>
    <message>
        <source>Do&amp;wn</source>
        <translation>&amp;Descendre</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>N&amp;om</translation>
    </message>
    <message>
        <source>C&amp;olour</source>
        <translation>&amp;Couleur</translation>
    </message>
    <message>
        <source>Delete the tag</source>
        <translation>Supprimer l’étiquette</translation>
    </message>
    <message>
        <source>Delete the tag “{name}”?</source>
        <translation>Supprimer l’étiquette «&#xa0;{name}&#xa0;»&#xa0;?</translation>
    </message>
    <message numerus="yes">
        <source>It is taken off %n message(s); these stay.</source>
        <translation>
            <numerusform>Elle est retirée de %n message, qui reste.</numerusform>
            <numerusform>Elle est retirée de %n messages, qui restent.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rouge</translation>
    </message>
    <message>
        <source>Rust</source>
        <translation>Rouille</translation>
    </message>
    <message>
        <source>Brown</source>
        <translation>Brun</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Vert</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>Bleu-vert</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Bleu</translation>
    </message>
    <message>
        <source>Indigo</source>
        <translation>Indigo</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>Violet</translation>
    </message>
    <message>
        <source>Mauve</source>
        <translation>Mauve</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Gris</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>Orange</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>Jaune</translation>
    </message>
</context>
<context>
    <name>TemplateDialog</name>
    <message>
        <source>Use a template</source>
        <translation>Utiliser un modèle</translation>
    </message>
    <message>
        <source>Search among the templates…</source>
        <translation>Rechercher parmi les modèles…</translation>
    </message>
    <message>
        <source>Search among the templates</source>
        <translation>Rechercher parmi les modèles</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Modèles</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Utiliser</translation>
    </message>
    <message>
        <source>mine</source>
        <translation>le mien</translation>
    </message>
    <message>
        <source>of the school</source>
        <translation>de l’établissement</translation>
    </message>
</context>
<context>
    <name>TemplateShelf</name>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importer…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exporter…</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>S&amp;upprimer</translation>
    </message>
    <message>
        <source>Files of the school that could not be read</source>
        <translation>Fichiers de l’établissement qui n’ont pas pu être lus</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) of the school could not be read:</source>
        <translation>
            <numerusform>%n fichier de l’établissement n’a pas pu être lu&#xa0;:</numerusform>
            <numerusform>%n fichiers de l’établissement n’ont pas pu être lus&#xa0;:</numerusform>
        </translation>
    </message>
    <message>
        <source>{file}: {why}</source>
        <translation>{file}&#xa0;: {why}</translation>
    </message>
    <message>
        <source>the folder</source>
        <translation>le dossier</translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) imported.</source>
        <translation>
            <numerusform>%n modèle importé.</numerusform>
            <numerusform>%n modèles importés.</numerusform>
        </translation>
    </message>
    <message>
        <source>The template is saved.</source>
        <translation>Le modèle est enregistré.</translation>
    </message>
    <message>
        <source>Delete the template</source>
        <translation>Supprimer le modèle</translation>
    </message>
    <message>
        <source>Delete the template “{title}”?</source>
        <translation>Supprimer le modèle «&#xa0;{title}&#xa0;»&#xa0;?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>The template is deleted.</source>
        <translation>Le modèle est supprimé.</translation>
    </message>
    <message>
        <source>Import templates (TOML or a message)</source>
        <translation>Importer des modèles (TOML ou un message)</translation>
    </message>
    <message>
        <source>Templates (*.toml *.eml)</source>
        <translation>Modèles (*.toml *.eml)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Tous les fichiers (*)</translation>
    </message>
    <message>
        <source>Export the template</source>
        <translation>Exporter le modèle</translation>
    </message>
</context>
<context>
    <name>TextView</name>
    <message>
        <source>Text of the file</source>
        <translation>Texte du fichier</translation>
    </message>
    <message>
        <source>&amp;Fixed width</source>
        <translation>&amp;Chasse fixe</translation>
    </message>
</context>
<context>
    <name>TextWindow</name>
    <message>
        <source>&amp;Find…</source>
        <translation>C&amp;hercher…</translation>
    </message>
</context>
<context>
    <name>Token</name>
    <message>
        <source>{address}: not a correct address</source>
        <translation>{address}&#xa0;: adresse incorrecte</translation>
    </message>
    <message>
        <source>Remove {address}</source>
        <translation>Retirer {address}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Without an address: {people}</source>
        <translation>Sans adresse&#xa0;: {people}</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Modifier</translation>
    </message>
    <message>
        <source>Expand into its people</source>
        <translation>Développer en personnes</translation>
    </message>
    <message>
        <source>Move to the field below</source>
        <translation>Mettre dans le champ au-dessous</translation>
    </message>
    <message>
        <source>Move to the field above</source>
        <translation>Mettre dans le champ au-dessus</translation>
    </message>
    <message>
        <source>Keep these recipients as a group…</source>
        <translation>Garder ces destinataires comme groupe…</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>Tools</source>
        <translation>Outils</translation>
    </message>
    <message>
        <source>Show the folders</source>
        <translation>Afficher les dossiers</translation>
    </message>
</context>
<context>
    <name>TransferDesk</name>
    <message>
        <source>Restore a backup</source>
        <translation>Restaurer une sauvegarde</translation>
    </message>
    <message>
        <source>Close this vault to restore a backup?</source>
        <translation>Fermer ce coffre pour restaurer une sauvegarde&#xa0;?</translation>
    </message>
    <message>
        <source>The vault that is open now is not erased: its folder is set aside, and stays readable with its passphrase.</source>
        <translation>Le coffre ouvert n’est pas effacé&#xa0;: son dossier est mis de côté et reste lisible avec sa phrase de passe.</translation>
    </message>
    <message>
        <source>Close and restore…</source>
        <translation>Fermer et restaurer…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>TransferDialog</name>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Arrêter</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Stopped. What was done so far stays.</source>
        <translation>Interrompu. Ce qui est fait est gardé.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Arrêt en cours…</translation>
    </message>
</context>
<context>
    <name>TransferWords</name>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrayDesk</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n nouveau message</numerusform>
            <numerusform>%n nouveaux messages</numerusform>
        </translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) could not be sent.</source>
        <translation>
            <numerusform>%n message n’a pas pu être envoyé.</numerusform>
            <numerusform>%n messages n’ont pas pu être envoyés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n message non lu</numerusform>
            <numerusform>%n messages non lus</numerusform>
        </translation>
    </message>
    <message>
        <source>Open Mel Desktop</source>
        <translation>Ouvrir Mel Desktop</translation>
    </message>
    <message>
        <source>New message</source>
        <translation>Nouveau message</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Verrouiller</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
</context>
<context>
    <name>TrustDesk</name>
    <message>
        <source>Report a message</source>
        <translation>Signaler un message</translation>
    </message>
    <message>
        <source>Send this message to {to} as suspicious?</source>
        <translation>Envoyer ce message à {to} comme message suspect&#xa0;?</translation>
    </message>
    <message>
        <source>&amp;Report</source>
        <translation>&amp;Signaler</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Annuler</translation>
    </message>
    <message>
        <source>It is sent as an attachment, with its true origin.</source>
        <translation>Il est envoyé en pièce jointe, avec sa véritable origine.</translation>
    </message>
    <message>
        <source>Address of the help desk of your académie (asked once):</source>
        <translation>Adresse de l’assistance de votre académie (demandée une seule fois)&#xa0;:</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Signaler</translation>
    </message>
    <message>
        <source>The message was reported; it leaves with the next sending.</source>
        <translation>Le message est signalé&#xa0;; il part au prochain envoi.</translation>
    </message>
    <message>
        <source>Move it to junk</source>
        <translation>Le mettre dans les indésirables</translation>
    </message>
</context>
<context>
    <name>TrustDialog</name>
    <message>
        <source>Trust in this message</source>
        <translation>Confiance dans ce message</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Expéditeur</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(sans nom)</translation>
    </message>
    <message>
        <source>You wrote this message yourself.</source>
        <translation>Vous avez écrit ce message vous-même.</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Ce qui a été relevé</translation>
    </message>
    <message>
        <source>Way of the message, from the sender to you</source>
        <translation>Chemin du message, de l’expéditeur jusqu’à vous</translation>
    </message>
    <message>
        <source>(your provider)</source>
        <translation>(votre fournisseur)</translation>
    </message>
</context>
<context>
    <name>TrustStrip</name>
    <message numerus="yes">
        <source>And %n other point(s) to look at.</source>
        <translation>
            <numerusform>Et %n autre point à regarder.</numerusform>
            <numerusform>Et %n autres points à regarder.</numerusform>
        </translation>
    </message>
    <message>
        <source>Details (F7)</source>
        <translation>Détails (F7)</translation>
    </message>
</context>
<context>
    <name>TryPage</name>
    <message>
        <source>The servers are being tried</source>
        <translation>Essai des serveurs en cours</translation>
    </message>
    <message>
        <source>One sign-in is made; the password is not tried twice.</source>
        <translation>Une seule connexion est tentée&#xa0;; le mot de passe n’est pas essayé deux fois.</translation>
    </message>
    <message>
        <source>You are working offline: nothing was tried. The account can be added; it is tried at the first connection.</source>
        <translation>Vous travaillez hors ligne&#xa0;: rien n’a été essayé. Le compte peut être ajouté&#xa0;; il sera essayé à la première connexion.</translation>
    </message>
    <message>
        <source>Everything answers. The account can be added.</source>
        <translation>Tout répond. Le compte peut être ajouté.</translation>
    </message>
    <message>
        <source>Not everything answers. Go back to correct it, or add the account as it is.</source>
        <translation>Tout ne répond pas. Revenez en arrière pour corriger, ou ajoutez le compte tel quel.</translation>
    </message>
</context>
<context>
    <name>UndoDesk</name>
    <message numerus="yes">
        <source>The message leaves in %n second(s).</source>
        <translation>
            <numerusform>Le message part dans %n seconde.</numerusform>
            <numerusform>Le message part dans %n secondes.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo sending ({keys})</source>
        <translation>Annuler l’envoi ({keys})</translation>
    </message>
    <message>
        <source>Undo ({keys})</source>
        <translation>Annuler ({keys})</translation>
    </message>
    <message>
        <source>The message leaves on {hour}.</source>
        <translation>Le message part {hour}.</translation>
    </message>
    <message>
        <source>The message leaves when you are online again.</source>
        <translation>Le message partira dès que vous serez de nouveau en ligne.</translation>
    </message>
    <message>
        <source>The message is in the outbox and leaves now.</source>
        <translation>Le message est dans la boîte d’envoi et part maintenant.</translation>
    </message>
</context>
<context>
    <name>UnlockDialog</name>
    <message>
        <source>Quit</source>
        <translation>Quitter</translation>
    </message>
    <message>
        <source>Restore a &amp;backup…</source>
        <translation>Restaurer une sauve&amp;garde…</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>Code de secours</translation>
    </message>
    <message>
        <source>Work under way</source>
        <translation>Travail en cours</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <source>By decision of your establishment, a new vault can also be opened by {owner}, with a key kept there. Fingerprint of that key: {fingerprint}.</source>
        <translation>Par décision de votre établissement, un nouveau coffre peut aussi être ouvert par {owner}, avec une clé qui y est gardée. Empreinte de cette clé&#xa0;: {fingerprint}.</translation>
    </message>
    <message>
        <source>the establishment</source>
        <translation>l’établissement</translation>
    </message>
    <message>
        <source>Whose vault?</source>
        <translation>Le coffre de qui&#xa0;?</translation>
    </message>
    <message>
        <source>Open the vault “{label}”</source>
        <translation>Ouvrir le coffre «&#xa0;{label}&#xa0;»</translation>
    </message>
    <message>
        <source>Open the vault</source>
        <translation>Ouvrir le coffre</translation>
    </message>
    <message>
        <source>Create the vault</source>
        <translation>Créer le coffre</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>Nouvelle phrase de passe</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Créer</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Commencer</translation>
    </message>
    <message>
        <source>Change it</source>
        <translation>La changer</translation>
    </message>
    <message>
        <source>The vault is being repaired…</source>
        <translation>Réparation du coffre en cours…</translation>
    </message>
    <message>
        <source>The vault is being opened…</source>
        <translation>Ouverture du coffre…</translation>
    </message>
    <message>
        <source>This recovery code does not open the vault. Compare it with the paper.</source>
        <translation>Ce code de secours n’ouvre pas le coffre. Comparez-le avec le papier.</translation>
    </message>
    <message>
        <source>A part of the vault is damaged, and it cannot be opened as it is. Repair keeps all that is intact; the damaged file is kept aside, encrypted.</source>
        <translation>Une partie du coffre est endommagée, et il ne peut pas être ouvert en l’état. La réparation garde tout ce qui est intact&#xa0;; le fichier endommagé est mis de côté, chiffré.</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Réparer</translation>
    </message>
    <message>
        <source>Too many wrong tries: wait a moment.</source>
        <translation>Trop d’essais erronés&#xa0;: attendez un moment.</translation>
    </message>
    <message>
        <source>Session used once</source>
        <translation>Session utilisée une fois</translation>
    </message>
    <message>
        <source>The vault is being created…</source>
        <translation>Création du coffre…</translation>
    </message>
    <message>
        <source>The passphrase is being changed…</source>
        <translation>Changement de la phrase de passe…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>VaultDialog</name>
    <message>
        <source>Vault</source>
        <translation>Coffre</translation>
    </message>
    <message>
        <source>&amp;Opening</source>
        <translation>&amp;Ouverture</translation>
    </message>
    <message>
        <source>&amp;Locking</source>
        <translation>&amp;Verrouillage</translation>
    </message>
    <message>
        <source>&amp;Check and renew</source>
        <translation>Vérifier et &amp;renouveler</translation>
    </message>
    <message>
        <source>&amp;Erase</source>
        <translation>&amp;Effacer</translation>
    </message>
    <message>
        <source>Facts of the vault</source>
        <translation>Caractéristiques du coffre</translation>
    </message>
    <message>
        <source>Open with my &amp;session on this PC (keyring)</source>
        <translation>Ouvrir avec ma &amp;session sur ce poste (trousseau)</translation>
    </message>
    <message>
        <source>Change the &amp;passphrase</source>
        <translation>Changer la &amp;phrase de passe</translation>
    </message>
    <message>
        <source>Make a new &amp;recovery code…</source>
        <translation>Faire un nouveau code de se&amp;cours…</translation>
    </message>
    <message>
        <source>my session on this PC (keyring)</source>
        <translation>ma session sur ce poste (trousseau)</translation>
    </message>
    <message>
        <source>passphrase</source>
        <translation>phrase de passe</translation>
    </message>
    <message>
        <source>recovery code</source>
        <translation>code de secours</translation>
    </message>
    <message>
        <source>key of the establishment</source>
        <translation>clé de l’établissement</translation>
    </message>
    <message>
        <source>Name: {label}</source>
        <translation>Nom&#xa0;: {label}</translation>
    </message>
    <message>
        <source>Opens with: {ways}</source>
        <translation>S’ouvre avec&#xa0;: {ways}</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>rien</translation>
    </message>
    <message numerus="yes">
        <source>Passphrase: {kdf}, {memory} MiB, %n pass(es)</source>
        <translation>
            <numerusform>Phrase de passe&#xa0;: {kdf}, {memory} Mio, %n passe</numerusform>
            <numerusform>Phrase de passe&#xa0;: {kdf}, {memory} Mio, %n passes</numerusform>
        </translation>
    </message>
    <message>
        <source>Since: {day}</source>
        <translation>Depuis le {day}</translation>
    </message>
    <message>
        <source>By decision of your establishment, {owner} can open this vault too. Fingerprint of that key: {fingerprint}</source>
        <translation>Par décision de votre établissement, {owner} peut aussi ouvrir ce coffre. Empreinte de cette clé&#xa0;: {fingerprint}</translation>
    </message>
    <message>
        <source>the establishment</source>
        <translation>l’établissement</translation>
    </message>
    <message>
        <source>Used once: it has no way in and is erased when you leave.</source>
        <translation>Utilisé une fois&#xa0;: il n’a aucune voie d’accès et est effacé quand vous quittez.</translation>
    </message>
    <message>
        <source>With my session on this PC: not allowed by your establishment</source>
        <translation>Avec ma session sur ce poste&#xa0;: non autorisé par votre établissement</translation>
    </message>
    <message>
        <source>The passphrase is being changed…</source>
        <translation>Changement de la phrase de passe…</translation>
    </message>
    <message>
        <source>The new passphrase is in force; the old one opens nothing.</source>
        <translation>La nouvelle phrase de passe est en vigueur&#xa0;; l’ancienne n’ouvre plus rien.</translation>
    </message>
    <message>
        <source>The recovery code before this one is void.</source>
        <translation>Le code de secours précédent ne vaut plus rien.</translation>
    </message>
    <message>
        <source>Minutes without anyone</source>
        <translation>Minutes sans personne</translation>
    </message>
    <message>
        <source>never</source>
        <translation>jamais</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>When the screen of this PC is &amp;locked</source>
        <translation>Quand l’&amp;écran de ce poste est verrouillé</translation>
    </message>
    <message>
        <source>When this PC goes to &amp;sleep</source>
        <translation>Quand ce poste se met en ve&amp;ille</translation>
    </message>
    <message>
        <source>Locking closes the vault: its key leaves the memory, windows are blanked, copies opened outside are destroyed. What you are writing is kept as drafts. F12 locks at once.</source>
        <translation>Verrouiller ferme le coffre&#xa0;: sa clé quitte la mémoire, les fenêtres sont vidées, les copies ouvertes hors du coffre sont détruites. Ce que vous écrivez est gardé en brouillon. F12 verrouille aussitôt.</translation>
    </message>
    <message>
        <source>&amp;When nobody touches it for</source>
        <translation>&amp;Quand personne n’y touche pendant</translation>
    </message>
    <message numerus="yes">
        <source>Your establishment allows %n minute(s) at most.</source>
        <translation>
            <numerusform>Votre établissement permet %n minute au plus.</numerusform>
            <numerusform>Votre établissement permet %n minutes au plus.</numerusform>
        </translation>
    </message>
    <message>
        <source>Check &amp;everything…</source>
        <translation>&amp;Tout vérifier…</translation>
    </message>
    <message>
        <source>&amp;Change the data key</source>
        <translation>&amp;Changer la clé des données</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <source>Stop the change of the data key</source>
        <translation>Arrêter le changement de la clé des données</translation>
    </message>
    <message>
        <source>&amp;Abandon the change</source>
        <translation>&amp;Abandonner le changement</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>The check reads the whole vault and finds any damage or forgery.</source>
        <translation>La vérification lit tout le coffre et trouve tout dommage ou toute falsification.</translation>
    </message>
    <message>
        <source>A change of the data key writes the whole vault anew under another key: after a copy of the files, or the old passphrase, came into wrong hands. It needs room for a second copy. It can be stopped and goes on where it was.</source>
        <translation>Changer la clé des données réécrit tout le coffre sous une autre clé&#xa0;: utile quand une copie des fichiers, ou l’ancienne phrase de passe, est tombée en de mauvaises mains. Il faut de la place pour une seconde copie. On peut l’arrêter&#xa0;; il reprend où il en était.</translation>
    </message>
    <message>
        <source>&amp;Go on with the change</source>
        <translation>Repren&amp;dre le changement</translation>
    </message>
    <message>
        <source>The change of the data key was interrupted ({share} done). Nothing is lost: everything works under the old key until you go on with the change or abandon it.</source>
        <translation>Le changement de la clé des données a été interrompu ({share} fait). Rien n’est perdu&#xa0;: tout fonctionne sous l’ancienne clé jusqu’à ce que vous repreniez ou abandonniez le changement.</translation>
    </message>
    <message>
        <source>The change is abandoned: the data key is as before.</source>
        <translation>Le changement est abandonné&#xa0;: la clé des données est comme avant.</translation>
    </message>
    <message>
        <source>Stopped. You can go on with the change, or abandon it.</source>
        <translation>Arrêté. Vous pouvez reprendre le changement, ou l’abandonner.</translation>
    </message>
    <message>
        <source>The vault is under a new data key.</source>
        <translation>Le coffre est sous une nouvelle clé.</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>EFFACER</translation>
    </message>
    <message>
        <source>Confirmation</source>
        <translation>Confirmation</translation>
    </message>
    <message>
        <source>Erase the vault for good</source>
        <translation>Effacer le coffre pour toujours</translation>
    </message>
    <message>
        <source>The keys are destroyed first, then the files: nobody can read the vault any more, not even you with the recovery code. Mail on the server stays there.</source>
        <translation>Les clés sont détruites d’abord, puis les fichiers&#xa0;: plus personne ne peut lire le coffre, pas même vous avec le code de secours. Le courrier qui est sur le serveur y reste.</translation>
    </message>
    <message>
        <source>To confirm, type {word}:</source>
        <translation>Pour confirmer, tapez {word}&#xa0;:</translation>
    </message>
    <message>
        <source>Drafts and what was not sent are lost.</source>
        <translation>Les brouillons et ce qui n’est pas envoyé sont perdus.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) not sent.</source>
        <translation>
            <numerusform>%n message non envoyé.</numerusform>
            <numerusform>%n messages non envoyés.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s).</source>
        <translation>
            <numerusform>%n brouillon.</numerusform>
            <numerusform>%n brouillons.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to pass on.</source>
        <translation>
            <numerusform>%n changement à transmettre.</numerusform>
            <numerusform>%n changements à transmettre.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VaultsPage</name>
    <message>
        <source>Vaults on this PC</source>
        <translation>Coffres sur ce poste</translation>
    </message>
    <message>
        <source>&amp;Create another vault…</source>
        <translation>&amp;Créer un autre coffre…</translation>
    </message>
    <message>
        <source>Use once and &amp;forget…</source>
        <translation>&amp;Utiliser une fois et oublier…</translation>
    </message>
    <message>
        <source>never opened</source>
        <translation>jamais ouvert</translation>
    </message>
    <message>
        <source>opened {age}</source>
        <translation>ouvert {age}</translation>
    </message>
    <message>
        <source>Vault {label}, {opened}</source>
        <translation>Coffre {label}, {opened}</translation>
    </message>
</context>
<context>
    <name>WebSourcesDesk</name>
    <message>
        <source>Fetch the directory of schools…</source>
        <translation>Télécharger l’annuaire des établissements…</translation>
    </message>
    <message>
        <source>The open data of the ministry, from its portal</source>
        <translation>Les données ouvertes du ministère, depuis son portail</translation>
    </message>
    <message>
        <source>Add a CardDAV address book…</source>
        <translation>Ajouter un carnet d’adresses CardDAV…</translation>
    </message>
    <message>
        <source>The directory is being read…</source>
        <translation>Lecture de l’annuaire…</translation>
    </message>
    <message>
        <source>Fetch the directory of schools</source>
        <translation>Télécharger l’annuaire des établissements</translation>
    </message>
    <message>
        <source>Fetch it now? {price}.</source>
        <translation>Le télécharger maintenant&#xa0;? {price}.</translation>
    </message>
    <message>
        <source>If the line is lost, it goes on later where it stopped.</source>
        <translation>Si la connexion est perdue, le téléchargement reprend plus tard là où il s’était arrêté.</translation>
    </message>
    <message>
        <source>Fetch it now</source>
        <translation>Télécharger maintenant</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome</source>
        <translation>Bienvenue</translation>
    </message>
    <message>
        <source>Add your mail account. Everything is kept encrypted on this PC.</source>
        <translation>Ajoutez votre compte de messagerie. Tout est conservé chiffré sur ce poste.</translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation>Ajouter un compte…</translation>
    </message>
    <message>
        <source>Add an account</source>
        <translation>Ajouter un compte</translation>
    </message>
    <message>
        <source>The first day, step by step</source>
        <translation>Le premier jour, pas à pas</translation>
    </message>
</context>
<context>
    <name>WindowDesk</name>
    <message>
        <source>Layout</source>
        <translation>Disposition</translation>
    </message>
    <message>
        <source>Three columns</source>
        <translation>Trois colonnes</translation>
    </message>
    <message>
        <source>Message below the list</source>
        <translation>Message sous la liste</translation>
    </message>
    <message>
        <source>List alone</source>
        <translation>Liste seule</translation>
    </message>
</context>
<context>
    <name>WordMenu</name>
    <message>
        <source>No proposal</source>
        <translation>Aucune suggestion</translation>
    </message>
    <message>
        <source>&amp;Add to my words</source>
        <translation>&amp;Ajouter à mes mots</translation>
    </message>
    <message>
        <source>&amp;Ignore in this message</source>
        <translation>&amp;Ignorer dans ce message</translation>
    </message>
    <message>
        <source>Proposals for {word}</source>
        <translation>Suggestions pour {word}</translation>
    </message>
</context>
<context>
    <name>WritingDesk</name>
    <message>
        <source>The draft is being fetched…</source>
        <translation>Le brouillon est en cours de récupération…</translation>
    </message>
    <message>
        <source>The attachments are being fetched…</source>
        <translation>Récupération des pièces jointes…</translation>
    </message>
    <message numerus="yes">
        <source>Fwd: %n message(s)</source>
        <translation>
            <numerusform>Fwd: %n message</numerusform>
            <numerusform>Fwd: %n messages</numerusform>
        </translation>
    </message>
    <message>
        <source>The messages are being fetched…</source>
        <translation>Récupération des messages…</translation>
    </message>
</context>
<context>
    <name>YearPage</name>
    <message>
        <source>School year</source>
        <translation>Année scolaire</translation>
    </message>
    <message>
        <source>Lists with classes or families</source>
        <translation>Listes avec des classes ou des familles</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>As of</source>
        <translation>Au</translation>
    </message>
    <message>
        <source>Pupils</source>
        <translation>Élèves</translation>
    </message>
    <message>
        <source>Guardians</source>
        <translation>Responsables</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
    <message>
        <source>Also remove &amp;notes on these people</source>
        <translation>Retirer aussi les &amp;notes sur ces personnes</translation>
    </message>
    <message>
        <source>Also stop &amp;proposing their addresses</source>
        <translation>Ne plus p&amp;roposer leurs adresses</translation>
    </message>
    <message>
        <source>&amp;Import this year’s list…</source>
        <translation>&amp;Importer la liste de cette année…</translation>
    </message>
    <message>
        <source>&amp;Remove last year’s classes and families…</source>
        <translation>Retirer les classes et familles de l’an &amp;dernier…</translation>
    </message>
    <message numerus="yes">
        <source>%n list(s) of an earlier school year are still shown. Import the list of {year} under the same name, or remove the classes and families: staff and schools stay.</source>
        <translation>
            <numerusform>%n liste d’une année scolaire passée est encore affichée. Importez la liste de {year} sous le même nom, ou retirez les classes et les familles&#xa0;: les personnels et les établissements restent.</numerusform>
            <numerusform>%n listes d’une année scolaire passée sont encore affichées. Importez la liste de {year} sous le même nom, ou retirez les classes et les familles&#xa0;: les personnels et les établissements restent.</numerusform>
        </translation>
    </message>
    <message>
        <source>All lists with classes or families are of {year}.</source>
        <translation>Toutes les listes avec des classes ou des familles sont de {year}.</translation>
    </message>
    <message>
        <source>No list holds classes or families. This is the school year {year}.</source>
        <translation>Aucune liste ne contient de classes ni de familles. L’année scolaire est {year}.</translation>
    </message>
    <message numerus="yes">
        <source>Your IT service removes them by itself %n day(s) after {day}.</source>
        <translation>
            <numerusform>Votre service informatique les retire de lui-même %n jour après le {day}.</numerusform>
            <numerusform>Votre service informatique les retire de lui-même %n jours après le {day}.</numerusform>
        </translation>
    </message>
    <message>
        <source>{pupils} pupils, {guardians} guardians and {classes} classes and groups leave the directory of this PC. Messages stay. This cannot be undone, but a list can be imported again.</source>
        <translation>{pupils} élèves, {guardians} responsables et {classes} classes et groupes quittent l’annuaire de ce poste. Les messages restent. Ce retrait est définitif, mais une liste peut être importée de nouveau.</translation>
    </message>
    <message>
        <source>Remove classes and families?</source>
        <translation>Retirer les classes et les familles&#xa0;?</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conserver</translation>
    </message>
    <message>
        <source>Removed: {people} people and {groups} classes and groups.</source>
        <translation>Retirés&#xa0;: {people} personnes, {groups} classes et groupes.</translation>
    </message>
</context>
<context>
    <name>_Choice</name>
    <message>
        <source>Not read</source>
        <translation>Non lue</translation>
    </message>
</context>
<context>
    <name>_Groups</name>
    <message>
        <source>Parents of {name}</source>
        <translation>Parents de {name}</translation>
    </message>
    <message>
        <source>Team of {name}</source>
        <translation>Équipe de {name}</translation>
    </message>
    <message>
        <source>Pupils of {name}</source>
        <translation>Élèves de {name}</translation>
    </message>
    <message>
        <source>Head teachers of {name}</source>
        <translation>Professeurs principaux de {name}</translation>
    </message>
    <message>
        <source>Delegates of {name}</source>
        <translation>Délégués de {name}</translation>
    </message>
    <message>
        <source>{subject}, {name}</source>
        <translation>{subject}, {name}</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n personne</numerusform>
            <numerusform>%n personnes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without an address</source>
        <translation>
            <numerusform>%n sans adresse</numerusform>
            <numerusform>%n sans adresse</numerusform>
        </translation>
    </message>
    <message>
        <source>Group of mine</source>
        <translation>Mon groupe</translation>
    </message>
    <message>
        <source>Del: forget</source>
        <translation>Suppr&#xa0;: oublier</translation>
    </message>
</context>
<context>
    <name>agenda</name>
    <message>
        <source>Day</source>
        <translation>Jour</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>Horaire</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Événement</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Lieu</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <source>Agenda</source>
        <translation>Agenda</translation>
    </message>
    <message>
        <source>Nothing in the agenda from this day on. Invitations that you accept stand here; events come from .ics files too.</source>
        <translation>Rien dans l’agenda à partir de ce jour. Les invitations que vous acceptez apparaissent ici&#xa0;; des événements peuvent aussi venir de fichiers .ics.</translation>
    </message>
    <message>
        <source>(no title)</source>
        <translation>(sans titre)</translation>
    </message>
    <message>
        <source>{name}, until {day}</source>
        <translation>{name}, jusqu’au {day}</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Semaine</translation>
    </message>
    <message>
        <source>all day</source>
        <translation>journée</translation>
    </message>
    <message>
        <source>{hour}:00</source>
        <translation>{hour}&#xa0;h</translation>
    </message>
    <message>
        <source>{hour}:{minute}</source>
        <translation>{hour}&#xa0;h&#xa0;{minute}</translation>
    </message>
    <message>
        <source>{weekday} {day} {month}</source>
        <translation>{weekday} {day} {month}</translation>
    </message>
    <message>
        <source>{weekday} {day} {month} {year}</source>
        <translation>{weekday} {day} {month} {year}</translation>
    </message>
    <message>
        <source>({time} in {zone})</source>
        <translation>({zone}&#xa0;: {time})</translation>
    </message>
    <message>
        <source>Repeats. Next: {days}</source>
        <translation>Se répète. Prochaines dates&#xa0;: {days}</translation>
    </message>
    <message>
        <source>Repeats.</source>
        <translation>Se répète.</translation>
    </message>
    <message>
        <source>Organised by {who}</source>
        <translation>Organisé par {who}</translation>
    </message>
    <message>
        <source>Not answered</source>
        <translation>Sans réponse</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Acceptée</translation>
    </message>
    <message>
        <source>Tentative</source>
        <translation>Provisoire</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>Déclinée</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Annulée</translation>
    </message>
    <message>
        <source>Organised by me</source>
        <translation>Organisée par moi</translation>
    </message>
    <message>
        <source>My event</source>
        <translation>Mon événement</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>pas de réponse</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>accepte</translation>
    </message>
    <message>
        <source>perhaps</source>
        <translation>peut-être</translation>
    </message>
    <message>
        <source>declined</source>
        <translation>décline</translation>
    </message>
    <message>
        <source>sends somebody else</source>
        <translation>se fait remplacer</translation>
    </message>
    <message>
        <source>{name}: {answer}</source>
        <translation>{name}&#xa0;: {answer}</translation>
    </message>
    <message>
        <source>accept: {n}</source>
        <translation>acceptent&#xa0;: {n}</translation>
    </message>
    <message>
        <source>perhaps: {n}</source>
        <translation>peut-être&#xa0;: {n}</translation>
    </message>
    <message>
        <source>decline: {n}</source>
        <translation>déclinent&#xa0;: {n}</translation>
    </message>
    <message>
        <source>Guests: {n}</source>
        <translation>Invités&#xa0;: {n}</translation>
    </message>
    <message>
        <source>My invitation</source>
        <translation>Mon invitation</translation>
    </message>
    <message>
        <source>Invitation</source>
        <translation>Invitation</translation>
    </message>
    <message>
        <source>Further time of a series</source>
        <translation>Date ajoutée à une série</translation>
    </message>
    <message>
        <source>Cancellation</source>
        <translation>Annulation</translation>
    </message>
    <message>
        <source>Answer to an invitation</source>
        <translation>Réponse à une invitation</translation>
    </message>
    <message>
        <source>Another time is proposed</source>
        <translation>Un autre horaire est proposé</translation>
    </message>
    <message>
        <source>The other time is refused</source>
        <translation>L’autre horaire est refusé</translation>
    </message>
    <message>
        <source>The newest version is asked for</source>
        <translation>La dernière version est demandée</translation>
    </message>
    <message>
        <source>Nothing was changed in your agenda.</source>
        <translation>Rien n’a été modifié dans votre agenda.</translation>
    </message>
    <message>
        <source>Sent by {sender}, not by the organiser {organiser}. Make sure that it is meant before you answer.</source>
        <translation>Envoyé par {sender}, et non par l’organisateur {organiser}. Assurez-vous que cela est voulu avant de répondre.</translation>
    </message>
    <message>
        <source>Your mail server does not believe that {sender} sent this message. Ask them by another way before you answer.</source>
        <translation>Votre serveur de messagerie ne croit pas que {sender} ait envoyé ce message. Renseignez-vous auprès de cette personne par un autre moyen avant de répondre.</translation>
    </message>
    <message>
        <source>It names you as the organiser, but it is not among what you sent. If you did not write it, do not act on it.</source>
        <translation>Ce message vous désigne comme organisateur, mais il ne figure pas parmi vos envois. Si vous ne l’avez pas écrit, n’en tenez pas compte.</translation>
    </message>
    <message>
        <source>Sent by {sender}, in the name of {who}.</source>
        <translation>Envoyé par {sender} au nom de {who}.</translation>
    </message>
    <message>
        <source>None of your addresses is among the guests; perhaps a list was invited.</source>
        <translation>Aucune de vos adresses ne figure parmi les invités&#xa0;; une liste a peut-être été invitée.</translation>
    </message>
    <message>
        <source>A newer version of this invitation is known.</source>
        <translation>Une version plus récente de cette invitation est connue.</translation>
    </message>
    <message>
        <source>It is about an event that is not in your agenda.</source>
        <translation>Il s’agit d’un événement qui n’est pas dans votre agenda.</translation>
    </message>
    <message>
        <source>It claims to be the answer of {who}, but your mail server does not believe that {sender} sent this message. Ask them by another way before you count it.</source>
        <translation>Ce message se présente comme la réponse de {who}, mais votre serveur de messagerie ne croit pas que {sender} l’ait envoyé. Renseignez-vous auprès de cette personne par un autre moyen avant de prendre la réponse en compte.</translation>
    </message>
    <message>
        <source>This answer was not counted.</source>
        <translation>Cette réponse n’a pas été prise en compte.</translation>
    </message>
    <message>
        <source>Parts of this invitation cannot be read. The file itself is attached.</source>
        <translation>Une partie de cette invitation est illisible. Le fichier lui-même reste joint au message.</translation>
    </message>
    <message>
        <source>This calendar is too large to be shown.</source>
        <translation>Ce calendrier est trop volumineux pour être affiché.</translation>
    </message>
    <message>
        <source>There are more events in it than are shown here.</source>
        <translation>Il contient plus d’événements que ceux affichés ici.</translation>
    </message>
    <message>
        <source>There is no event in this calendar.</source>
        <translation>Ce calendrier ne contient aucun événement.</translation>
    </message>
    <message>
        <source>It repeats by the hour or quicker: only the first time is shown.</source>
        <translation>Il se répète toutes les heures ou plus souvent&#xa0;: seule la première fois est affichée.</translation>
    </message>
    <message>
        <source>It repeats by a rule not known here: only the first time is shown.</source>
        <translation>Il se répète selon une règle inconnue ici&#xa0;: seule la première fois est affichée.</translation>
    </message>
    <message>
        <source>It changes all later times of a series: only this one is changed here.</source>
        <translation>Il change toutes les dates suivantes d’une série&#xa0;: seule celle-ci est changée ici.</translation>
    </message>
    <message>
        <source>{title} ({hours})</source>
        <translation>{title} ({hours})</translation>
    </message>
    <message>
        <source>Overlaps with: {names}</source>
        <translation>Chevauche&#xa0;: {names}</translation>
    </message>
    <message>
        <source>Moved. Before: {when}</source>
        <translation>Déplacé. Avant&#xa0;: {when}</translation>
    </message>
    <message>
        <source>Another place. Before: {place}</source>
        <translation>Autre lieu. Avant&#xa0;: {place}</translation>
    </message>
    <message>
        <source>The place is new.</source>
        <translation>Le lieu est précisé.</translation>
    </message>
    <message>
        <source>Another title. Before: {title}</source>
        <translation>Autre titre. Avant&#xa0;: {title}</translation>
    </message>
</context>
<context>
    <name>drafts</name>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>To</source>
        <translation>À</translation>
    </message>
    <message>
        <source>Cc</source>
        <translation>Cc</translation>
    </message>
    <message>
        <source>Bcc</source>
        <translation>Cci</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Mise en forme</translation>
    </message>
</context>
<context>
    <name>figures</name>
    <message>
        <source>B</source>
        <translation>o</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>Ko</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>Mo</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>Go</translation>
    </message>
    <message>
        <source>less than 1 s</source>
        <translation>moins d’une seconde</translation>
    </message>
    <message>
        <source>{n} days</source>
        <translation>{n} jours</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>hier</translation>
    </message>
    <message>
        <source>{weekday} {day} {month} {year}, {time}</source>
        <translation>{weekday} {day} {month} {year} à {time}</translation>
    </message>
    <message>
        <source>{day} {month} {year}</source>
        <translation>{day} {month} {year}</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>à l’instant</translation>
    </message>
    <message>
        <source>{n} min ago</source>
        <translation>il y a {n} min</translation>
    </message>
    <message>
        <source>{n} h ago</source>
        <translation>il y a {n} h</translation>
    </message>
    <message>
        <source>{n} days ago</source>
        <translation>il y a {n} jours</translation>
    </message>
</context>
<context>
    <name>files</name>
    <message>
        <source>Documents</source>
        <translation>Documents</translation>
    </message>
    <message>
        <source>Presentations</source>
        <translation>Présentations</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tableaux</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Sons</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Vidéos</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>Archives</translation>
    </message>
    <message>
        <source>Calendars</source>
        <translation>Agendas</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Contacts</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Autres</translation>
    </message>
</context>
<context>
    <name>fixed</name>
    <message>
        <source>Fixed by your establishment</source>
        <translation>Fixé par votre établissement</translation>
    </message>
</context>
<context>
    <name>folders</name>
    <message>
        <source>A name cannot hold the character “{one}”.</source>
        <translation>Un nom ne peut pas contenir le caractère «&#xa0;{one}&#xa0;».</translation>
    </message>
    <message>
        <source>A name needs at least one letter or digit.</source>
        <translation>Un nom a besoin d’au moins une lettre ou un chiffre.</translation>
    </message>
    <message>
        <source>A name cannot hold invisible characters.</source>
        <translation>Un nom ne peut pas contenir de caractères invisibles.</translation>
    </message>
    <message>
        <source>This name is too long.</source>
        <translation>Ce nom est trop long.</translation>
    </message>
    <message>
        <source>There is a folder of this name already.</source>
        <translation>Un dossier porte déjà ce nom.</translation>
    </message>
</context>
<context>
    <name>line</name>
    <message>
        <source>Automatic</source>
        <translation>Automatique</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Complète</translation>
    </message>
    <message>
        <source>Thrifty</source>
        <translation>Économe</translation>
    </message>
    <message>
        <source>Frugal</source>
        <translation>Frugale</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Hors ligne</translation>
    </message>
    <message>
        <source>profile {name}</source>
        <translation>profil «&#xa0;{name}&#xa0;»</translation>
    </message>
    <message>
        <source>{octets} a day</source>
        <translation>{octets} par jour</translation>
    </message>
    <message>
        <source>{octets} a month</source>
        <translation>{octets} par mois</translation>
    </message>
    <message>
        <source>from {start} to {end}</source>
        <translation>de {start} à {end}</translation>
    </message>
    <message>
        <source>Your establishment allows at most: {limits}.</source>
        <translation>Votre établissement permet au plus&#xa0;: {limits}.</translation>
    </message>
    <message>
        <source>Chosen at each sync from the measured line, the system&apos;s word that it is paid by volume, the budget and the hours.</source>
        <translation>Choisie à chaque synchronisation d’après la ligne mesurée, l’accès payé au volume que signale le système, le budget et les heures.</translation>
    </message>
    <message>
        <source>Texts and attachments of the wanted period: all can be read without a line. Costs the most octets.</source>
        <translation>Textes et pièces jointes de la période voulue&#xa0;: tout se lit sans réseau. Coûte le plus d’octets.</translation>
    </message>
    <message>
        <source>All texts, without attachments: these come on demand, with their price. For a shared phone or a slow line.</source>
        <translation>Tous les textes, sans les pièces jointes, qui viennent à la demande avec leur prix. Pour un partage de connexion ou une ligne lente.</translation>
    </message>
    <message>
        <source>Only the inbox and your own changes, in plain text; anything else tells its price first. For a satellite line paid by volume.</source>
        <translation>Seulement la boîte de réception et vos changements, en texte simple&#xa0;; tout le reste annonce d’abord son prix. Pour le satellite payé au volume.</translation>
    </message>
    <message>
        <source>No connection for this account. Your changes wait on this PC.</source>
        <translation>Aucune connexion pour ce compte. Vos changements attendent sur ce poste.</translation>
    </message>
    <message>
        <source>Automatic line</source>
        <translation>Ligne automatique</translation>
    </message>
    <message>
        <source>Full line</source>
        <translation>Ligne complète</translation>
    </message>
    <message>
        <source>Thrifty line</source>
        <translation>Ligne économe</translation>
    </message>
    <message>
        <source>Frugal line</source>
        <translation>Ligne frugale</translation>
    </message>
    <message>
        <source>Line off</source>
        <translation>Ligne coupée</translation>
    </message>
    <message>
        <source>{speed} upwards</source>
        <translation>{speed} en envoi</translation>
    </message>
    <message>
        <source>Outside the hours of sync</source>
        <translation>Hors des heures prévues</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>choisie</translation>
    </message>
    <message>
        <source>set by your school or académie</source>
        <translation>fixée par votre établissement ou académie</translation>
    </message>
    <message>
        <source>the system says that it is paid by volume</source>
        <translation>payée au volume, d’après le système</translation>
    </message>
    <message>
        <source>measured: {figures}</source>
        <translation>mesurée&#xa0;: {figures}</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>mesurée</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>pas encore mesurée</translation>
    </message>
    <message>
        <source>Budget of the day used up</source>
        <translation>Budget du jour atteint</translation>
    </message>
    <message>
        <source>Budget of the month used up</source>
        <translation>Budget du mois atteint</translation>
    </message>
    <message>
        <source>Budget used up</source>
        <translation>Budget atteint</translation>
    </message>
    <message>
        <source>today: {size}</source>
        <translation>aujourd’hui&#xa0;: {size}</translation>
    </message>
    <message>
        <source>today: {received} received, {sent} sent</source>
        <translation>aujourd’hui&#xa0;: {received} reçus, {sent} envoyés</translation>
    </message>
    <message>
        <source>today: {size} of {budget}</source>
        <translation>aujourd’hui&#xa0;: {size} sur {budget}</translation>
    </message>
    <message>
        <source>budget {size}</source>
        <translation>budget {size}</translation>
    </message>
    <message>
        <source>this month: {size}</source>
        <translation>ce mois&#xa0;: {size}</translation>
    </message>
    <message>
        <source>this month: {size} of {budget}</source>
        <translation>ce mois&#xa0;: {size} sur {budget}</translation>
    </message>
    <message>
        <source>Signing in</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <source>Your changes</source>
        <translation>Vos changements</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>En-têtes</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>Textes</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Synchronising</source>
        <translation>Synchronisation</translation>
    </message>
    <message>
        <source>{what}: {done} of {expected}</source>
        <translation>{what}&#xa0;: {done} sur {expected}</translation>
    </message>
    <message>
        <source>at least {time} on this line</source>
        <translation>au moins {time} sur cette ligne</translation>
    </message>
    <message>
        <source>{time} on this line</source>
        <translation>{time} sur cette ligne</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>environ {time}</translation>
    </message>
    <message>
        <source>{size}, this line is not measured yet</source>
        <translation>{size}, ligne pas encore mesurée</translation>
    </message>
    <message>
        <source>{size}, {time} on this line</source>
        <translation>{size}, {time} sur cette ligne</translation>
    </message>
</context>
<context>
    <name>mapping</name>
    <message>
        <source>Surname</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Name in use</source>
        <translation>Nom d’usage</translation>
    </message>
    <message>
        <source>Given name</source>
        <translation>Prénom</translation>
    </message>
    <message>
        <source>Whole name</source>
        <translation>Nom complet</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Civilité</translation>
    </message>
    <message>
        <source>Mail address</source>
        <translation>Adresse mél</translation>
    </message>
    <message>
        <source>Telephone</source>
        <translation>Téléphone</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Fonction</translation>
    </message>
    <message>
        <source>Subject taught</source>
        <translation>Discipline</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Groupe</translation>
    </message>
    <message>
        <source>Head teacher of</source>
        <translation>Professeur principal de</translation>
    </message>
    <message>
        <source>School</source>
        <translation>Établissement</translation>
    </message>
    <message>
        <source>UAI of the school</source>
        <translation>UAI de l’établissement</translation>
    </message>
    <message>
        <source>Town of the school</source>
        <translation>Commune de l’établissement</translation>
    </message>
    <message>
        <source>Number of the person</source>
        <translation>Numéro de la personne</translation>
    </message>
    <message>
        <source>Relation to the pupil</source>
        <translation>Lien avec l’élève</translation>
    </message>
    <message>
        <source>Child: surname</source>
        <translation>Enfant&#xa0;: nom</translation>
    </message>
    <message>
        <source>Child: name in use</source>
        <translation>Enfant&#xa0;: nom d’usage</translation>
    </message>
    <message>
        <source>Child: given name</source>
        <translation>Enfant&#xa0;: prénom</translation>
    </message>
    <message>
        <source>Child: whole name</source>
        <translation>Enfant&#xa0;: nom complet</translation>
    </message>
    <message>
        <source>Child: class</source>
        <translation>Enfant&#xa0;: classe</translation>
    </message>
    <message>
        <source>Child: number</source>
        <translation>Enfant&#xa0;: numéro</translation>
    </message>
    <message>
        <source>Guardian: surname</source>
        <translation>Responsable&#xa0;: nom</translation>
    </message>
    <message>
        <source>Guardian: name in use</source>
        <translation>Responsable&#xa0;: nom d’usage</translation>
    </message>
    <message>
        <source>Guardian: given name</source>
        <translation>Responsable&#xa0;: prénom</translation>
    </message>
    <message>
        <source>Guardian: whole name</source>
        <translation>Responsable&#xa0;: nom complet</translation>
    </message>
    <message>
        <source>Guardian: title</source>
        <translation>Responsable&#xa0;: civilité</translation>
    </message>
    <message>
        <source>Guardian: mail address</source>
        <translation>Responsable&#xa0;: adresse mél</translation>
    </message>
    <message>
        <source>Guardian: telephone</source>
        <translation>Responsable&#xa0;: téléphone</translation>
    </message>
    <message>
        <source>Guardian: relation to the pupil</source>
        <translation>Responsable&#xa0;: lien avec l’élève</translation>
    </message>
    <message>
        <source>Never read: birth</source>
        <translation>Jamais lue&#xa0;: naissance</translation>
    </message>
    <message>
        <source>Never read: national number</source>
        <translation>Jamais lue&#xa0;: numéro national</translation>
    </message>
    <message>
        <source>Never read: postal address</source>
        <translation>Jamais lue&#xa0;: adresse postale</translation>
    </message>
    <message>
        <source>Never read: money</source>
        <translation>Jamais lue&#xa0;: argent</translation>
    </message>
    <message>
        <source>Never read: MEF</source>
        <translation>Jamais lue&#xa0;: MEF</translation>
    </message>
    <message>
        <source>Never read: health</source>
        <translation>Jamais lue&#xa0;: santé</translation>
    </message>
    <message>
        <source>Never read: child care</source>
        <translation>Jamais lue&#xa0;: protection de l’enfance</translation>
    </message>
    <message>
        <source>Never read: private life</source>
        <translation>Jamais lue&#xa0;: vie privée</translation>
    </message>
    <message>
        <source>As their function says</source>
        <translation>Selon leur fonction</translation>
    </message>
    <message>
        <source>Pupils</source>
        <translation>Élèves</translation>
    </message>
    <message>
        <source>Parents and guardians</source>
        <translation>Parents et responsables</translation>
    </message>
    <message>
        <source>Teachers</source>
        <translation>Enseignants</translation>
    </message>
    <message>
        <source>Heads of school</source>
        <translation>Direction</translation>
    </message>
    <message>
        <source>Other staff</source>
        <translation>Autres personnels</translation>
    </message>
    <message>
        <source>Found out</source>
        <translation>Détecté</translation>
    </message>
    <message>
        <source>Semicolon</source>
        <translation>Point-virgule</translation>
    </message>
    <message>
        <source>Comma</source>
        <translation>Virgule</translation>
    </message>
    <message>
        <source>Tabulator</source>
        <translation>Tabulation</translation>
    </message>
    <message>
        <source>Vertical bar</source>
        <translation>Barre verticale</translation>
    </message>
</context>
<context>
    <name>panes</name>
    <message>
        <source>Awaited</source>
        <translation>Attendue</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Objet</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personnes</translation>
    </message>
    <message>
        <source>Sent on</source>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Pour le</translation>
    </message>
    <message>
        <source>Answers awaited</source>
        <translation>Réponses attendues</translation>
    </message>
    <message>
        <source>No answer is awaited. Choose “Remind me if no answer comes” while you write.</source>
        <translation>Aucune réponse n’est attendue. Choisissez «&#xa0;Me le rappeler sans réponse&#xa0;» en écrivant un message.</translation>
    </message>
    <message>
        <source>From me</source>
        <translation>De moi</translation>
    </message>
    <message>
        <source>From them, due</source>
        <translation>D’eux, échue</translation>
    </message>
    <message>
        <source>From them</source>
        <translation>D’eux</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>(unnamed)</source>
        <translation>(sans nom)</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>From</source>
        <translation>De</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>No attachment.</source>
        <translation>Aucune pièce jointe.</translation>
    </message>
    <message>
        <source>To</source>
        <translation>À</translation>
    </message>
    <message>
        <source>Written on</source>
        <translation>Écrit sur</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Enregistré</translation>
    </message>
    <message>
        <source>Drafts being written</source>
        <translation>Brouillons en cours</translation>
    </message>
    <message>
        <source>No draft.</source>
        <translation>Aucun brouillon.</translation>
    </message>
    <message>
        <source>another device</source>
        <translation>autre appareil</translation>
    </message>
    <message>
        <source>this PC</source>
        <translation>ce poste</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Depuis</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Hour</source>
        <translation>Heure</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>Boîte d’envoi</translation>
    </message>
    <message>
        <source>Nothing waits to be sent.</source>
        <translation>Rien n’attend d’être envoyé.</translation>
    </message>
    <message>
        <source>Not delivered to all</source>
        <translation>Non remis à tous</translation>
    </message>
    <message>
        <source>Waiting for a good line</source>
        <translation>Attend une bonne ligne</translation>
    </message>
    <message>
        <source>Sent, kept on this PC</source>
        <translation>Envoyé, gardé sur ce poste</translation>
    </message>
    <message>
        <source>Waiting for its hour</source>
        <translation>Attend son heure</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Changement</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Message</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Tentatives</translation>
    </message>
    <message>
        <source>Waiting changes</source>
        <translation>Changements en attente</translation>
    </message>
    <message>
        <source>Nothing waits: the server knows all that was done here.</source>
        <translation>Rien n’attend&#xa0;: le serveur sait tout ce qui a été fait ici.</translation>
    </message>
    <message>
        <source>Zone of the school holidays</source>
        <translation>Zone des vacances scolaires</translation>
    </message>
    <message>
        <source>In one hour</source>
        <translation>Dans une heure</translation>
    </message>
    <message>
        <source>This evening</source>
        <translation>Ce soir</translation>
    </message>
    <message>
        <source>Tomorrow morning</source>
        <translation>Demain matin</translation>
    </message>
    <message>
        <source>Next school day</source>
        <translation>Prochain jour de classe</translation>
    </message>
    <message>
        <source>Monday morning</source>
        <translation>Lundi matin</translation>
    </message>
    <message>
        <source>After the holidays</source>
        <translation>Après les vacances</translation>
    </message>
</context>
<context>
    <name>rule_words</name>
    <message>
        <source>the sender</source>
        <translation>l’expéditeur</translation>
    </message>
    <message>
        <source>the recipients (To)</source>
        <translation>les destinataires (À)</translation>
    </message>
    <message>
        <source>the recipients of a copy (Cc)</source>
        <translation>les destinataires en copie (Cc)</translation>
    </message>
    <message>
        <source>a recipient (To or Cc)</source>
        <translation>un destinataire (À ou Cc)</translation>
    </message>
    <message>
        <source>the subject</source>
        <translation>l’objet</translation>
    </message>
    <message>
        <source>the mailing list</source>
        <translation>la liste de diffusion</translation>
    </message>
    <message>
        <source>the header</source>
        <translation>l’en-tête</translation>
    </message>
    <message>
        <source>the text</source>
        <translation>le texte</translation>
    </message>
    <message>
        <source>the size (KB)</source>
        <translation>la taille (Ko)</translation>
    </message>
    <message>
        <source>an attachment</source>
        <translation>une pièce jointe</translation>
    </message>
    <message>
        <source>does not contain</source>
        <translation>ne contient pas</translation>
    </message>
    <message>
        <source>is not</source>
        <translation>n’est pas</translation>
    </message>
    <message>
        <source>does not begin with</source>
        <translation>ne commence pas par</translation>
    </message>
    <message>
        <source>does not end with</source>
        <translation>ne finit pas par</translation>
    </message>
    <message>
        <source>does not match (* and ?)</source>
        <translation>ne correspond pas à (* et&#xa0;?)</translation>
    </message>
    <message>
        <source>is not over</source>
        <translation>ne dépasse pas</translation>
    </message>
    <message>
        <source>is not under</source>
        <translation>n’est pas sous</translation>
    </message>
    <message>
        <source>contains</source>
        <translation>contient</translation>
    </message>
    <message>
        <source>is</source>
        <translation>est</translation>
    </message>
    <message>
        <source>begins with</source>
        <translation>commence par</translation>
    </message>
    <message>
        <source>ends with</source>
        <translation>finit par</translation>
    </message>
    <message>
        <source>matches (* and ?)</source>
        <translation>correspond à (* et&#xa0;?)</translation>
    </message>
    <message>
        <source>is over</source>
        <translation>dépasse</translation>
    </message>
    <message>
        <source>is under</source>
        <translation>est sous</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>est absente</translation>
    </message>
    <message>
        <source>is there</source>
        <translation>est présente</translation>
    </message>
    <message>
        <source>file it in</source>
        <translation>le classer dans</translation>
    </message>
    <message>
        <source>copy it to</source>
        <translation>le copier dans</translation>
    </message>
    <message>
        <source>flag it</source>
        <translation>le marquer d’un drapeau</translation>
    </message>
    <message>
        <source>tag it with</source>
        <translation>lui donner l’étiquette</translation>
    </message>
    <message>
        <source>mark it as read</source>
        <translation>le marquer comme lu</translation>
    </message>
    <message>
        <source>put it in the trash</source>
        <translation>le mettre à la corbeille</translation>
    </message>
    <message>
        <source>redirect it to</source>
        <translation>le rediriger vers</translation>
    </message>
    <message>
        <source>look at no later rule</source>
        <translation>ne pas regarder les règles suivantes</translation>
    </message>
    <message>
        <source>“{value}”</source>
        <translation>«&#xa0;{value}&#xa0;»</translation>
    </message>
    <message>
        <source>Every message: {doing}</source>
        <translation>Tous les messages&#xa0;: {doing}</translation>
    </message>
    <message>
        <source> and </source>
        <translation> et </translation>
    </message>
    <message>
        <source> or </source>
        <translation> ou </translation>
    </message>
    <message>
        <source>If {when}: {doing}</source>
        <translation>Si {when}&#xa0;: {doing}</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Désactivée</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Serveur</translation>
    </message>
    <message>
        <source>This PC</source>
        <translation>Ce poste</translation>
    </message>
    <message>
        <source>Nowhere</source>
        <translation>Nulle part</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>Pas encore connu</translation>
    </message>
</context>
<context>
    <name>skipped</name>
    <message>
        <source>no name</source>
        <translation>pas de nom</translation>
    </message>
    <message>
        <source>mail address not valid: person kept without it</source>
        <translation>adresse non valable, personne gardée sans elle</translation>
    </message>
    <message>
        <source>mail address of a guardian not valid</source>
        <translation>adresse d’un responsable non valable</translation>
    </message>
    <message>
        <source>a child is not among the pupils: no tie</source>
        <translation>un enfant n’est pas parmi les élèves, pas de lien</translation>
    </message>
    <message>
        <source>a child is named without its class: no tie</source>
        <translation>un enfant est nommé sans sa classe, pas de lien</translation>
    </message>
    <message>
        <source>two pupils of this name and class: no tie</source>
        <translation>deux élèves de ce nom dans cette classe, pas de lien</translation>
    </message>
    <message>
        <source>a quote is never closed</source>
        <translation>un guillemet n’est jamais fermé</translation>
    </message>
    <message>
        <source>not delimited text</source>
        <translation>pas un texte à séparateurs</translation>
    </message>
    <message>
        <source>line too long</source>
        <translation>ligne trop longue</translation>
    </message>
    <message>
        <source>NUL octets in the line</source>
        <translation>octets nuls dans la ligne</translation>
    </message>
    <message>
        <source>more than 500 cells</source>
        <translation>plus de 500 cellules</translation>
    </message>
    <message>
        <source>a card is not closed</source>
        <translation>une fiche n’est pas fermée</translation>
    </message>
    <message>
        <source>a card of too many lines</source>
        <translation>une fiche de trop de lignes</translation>
    </message>
    <message>
        <source>no name in a card</source>
        <translation>pas de nom dans une fiche</translation>
    </message>
    <message>
        <source>a card that is there twice</source>
        <translation>une fiche présente deux fois</translation>
    </message>
    <message>
        <source>a group that is there twice</source>
        <translation>un groupe présent deux fois</translation>
    </message>
    <message>
        <source>a group without a name</source>
        <translation>un groupe sans nom</translation>
    </message>
    <message>
        <source>an entry that is there twice</source>
        <translation>une entrée présente deux fois</translation>
    </message>
    <message>
        <source>an entry that moves is not followed</source>
        <translation>une entrée déplacée n’est pas suivie</translation>
    </message>
    <message>
        <source>an entry among changes, or a change of entries</source>
        <translation>une entrée parmi des changements, ou l’inverse</translation>
    </message>
    <message>
        <source>a change that says only a part of a value was left out</source>
        <translation>un changement qui ne dit qu’une partie d’une valeur est laissé de côté</translation>
    </message>
    <message>
        <source>a value named by its address was not read</source>
        <translation>une valeur désignée par son adresse n’a pas été lue</translation>
    </message>
    <message>
        <source>a value that is no base64</source>
        <translation>une valeur qui n’est pas du base64</translation>
    </message>
    <message>
        <source>a line that is no attribute</source>
        <translation>une ligne qui n’est pas un attribut</translation>
    </message>
    <message>
        <source>a line that is too long</source>
        <translation>une ligne trop longue</translation>
    </message>
    <message>
        <source>a record of too many lines</source>
        <translation>un enregistrement de trop de lignes</translation>
    </message>
    <message>
        <source>a record without a dn</source>
        <translation>un enregistrement sans dn</translation>
    </message>
    <message>
        <source>a record that does not begin with its dn</source>
        <translation>un enregistrement qui ne commence pas par son dn</translation>
    </message>
    <message>
        <source>a change of another attribute than it says</source>
        <translation>un changement d’un autre attribut que celui annoncé</translation>
    </message>
</context>
<context>
    <name>spoken</name>
    <message>
        <source>empty</source>
        <translation>vide</translation>
    </message>
</context>
<context>
    <name>storage</name>
    <message>
        <source>Texts of messages</source>
        <translation>Textes des messages</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Pièces jointes</translation>
    </message>
    <message>
        <source>Index for search</source>
        <translation>Index de recherche</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Annuaire</translation>
    </message>
    <message>
        <source>Drafts and outbox</source>
        <translation>Brouillons et envois</translation>
    </message>
    <message>
        <source>Lists of messages and structure</source>
        <translation>Listes de messages et structure</translation>
    </message>
    <message>
        <source>Free pages, to be given back</source>
        <translation>Pages libres, à rendre au disque</translation>
    </message>
    <message>
        <source>Journal of the database</source>
        <translation>Journal de la base</translation>
    </message>
    <message>
        <source>Reserve for a full disk</source>
        <translation>Réserve pour un disque plein</translation>
    </message>
    <message>
        <source>Other files of the profile</source>
        <translation>Autres fichiers du profil</translation>
    </message>
    <message>
        <source>Attachments older than a year</source>
        <translation>Pièces jointes de plus d’un an</translation>
    </message>
    <message>
        <source>Contents of the junk folder</source>
        <translation>Contenu des indésirables</translation>
    </message>
    <message>
        <source>Contents of the trash</source>
        <translation>Contenu de la corbeille</translation>
    </message>
    <message>
        <source>{n} messages</source>
        <translation>{n} messages</translation>
    </message>
    <message>
        <source>{used} of {limit} used ({share}), {age}</source>
        <translation>{used} utilisés sur {limit} ({share}), {age}</translation>
    </message>
    <message>
        <source>Mailbox {email} {share} full</source>
        <translation>Boîte {email} pleine à {share}</translation>
    </message>
    <message>
        <source>mailbox {share} full on the server ({used} of {limit})</source>
        <translation>boîte pleine à {share} sur le serveur ({used} sur {limit})</translation>
    </message>
    <message>
        <source>The mailbox {email} is {share} full: the server will soon refuse new messages.</source>
        <translation>La boîte {email} est pleine à {share}&#xa0;: le serveur refusera bientôt les nouveaux messages.</translation>
    </message>
    <message>
        <source>The mailbox {email} is {share} full on the server.</source>
        <translation>La boîte {email} est pleine à {share} sur le serveur.</translation>
    </message>
    <message>
        <source>On this PC only</source>
        <translation>Sur ce poste seulement</translation>
    </message>
    <message>
        <source>On this PC only; may be put back until {date}</source>
        <translation>Sur ce poste seulement&#xa0;; peut être remis jusqu’au {date}</translation>
    </message>
    <message>
        <source>Waits to be fetched whole and verified</source>
        <translation>Attend d’être téléchargé en entier et vérifié</translation>
    </message>
    <message>
        <source>Verified; waits to go from the server</source>
        <translation>Vérifié&#xa0;; attend d’être retiré du serveur</translation>
    </message>
    <message>
        <source>Waits to be put back on the server</source>
        <translation>Attend d’être remis sur le serveur</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>toujours</translation>
    </message>
    <message>
        <source>{n} days</source>
        <translation>{n} jours</translation>
    </message>
</context>
<context>
    <name>vaults</name>
    <message>
        <source>Vault without a name</source>
        <translation>Coffre sans nom</translation>
    </message>
</context>
<context>
    <name>wording</name>
    <message>
        <source>Receiving server reached in private</source>
        <translation>Serveur de réception joint, connexion chiffrée</translation>
    </message>
    <message>
        <source>Sign-in to the receiving server</source>
        <translation>Connexion au serveur de réception</translation>
    </message>
    <message>
        <source>What the receiving server offers</source>
        <translation>Ce que le serveur de réception propose</translation>
    </message>
    <message>
        <source>Sending server reached in private</source>
        <translation>Serveur d’envoi joint, connexion chiffrée</translation>
    </message>
    <message>
        <source>Sign-in to the sending server</source>
        <translation>Connexion au serveur d’envoi</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Réseau</translation>
    </message>
    <message>
        <source>Way out of the network</source>
        <translation>Sortie du réseau</translation>
    </message>
    <message>
        <source>Not tried.</source>
        <translation>Non essayé.</translation>
    </message>
    <message>
        <source>Inbox</source>
        <translation>Boîte de réception</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Envoyés</translation>
    </message>
    <message>
        <source>Drafts</source>
        <translation>Brouillons</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Corbeille</translation>
    </message>
    <message>
        <source>Junk</source>
        <translation>Indésirables</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archives</translation>
    </message>
    <message>
        <source>Waiting for the line</source>
        <translation>En attente du réseau</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>Suspendu</translation>
    </message>
    <message>
        <source>Being sent</source>
        <translation>Envoi en cours</translation>
    </message>
    <message>
        <source>Sent, being filed</source>
        <translation>Envoyé, à classer</translation>
    </message>
    <message>
        <source>Sent and filed</source>
        <translation>Envoyé et classé</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>Non envoyé</translation>
    </message>
    <message>
        <source>To be checked</source>
        <translation>À vérifier</translation>
    </message>
    <message>
        <source>The server said: “{words}”</source>
        <translation>Réponse du serveur&#xa0;: «&#xa0;{words}&#xa0;»</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <source>File a copy</source>
        <translation>Classer une copie</translation>
    </message>
    <message>
        <source>Keep here, remove from the server</source>
        <translation>Garder ici, retirer du serveur</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>Marquer comme lu</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>Marquer comme non lu</translation>
    </message>
    <message>
        <source>Flag</source>
        <translation>Suivi</translation>
    </message>
    <message>
        <source>Remove the flag</source>
        <translation>Ôter le suivi</translation>
    </message>
    <message>
        <source>Mark as answered</source>
        <translation>Marquer comme répondu</translation>
    </message>
    <message>
        <source>Mark as forwarded</source>
        <translation>Marquer comme transféré</translation>
    </message>
    <message>
        <source>Add the mark {name}</source>
        <translation>Ajouter la marque {name}</translation>
    </message>
    <message>
        <source>Move to {name}</source>
        <translation>Déplacer vers {name}</translation>
    </message>
    <message>
        <source>Copy to {name}</source>
        <translation>Copier vers {name}</translation>
    </message>
    <message>
        <source>Remove the mark {name}</source>
        <translation>Ôter la marque {name}</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Nouveau dossier</translation>
    </message>
    <message>
        <source>Rename the folder to {name}</source>
        <translation>Renommer le dossier en {name}</translation>
    </message>
    <message>
        <source>Delete the folder</source>
        <translation>Supprimer le dossier</translation>
    </message>
    <message>
        <source>Subscribe to the folder</source>
        <translation>S’abonner au dossier</translation>
    </message>
    <message>
        <source>End the subscription</source>
        <translation>Se désabonner</translation>
    </message>
    <message>
        <source>Copy of a draft on the server</source>
        <translation>Copie d’un brouillon sur le serveur</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sans objet)</translation>
    </message>
    <message>
        <source>To be decided</source>
        <translation>À décider</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Refusé</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>En cours de vérification</translation>
    </message>
    <message>
        <source>Not delivered to {who}: {why}</source>
        <translation>Non remis à {who}&#xa0;: {why}</translation>
    </message>
    <message>
        <source>Remote images are blocked, so that the sender does not learn of your reading.</source>
        <translation>Les images distantes sont bloquées&#xa0;: l’expéditeur ne sait pas que vous lisez.</translation>
    </message>
    <message>
        <source>The displayed name looks like an address, but the message comes from {detail}.</source>
        <translation>Le nom affiché ressemble à une adresse, mais le message vient de {detail}.</translation>
    </message>
    <message>
        <source>An answer would go to another address: {detail}.</source>
        <translation>Une réponse irait à une autre adresse&#xa0;: {detail}.</translation>
    </message>
    <message>
        <source>This message is not built correctly; a part of it may be missing here.</source>
        <translation>Ce message est mal construit&#xa0;; une partie peut manquer ici.</translation>
    </message>
    <message>
        <source>This message is very long: only its beginning is shown.</source>
        <translation>Ce message est très long&#xa0;: seul son début est affiché.</translation>
    </message>
    <message>
        <source>This message is signed (S/MIME); the signature was not checked.</source>
        <translation>Ce message est signé (S/MIME)&#xa0;; la signature n’a pas été vérifiée.</translation>
    </message>
    <message>
        <source>This message is encrypted (S/MIME): its text cannot be shown here.</source>
        <translation>Ce message est chiffré (S/MIME)&#xa0;: son texte ne peut pas être affiché ici.</translation>
    </message>
    <message>
        <source>This message is signed (OpenPGP); the signature was not checked.</source>
        <translation>Ce message est signé (OpenPGP)&#xa0;; la signature n’a pas été vérifiée.</translation>
    </message>
    <message>
        <source>This message is encrypted (OpenPGP): its text cannot be shown here.</source>
        <translation>Ce message est chiffré (OpenPGP)&#xa0;: son texte ne peut pas être affiché ici.</translation>
    </message>
    <message>
        <source>A link shows one address and leads to another: {detail}.</source>
        <translation>Un lien affiche une adresse et mène à une autre&#xa0;: {detail}.</translation>
    </message>
    <message>
        <source>another address</source>
        <translation>une autre adresse</translation>
    </message>
</context>
</TS>
