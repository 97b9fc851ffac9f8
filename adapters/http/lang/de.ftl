# Was die Seiten auf Deutsch sagen. Die Fachwörter sind die von Traefik: Router, Dienst, Middleware, Einstiegspunkt,
# Regel, Zertifikat, Zertifikats-Resolver, statische und dynamische Konfiguration. Angeredet wird mit „Sie“.

language-name = Deutsch

## Said on several pages

actions = Aktionen
add-route = Route hinzufügen
all-protocols = Alle Protokolle
and-more = und { $count } weitere
and-more-there = Und { $count } weitere.
back = Zurück
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
go-on = Weiter
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
off = Aus
on = An
password = Passwort
previous = Zurück
protocol = Protokoll
provider = Provider
review = Prüfen
save = Speichern
search = Suche
second-factor = Zwei-Faktor-Anmeldung
separated-by-commas = durch Kommas getrennt
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

routes-all-providers = Alle Provider
routes-not-shown = { $count ->
    [one] { $count } Router eines anderen Providers nicht gezeigt
   *[other] { $count } Router anderer Provider nicht gezeigt
}
routes-of-provider = von { $provider }, wird dort geändert
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

settings-about-lead = Traefik Manager bearbeitet die Dateien von Traefik, ohne zu beschädigen, was von Hand darin steht.
settings-about-licence = Lizenz
settings-about-licence-text = MIT oder Apache-2.0, wie Sie möchten
settings-about-outside = Nach außen
settings-about-outside-text = Von außen wird nichts geladen, und nichts wird gemeldet. Anfragen gehen an Traefik und an das, was Sie genannt haben: einen Identity-Provider, eine Container-Engine, einen Webhook, ein Git-Repository.
settings-about-sessions = enden nach { $minutes } Minuten ohne Aktivität
settings-about-silent = antwortet nicht
settings-about-version = Version
settings-api-address = Adresse der API von Traefik
settings-api-user-hint = falls die API einen verlangt
settings-connection = Verbindung zu Traefik
settings-domains = Domains
settings-files-backups = Sicherungen und Kopien für Git
settings-files-backups-path = ein eigener Ordner
settings-files-beside = Vorlagen, Benachrichtigungen, Startseite
settings-files-beside-path = neben den Einstellungen
settings-files-dynamic = Dynamische Konfiguration
settings-files-icons = Symbole der Startseite
settings-files-icons-path = icons, neben den Einstellungen
settings-files-in-manager = Steht in manager.yml
settings-files-lead = Was dieses Programm liest und schreibt. Dateien werden beim Start genannt und nie über das Netz: Wer sie nennen könnte, könnte jede Datei lesen.
settings-files-named-by = Genannt in
settings-files-paths = CONFIG_PATHS oder CONFIG_PATH
settings-files-settings = Einstellungen dieses Programms
settings-files-static = Statische Konfiguration
settings-files-what = Was
settings-files-where = Wo
settings-interface-colours = Hell, dunkel oder wie im System: Gewählt wird am Fuß jeder Seite, nur für diesen Browser.
settings-interface-lead = Bereiche, die neben Routen, Diensten und Middlewares gezeigt werden, hier und in der App. Eine Seite, die nicht gezeigt wird, ist weiter unter ihrer Adresse da.
settings-interface-pages = Seiten
settings-interface-providers = Router anderer Provider, in der Liste der Routen
settings-lead = Gespeichert in <code>manager.yml</code>; Kommentare und andere Schlüssel darin bleiben, wie sie sind.
settings-offers = Was Formulare anbieten
settings-own-domain = Domain
settings-own-domain-hint = leer löscht die Route
settings-own-entry-point = Einstiegspunkt
settings-own-route = Route zu diesem Programm
settings-own-route-add = Route hinzufügen
settings-own-route-lead = Traefik leitet diese Domain hierher. Die Änderung gilt eine Minute lang auf Probe: Wenn Sie sie nicht behalten, nimmt sie sich selbst zurück.
settings-own-route-save = Route speichern
settings-own-service = Dieses Programm, wie Traefik es erreicht
settings-own-service-hint = Der Name des Containers; wenn beide ohne Container auf einem Rechner laufen, etwa <code>http://127.0.0.1:5000</code>.
settings-own-tls-by = Zertifikate von { $resolver }
settings-own-tls-elsewhere = An, Zertifikate von anderswo
settings-resolvers = Zertifikats-Resolver
settings-resolvers-hint = der Standard zuerst
settings-resolvers-none = keiner
settings-setup-open = Die Einrichtung ist nicht abgeschlossen. <a href="/setup">Damit weitermachen</a>
settings-tab-crowdsec = CrowdSec
settings-tab-plugins = Plugins
settings-test = Verbindung testen
settings-tested = Traefik { $version } antwortet. Gespeichert ist noch nichts.

## Page: the set-up

setup = Einrichtung
setup-access = Wie man hereinkommt
setup-access-lead = Ihres haben Sie gewählt. In den Einstellungen gibt es außerdem Single Sign-on, die Liste der Angemeldeten und Schlüssel für die Telefon-App und Skripte.
setup-access-second-factor = Die <a href="/account/otp">Zwei-Faktor-Anmeldung</a> ist ihre Minute wert, wenn diese Seite aus dem Internet erreichbar ist. Die Einrichtung wartet so lange.
setup-connection = Wo Traefik ist
setup-connection-lead = Seine API sagt, ob eine Änderung angekommen ist. Sie wird nur gelesen.
setup-finish = Route hinzufügen und abschließen
setup-finish-without = Ohne Route abschließen
setup-guard = Stattdessen kann das ein Wächter wie Authelia oder Authentik vor Traefik übernehmen: siehe <code>docs/external-auth.md</code>.
setup-guarded = Ein anderer Dienst schützt diese Seiten
setup-guarded-lead = <code>AUTH_ENABLED=false</code> ist gesetzt, deshalb muss sich hier niemand anmelden. Die API verlangt weiterhin eine Sitzung dieser Seiten oder einen API-Schlüssel.
setup-lead = Drei kurze Schritte. Alles lässt sich später in den Einstellungen ändern.
setup-offers = Was neuen Routen angeboten wird
setup-route = Eine Domain für dieses Programm
setup-route-lead = Traefik kann eine Domain hierher leiten, mit Zertifikat. Die Änderung gilt eine Minute lang auf Probe: Wenn Sie sie nicht behalten, nimmt sie sich selbst zurück. Sie können das auslassen.
setup-step-access = Anmeldung
setup-step-connection = Traefik
setup-step-route = Eigene Route
setup-steps = Schritte

## Page: authentication

authentication-all = Alle
authentication-asked = Von allen verlangt
authentication-blocked = Gesperrt
authentication-change = Ändern
authentication-forced = <code>AUTH_ENABLED</code> entscheidet das beim Start des Programms.
authentication-keys = { $count ->
    [0] Keine.
    [one] Ein Schlüssel.
   *[other] { $count } Schlüssel.
}
authentication-lead = Wer hereinkommt, und womit.
authentication-manage = Verwalten
authentication-nobody = Es hat sich noch niemand angemeldet.
authentication-not-asked = Nicht verlangt
authentication-oidc = Ein OpenID-Connect-Provider neben dem Passwort.
authentication-oidc-on = { $provider } neben dem Passwort.
authentication-only-behind = Nur hinter einem anderen Wächter: Wer diese Seiten erreicht, kann dann alles.
authentication-password-environment = Mit <code>ADMIN_PASSWORD</code> beim Start dieses Programms gesetzt.
authentication-password-stored = Als bcrypt-Hash gespeichert. Wird es geändert, enden alle anderen Sitzungen.
authentication-refused = Abgewiesen
authentication-sessions = Enden nach { $minutes } Minuten ohne Aktivität, mit „Angemeldet bleiben“ nach 24 Stunden, in jedem Fall nach 7 Tagen.
authentication-show = Zeigen
authentication-sign-in = Anmeldung
authentication-sign-ins = Letzte Anmeldungen
authentication-signed-in = Angemeldet
authentication-switch-off = Anmeldung ausschalten
authentication-switch-on = Anmeldung einschalten

## Page: single sign-on

oidc-address = Adresse
oidc-address-hint = der Aussteller, etwa https://login.example.com/realms/home
oidc-any-account = Jedes Konto dieses Providers
oidc-any-account-hint = Nötig, wenn beide Listen leer sind. Bei einem öffentlichen Provider ist das die ganze Welt.
oidc-ca-file = Datei mit Zertifizierungsstellen
oidc-ca-file-hint = PEM, für einen Provider mit privatem Zertifikat
oidc-claim = Claim mit den Gruppen
oidc-claim-hint = ein Punkt führt in einen Claim hinein, wie in realm_access.roles
oidc-client-id = Client-ID
oidc-client-secret = Client-Secret
oidc-client-secret-none = keines gesetzt
oidc-client-secret-set = gesetzt; leer lassen, um es zu behalten
oidc-emails = E-Mail-Adressen
oidc-enabled = Beim Provider anmelden
oidc-enabled-hint = Ohne das ist die Schaltfläche weg, und wer darüber hereingekommen ist, wird abgemeldet.
oidc-ends-sessions = Eine Änderung beendet die Sitzungen aller, die über den Provider hereingekommen sind.
oidc-found = Der Provider antwortet. Er nennt sich <code>{ $issuer }</code>.
oidc-groups = Gruppen
oidc-groups-hint = durch Kommas getrennt, geschrieben wie beim Provider
oidc-http = Den Provider ohne TLS fragen
oidc-http-hint = Wer auf dem Weg sitzt, kann sich dann als jeder anmelden. Einen Provider auf diesem Rechner darf man immer so fragen.
oidc-lead = Neben dem Passwort kann man sich bei einem Identity-Provider anmelden, der OpenID Connect spricht. Ein zweiter Faktor ist dann Sache des Providers.
oidc-more = Adressen und Zertifikate
oidc-name = Name
oidc-name-hint = steht auf der Schaltfläche
oidc-password-hint = das dieses Programms
oidc-provider = Provider
oidc-public-url = Öffentliche Adresse dieses Programms
oidc-public-url-hint = leer für das, was der Proxy davor sagt
oidc-redirect = Weiterleitungsadresse
oidc-redirect-hint = beim Provider registrieren
oidc-redirect-unknown = Die Adresse dieses Programms, gefolgt von <code>{ $path }</code>. Geben Sie unten die öffentliche Adresse ein, dann steht sie hier.
oidc-remove-secret = Client-Secret entfernen
oidc-remove-secret-hint = Für einen öffentlichen Client, der keines hat.
oidc-try = Provider ausprobieren
oidc-unverified = Unbestätigte Adressen annehmen
oidc-unverified-hint = Nur für einen Provider, bei dem niemand eine fremde Adresse als seine ausgeben kann.
oidc-who = Wer hereindarf
oidc-who-lead = Sind beide Listen ausgefüllt, muss ein Konto auf beiden stehen.

## Page: sessions, keys, second factor

keys-app = Die Telefon-App
keys-app-hint = alles Folgende, Einstellungen und API-Schlüssel
keys-backup = Sicherungen
keys-backup-hint = anlegen, wiederherstellen und löschen
keys-config = Ändern
keys-config-hint = Routen, Dienste, Middlewares, TLS
keys-device = Gerät
keys-device-example = Gerät, z. B. Telefon
keys-device-name = Name des Geräts
keys-expired = abgelaufen { $end } UTC
keys-expires = Läuft ab
keys-expires-days = Läuft in { $days } Tagen ab
keys-expires-never = Läuft nicht ab
keys-expires-year = Läuft in einem Jahr ab
keys-from = ab { $date }
keys-from-old = aus einer alten Datei
keys-issue = Schlüssel ausstellen
keys-issued = <strong>Der Schlüssel für { $name }</strong> wird nur jetzt gezeigt. Kopieren Sie ihn dorthin, wo er gebraucht wird.
keys-key = Schlüssel
keys-last-used = Zuletzt benutzt
keys-lead = Ein Schlüssel lässt die Telefon-App oder ein Skript ohne Anmeldung herein. Wozu er taugt, sagt die <a href="/api">Beschreibung der API</a>.
keys-may = Was der Schlüssel darf
keys-may-use = Darf
keys-never = nie
keys-new = Ein neuer Schlüssel
keys-none = Es gibt keine Schlüssel.
keys-read = Ansehen
keys-read-hint = Routen, Verlauf, Listen der Sicherungen
keys-restart = Traefik neu starten
keys-restart-hint = und sehen, wie es ausging
keys-revoke = Widerrufen
keys-revoke-for = Widerrufen<span class="sr">: der Schlüssel für { $name }</span>
keys-revoke-lead = Was <code>{ $key }</code> benutzt, ist sofort ausgesperrt.
keys-revoke-question = Den Schlüssel für { $name } widerrufen?
keys-revoke-title = Schlüssel widerrufen
keys-static = Statische Konfiguration
keys-static-hint = ansehen und ändern
keys-until = bis { $end } UTC
keys-used-from = von { $address }
keys-valid = Gültig
second-factor-another = Anderer Authenticator
second-factor-change = Etwas ändern
second-factor-codes-each = Jeder meldet Sie einmal an, anstelle eines Codes, wenn das Telefon verloren ist.
second-factor-codes-have = Ich habe sie
second-factor-codes-lead = <strong>Diese Codes werden nur jetzt gezeigt.</strong> Drucken Sie sie aus, oder kopieren Sie sie dorthin, wo Ihre Passwörter sind.
second-factor-codes-new = Neue Wiederherstellungscodes
second-factor-codes-use = Einer davon ersetzt einen Code, wenn das Telefon verloren ist. Jeder gilt einmal.
second-factor-elsewhere = Hier meldet sich niemand an: Ein anderer Dienst schützt die Seiten, und falls Codes verlangt werden, dann von ihm.
second-factor-enter = 2. Geben Sie den Code ein, den die App zeigt
second-factor-is-on = Die Zwei-Faktor-Anmeldung ist an
second-factor-kind = Zeitbasiert, 6 Ziffern, 30 Sekunden, SHA-1.
second-factor-left = { $count ->
    [0] <strong>Es sind keine Wiederherstellungscodes mehr übrig.</strong>
    [one] <strong>Es ist noch ein Wiederherstellungscode übrig.</strong>
   *[other] Es sind noch { $count } Wiederherstellungscodes übrig.
}
second-factor-not-yet = Verlangt wird erst etwas, wenn der Code stimmt. Dann enden alle anderen Sitzungen.
second-factor-off = Zum Anmelden genügt das Passwort allein.
second-factor-off-lead = Mit einer Authenticator-App auf dem Telefon genügt ein gestohlenes Passwort nicht mehr.
second-factor-on = Zum Anmelden braucht es das Passwort und einen Code Ihrer Authenticator-App.
second-factor-qr = QR-Code für eine Authenticator-App
second-factor-scan = 1. Scannen Sie das mit einer Authenticator-App.
second-factor-secret = Oder tippen Sie das Geheimnis ein:
second-factor-set-up = Einrichten
second-factor-switch-off = Ausschalten
second-factor-switch-on = Einschalten
second-factor-what-ends = Neue Codes entwerten die alten. Ein anderer Authenticator oder keiner beendet alle anderen Sitzungen.
sessions-by-code = Passwort und Code
sessions-by-password = Passwort
sessions-by-provider = beim Identity-Provider
sessions-by-service = über einen anderen Dienst
sessions-device = Gerät
sessions-end = Beenden<span class="sr">: die Sitzung von { $device }</span>
sessions-end-others = Alle anderen beenden
sessions-from = Von
sessions-last-seen = Zuletzt gesehen
sessions-lead = Jeder angemeldete Browser. Wird eine Sitzung beendet, ist er sofort draußen.
sessions-signed-in = Angemeldet
sessions-stays = bleibt angemeldet
sessions-this = diese hier
sessions-unknown = unbekannt

## Page: notifications

notifications-address = Adresse
notifications-address-hint = leer sendet nichts
notifications-arrived = Es ist angekommen. Gespeichert ist noch nichts.
notifications-clear = Alle löschen
notifications-delete = Löschen: { $notice }
notifications-empty = Nichts Neues
notifications-empty-lead = Hier steht, was geändert wurde, wer sich anmeldet, was neu gestartet wird und was schiefgeht.
notifications-lead = Die neuesten 200. Sie lassen sich <a href="/settings/notifications">weiterleiten</a>; im Verlauf bleibt alles.
notifications-rank-error = Fehler
notifications-rank-info = Hinweis
notifications-rank-success = Erfolg
notifications-rank-warning = Warnung
notifications-secret = Der geheime Teil ist verborgen. Lassen Sie ihn stehen, um ihn zu behalten.
notifications-sent-on = Sie bleiben <a href="/notifications">hier</a> und werden weitergeleitet, wenn Sie eine Adresse nennen.
notifications-service = Dienst
notifications-service-other = Anderer (JSON)
notifications-test = Test senden
notifications-user-hint = falls der Dienst einen verlangt
notifications-webhook = Webhook
notifications-what = Was gemeldet wird
notifications-what-again = Kommt eine Meldung nicht an, wird sie noch einmal gesendet, insgesamt dreimal. Sonst wird nichts gesendet, und keiner Antwort wird gefolgt.
notifications-what-lead = Änderungen und Anmeldungen; was Traefik nicht annimmt und zurückgenommen wird; Neustarts und wie sie ausgingen; Sperren nach falschen Passwörtern; Änderungen an Schlüsseln, Passwörtern und Einstellungen; Kopien ins Git-Repository.

## Page: dashboard

dashboard-address-own = die Adresse der Route
dashboard-all-hidden = Alle sind verborgen. <a href="/dashboard/edit">Einige zeigen</a>
dashboard-by-itself = Eine Route für einen Host bekommt von selbst eine.
dashboard-done = Fertig
dashboard-edit = Startseite bearbeiten
dashboard-edit-lead = Namen, Gruppen, Symbole und Links stehen in <code>dashboard.yml</code>; Routen bleiben, wie sie sind.
dashboard-edit-one = { $name } bearbeiten
dashboard-group = Gruppe
dashboard-group-none = keine
dashboard-groups = Gruppen
dashboard-groups-hint = eine je Zeile, in der Reihenfolge der Seite
dashboard-groups-save = Gruppen speichern
dashboard-hidden = verborgen
dashboard-hide = Auslassen
dashboard-icon = Symbol
dashboard-icon-elsewhere = Die Telefon-App zeigt ein Symbol von { $address }. Die Seiten hier laden nichts von außen; legen Sie das Bild in den Ordner <code>icons</code> neben den Einstellungen.
dashboard-icon-hint = ein Name im Ordner der Symbole
dashboard-lead = Wohin Traefik führt, je eine Kachel.
dashboard-leads-to = Führt zu
dashboard-name = Name
dashboard-no-link = Nirgendwohin führen
dashboard-no-tiles = Keine Kacheln
dashboard-nowhere = nirgendwohin
dashboard-others = Andere
dashboard-search = Kacheln durchsuchen
dashboard-search-hint = Namen, Hosts, Gruppen suchen
dashboard-tile = Kachel
dashboard-tile-edit = Kachel bearbeiten
dashboard-tile-lead = Was leer ist, richtet sich nach der Route.

## Page: certificates

certificates-acme = <code>ACME_JSON_PATH</code> nennt die Datei, in der Traefik die Zertifikate von Zertifizierungsstellen aufbewahrt. Sie muss hier lesbar sein.
certificates-acme-unknown = Niemand hat gesagt, wo Traefik die Zertifikate von Zertifizierungsstellen aufbewahrt: <code>ACME_JSON_PATH</code> nennt seine <code>acme.json</code>.
certificates-and-more = und { $count } weitere
certificates-appear = Sie erscheinen, wenn Traefik eines bekommen hat oder wenn eine Datei eines unter <code>tls.certificates</code> nennt.
certificates-count = { $count ->
    [one] { $count } Zertifikat
   *[other] { $count } Zertifikate
}
certificates-count-of = { $count ->
    [one] { $shown } von { $count } Zertifikat
   *[other] { $shown } von { $count } Zertifikaten
}
certificates-days-left = { $days ->
    [one] noch { $days } Tag
   *[other] noch { $days } Tage
}
certificates-ended = Abgelaufen
certificates-ends = Läuft ab
certificates-ends-today = Läuft heute ab
certificates-file = Datei
certificates-from = Von
certificates-from-file = einer Datei
certificates-lead = Was Traefik Besuchern zeigt, und bis wann. Schlüssel bleiben, wo sie sind.
certificates-more = Und { $count } weitere, die später ablaufen. Mit der Suche finden Sie sie.
certificates-name = Zertifikat nennen
certificates-nameless = (ohne Namen)
certificates-names = Namen
certificates-none = Keine Zertifikate
certificates-search = Zertifikate durchsuchen
certificates-search-hint = Namen, Resolver, Aussteller suchen
certificates-soon = { $count ->
    [one] { $count } läuft bald ab
   *[other] { $count } laufen bald ab
}
certificates-unreadable = Nicht lesbar
certificates-urgent = um { $count } müssen Sie sich jetzt kümmern

## Page: access log

log-any-method = Jede Methode
log-any-status = Jeder Status
log-begins = Hier beginnt das Protokoll.
log-follow = Mitlesen
log-from = Von
log-host = Host
log-how = Traefik schreibt eines, wenn in seiner statischen Konfiguration <code>accessLog</code> mit einem <code>filePath</code> steht; dieses Programm liest die Datei, wenn <code>ACCESS_LOG_PATH</code> sie nennt.
log-lead = Wer Traefik um was gebeten hat, das Neueste zuerst.
log-looked-at = { $shown } von { $count } durchgesehenen Zeilen
log-method = Methode
log-newest = Neueste
log-nobody = Noch hat niemand um etwas gebeten.
log-not-named = Kein Zugriffsprotokoll genannt
log-nothing-so-far = Bisher passt nichts.
log-older = Ältere
log-pages = Seiten
log-request = Anfrage
log-router = Router
log-search = Zeilen durchsuchen
log-show-all = Alle Zeilen zeigen
log-show-newest = Die neuesten Zeilen zeigen
log-status = Status
log-time = Zeit
log-took = Dauer
log-unreadable = Das Zugriffsprotokoll ist nicht lesbar
log-went-to = Ging an

## Page: API

api-all = Alle Operationen
api-answers = Antwortet mit { $fields }.
api-body = Rumpf
api-body-fields = Felder des Rumpfs
api-document = OpenAPI-Dokument
api-for-all = Für alle.
api-for-any = Für jede Sitzung und jeden Schlüssel.
api-for-person = Für jemanden, der angemeldet ist; ein Schlüssel genügt nicht.
api-for-scope = Ein Schlüssel braucht den Bereich <code>{ $scope }</code>.
api-how = Wie man hereinkommt, und wie Antworten aussehen
api-key = API-Schlüssel zum Ausprobieren
api-key-example = API-Schlüssel, anstelle Ihrer Sitzung
api-key-hint = Was Sie ausprobieren, geschieht wirklich, mit Ihrer Sitzung oder mit dem Schlüssel, solange <code>dry_run</code> nichts anderes sagt. Der Schlüssel ist vergessen, sobald Sie die Seite verlassen.
api-lead = Alles, was die Seiten tun, als JSON, für Skripte und Programme.
api-not-sent = nicht gesendet
api-required = nötig
api-search = Operationen durchsuchen
api-try = Ausprobieren

## Page: restarts and trials

restart-lines-none = Traefiks letzte Zeilen konnten nicht gelesen werden. Sie stehen in seinem Protokoll: <code>docker logs traefik</code> auf dem Host.
restart-lines-pill = Ohne Zugriff auf die Container-Engine lassen sich Traefiks letzte Zeilen nicht zeigen. Sie stehen in seinem Protokoll: <code>docker logs traefik</code> auf dem Host.
restart-lines-proxy = Traefiks letzte Zeilen werden nicht gezeigt: Ein Protokoll kann Geheimnisse enthalten, deshalb sollte kein Socket-Proxy es durchlassen, und unserer tut es nicht. Lesen Sie sie auf dem Host: <code>docker logs traefik</code>.
restarts = Neustart
restarts-back = Zurück zur statischen Konfiguration
restarts-because = Auf Probe ist sie deswegen: { $reasons }.
restarts-how = Traefik wird neu gestartet (<code>{ $method }</code>: { $target }) und beobachtet, bis es wieder antwortet und die Einstiegspunkte dieser Datei hat. Kommt es nicht rechtzeitig zurück, wird die letzte gute Datei zurückgelegt und Traefik noch einmal neu gestartet. Wenn die Änderung diese Seite abschneiden könnte oder Traefik danach nicht zu beobachten ist, kommt die alte Datei zurück, sofern Sie die neue nicht behalten.
restarts-keep = Behalten
restarts-keep-lead = Die alte Datei kommt in <strong><span data-seconds>{ $seconds }</span> Sekunden</strong> zurück, und Traefik wird mit ihr neu gestartet, damit sich niemand aussperrt. Wenn Sie das hier durch Traefik lesen, führt der Weg zu dieser Seite noch.
restarts-keep-question = Die neue statische Konfiguration behalten?
restarts-last-lines = Die letzten Zeilen von Traefik
restarts-look = Zusehen
restarts-look-again = Noch einmal nachsehen
restarts-now = Traefik neu starten
restarts-on-trial = Auf Probe neu starten
restarts-progress-lead = Diese Seite kommt vielleicht selbst durch das Traefik, das neu gestartet wird. Sie macht von allein weiter, sobald sie wieder erreichbar ist.
restarts-put-back = Jetzt zurücknehmen
restarts-trust-pill = Dieses Programm kann eine einzige Datei schreiben und hat keinen Zugang zur Container-Engine. Die Zustandsprüfung von Traefik findet die Datei und beendet Traefik, und die Engine startet es wieder.
restarts-trust-proxy = Dieses Programm kann mit der Container-Engine tun, was der Proxy dazwischen durchlässt. traefik-manager-socket-proxy lässt es einen einzigen Container ansehen und neu starten und sonst nichts; ein Proxy, der POST und CONTAINERS im Ganzen erlaubt, lässt es zu root auf dem Rechner werden.
restarts-trust-socket = Dieses Programm kann alles, was die Container-Engine kann, also root auf dem Rechner sein. Nehmen Sie stattdessen einen Socket-Proxy, wenn es geht.

## Said by scripts

script-answer = Antwort
script-asking = Der Neustart wird verlangt.
script-copied = Kopiert
script-fields = { $count } Felder
script-fields-here = Felder, die hier stehen dürfen
script-list-is-old = Die Liste ließ sich nicht auffrischen.
script-no-answer = Keine Antwort
script-nothing-answers = Im Moment antwortet nichts; das ist zu erwarten, wenn diese Seite durch Traefik kommt. Es wird weiter gefragt.
script-one-field = 1 Feld
script-operations = { $found } von { $all } Operationen
script-press = Strg+C drücken
script-restarting = Traefik startet neu
script-silent = Dieses Programm antwortet nicht, deshalb ist das Gezeigte vielleicht veraltet. Es wird weiter gefragt.
