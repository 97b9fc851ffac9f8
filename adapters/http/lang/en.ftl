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
back = Back
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
go-on = Go on
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
off = Off
on = On
password = Password
previous = Previous
protocol = Protocol
provider = Provider
review = Review
save = Save
search = Search
second-factor = Two-factor authentication
separated-by-commas = separated by commas
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

## The list of keys

shortcuts = Keyboard shortcuts
shortcuts-close = Close
shortcuts-escape = Close what is open
shortcuts-list = Show this list
shortcuts-new = Add one to the list
shortcuts-on = Single keys work
shortcuts-on-hint = never while you type in a field
shortcuts-pages = Go to a page
shortcuts-search = Search the list

## Page: routes

routes-all-providers = All providers
routes-not-shown = { $count ->
    [one] { $count } router of another provider not shown
   *[other] { $count } routers of other providers not shown
}
routes-of-provider = from { $provider }, changed there
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

history-access = Access
history-actor-command-line = command line
history-actor-key = API key { $name }
history-actor-on-disk = edited on disk
history-actor-program = by itself
history-actor-stranger = a stranger
history-block-sign-in = Block sign-in { $details }
history-by-provider = by the identity provider
history-change-password = Change password
history-change-provider = Change identity provider { $details }
history-change-settings = Change settings { $details }
history-changes = Changes
history-delete = Delete { $object }
history-disable = Disable { $object }
history-edit = Edit { $object }
history-enable = Enable { $object }
history-end-sessions = End sessions { $details }
history-end-sessions-others = all others
history-everything = Everything
history-finish-setup = Finish set-up
history-for-seconds = for { $seconds } s
history-install-plugin = Install plugin { $object }
history-keep = Keep { $object }
history-lead = Every change and every sign-in, newest first. What can be taken back has <b>Undo</b>.
history-let-in = Let in { $details }
history-make-key = Make API key { $details }
history-make-recovery-codes = Make recovery codes
history-more-since = { $count } more since { $time }
history-no-copy = Nobody kept the text before this, because it was done while this program was not running, so it cannot be undone here. A backup of an earlier text may help.
history-none = Nothing has happened yet.
history-not-confirmed = Not confirmed
history-not-confirmed-more = Traefik was not seen to serve it
history-not-served = Not served
history-not-visible = Not visible
history-not-visible-more = Traefik's API shows nothing by which it could be told
history-object-certificate = TLS certificate { $name }
history-object-change = change { $name }
history-object-file = file { $name }
history-object-files-of = files of { $name }
history-object-middleware = middleware { $name }
history-object-options = TLS options { $name }
history-object-router = router { $name }
history-object-service = service { $name }
history-object-static-file = static file { $name }
history-object-store = TLS store { $name }
history-object-transport = servers transport { $name }
history-older = Older
history-on-trial = On trial
history-put-back = Put back
history-put-back-object = Put back { $object }
history-refuse-code = Refuse code
history-refuse-confirmation = Refuse confirmation
history-refuse-form = Refuse form
history-refuse-key = Refuse API key
history-refuse-sign-in = Refuse sign-in
history-refused = Refused
history-remove-plugin = Remove plugin { $object }
history-reset-password = Reset password
history-restart = Restart { $object }
history-restore = Restore { $object }
history-revoke-key = Revoke API key { $details }
history-save = Save { $object }
history-second-factor-off = Switch off second factor
history-second-factor-on = Switch on second factor
history-served = Served
history-show = What to show
history-sign-in = Sign in { $details }
history-sign-in-off = Switch off sign-in
history-sign-in-on = Switch on sign-in
history-sign-out = Sign out
history-too-long = Too long to be kept in full; the backup holds it.
history-undo = Undo { $object }
history-undone = Undone
history-unreadable = { $count ->
    [one] { $count } entry here cannot be read; <code>traefik-manager audit verify</code> says which.
   *[other] { $count } entries here cannot be read; <code>traefik-manager audit verify</code> says which.
}
history-use-recovery-code = Use recovery code
history-with-guard = behind another guard
history-with-named = { $method } as { $account }
history-with-password = with password
history-with-password-and-code = with password and code
history-with-provider = at the identity provider
trial-back = Put it back now
trial-keep = Keep
trial-keep-or-revert = Keep or revert
trial-lead = It puts itself back in <strong><span data-seconds>{ $seconds }</span> seconds</strong>, so that nobody locks himself out. If you can read this through Traefik, the way to this page still works.
trial-over = This change is not on trial
trial-over-lead = It was kept, or nobody kept it in time and it was put back. The history says which.
trial-question = Keep this change?
trial-unseen = Written, not confirmed: templates make up the file, so nobody but Traefik knows what becomes of it, and its API shows no difference. If Traefik refuses the file, it takes no change of any other from now on, and nothing but its log says so.
trial-unseen-back = The change puts itself back in <strong><span data-seconds>{ $seconds }</span> seconds</strong>. Keep it if Traefik's log shows no error, or if it changes nothing that could show, such as TLS options. It is kept by itself once Traefik takes a later change.

## Page: files and backups

backups-cannot = <code>{ $name }</code> cannot be brought back.
backups-delete = Delete this backup?
backups-lead = A copy of the file is kept before every change.
backups-made = Made
backups-none = No backups yet
backups-none-lead = The first one is made before the first change.
backups-now = Back up now
backups-records = switched off
backups-records-more = The history restores it
backups-restore = Restore
backups-restore-lead = The whole file becomes what it was on { $time } UTC. What it holds now is backed up first.
backups-restore-question = Restore { $file }?
backups-size = Size
backups-static = static
files-broken = Broken
files-edit-text = Edit text
files-editor-lead = The whole file. Nothing is written unless it parses.
files-holds = Holds
files-holds-certificates = { $count ->
    [one] { $count } TLS certificate
   *[other] { $count } TLS certificates
}
files-holds-middlewares = { $count ->
    [one] { $count } middleware
   *[other] { $count } middlewares
}
files-holds-options = { $count } TLS options
files-holds-routers = { $count ->
    [one] { $count } router
   *[other] { $count } routers
}
files-holds-services = { $count ->
    [one] { $count } service
   *[other] { $count } services
}
files-holds-stores = { $count ->
    [one] { $count } TLS store
   *[other] { $count } TLS stores
}
files-holds-transports = { $count ->
    [one] { $count } servers transport
   *[other] { $count } servers transports
}
files-in-order = In order
files-lead = Traefik's dynamic configuration, as it is on the disk.
files-none = No configuration files yet
files-none-lead = The first one is written with the first route.
files-shaped = Shaped by templates
files-state = State

## Page: git

git-all = All commits
git-branch = Branch
git-commit = Commit
git-commit-named = Commit <code>{ $sha }</code>
git-commits = Commits
git-enabled = Keep a copy in a git repository
git-first = The first one is made after the next change, or by “Push now”.
git-last = Last copy { $time }
git-lead = Copies of all files, newest first. <a href="/settings/backups">Settings</a>
git-message = What a commit says
git-name-one = Name a repository in the <a href="/settings/backups">settings</a>.
git-no-commits = No commits yet
git-none = No copy yet
git-nothing-to-show = Nothing that can be shown.
git-push = Push after every change
git-push-now = Push now
git-repository = Repository
git-repository-answers = The repository answers.
git-repository-hint = one that nobody else reads: files may hold secrets
git-restore = Restore its files…
git-restore-lead = Restoring makes Traefik's dynamic files what they are in this commit, after a review and with a backup. Files that it does not have stay; the static configuration is not touched.
git-settings-lead = A copy of each file is kept here before every change, see <a href="/backups">Backups</a>. A git repository keeps one elsewhere.
git-show = Show
git-test = Test
git-title = Git repository
git-token = Token
git-token-kept = How the token is kept
git-token-kept-lead = Encrypted in <code>manager.yml</code>, and given to this one server only: it stands in no file, no address and no list of processes.
git-too-much = Too much to be shown here.

## Page: templates and tools

templates-edit-hint = as below a middleware's name
templates-keep = Keep template
templates-lead = Middlewares to begin from, kept in <code>templates.yml</code>. They stand beside the built-in ones where a <a href="/middlewares/new">middleware is added</a>.
templates-new = A new template
templates-title = Templates
templates-use = Use
tools-digest = digestAuth (MD5, as its protocol asks)
tools-for = For
tools-lead = A line for <code>users</code> of a <code>basicAuth</code> or <code>digestAuth</code> middleware. The password is not kept.
tools-made = Put this line among the users of the middleware.
tools-make = Make the entry
tools-realm = Realm
tools-realm-hint = digestAuth only; that of the middleware
tools-title = An entry for a user

## Page: overview

overview-ask-again = This page asks again by itself.
overview-certificates-in-order = { $count } in order
overview-certificates-later = None of them ends within three weeks.
overview-check = What the check finds in the files
overview-check-more = And { $count } more; <code>traefik-manager check</code> tells all of them.
overview-check-nothing = As far as is known Traefik takes every file as it is.
overview-error = Error
overview-errors = { $count ->
    [one] { $count } error
   *[other] { $count } errors
}
overview-from = from { $resolver }
overview-hint = Hint
overview-lead = What Traefik runs, and what to look after.
overview-load-again = Load the page again in a moment.
overview-middleware = middleware
overview-no-fault = no fault
overview-no-troubles = Traefik finds no fault with anything that it runs.
overview-none = None
overview-objects = { $count ->
    [one] { $count } object
   *[other] { $count } objects
}
overview-origins = Where it comes from
overview-router = router
overview-service = service
overview-silent = <strong>Traefik does not answer.</strong> What it runs is unknown; the files below are as they are. This page asks again.
overview-switched-off = Switched off
overview-troubles = Troubles that Traefik has
overview-unknown = Unknown
overview-waiting = Traefik has not answered yet.
overview-warning = Warning
overview-warnings = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}

## Page: route map

map-all-entry-points = All entry points
map-all-providers = All providers
map-bad = not working
map-by-default = (by default)
map-count = { $count ->
    [one] { $count } router
   *[other] { $count } routers
}
map-count-of = { $shown } of { $count } routers
map-drawing = Drawing of the routes
map-drawing-parts = Entry points, routers, middlewares and services, with lines between them
map-entry-point = Entry point
map-good = serving
map-lead = Which way requests take: from entry points over routers and middlewares to services.
map-loaded = loaded
map-no-service = no service
map-nothing = Nothing is routed yet
map-nothing-lead = The map is drawn of the routes in the files and of what other providers give Traefik.
map-of-all = (of { $count })
map-others = Search or filter to see the others.
map-routers = Routers
map-search = Search the map
map-search-hint = Search names, rules, middlewares, services
map-unknown = unknown to Traefik so far
map-warning = with a reservation, or not loaded

## Page: services, middlewares, TLS: lists

discovered = From other providers
discovered-lead = Traefik has these from elsewhere, and they are changed there.
discovered-more = And { $count } more. Search to find one.
discovered-sends-to = Sends requests to
discovered-to = To
discovered-type = Type

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

settings-about-lead = Traefik Manager edits Traefik's files without harm to what is written in them by hand.
settings-about-licence = Licence
settings-about-licence-text = MIT or Apache-2.0, as you like
settings-about-outside = Outside
settings-about-outside-text = Nothing is fetched from elsewhere and nothing is reported. Requests go to Traefik, and to what you have named: an identity provider, a container engine, a webhook, a git repository.
settings-about-sessions = end after { $minutes } minutes of rest
settings-about-silent = does not answer
settings-about-version = Version
settings-api-address = Address of Traefik's API
settings-api-user-hint = where the API asks for one
settings-connection = Connection to Traefik
settings-domains = Domains
settings-files-backups = Backups and copies for git
settings-files-backups-path = a folder of its own
settings-files-beside = Templates, notifications, dashboard
settings-files-beside-path = beside the settings
settings-files-dynamic = Dynamic configuration
settings-files-icons = Icons of the dashboard
settings-files-icons-path = icons, beside the settings
settings-files-in-manager = In manager.yml
settings-files-lead = What this program reads and writes. Files are named where it is started, never over the network: whoever could name them could read any file.
settings-files-named-by = Named by
settings-files-paths = CONFIG_PATHS or CONFIG_PATH
settings-files-settings = Settings of this program
settings-files-static = Static configuration
settings-files-what = What
settings-files-where = Where
settings-interface-colours = Light, dark, or as the system says: chosen at the foot of every page, for this browser alone.
settings-interface-lead = Sections that are shown beside routes, services and middlewares, here and by the phone app. A page that is not shown is still there at its address.
settings-interface-pages = Pages
settings-interface-providers = Routers of other providers, in the list of routes
settings-lead = Kept in <code>manager.yml</code>, whose comments and other keys stay as they are.
settings-offers = What forms offer
settings-own-domain = Domain
settings-own-domain-hint = empty deletes the route
settings-own-entry-point = Entry point
settings-own-route = Route to this program
settings-own-route-add = Add the route
settings-own-route-lead = Traefik leads this domain here. The change is on trial for a minute: unless you keep it, it puts itself back.
settings-own-route-save = Save the route
settings-own-service = This program, as Traefik reaches it
settings-own-service-hint = The container's name; where both run on one machine without containers, such as <code>http://127.0.0.1:5000</code>.
settings-own-tls-by = Certificates by { $resolver }
settings-own-tls-elsewhere = On, certificates from elsewhere
settings-resolvers = Certificate resolvers
settings-resolvers-hint = the default first
settings-resolvers-none = none
settings-setup-open = The set-up is not finished. <a href="/setup">Go on with it</a>
settings-tab-crowdsec = CrowdSec
settings-tab-plugins = Plugins
settings-test = Test connection
settings-tested = Traefik { $version } answers. Nothing is saved yet.

## Page: the set-up

setup = Set-up
setup-access = How people come in
setup-access-lead = You have chosen yours. The settings also have single sign-on, the list of who is signed in, and keys for the phone app and scripts.
setup-access-second-factor = <a href="/account/otp">Two-factor authentication</a> is worth its minute where this page can be reached from the internet. The set-up waits.
setup-connection = Where Traefik is
setup-connection-lead = Its API tells whether a change was taken. It is only read.
setup-finish = Add the route and finish
setup-finish-without = Finish without
setup-guard = A guard such as Authelia or Authentik in front of Traefik can do this instead: see <code>docs/external-auth.md</code>.
setup-guarded = Another service guards these pages
setup-guarded-lead = <code>AUTH_ENABLED=false</code> is set, so nobody is asked to sign in here. The API still needs a session of these pages or an API key.
setup-lead = Three short steps. Everything can be changed later in the settings.
setup-offers = What new routes are offered
setup-route = A domain for this program
setup-route-lead = Traefik can lead a domain here, with a certificate. The change is on trial for a minute: unless you keep it, it puts itself back. You can leave this out.
setup-step-access = Sign-in
setup-step-connection = Traefik
setup-step-route = Own route
setup-steps = Steps

## Page: authentication

authentication-all = All
authentication-asked = Asked of everybody
authentication-blocked = Blocked
authentication-change = Change
authentication-forced = <code>AUTH_ENABLED</code> decides this where the program is started.
authentication-keys = { $count ->
    [0] None.
    [one] One key.
   *[other] { $count } keys.
}
authentication-lead = Who can come in, and by what.
authentication-manage = Manage
authentication-nobody = Nobody has signed in yet.
authentication-not-asked = Not asked
authentication-oidc = An OpenID Connect provider beside the password.
authentication-oidc-on = { $provider } beside the password.
authentication-only-behind = Only behind another guard: whoever reaches these pages can then do everything.
authentication-password-environment = Set by <code>ADMIN_PASSWORD</code> where this program is started.
authentication-password-stored = Stored as a bcrypt hash. Changing it ends every other session.
authentication-refused = Refused
authentication-sessions = End after { $minutes } minutes of rest, 24 hours with “Stay signed in”, and 7 days in any case.
authentication-show = Show
authentication-sign-in = Sign-in
authentication-sign-ins = Last sign-ins
authentication-signed-in = Signed in
authentication-switch-off = Switch sign-in off
authentication-switch-on = Switch sign-in on

## Page: single sign-on

oidc-address = Address
oidc-address-hint = the issuer, such as https://login.example.com/realms/home
oidc-any-account = Any account of this provider
oidc-any-account-hint = Needed where both lists are empty. At a public provider that is everybody in the world.
oidc-ca-file = File of authorities
oidc-ca-file-hint = PEM, for a provider with a private certificate
oidc-claim = Claim with the groups
oidc-claim-hint = a dot leads into a claim, as in realm_access.roles
oidc-client-id = Client ID
oidc-client-secret = Client secret
oidc-client-secret-none = none is set
oidc-client-secret-set = set; leave empty to keep it
oidc-emails = E-mail addresses
oidc-enabled = Sign in at the provider
oidc-enabled-hint = Without this the button is gone, and everybody who came in by it is signed out.
oidc-ends-sessions = A change ends the sessions of everybody who came in by the provider.
oidc-found = The provider answers. It calls itself <code>{ $issuer }</code>.
oidc-groups = Groups
oidc-groups-hint = separated by commas, spelled as the provider does
oidc-http = Ask the provider without TLS
oidc-http-hint = Whoever is on the way can then sign in as anybody. A provider on this host may always be asked so.
oidc-lead = People may sign in at an identity provider that speaks OpenID Connect, beside the password. A second factor is then the provider's business.
oidc-more = Addresses and certificates
oidc-name = Name
oidc-name-hint = stands on the button
oidc-password-hint = the one of this program
oidc-provider = Provider
oidc-public-url = Public address of this program
oidc-public-url-hint = empty for what the proxy in front says
oidc-redirect = Redirect address
oidc-redirect-hint = register it at the provider
oidc-redirect-unknown = The address of this program, followed by <code>{ $path }</code>. Enter the public address below and it stands here.
oidc-remove-secret = Remove the client secret
oidc-remove-secret-hint = For a public client, which has none.
oidc-try = Try the provider
oidc-unverified = Accept addresses that are not verified
oidc-unverified-hint = Only for a provider at which nobody can claim somebody else's address.
oidc-who = Who may come in
oidc-who-lead = Where both lists are filled, an account must be on both.

## Page: sessions, keys, second factor

keys-app = The phone app
keys-app-hint = everything below, settings, and API keys
keys-backup = Backups
keys-backup-hint = make, restore and delete them
keys-config = Change
keys-config-hint = routes, services, middlewares, TLS
keys-device = Device
keys-device-example = Device, e.g. phone
keys-device-name = Name of the device
keys-expired = expired { $end } UTC
keys-expires = Expires
keys-expires-days = Expires in { $days } days
keys-expires-never = Does not expire
keys-expires-year = Expires in a year
keys-from = from { $date }
keys-from-old = from an old file
keys-issue = Issue key
keys-issued = <strong>The key for { $name }</strong> is shown only now. Copy it to where it is needed.
keys-key = Key
keys-last-used = Last used
keys-lead = A key lets the phone app or a script in, without signing in. What it can be used for, the <a href="/api">description of the API</a> tells.
keys-may = What the key may do
keys-may-use = May use
keys-never = never
keys-new = A new key
keys-none = There are no keys.
keys-read = Look
keys-read-hint = routes, history, lists of backups
keys-restart = Restart Traefik
keys-restart-hint = and see how it went
keys-revoke = Revoke
keys-revoke-for = Revoke<span class="sr"> the key for { $name }</span>
keys-revoke-lead = Whatever uses <code>{ $key }</code> is locked out at once.
keys-revoke-question = Revoke the key for { $name }?
keys-revoke-title = Revoke a key
keys-static = Static configuration
keys-static-hint = look at it and change it
keys-until = until { $end } UTC
keys-used-from = from { $address }
keys-valid = Valid
second-factor-another = Another authenticator
second-factor-change = Change something
second-factor-codes-each = Each signs you in once, in the place of a code, when the phone is lost.
second-factor-codes-have = I have them
second-factor-codes-lead = <strong>These codes are shown only now.</strong> Print them, or copy them to where your passwords are.
second-factor-codes-new = New recovery codes
second-factor-codes-use = One of them stands in for a code when the phone is lost. Each works once.
second-factor-elsewhere = Nobody signs in here: another service guards the pages, and asks for codes if any are asked for.
second-factor-enter = 2. Enter the code that the app shows
second-factor-is-on = Two-factor authentication is on
second-factor-kind = Time-based, 6 digits, 30 seconds, SHA-1.
second-factor-left = { $count ->
    [0] <strong>There are no recovery codes left.</strong>
    [one] <strong>There is one recovery code left.</strong>
   *[other] There are { $count } recovery codes left.
}
second-factor-not-yet = Nothing is asked for until the code is right. All other sessions end then.
second-factor-off = The password alone is enough to sign in.
second-factor-off-lead = With an authenticator app on your phone, a stolen password is not.
second-factor-on = Signing in takes the password and a code of your authenticator app.
second-factor-qr = QR code for an authenticator app
second-factor-scan = 1. Scan this with an authenticator app.
second-factor-secret = Or type the secret:
second-factor-set-up = Set it up
second-factor-switch-off = Switch off
second-factor-switch-on = Switch on
second-factor-what-ends = New codes make the old ones worthless. Another authenticator, or none, ends all other sessions.
sessions-by-code = password and code
sessions-by-password = password
sessions-by-provider = at the identity provider
sessions-by-service = through another service
sessions-device = Device
sessions-end = End<span class="sr"> the session of { $device }</span>
sessions-end-others = End all others
sessions-from = From
sessions-last-seen = Last seen
sessions-lead = Every browser that is signed in. Ending a session shuts it out at once.
sessions-signed-in = Signed in
sessions-stays = stays signed in
sessions-this = this one
sessions-unknown = unknown

## Page: notifications

notifications-address = Address
notifications-address-hint = empty sends nothing
notifications-arrived = It has arrived. Nothing is saved yet.
notifications-clear = Clear all
notifications-delete = Delete: { $notice }
notifications-empty = Nothing new
notifications-empty-lead = Changes, sign-ins, restarts and whatever goes wrong are told here.
notifications-lead = The newest 200. They can be <a href="/settings/notifications">sent on</a>; the history keeps everything.
notifications-rank-error = error
notifications-rank-info = info
notifications-rank-success = success
notifications-rank-warning = warning
notifications-secret = Its secret part is hidden. Leave it to keep it.
notifications-sent-on = Kept <a href="/notifications">here</a>, and sent on where you name an address.
notifications-service = Service
notifications-service-other = Other (JSON)
notifications-test = Send a test
notifications-user-hint = where the service asks for one
notifications-webhook = Webhook
notifications-what = What is told
notifications-what-again = A notice that does not arrive is sent again, three times in all. Nothing else is sent, and no answer is followed.
notifications-what-lead = Changes and sign-ins; what Traefik does not take and is put back; restarts and how they ended; blocks after wrong passwords; changes of keys, passwords and settings; copies into the git repository.

## Page: dashboard

dashboard-address-own = the route's own address
dashboard-all-hidden = All of them are hidden. <a href="/dashboard/edit">Show some</a>
dashboard-by-itself = A route for a host gets one by itself.
dashboard-done = Done
dashboard-edit = Edit the dashboard
dashboard-edit-lead = Names, groups, icons and links are kept in <code>dashboard.yml</code>; routes stay as they are.
dashboard-edit-one = Edit { $name }
dashboard-group = Group
dashboard-group-none = none
dashboard-groups = Groups
dashboard-groups-hint = one a line, in the order of the page
dashboard-groups-save = Save groups
dashboard-hidden = hidden
dashboard-hide = Leave it out
dashboard-icon = Icon
dashboard-icon-elsewhere = The phone app shows an icon from { $address }. Pages here load nothing from elsewhere; put the picture into the folder <code>icons</code> beside the settings.
dashboard-icon-hint = a name in the folder of icons
dashboard-lead = What Traefik leads to, one tile each.
dashboard-leads-to = Leads to
dashboard-name = Name
dashboard-no-link = Lead nowhere
dashboard-no-tiles = No tiles
dashboard-nowhere = nowhere
dashboard-others = Others
dashboard-search = Search the tiles
dashboard-search-hint = Search names, hosts, groups
dashboard-tile = Tile
dashboard-tile-edit = Edit a tile
dashboard-tile-lead = What is empty goes by the route.

## Page: certificates

certificates-acme = <code>ACME_JSON_PATH</code> names the file in which Traefik keeps the certificates that it gets from authorities. It must be readable here.
certificates-acme-unknown = Nobody has said where Traefik keeps the certificates that it gets from authorities: <code>ACME_JSON_PATH</code> names its <code>acme.json</code>.
certificates-and-more = and { $count } more
certificates-appear = They appear when Traefik has got one, or when a file names one under <code>tls.certificates</code>.
certificates-count = { $count ->
    [one] { $count } certificate
   *[other] { $count } certificates
}
certificates-count-of = { $count ->
    [one] { $shown } of { $count } certificate
   *[other] { $shown } of { $count } certificates
}
certificates-days-left = { $days ->
    [one] { $days } day left
   *[other] { $days } days left
}
certificates-ended = Ended
certificates-ends = Ends
certificates-ends-today = Ends today
certificates-file = File
certificates-from = From
certificates-from-file = A file
certificates-lead = What Traefik shows visitors, and until when. Keys stay where they are.
certificates-more = And { $count } more, which end later. Search to find one.
certificates-name = Name a certificate
certificates-nameless = (without a name)
certificates-names = Names
certificates-none = No certificates
certificates-search = Search certificates
certificates-search-hint = Search names, resolvers, issuers
certificates-soon = { $count ->
    [one] { $count } ends soon
   *[other] { $count } end soon
}
certificates-unreadable = Cannot be read
certificates-urgent = { $count } to look after now

## Page: access log

log-any-method = Any method
log-any-status = Any status
log-begins = This is where the log begins.
log-follow = Follow
log-from = From
log-host = Host
log-how = Traefik writes one where its static configuration has <code>accessLog</code> with a <code>filePath</code>; this program reads that file where <code>ACCESS_LOG_PATH</code> names it.
log-lead = Who asked Traefik for what, the newest first.
log-looked-at = { $shown } of the { $count } lines that were looked at
log-method = Method
log-newest = Newest
log-nobody = Nobody has asked for anything yet.
log-not-named = No access log is named
log-nothing-so-far = Nothing matches so far.
log-older = Older
log-pages = Pages
log-request = Request
log-router = Router
log-search = Search the lines
log-show-all = Show all lines
log-show-newest = Show the newest lines
log-status = Status
log-time = Time
log-took = Took
log-unreadable = The access log cannot be read
log-went-to = Went to

## Page: API

api-all = All operations
api-answers = Answers with { $fields }.
api-body = Body
api-body-fields = Fields of the body
api-document = OpenAPI document
api-for-all = For everybody.
api-for-any = For every session and every key.
api-for-person = For somebody who is signed in; no key will do.
api-for-scope = A key needs the scope <code>{ $scope }</code>.
api-how = How to come in, and what answers look like
api-key = API key to try with
api-key-example = API key, instead of your session
api-key-hint = What you try is done for real, with your session or with the key, unless <code>dry_run</code> says otherwise. The key is forgotten when you leave the page.
api-lead = Everything that the pages do, as JSON, for scripts and programs.
api-not-sent = not sent
api-required = required
api-search = Search operations
api-try = Try it

## Page: restarts and trials

restart-lines-none = Traefik's last lines could not be read. They are in its log: <code>docker logs traefik</code> on the host.
restart-lines-pill = Without access to the container engine Traefik's last lines cannot be shown. They are in its log: <code>docker logs traefik</code> on the host.
restart-lines-proxy = Traefik's last lines are not shown: a log may hold secrets, so no socket proxy should let it through, and ours does not. Read them on the host: <code>docker logs traefik</code>.
restarts = Restart
restarts-back = Back to the static configuration
restarts-because = It is on trial for this: { $reasons }.
restarts-how = Traefik is restarted (<code>{ $method }</code>: { $target }) and watched until it answers again and has the entry points of this file. If it does not come back in time, the last good file is put back and Traefik restarted again. Where the change may cut off this page, or Traefik cannot be watched afterwards, the old file comes back unless you keep the new one.
restarts-keep = Keep
restarts-keep-lead = The old file comes back in <strong><span data-seconds>{ $seconds }</span> seconds</strong>, and Traefik is restarted with it, so that nobody locks himself out. If you can read this through Traefik, the way to this page still works.
restarts-keep-question = Keep the new static configuration?
restarts-last-lines = Traefik's last lines
restarts-look = Look on
restarts-look-again = Look again
restarts-now = Restart Traefik
restarts-on-trial = Restart on trial
restarts-progress-lead = This page may itself come through the Traefik that is restarted. It goes on by itself as soon as it can be reached again.
restarts-put-back = Put it back now
restarts-trust-pill = This program can write one file and has no access to the container engine. Traefik's health check finds the file and ends Traefik, and the engine starts it again.
restarts-trust-proxy = This program can do with the container engine what the proxy in between lets through. traefik-manager-socket-proxy lets it look at one container and restart it, and nothing else; a proxy that allows POST and CONTAINERS as a whole lets it become root on the host.
restarts-trust-socket = This program can do everything that the container engine can, which is to be root on the host. Use a socket proxy instead where you can.

## Said by scripts

script-answer = Answer
script-asking = The restart is being asked for.
script-copied = Copied
script-fields = { $count } fields
script-fields-here = Fields that may stand here
script-list-is-old = The list could not be brought up to date.
script-no-answer = No answer
script-nothing-answers = Nothing answers at the moment, as is to be expected where this page comes through Traefik. Asking again.
script-one-field = 1 field
script-operations = { $found } of { $all } operations
script-press = Press Ctrl+C
script-restarting = Traefik restarts
script-silent = This program does not answer, so what is shown may be old. Asking again.
