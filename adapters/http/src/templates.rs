//! Middlewares to begin from.

use traefik_manager_core::traefik::Protocol;

use crate::{starts::Start, words::message};

macro_rules! templates {
    ($($protocol:ident $id:literal ($title:expr) $suggested:literal $yaml:literal;)+) => {
        /// All templates, in the order of the page; the last one is empty.
        pub(crate) const TEMPLATES: &[Start] = &[$(Start {
            id: $id,
            title: $title,
            protocol: Protocol::$protocol,
            suggested: $suggested,
            variety: "",
            yaml: $yaml,
        }),+];
    };
}

templates! {
    Http "basic-auth" (message!("field-middlewares-basicAuth")) "password"
"basicAuth:
  # One line a user, made with: htpasswd -nB NAME
  users:
    - \"admin:$2y$05$replace.this.with.a.real.hash\"
  removeHeader: true
";
    Http "digest-auth" (message!("field-middlewares-digestAuth")) "digest"
"digestAuth:
  # One line a user, made with: htdigest -c users traefik NAME
  users:
    - \"admin:traefik:0123456789abcdef0123456789abcdef\"
  removeHeader: true
";
    Http "forward-auth" (message!("field-middlewares-forwardAuth")) "forward-auth"
"forwardAuth:
  address: http://auth:9000/verify
  trustForwardHeader: false
  authResponseHeaders:
    - X-User
";
    Http "authelia" (message!("start-authelia")) "authelia"
"forwardAuth:
  address: http://authelia:9091/api/authz/forward-auth
  trustForwardHeader: true
  authResponseHeaders:
    - Remote-User
    - Remote-Groups
    - Remote-Email
    - Remote-Name
";
    Http "authentik" (message!("start-authentik")) "authentik"
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
    Http "ip-allow-list" (message!("field-middlewares-ipAllowList")) "allow-list"
"ipAllowList:
  sourceRange:
    - 203.0.113.7/32
";
    Http "private-only" (message!("start-private-only")) "private-only"
"ipAllowList:
  sourceRange:
    - 127.0.0.0/8
    - 10.0.0.0/8
    - 172.16.0.0/12
    - 192.168.0.0/16
    - fc00::/7
";
    Http "rate-limit" (message!("field-middlewares-rateLimit")) "rate-limit"
"rateLimit:
  average: 100
  period: 1s
  burst: 200
";
    Http "secure-headers" (message!("start-secure-headers")) "secure-headers"
"headers:
  stsSeconds: 31536000
  stsIncludeSubdomains: true
  contentTypeNosniff: true
  frameDeny: true
  referrerPolicy: strict-origin-when-cross-origin
  permissionsPolicy: camera=(), microphone=(), geolocation=()
";
    Http "cors" (message!("start-cors")) "cors"
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
    Http "redirect-https" (message!("field-middlewares-redirectScheme")) "redirect-https"
"redirectScheme:
  scheme: https
  permanent: true
";
    Http "redirect-regex" (message!("field-middlewares-redirectRegex")) "redirect-www"
"redirectRegex:
  regex: ^https?://www\\.(.+)
  replacement: https://${1}
  permanent: true
";
    Http "strip-prefix" (message!("start-strip-prefix")) "strip-prefix"
"stripPrefix:
  prefixes:
    - /app
";
    Http "add-prefix" (message!("start-add-prefix")) "add-prefix"
"addPrefix:
  prefix: /app
";
    Http "replace-path" (message!("field-middlewares-replacePath")) "replace-path"
"replacePath:
  path: /index.html
";
    Http "compress" (message!("start-compress")) "compress"
"compress:
  minResponseBodyBytes: 1024
";
    Http "retry" (message!("field-middlewares-retry")) "retry"
"retry:
  attempts: 3
  initialInterval: 100ms
";
    Http "circuit-breaker" (message!("field-middlewares-circuitBreaker")) "circuit-breaker"
"circuitBreaker:
  expression: NetworkErrorRatio() > 0.30 || ResponseCodeRatio(500, 600, 0, 600) > 0.25
  checkPeriod: 10s
  fallbackDuration: 30s
  recoveryDuration: 30s
";
    Http "buffering" (message!("start-request-size")) "body-limit"
"buffering:
  maxRequestBodyBytes: 10485760
  memRequestBodyBytes: 1048576
";
    Http "in-flight" (message!("start-in-flight")) "in-flight"
"inFlightReq:
  amount: 20
  sourceCriterion:
    ipStrategy:
      depth: 0
";
    Http "chain" (message!("start-chain")) "chain"
"chain:
  middlewares:
    - redirect-https
    - secure-headers
";
    Tcp "tcp-allow-list" (message!("start-tcp-addresses")) "allow-list"
"ipAllowList:
  sourceRange:
    - 203.0.113.7/32
";
    Tcp "tcp-in-flight" (message!("start-tcp-connections")) "in-flight"
"inFlightConn:
  amount: 20
";
    Http "yaml" (message!("start-empty")) ""
"";
}
