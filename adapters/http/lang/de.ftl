# Was die Seiten auf Deutsch sagen. Die Fachwörter sind die von Traefik: Router, Dienst, Middleware, Einstiegspunkt,
# Regel, Zertifikat, Zertifikats-Resolver, statische und dynamische Konfiguration. Angeredet wird mit „Sie“.

language-name = Deutsch

## Said on several pages

actions = Aktionen
add-route = Route hinzufügen
all-protocols = Alle Protokolle
and-more = und { $count } weitere
and-more-there = Und { $count } weitere.
back-to-routes = Zurück zu den Routen
cancel = Abbrechen
continue = Weiter
copy = Kopieren
delete = Löschen
delete-named = { $name } löschen
delete-question = { $name } löschen?
edit = Bearbeiten
edit-as-form = Als Formular bearbeiten
edit-as-yaml = Als YAML bearbeiten
edit-named = { $name } bearbeiten
entry-points = Einstiegspunkte
file = Datei
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
name = Name
next = Weiter
nothing = Nichts
nothing-matches = Nichts passt dazu.
page-of = Seite { $page } von { $pages }
pages = Seiten
password = Passwort
previous = Zurück
protocol = Protokoll
provider = Provider
review = Prüfen
save = Speichern
search = Suche
show-all = Alle zeigen
sign-in = Anmelden
sign-out = Abmelden
skip = Zum Inhalt springen
start-again = Von vorn beginnen
status = Status
stored-empty-keeps = gespeichert; leer behält es
undo = Rückgängig
user = Benutzer

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

## Page: routes

routes-all-domains = Alle Domains
routes-all-files = Alle Dateien
routes-any-status = Jeder Status
routes-at = An
routes-cards = Karten
routes-count = { $count ->
    [one] { $count } Route
   *[other] { $count } Routen
}
routes-count-of = { $found } von { $count } Routen
routes-domain = Domain
routes-edit-text = Text bearbeiten
routes-everything = Alles
routes-filter = Filtern
routes-first = Ihre erste Route
routes-first-lead = Eine Route leitet die Anfragen für einen Hostnamen an einen Ihrer Dienste.
routes-folder-broken = Traefik lädt keine Datei dieses Ordners, solange eine davon fehlerhaft ist.
routes-goes-to = Führt zu
routes-matches = Trifft auf
routes-mend = Datei in Ordnung bringen
routes-no-service = Kein Dienst
routes-nothing-matches = Nichts passt dazu
routes-off-count = { $count } ausgeschaltet
routes-on-entry-points = an { $names }
routes-on-or-off = An oder aus
routes-search = Routen durchsuchen
routes-search-hint = Namen, Hosts, Ziele suchen
routes-show-all = Alle Routen zeigen
routes-silent = <strong>Traefik antwortet nicht.</strong> Sie können weiterarbeiten: Änderungen werden in die Dateien geschrieben, und Traefik lädt sie, wenn es wieder da ist.
routes-silent-why = Läuft es, mit <code>api.insecure: true</code> oder mit seiner API hinter einem Router? Wo es antwortet, steht als <code>traefik_api_url</code> in der Datei der Einstellungen, <code>manager.yml</code>; eine Änderung dort gilt sofort.
routes-switch-off = Ausschalten
routes-switch-on = Einschalten
routes-switched-off = Ausgeschaltet
routes-switched-on = Eingeschaltet
routes-table = Tabelle
routes-through = Über
routes-through-middlewares = über { $names }
routes-trouble = Mit Problemen
routes-trouble-count = { $count } mit Problemen
routes-uses-tls = Mit TLS
routes-view = Ansicht
routes-yaml-of = YAML von { $name }
state-all-up = Traefik führt es aus, und seine Zustandsprüfung findet alle Server erreichbar.
state-error = Fehler
state-error-more = Traefik hat es und führt es nicht aus.
state-loaded = Geladen
state-loaded-more = Traefik führt es aus und findet keinen Fehler; ob Server antworten, prüft nichts.
state-no-server = Kein Server erreichbar
state-no-server-more = Traefik führt es aus; seine Zustandsprüfung findet keinen Server erreichbar.
state-not-loaded = Nicht geladen
state-not-loaded-more = Auf dem Datenträger; Traefik hat es nicht oder noch nicht.
state-off = Aus
state-off-more = Ausgeschaltet: aufgehoben in manager.yml, in keiner Datei von Traefik.
state-on-disk = Geschrieben
state-on-disk-more = Mehr sagt die API von Traefik über Objekte dieser Art nicht.
state-servers-up = { $up } von { $all } Servern erreichbar
state-servers-up-more = Traefik führt es aus; seine Zustandsprüfung findet Server nicht erreichbar.
state-serving = In Betrieb
state-unknown = Unbekannt
state-unknown-more = Auf dem Datenträger; was Traefik daraus macht, hat es nicht gesagt.
state-warning = Warnung
state-warning-more = Traefik führt es unter Vorbehalt aus.

## Page: the form of a route

route-form-add = Hinzufügen
route-form-add-server = Server hinzufügen
route-form-another-server = weiterer Server
route-form-by-hosts = Diese Hostnamen
route-form-by-rule = Was diese Regel sagt
route-form-certificate-from = An, Zertifikat von { $resolver }
route-form-delete = Route löschen
route-form-delete-lead = Die Route wird aus <code>{ $file }</code> genommen, mit dem Dienst, den nur sie verwendet. Eine Sicherung der Datei wird behalten.
route-form-entry-points-hint = Mehrere mit Kommas trennen. Leer: die Vorgabe von Traefik.
route-form-hosts = Hostnamen, einer je Zeile
route-form-middlewares-hint = Mehrere mit Kommas trennen. Sie wirken in dieser Reihenfolge.
route-form-more = Mehr
route-form-more-priority = Priorität
route-form-more-service = feste Sitzungen, Zustandsprüfung, Priorität
route-form-new = Neue Route
route-form-new-file = Neue Datei
route-form-new-file-hint = oder eine neue Datei
route-form-no-check = Zertifikate der Server nicht prüfen
route-form-no-check-hint = Für Server mit HTTPS, die ihr Zertifikat selbst ausgestellt haben.
route-form-off = Diese Route ist ausgeschaltet. Was Sie hier speichern, gilt, wenn sie wieder eingeschaltet wird.
route-form-pass-host = Den Hostnamen des Clients weitergeben
route-form-pass-host-hint = Die meisten Anwendungen erwarten es.
route-form-passthrough = TLS unentschlüsselt weitergeben
route-form-passthrough-hint = Das Zertifikat hat der Server. Hier wird keines angefordert.
route-form-priority = Priorität
route-form-priority-hint = Passen mehrere Regeln, gewinnt die höchste Zahl. Leer: die längste Regel.
route-form-remove = Entfernen
route-form-remove-server = Diesen Server entfernen
route-form-rule = Regel
route-form-sends-to = Leitet sie weiter an
route-form-sends-to-service = Leitet sie weiter an den Dienst
route-form-servers = Server
route-form-service-hint = Auch andere Routen können ihn verwenden; deshalb werden seine Server als YAML bearbeitet.
route-form-several-servers = Mehrere Server teilen sich die Anfragen.
route-form-takes = Nimmt Anfragen an für
route-form-there-are = Es gibt: { $names }
route-form-tls-file = An, mit einem Zertifikat aus einer Datei
route-form-tls-off = Aus
route-form-unserved = Traefik bedient diese Route nicht.
route-form-warned = Traefik warnt vor dieser Route.
route-form-way-in = Eingang

## Page: a route as YAML

editor-keys = <kbd>Esc</kbd>, dann <kbd>Tab</kbd> führt hinaus. <kbd>Strg</kbd> <kbd>S</kbd> speichert.
editor-keys-names = Die Namen der Felder kommen beim Tippen; <kbd>Strg</kbd> <kbd>Leertaste</kbd> zeigt sie alle.
editor-line = Zeile { $line }
editor-line-column = Zeile { $line }, Spalte { $column }
editor-marks = Was falsch ist, Zeile für Zeile
raw-lead = Der Router und sein Dienst, wie sie in der Datei stehen.
raw-present = Der Text, wie er jetzt ist

## Page: review

review-affected = Router, die das erreicht
review-after = Danach
review-again = Weiter bearbeiten
review-apply = Übernehmen
review-before = Vor dieser Änderung
review-changes-of = Änderungen an { $file }
review-lead = Noch ist nichts geschrieben. Das schreibt <b>Übernehmen</b>.
review-not-there = nicht da
review-nothing = Keine Datei würde sich ändern.
review-now = Jetzt

## Page: history

history-access = Zugang
history-actor-command-line = Befehlszeile
history-actor-key = API-Schlüssel { $name }
history-actor-on-disk = auf dem Datenträger bearbeitet
history-actor-program = von selbst
history-actor-stranger = jemand Unbekanntes
history-block-sign-in = Anmeldung gesperrt { $details }
history-by-provider = vom Identitätsanbieter
history-change-password = Passwort geändert
history-change-provider = Identitätsanbieter geändert: { $details }
history-change-settings = Einstellungen geändert: { $details }
history-changes = Änderungen
history-delete = { $object } gelöscht
history-disable = { $object } ausgeschaltet
history-edit = { $object } bearbeitet
history-enable = { $object } eingeschaltet
history-end-sessions = Sitzungen beendet: { $details }
history-end-sessions-others = alle anderen
history-everything = Alles
history-finish-setup = Einrichtung abgeschlossen
history-for-seconds = für { $seconds } s
history-install-plugin = Plugin installiert: { $object }
history-keep = { $object } behalten
history-lead = Jede Änderung und jede Anmeldung, die neueste zuerst. Was sich zurücknehmen lässt, hat <b>Rückgängig</b>.
history-let-in = Eingelassen { $details }
history-make-key = API-Schlüssel erstellt: { $details }
history-make-recovery-codes = Wiederherstellungscodes erstellt
history-more-since = { $count } weitere seit { $time }
history-no-copy = Den Text davor hat niemand aufgehoben, weil dieses Programm da nicht lief; deshalb lässt es sich hier nicht rückgängig machen. Eine Sicherung eines früheren Textes kann helfen.
history-none = Noch ist nichts geschehen.
history-not-confirmed = Nicht bestätigt
history-not-confirmed-more = Dass Traefik es bedient, wurde nicht gesehen
history-not-served = Nicht bedient
history-not-visible = Nicht sichtbar
history-not-visible-more = Die API von Traefik zeigt nichts, woran es zu erkennen wäre
history-object-certificate = TLS-Zertifikat { $name }
history-object-change = Änderung { $name }
history-object-file = Datei { $name }
history-object-files-of = Dateien von { $name }
history-object-middleware = Middleware { $name }
history-object-options = TLS-Optionen { $name }
history-object-router = Router { $name }
history-object-service = Dienst { $name }
history-object-static-file = Statische Datei { $name }
history-object-store = TLS-Speicher { $name }
history-object-transport = Server-Transport { $name }
history-older = Ältere
history-on-trial = Auf Probe
history-put-back = Zurückgesetzt
history-put-back-object = { $object } zurückgesetzt
history-refuse-code = Code abgelehnt
history-refuse-confirmation = Bestätigung abgelehnt
history-refuse-form = Formular abgelehnt
history-refuse-key = API-Schlüssel abgelehnt
history-refuse-sign-in = Anmeldung abgelehnt
history-refused = Abgelehnt
history-remove-plugin = Plugin entfernt: { $object }
history-reset-password = Passwort zurückgesetzt
history-restart = Neustart: { $object }
history-restore = { $object } wiederhergestellt
history-revoke-key = API-Schlüssel widerrufen: { $details }
history-save = { $object } gespeichert
history-second-factor-off = Zweiter Faktor abgeschaltet
history-second-factor-on = Zweiter Faktor eingeschaltet
history-served = Bedient
history-show = Was gezeigt wird
history-sign-in = Anmeldung { $details }
history-sign-in-off = Anmeldung abgeschaltet
history-sign-in-on = Anmeldung eingeschaltet
history-sign-out = Abmeldung
history-too-long = Zu lang, um ganz aufgehoben zu werden; die Sicherung hat es.
history-undo = { $object } rückgängig gemacht
history-undone = Rückgängig gemacht
history-unreadable = { $count ->
    [one] { $count } Eintrag hier ist unlesbar; <code>traefik-manager audit verify</code> sagt, welcher.
   *[other] { $count } Einträge hier sind unlesbar; <code>traefik-manager audit verify</code> sagt, welche.
}
history-use-recovery-code = Wiederherstellungscode verwendet
history-with-guard = hinter einem anderen Wächter
history-with-named = { $method } als { $account }
history-with-password = mit Passwort
history-with-password-and-code = mit Passwort und Code
history-with-provider = beim Identitätsanbieter
trial-back = Jetzt zurücksetzen
trial-keep = Behalten
trial-keep-or-revert = Behalten oder zurücksetzen
trial-lead = Sie setzt sich in <strong><span data-seconds>{ $seconds }</span> Sekunden</strong> von selbst zurück, damit sich niemand aussperrt. Wenn Sie das durch Traefik lesen können, geht der Weg zu dieser Seite noch.
trial-over = Diese Änderung ist nicht auf Probe
trial-over-lead = Sie wurde behalten, oder niemand hat sie rechtzeitig behalten und sie wurde zurückgesetzt. Was davon, steht im Verlauf.
trial-question = Diese Änderung behalten?
trial-unseen = Geschrieben, nicht bestätigt: Die Datei entsteht aus Templates, deshalb weiß nur Traefik, was daraus wird, und seine API zeigt keinen Unterschied. Lehnt Traefik die Datei ab, nimmt es von jetzt an auch aus keiner anderen eine Änderung an, und nur sein Log sagt es.
trial-unseen-back = Die Änderung setzt sich in <strong><span data-seconds>{ $seconds }</span> Sekunden</strong> von selbst zurück. Behalten Sie sie, wenn das Log von Traefik keinen Fehler zeigt oder wenn sie nichts ändert, was sich zeigen könnte, etwa TLS-Optionen. Sie bleibt von selbst, sobald Traefik eine spätere Änderung annimmt.

## Page: files and backups

backups-cannot = <code>{ $name }</code> lässt sich nicht wiederholen.
backups-delete = Diese Sicherung löschen?
backups-lead = Vor jeder Änderung wird eine Kopie der Datei aufgehoben.
backups-made = Erstellt
backups-none = Noch keine Sicherungen
backups-none-lead = Die erste entsteht vor der ersten Änderung.
backups-now = Jetzt sichern
backups-records = ausgeschaltet
backups-records-more = Der Verlauf stellt sie wieder her
backups-restore = Wiederherstellen
backups-restore-lead = Die ganze Datei wird, was sie am { $time } UTC war. Was jetzt darin steht, wird vorher gesichert.
backups-restore-question = { $file } wiederherstellen?
backups-size = Größe
backups-static = statisch
files-broken = Fehlerhaft
files-edit-text = Text bearbeiten
files-editor-lead = Die ganze Datei. Geschrieben wird nur, was sich lesen lässt.
files-holds = Enthält
files-holds-certificates = { $count ->
    [one] { $count } TLS-Zertifikat
   *[other] { $count } TLS-Zertifikate
}
files-holds-middlewares = { $count ->
    [one] { $count } Middleware
   *[other] { $count } Middlewares
}
files-holds-options = { $count } TLS-Optionen
files-holds-routers = { $count ->
    [one] { $count } Router
   *[other] { $count } Router
}
files-holds-services = { $count ->
    [one] { $count } Dienst
   *[other] { $count } Dienste
}
files-holds-stores = { $count ->
    [one] { $count } TLS-Speicher
   *[other] { $count } TLS-Speicher
}
files-holds-transports = { $count ->
    [one] { $count } Server-Transport
   *[other] { $count } Server-Transporte
}
files-in-order = In Ordnung
files-lead = Die dynamische Konfiguration von Traefik, wie sie auf dem Datenträger steht.
files-none = Noch keine Konfigurationsdateien
files-none-lead = Die erste wird mit der ersten Route geschrieben.
files-shaped = Aus Templates
files-state = Zustand

## Page: git

git-all = Alle Commits
git-branch = Branch
git-commit = Commit
git-commit-named = Commit <code>{ $sha }</code>
git-commits = Commits
git-enabled = Eine Kopie in einem Git-Repository aufheben
git-first = Der erste entsteht nach der nächsten Änderung oder mit „Jetzt übertragen“.
git-last = Letzte Kopie { $time }
git-lead = Kopien aller Dateien, die neueste zuerst. <a href="/settings/backups">Einstellungen</a>
git-message = Was ein Commit sagt
git-name-one = Nennen Sie in den <a href="/settings/backups">Einstellungen</a> ein Repository.
git-no-commits = Noch keine Commits
git-none = Noch keine Kopie
git-nothing-to-show = Nichts, was sich zeigen lässt.
git-push = Nach jeder Änderung übertragen
git-push-now = Jetzt übertragen
git-repository = Repository
git-repository-answers = Das Repository antwortet.
git-repository-hint = eines, das sonst niemand liest: Dateien können Geheimnisse enthalten
git-restore = Seine Dateien wiederherstellen…
git-restore-lead = Beim Wiederherstellen werden die dynamischen Dateien von Traefik, was sie in diesem Commit sind, nach einer Prüfung und mit einer Sicherung. Dateien, die er nicht hat, bleiben; die statische Konfiguration wird nicht angefasst.
git-settings-lead = Vor jeder Änderung wird hier eine Kopie jeder Datei aufgehoben, siehe <a href="/backups">Sicherungen</a>. Ein Git-Repository hebt eine anderswo auf.
git-show = Zeigen
git-test = Testen
git-title = Git-Repository
git-token = Token
git-token-kept = Wie der Token aufgehoben wird
git-token-kept-lead = Verschlüsselt in <code>manager.yml</code>, und nur diesem einen Server gegeben: Er steht in keiner Datei, keiner Adresse und keiner Prozessliste.
git-too-much = Zu viel, um hier gezeigt zu werden.

## Page: templates and tools

templates-edit-hint = wie unter dem Namen einer Middleware
templates-keep = Vorlage aufheben
templates-lead = Middlewares, mit denen Sie anfangen können, aufgehoben in <code>templates.yml</code>. Sie stehen neben den eingebauten, wo eine <a href="/middlewares/new">Middleware hinzugefügt</a> wird.
templates-new = Eine neue Vorlage
templates-title = Vorlagen
templates-use = Verwenden
tools-digest = digestAuth (MD5, wie es sein Protokoll verlangt)
tools-for = Für
tools-lead = Eine Zeile für <code>users</code> einer Middleware <code>basicAuth</code> oder <code>digestAuth</code>. Das Passwort wird nicht aufgehoben.
tools-made = Setzen Sie diese Zeile zu den Benutzern der Middleware.
tools-make = Eintrag erstellen
tools-realm = Realm
tools-realm-hint = nur digestAuth; der der Middleware
tools-title = Ein Eintrag für einen Benutzer

## Page: overview

overview-ask-again = Diese Seite fragt von selbst wieder.
overview-certificates-in-order = { $count } in Ordnung
overview-certificates-later = Keines davon läuft in den nächsten drei Wochen ab.
overview-check = Was die Prüfung in den Dateien findet
overview-check-more = Und { $count } weitere; <code>traefik-manager check</code> nennt alle.
overview-check-nothing = Soweit bekannt, nimmt Traefik jede Datei, wie sie ist.
overview-error = Fehler
overview-errors = { $count ->
    [one] { $count } Fehler
   *[other] { $count } Fehler
}
overview-from = von { $resolver }
overview-hint = Hinweis
overview-lead = Was Traefik ausführt und worum man sich kümmern sollte.
overview-load-again = Laden Sie die Seite gleich noch einmal.
overview-middleware = Middleware
overview-no-fault = kein Fehler
overview-no-troubles = Traefik findet an nichts, was es ausführt, einen Fehler.
overview-none = Keine
overview-objects = { $count ->
    [one] { $count } Objekt
   *[other] { $count } Objekte
}
overview-origins = Woher es kommt
overview-router = Router
overview-service = Dienst
overview-silent = <strong>Traefik antwortet nicht.</strong> Was es ausführt, ist unbekannt; die Dateien unten sind, wie sie sind. Diese Seite fragt wieder.
overview-switched-off = Ausgeschaltet
overview-troubles = Womit Traefik Probleme hat
overview-unknown = Unbekannt
overview-waiting = Traefik hat noch nicht geantwortet.
overview-warning = Warnung
overview-warnings = { $count ->
    [one] { $count } Warnung
   *[other] { $count } Warnungen
}

## Page: route map

map-all-entry-points = Alle Einstiegspunkte
map-all-providers = Alle Provider
map-bad = geht nicht
map-by-default = (Vorgabe)
map-count = { $count ->
    [one] { $count } Router
   *[other] { $count } Router
}
map-count-of = { $shown } von { $count } Routern
map-drawing = Zeichnung der Routen
map-drawing-parts = Einstiegspunkte, Router, Middlewares und Dienste, mit Linien dazwischen
map-entry-point = Einstiegspunkt
map-good = in Betrieb
map-lead = Welchen Weg Anfragen nehmen: von Einstiegspunkten über Router und Middlewares zu Diensten.
map-loaded = geladen
map-no-service = kein Dienst
map-nothing = Noch wird nichts geleitet
map-nothing-lead = Die Karte zeigt die Routen in den Dateien und was andere Provider Traefik geben.
map-of-all = (von { $count })
map-others = Suchen oder filtern Sie, um die anderen zu sehen.
map-routers = Router
map-search = Karte durchsuchen
map-search-hint = Namen, Regeln, Middlewares, Dienste suchen
map-unknown = Traefik bisher unbekannt
map-warning = unter Vorbehalt, oder nicht geladen

## Page: services, middlewares, TLS: lists

discovered = Von anderen Providern
discovered-lead = Diese hat Traefik von anderswo, und dort werden sie geändert.
discovered-more = Und { $count } weitere. Suchen Sie, um etwas zu finden.
discovered-sends-to = Leitet Anfragen an
discovered-to = An
discovered-type = Typ

## Page: services, middlewares, TLS: forms

## Page: fields of the dynamic configuration

## Page: static configuration

static-correct-toml = Verbessern Sie sie als TOML.
static-edit-toml = Als TOML bearbeiten
static-still-used = Trotzdem wegnehmen
static-still-used-hint = Was es braucht, geht nach dem Neustart nicht mehr.
static-toml = Diese Datei ist in TOML geschrieben. Was sie sagt, steht hier; bearbeitet wird sie als Text, mit denselben Prüfungen.
static-unread = Geschrieben, aber noch nicht neu gestartet: Traefik läuft noch mit der statischen Konfiguration von vor { $since } UTC. <a href="/static#restart-traefik">Neu starten</a>
static-unread-unseen = Geschrieben, und kein Neustart wurde gesehen: Soweit bekannt, läuft Traefik noch mit der statischen Konfiguration von vor { $since } UTC. <a href="/static#restart-traefik">Neu starten</a>

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

restart-lines-none = Traefiks letzte Zeilen konnten nicht gelesen werden. Sie stehen in seinem Protokoll: <code>docker logs traefik</code> auf dem Host.
restart-lines-pill = Ohne Zugriff auf die Container-Engine lassen sich Traefiks letzte Zeilen nicht zeigen. Sie stehen in seinem Protokoll: <code>docker logs traefik</code> auf dem Host.
restart-lines-proxy = Traefiks letzte Zeilen werden nicht gezeigt: Ein Protokoll kann Geheimnisse enthalten, deshalb sollte kein Socket-Proxy es durchlassen, und unserer tut es nicht. Lesen Sie sie auf dem Host: <code>docker logs traefik</code>.

## Said by scripts

script-silent = Dieses Programm antwortet nicht, deshalb ist das Gezeigte vielleicht veraltet. Es wird weiter gefragt.
