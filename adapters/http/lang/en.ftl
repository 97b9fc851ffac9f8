# What the pages say in English, in the syntax of Project Fluent (https://projectfluent.org). Every other catalogue has
# the same messages with the same arguments and tags. Texts are HTML: write “ and ” for quotation marks, &amp; for an
# ampersand. The messages of a page begin with its name; those that several pages say stand first.

language-name = English

## Said on several pages

back-to-routes = Back to the routes
cancel = Cancel
continue = Continue
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
nothing-matches = Nothing matches.
password = Password
review = Review
save = Save
search = Search
sign-in = Sign in
sign-out = Sign out
skip = Skip to the content
start-again = Start again

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

routes-not-shown = { $count ->
    [one] { $count } router of another provider not shown
   *[other] { $count } routers of other providers not shown
}
routes-of-provider = from { $provider }, changed there

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

script-silent = This program does not answer, so what is shown may be old. Asking again.
