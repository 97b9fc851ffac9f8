//! Whether Traefik serves anything otherwise than before.
//!
//! Of a file that Go templates shape nobody knows what Traefik should say. But while it refuses one file it takes no
//! change of any, so whatever differs is a sign that it has taken the files as they are.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{
    config::{object::ObjectKind, value::Value},
    traefik::{
        Protocol,
        live::{ApiAddress, LiveError, TraefikApi},
    },
};

/// What a router, service or middleware is called, and what kind of thing it is.
type Name = (&'static str, &'static str, String);

/// What Traefik's API shows of the files, but for what changes by itself or through other providers. Holds passwords
/// where the files do.
#[derive(Clone, PartialEq)]
pub struct Served(BTreeMap<Name, Value>);

/// Whether something works, and who else uses it, has not to do with the files alone.
const NOT_OF_FILES: [&str; 4] = ["error", "serverStatus", "status", "usedBy"];

/// Without the values.
impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Served {
    /// Looks at everything once.
    ///
    /// # Errors
    /// [`LiveError`]; there is no partial answer.
    ///
    /// # Cancel safety
    /// Dropping the future stops the asking.
    pub async fn look(traefik: &dyn TraefikApi, at: &ApiAddress) -> Result<Self, LiveError> {
        let mut found = BTreeMap::new();
        for protocol in Protocol::ALL {
            for kind in [ObjectKind::Router, ObjectKind::Service, ObjectKind::Middleware] {
                if kind == ObjectKind::Middleware && protocol == Protocol::Udp {
                    continue;
                }
                let objects = traefik.objects(at, protocol, kind).await?;
                for mut object in Arc::unwrap_or_clone(objects) {
                    if let Value::Map(fields) = &mut object.value {
                        fields.retain(|(field, _)| !NOT_OF_FILES.contains(&field.as_str()));
                    }
                    found.insert((protocol.as_str(), kind.section(), object.name), object.value);
                }
            }
        }
        Ok(Self(found))
    }
}
