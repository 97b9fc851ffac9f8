# Was die Seiten auf Deutsch sagen. Die Fachwörter sind die von Traefik: Router, Dienst, Middleware, Einstiegspunkt,
# Regel, Zertifikat, Zertifikats-Resolver, statische und dynamische Konfiguration. Angeredet wird mit „Sie“.

language-name = Deutsch

## Said on several pages

back-to-routes = Zurück zu den Routen
cancel = Abbrechen
continue = Weiter
kind-certificate = Zertifikat
kind-file = Datei
kind-middleware = Middleware
kind-page = Seite
kind-route = Route
kind-servers-transport = Server-Transport
kind-service = Dienst
kind-tls-options = TLS-Optionen
kind-tls-store = TLS-Speicher
language = Sprache
menu = Menü
nothing-matches = Nichts passt dazu.
password = Passwort
review = Prüfen
save = Speichern
search = Suche
sign-in = Anmelden
sign-out = Abmelden
skip = Zum Inhalt springen
start-again = Von vorn beginnen

## The frame of every page

lists = Listen
reach-answers = Die API von Traefik antwortet
reach-silent = nicht erreichbar
reach-waiting = Die API von Traefik hat noch nicht geantwortet
theme = Farben
theme-dark = Dunkel
theme-light = Hell
theme-system = System
unconfirmed = { $count ->
    [one] Geschrieben, nicht bestätigt: Die API von Traefik antwortet nicht, deshalb weiß niemand, ob die letzte Änderung gilt. Sie wird gefragt, bis sie antwortet; im <a href="/history">Verlauf</a> steht, was daraus wurde.
   *[other] Geschrieben, nicht bestätigt: Die API von Traefik antwortet nicht, deshalb weiß niemand, ob die letzten { $count } Änderungen gelten. Sie wird gefragt, bis sie antwortet; im <a href="/history">Verlauf</a> steht, was daraus wurde.
}

## Navigation: the pages

nav = Bereiche
nav-configuration = Konfiguration
nav-live = Was Traefik tut
nav-program = Dieses Programm
nav-routing = Routing
api = API
backups = Sicherungen
certificates = Zertifikate
dashboard = Startseite
files = Dateien
git = Git
history = Verlauf
log = Zugriffsprotokoll
map = Routenkarte
middlewares = Middlewares
notifications = Benachrichtigungen
overview = Übersicht
routes = Routen
services = Dienste
settings = Einstellungen
settings-about = Über
settings-authentication = Anmeldung
settings-general = Allgemein
settings-interface = Oberfläche
settings-keys = API-Schlüssel
settings-oidc = Single Sign-on
settings-sessions = Sitzungen
settings-two-factor = Zwei-Faktor
static = Statisch
tls = TLS

## What was done, said after a redirect

done-backed-up = Die Konfiguration ist gesichert.
done-deleted = Gelöscht.
done-discarded = Die vorgemerkten Änderungen sind verworfen.
done-kept = Die Änderung bleibt.
done-off = Die Route ist ausgeschaltet. Ihre Einstellungen bleiben erhalten.
done-oidc = Single Sign-on ist gespeichert.
done-on = Die Route ist eingeschaltet.
done-otp-off = Die Zwei-Faktor-Anmeldung ist aus. Alle anderen Sitzungen sind beendet.
done-password = Das Passwort ist geändert. Alle anderen Sitzungen sind beendet.
done-pending = Vorgemerkt. Geschrieben ist noch nichts.
done-pushed = Das Repository hat jetzt alles.
done-ready = Die Einrichtung ist abgeschlossen.
done-removed = Die Sicherung ist gelöscht.
done-restored = Die Sicherung ist wiederhergestellt. Was sie ersetzt hat, ist auch gesichert.
done-revoked = Der Schlüssel ist widerrufen. Wer ihn benutzt, ist draußen.
done-saved = Gespeichert.
done-session-ended = Die Sitzung ist beendet.
done-sessions-ended = Alle anderen Sitzungen sind beendet.
done-sign-in-off = Niemand muss sich mehr anmelden. Sorgen Sie dafür, dass ein anderer Dienst diese Seiten schützt.
done-sign-in-on = Ab jetzt muss man sich anmelden.
done-static-saved = Gespeichert. Traefik liest es beim nächsten Neustart.
done-unchanged = Nichts zu ändern: Alles ist schon so, wie Sie es wollen.
done-undone = Die Änderung ist rückgängig gemacht.

## Page: sign in

code = Einmalcode
code-label = Code
code-lead = Geben Sie die sechs Ziffern ein, die Ihre Authenticator-App gerade zeigt.
code-lost = Telefon verloren?
code-recovery = Geben Sie stattdessen einen Ihrer Wiederherstellungscodes ein. Jeder gilt einmal.
code-reset = Ohne sie kann, wer den Rechner betreibt, die Zwei-Faktor-Anmeldung abschalten:
password-again = Neues Passwort noch einmal
password-change = Passwort ändern
password-change-lead = Alle anderen Sitzungen enden. API-Schlüssel bleiben gültig.
password-choose = Wählen Sie ein Passwort
password-choose-lead = Das, mit dem Sie sich angemeldet haben, war vorläufig.
password-current = Bisheriges Passwort
password-new = Neues Passwort
password-new-hint = mindestens 8 Zeichen
save-and-go-on = Speichern und weiter
sign-in-forgotten = Passwort vergessen?
sign-in-from-environment = Es wird mit <code>ADMIN_PASSWORD</code> beim Start dieses Programms gesetzt.
sign-in-remember = Auf diesem Gerät angemeldet bleiben
sign-in-reset = Wer den Rechner betreibt, kann ein vorläufiges setzen:
sign-in-reset-container = In einem Container:
sign-in-with = Anmelden mit { $provider }

## Page: search

search-everything = Alles durchsuchen
search-failed = Die Suche hat nicht geantwortet. Mit der Eingabetaste geht es zu ihrer Seite.
search-found = Gefunden
search-hint = Routen, Dienste, Middlewares, Dateien, Seiten
search-nothing-asked = Namen, Hosts, Regeln, Server, Dateien: was Ihnen davon im Gedächtnis ist.

## The list of keys

shortcuts = Tastenkürzel
shortcuts-close = Schließen
shortcuts-escape = Schließen, was offen ist
shortcuts-list = Diese Liste zeigen
shortcuts-new = Der Liste etwas hinzufügen
shortcuts-on = Einzelne Tasten wirken
shortcuts-on-hint = nie, während Sie in ein Feld schreiben
shortcuts-pages = Zu einer Seite gehen
shortcuts-search = Die Liste durchsuchen

## Page: routes

routes-not-shown = { $count ->
    [one] { $count } Router eines anderen Providers nicht gezeigt
   *[other] { $count } Router anderer Provider nicht gezeigt
}
routes-of-provider = von { $provider }, wird dort geändert

## Page: the form of a route

## Page: a route as YAML

## Page: review

## Page: history

## Page: files and backups

## Page: git

## Page: templates and tools

## Page: overview

## Page: route map

## Page: services, middlewares, TLS: lists

## Page: services, middlewares, TLS: forms

## Page: fields of the dynamic configuration

## Page: static configuration

## Page: sections of the static configuration

## Page: fields of the static configuration

## Page: settings

## Page: the set-up

## Page: authentication

## Page: single sign-on

## Page: sessions, keys, second factor

## Page: notifications

## Page: dashboard

## Page: certificates

## Page: access log

## Page: API

## Page: restarts and trials

## Said by scripts

script-silent = Dieses Programm antwortet nicht, deshalb ist das Gezeigte vielleicht veraltet. Es wird weiter gefragt.
