# What the pages say in English, in the syntax of Project Fluent (https://projectfluent.org). Every other catalogue has
# the same messages with the same arguments and tags. Texts are HTML: write “ and ” for quotation marks, &amp; for an
# ampersand. The messages of a page begin with its name; those that several pages say stand first.

language-name = English

## Said on several pages

actions = Actions
add-route = Add route
all-protocols = All protocols
and-more = and { $count } more
and-more-there = And { $count } more.
back-to-routes = Back to the routes
cancel = Cancel
continue = Continue
copy = Copy
delete = Delete
delete-named = Delete { $name }
delete-question = Delete { $name }?
edit = Edit
edit-as-form = Edit as a form
edit-as-yaml = Edit as YAML
edit-named = Edit { $name }
entry-points = Entry points
file = File
kind-certificate = Certificate
kind-file = File
kind-middleware = Middleware
kind-page = Page
kind-route = Route
kind-servers-transport = Servers transport
kind-service = Service
kind-tls-options = TLS options
kind-tls-store = TLS store
language = Language
menu = Menu
name = Name
next = Next
nothing = Nothing
nothing-matches = Nothing matches.
page-of = Page { $page } of { $pages }
pages = Pages
password = Password
previous = Previous
protocol = Protocol
provider = Provider
review = Review
save = Save
search = Search
show-all = Show all
sign-in = Sign in
sign-out = Sign out
skip = Skip to the content
start-again = Start again
status = Status
stored-empty-keeps = stored; empty keeps it
undo = Undo
user = User

## The frame of every page

lists = Lists
reach-answers = Traefik's API answers
reach-silent = not reachable
reach-waiting = Traefik's API has not answered yet
theme = Colours
theme-dark = Dark
theme-light = Light
theme-system = System
unconfirmed = { $count ->
    [one] Written, not confirmed: Traefik's API does not answer, so nobody knows whether it serves the last change. It is asked again until it answers; the <a href="/history">history</a> says what came of it.
   *[other] Written, not confirmed: Traefik's API does not answer, so nobody knows whether it serves the last { $count } changes. It is asked again until it answers; the <a href="/history">history</a> says what came of it.
}

## Navigation: the pages

nav = Sections
nav-configuration = Configuration
nav-live = What Traefik does
nav-program = This program
nav-routing = Routing
api = API
backups = Backups
certificates = Certificates
dashboard = Dashboard
files = Files
git = Git
history = History
log = Access log
map = Route map
middlewares = Middlewares
notifications = Notifications
overview = Overview
routes = Routes
services = Services
settings = Settings
settings-about = About
settings-authentication = Authentication
settings-general = General
settings-interface = Interface
settings-keys = API keys
settings-oidc = Single sign-on
settings-sessions = Sessions
settings-two-factor = Two-factor
static = Static
tls = TLS

## What was done, said after a redirect

done-backed-up = The configuration is backed up.
done-deleted = Deleted.
done-discarded = The pending changes are discarded.
done-kept = The change is kept.
done-off = The route is switched off. Its settings are kept.
done-oidc = Single sign-on is saved.
done-on = The route is switched on.
done-otp-off = Two-factor authentication is off. All other sessions have ended.
done-password = The password is changed. All other sessions have ended.
done-pending = Kept among the pending changes. Nothing is written yet.
done-pushed = The repository has everything now.
done-ready = The set-up is finished.
done-removed = The backup is deleted.
done-restored = The backup is restored. What it replaced is backed up too.
done-revoked = The key is revoked. Whoever uses it is out.
done-saved = Saved.
done-session-ended = The session is ended.
done-sessions-ended = All other sessions are ended.
done-sign-in-off = Nobody is asked to sign in any more. Make sure that another service guards these pages.
done-sign-in-on = People are asked to sign in.
done-static-saved = Saved. Traefik reads it when it is restarted.
done-unchanged = Nothing to change: everything is as you asked already.
done-undone = The change is undone.

## Page: sign in

code = One-time code
code-label = Code
code-lead = Enter the six digits that your authenticator app shows now.
code-lost = Lost the phone?
code-recovery = Enter one of your recovery codes instead. Each works once.
code-reset = Without them, whoever runs the host can switch two-factor authentication off:
password-again = New password again
password-change = Change the password
password-change-lead = All other sessions end. API keys stay valid.
password-choose = Choose a password
password-choose-lead = The one that you signed in with was temporary.
password-current = Current password
password-new = New password
password-new-hint = 8 characters or more
save-and-go-on = Save and go on
sign-in-forgotten = Forgot the password?
sign-in-from-environment = It is set by <code>ADMIN_PASSWORD</code> where this program is started.
sign-in-remember = Stay signed in on this device
sign-in-reset = Whoever runs the host can set a temporary one:
sign-in-reset-container = In a container:
sign-in-with = Sign in with { $provider }

## Page: search

search-everything = Search everything
search-failed = The search did not answer. Press Enter to try its page.
search-found = Found
search-hint = Routes, services, middlewares, files, pages
search-nothing-asked = Names, hosts, rules, servers, files: whatever you remember of it.

## Page: routes

routes-all-domains = All domains
routes-all-files = All files
routes-any-status = Any status
routes-at = On
routes-cards = Cards
routes-count = { $count ->
    [one] { $count } route
   *[other] { $count } routes
}
routes-count-of = { $found } of { $count } routes
routes-domain = Domain
routes-edit-text = Edit the text
routes-everything = Everything
routes-filter = Filter
routes-first = Add your first route
routes-first-lead = A route sends the requests for a host name to one of your services.
routes-folder-broken = Traefik loads no file of this folder while one of them is broken.
routes-goes-to = Goes to
routes-matches = Matches
routes-mend = Mend the file
routes-no-service = No service
routes-nothing-matches = Nothing matches
routes-off-count = { $count } switched off
routes-on-entry-points = on { $names }
routes-on-or-off = On or off
routes-search = Search routes
routes-search-hint = Search names, hosts, targets
routes-show-all = Show all routes
routes-silent = <strong>Traefik does not answer.</strong> You can go on: changes are written to the files, and Traefik loads them when it is back.
routes-silent-why = Is it running, with <code>api.insecure: true</code> or its API behind a router? Where it answers is <code>traefik_api_url</code> in the settings file, <code>manager.yml</code>; a change there counts at once.
routes-switch-off = Switch off
routes-switch-on = Switch on
routes-switched-off = Switched off
routes-switched-on = Switched on
routes-table = Table
routes-through = Through
routes-through-middlewares = through { $names }
routes-trouble = With problems
routes-trouble-count = { $count } with problems
routes-uses-tls = Uses TLS
routes-view = View
routes-yaml-of = YAML of { $name }
state-all-up = Traefik runs it, and its health check finds every server up.
state-error = Error
state-error-more = Traefik has it and does not run it.
state-loaded = Loaded
state-loaded-more = Traefik runs it and finds no fault; nothing checks whether servers answer.
state-no-server = No server up
state-no-server-more = Traefik runs it; its health check finds no server up.
state-not-loaded = Not loaded
state-not-loaded-more = On disk; Traefik does not have it, or not yet.
state-off = Off
state-off-more = Switched off: kept in manager.yml, in no file of Traefik's.
state-on-disk = On disk
state-on-disk-more = Traefik's API does not tell more of objects of this kind.
state-servers-up = { $up } of { $all } servers up
state-servers-up-more = Traefik runs it; its health check finds servers down.
state-serving = Serving
state-unknown = Unknown
state-unknown-more = On disk; Traefik has not said what it makes of it.
state-warning = Warning
state-warning-more = Traefik runs it with a reservation.

## Page: the form of a route

route-form-add = Add
route-form-add-server = Add server
route-form-another-server = another server
route-form-by-hosts = These host names
route-form-by-rule = What this rule says
route-form-certificate-from = On, certificate from { $resolver }
route-form-delete = Delete a route
route-form-delete-lead = The route is taken out of <code>{ $file }</code>, with the service that only it uses. A backup of the file is kept.
route-form-entry-points-hint = Commas between several. Empty: Traefik's default ones.
route-form-hosts = Host names, one a line
route-form-middlewares-hint = Commas between several. They act in this order.
route-form-more = More
route-form-more-priority = priority
route-form-more-service = sticky sessions, health check, priority
route-form-new = Add a route
route-form-new-file = New file
route-form-new-file-hint = or a new file
route-form-no-check = Do not check the servers' certificates
route-form-no-check-hint = For servers on HTTPS with a certificate of their own making.
route-form-off = This route is switched off. What you save here counts when it is switched on again.
route-form-pass-host = Pass the client's host name on
route-form-pass-host-hint = Most applications expect it.
route-form-passthrough = Pass TLS on undecrypted
route-form-passthrough-hint = The server has the certificate. No certificate is requested here.
route-form-priority = Priority
route-form-priority-hint = Where several rules match, the highest number wins. Empty: the longest rule.
route-form-remove = Remove
route-form-remove-server = Remove this server
route-form-rule = Rule
route-form-sends-to = Sends them to
route-form-sends-to-service = Sends them to the service
route-form-servers = Servers
route-form-service-hint = Other routes may use it too, so its servers are edited as YAML.
route-form-several-servers = Several servers share the requests.
route-form-takes = Takes requests for
route-form-there-are = There are: { $names }
route-form-tls-file = On, with a certificate from a file
route-form-tls-off = Off
route-form-unserved = Traefik does not serve this route.
route-form-warned = Traefik warns about this route.
route-form-way-in = Way in

## Page: a route as YAML

editor-keys = <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves. <kbd>Ctrl</kbd> <kbd>S</kbd> saves.
editor-keys-names = The names of fields come as you type; <kbd>Ctrl</kbd> <kbd>Space</kbd> lists them.
editor-line = Line { $line }
editor-line-column = Line { $line }, column { $column }
editor-marks = What is wrong, line by line
raw-lead = The router and its service, as they stand in the file.
raw-present = The text as it is now

## Page: review

review-affected = Routers that this reaches
review-after = After it
review-again = Edit again
review-apply = Apply
review-before = Before that change
review-changes-of = Changes of { $file }
review-lead = Nothing is written yet. This is what <b>Apply</b> writes.
review-not-there = not there
review-nothing = No file would change.
review-now = Now

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

static-correct-toml = Correct it as TOML.
static-edit-toml = Edit as TOML
static-still-used = Take it away all the same
static-still-used-hint = What needs it does not work any more after the restart.
static-toml = This file is written in TOML. What it says is shown here; it is edited as a text, with the same checks.
static-unread = Written, not yet restarted: Traefik still runs the static configuration from before { $since } UTC. <a href="/static#restart-traefik">Restart it</a>
static-unread-unseen = Written, and no restart was seen: as far as is known, Traefik still runs the static configuration from before { $since } UTC. <a href="/static#restart-traefik">Restart it</a>

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

restart-lines-none = Traefik's last lines could not be read. They are in its log: <code>docker logs traefik</code> on the host.
restart-lines-pill = Without access to the container engine Traefik's last lines cannot be shown. They are in its log: <code>docker logs traefik</code> on the host.
restart-lines-proxy = Traefik's last lines are not shown: a log may hold secrets, so no socket proxy should let it through, and ours does not. Read them on the host: <code>docker logs traefik</code>.

## Said by scripts

script-silent = This program does not answer, so what is shown may be old. Asking again.
