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
