//! Middlewares to begin from.

/// A middleware that is nearly ready.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// A name for it.
    pub(crate) suggested: &'static str,
    pub(crate) yaml: &'static str,
}

/// The template of that id.
pub(crate) fn template(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

macro_rules! templates {
    ($($id:literal $title:literal $suggested:literal $yaml:literal;)+) => {
        /// All templates, in the order of the page.
        pub(crate) const TEMPLATES: &[Template] =
            &[$(Template { id: $id, title: $title, suggested: $suggested, yaml: $yaml }),+];
    };
}

templates! {
    "basic-auth" "Password (basic auth)" "password"
"basicAuth:
  # One line a user, made with: htpasswd -nB NAME
  users:
    - \"admin:$2y$05$replace.this.with.a.real.hash\"
  removeHeader: true
";
    "digest-auth" "Password (digest auth)" "digest"
"digestAuth:
  # One line a user, made with: htdigest -c users traefik NAME
  users:
    - \"admin:traefik:0123456789abcdef0123456789abcdef\"
  removeHeader: true
";
    "forward-auth" "Ask another service (forward auth)" "forward-auth"
"forwardAuth:
  address: http://auth:9000/verify
  trustForwardHeader: false
  authResponseHeaders:
    - X-User
";
    "authelia" "Authelia" "authelia"
"forwardAuth:
  address: http://authelia:9091/api/authz/forward-auth
  trustForwardHeader: true
  authResponseHeaders:
    - Remote-User
    - Remote-Groups
    - Remote-Email
    - Remote-Name
";
    "authentik" "Authentik" "authentik"
"forwardAuth:
  address: http://authentik:9000/outpost.goauthentik.io/auth/traefik
  trustForwardHeader: true
  authResponseHeaders:
    - X-authentik-username
    - X-authentik-groups
    - X-authentik-email
    - X-authentik-name
    - X-authentik-uid
";
    "ip-allow-list" "Only these addresses" "allow-list"
"ipAllowList:
  sourceRange:
    - 203.0.113.7/32
";
    "private-only" "Only private networks" "private-only"
"ipAllowList:
  sourceRange:
    - 127.0.0.0/8
    - 10.0.0.0/8
    - 172.16.0.0/12
    - 192.168.0.0/16
    - fc00::/7
";
    "rate-limit" "Limit the rate" "rate-limit"
"rateLimit:
  average: 100
  period: 1s
  burst: 200
";
    "secure-headers" "Security headers" "secure-headers"
"headers:
  stsSeconds: 31536000
  stsIncludeSubdomains: true
  contentTypeNosniff: true
  frameDeny: true
  referrerPolicy: strict-origin-when-cross-origin
  permissionsPolicy: camera=(), microphone=(), geolocation=()
";
    "cors" "CORS headers" "cors"
"headers:
  accessControlAllowOriginList:
    - https://app.example.com
  accessControlAllowMethods:
    - GET
    - POST
    - PUT
    - DELETE
    - OPTIONS
  accessControlAllowHeaders:
    - Content-Type
    - Authorization
  accessControlMaxAge: 600
  addVaryHeader: true
";
    "redirect-https" "Redirect to HTTPS" "redirect-https"
"redirectScheme:
  scheme: https
  permanent: true
";
    "redirect-regex" "Redirect by pattern" "redirect-www"
"redirectRegex:
  regex: ^https?://www\\.(.+)
  replacement: https://${1}
  permanent: true
";
    "strip-prefix" "Strip a path prefix" "strip-prefix"
"stripPrefix:
  prefixes:
    - /app
";
    "add-prefix" "Add a path prefix" "add-prefix"
"addPrefix:
  prefix: /app
";
    "replace-path" "Replace the path" "replace-path"
"replacePath:
  path: /index.html
";
    "compress" "Compress answers" "compress"
"compress:
  minResponseBodyBytes: 1024
";
    "retry" "Retry" "retry"
"retry:
  attempts: 3
  initialInterval: 100ms
";
    "circuit-breaker" "Circuit breaker" "circuit-breaker"
"circuitBreaker:
  expression: NetworkErrorRatio() > 0.30 || ResponseCodeRatio(500, 600, 0, 600) > 0.25
  checkPeriod: 10s
  fallbackDuration: 30s
  recoveryDuration: 30s
";
    "buffering" "Limit the size of requests" "body-limit"
"buffering:
  maxRequestBodyBytes: 10485760
  memRequestBodyBytes: 1048576
";
    "in-flight" "Limit requests at once" "in-flight"
"inFlightReq:
  amount: 20
  sourceCriterion:
    ipStrategy:
      depth: 0
";
    "chain" "Several in a row (chain)" "chain"
"chain:
  middlewares:
    - redirect-https
    - secure-headers
";
}
