//! How a load balancer treats its servers: the fields that the form of a route and that of a service share.

use maud::{Markup, html};
use traefik_manager_core::traefik::service::Service;

use super::route_form::tick;
use crate::{failure::Failure, fields::Fields, words::t};

/// What stands in the fields.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each check box")]
pub(crate) struct Balancing {
    sticky: bool,
    cookie: String,
    secure: bool,
    http_only: bool,
    health_check: bool,
    path: String,
    interval: String,
    timeout: String,
}

/// Nothing is ticked but what a sticky cookie should have.
impl Default for Balancing {
    fn default() -> Self {
        let text = String::new;
        Self {
            sticky: false,
            cookie: text(),
            secure: false,
            http_only: true,
            health_check: false,
            path: text(),
            interval: text(),
            timeout: text(),
        }
    }
}

impl Balancing {
    /// What a service says.
    pub(super) fn of(service: &Service<'_>) -> Self {
        let mut values = Self::default();
        if let Some(cookie) = service.sticky() {
            values.sticky = true;
            values.cookie = cookie.name.to_owned();
            (values.secure, values.http_only) = (cookie.secure, cookie.http_only);
        }
        if let Some(check) = service.health_check() {
            values.health_check = true;
            values.path = check.path.to_owned();
            values.interval = check.interval.to_owned();
            values.timeout = check.timeout.to_owned();
        }
        values
    }

    /// What somebody typed.
    pub(super) fn typed(fields: &Fields) -> Result<Self, Failure> {
        let text = |name: &str| fields.trimmed(name).map(str::to_owned);
        let ticked = |name: &str| Ok::<_, Failure>(fields.last_flag(name)?.unwrap_or(false));
        Ok(Self {
            sticky: ticked("sticky")?,
            cookie: text("stickyName")?,
            secure: ticked("stickySecure")?,
            http_only: ticked("stickyHttpOnly")?,
            health_check: ticked("healthCheck")?,
            path: text("healthPath")?,
            interval: text("healthInterval")?,
            timeout: text("healthTimeout")?,
        })
    }

    /// Whether anything is switched on.
    pub(super) fn says_something(&self) -> bool {
        self.sticky || self.health_check
    }

    /// The fields of sticky sessions and the health check.
    pub(super) fn fields(&self, failure: Option<&Failure>) -> Markup {
        html! { (self.sticky()) (self.health_check(failure)) }
    }

    fn sticky(&self) -> Markup {
        html! {
            fieldset.group {
                (tick("sticky", t!("field-loadBalancer-sticky"), t!("field-loadBalancer-sticky.hint"), self.sticky))
                div.pair.only-if-ticked {
                    div.field {
                        label for="sticky-name" { (t!("balancing-cookie")) }
                        input #sticky-name type="text" name="stickyName" value=(self.cookie) autocomplete="off" spellcheck="false";
                        span.hint { (t!("balancing-cookie-hint")) }
                    }
                    div.stack.tight {
                        (tick("stickySecure", t!("field-cookie-secure"), "", self.secure))
                        (tick("stickyHttpOnly", t!("field-cookie-httpOnly"), "", self.http_only))
                    }
                }
            }
        }
    }

    fn health_check(&self, failure: Option<&Failure>) -> Markup {
        let wrong = failure.and_then(|failure| failure.about("healthCheck"));
        let part = |name: &str, label: &Markup, value: &str, placeholder: &str| {
            html! {
                div.field .bad[wrong.is_some()] {
                    label for=(name) { (label) }
                    input id=(name) type="text" name=(name) value=(value) placeholder=(placeholder) autocomplete="off" spellcheck="false";
                }
            }
        };
        html! {
            fieldset.group {
                (tick("healthCheck", t!("field-loadBalancer-healthCheck"), t!("field-loadBalancer-healthCheck.hint"), self.health_check))
                div.only-if-ticked.stack.tight {
                    div.three {
                        (part("healthPath", &t!("field-healthCheck-path"), &self.path, "/health"))
                        (part("healthInterval", &t!("field-healthCheck-interval"), &self.interval, "30s"))
                        (part("healthTimeout", &t!("field-healthCheck-timeout"), &self.timeout, "5s"))
                    }
                    @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
                }
            }
        }
    }
}
