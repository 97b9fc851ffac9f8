//! The environment, read once.

use traefik_manager_core::restart::ContainerName;
use traefik_manager_restart::Endpoint;

/// Everything that the environment decides.
#[derive(Debug)]
pub(crate) struct Options {
    /// `LISTEN`
    pub(crate) listen: Endpoint,
    /// `DOCKER_HOST`
    pub(crate) engine: Endpoint,
    /// `TRAEFIK_CONTAINER`
    pub(crate) container: ContainerName,
}

impl Options {
    /// Reads the variables through `get`; an empty one counts as not set.
    pub(crate) fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let text = |name: &str, default: &str| {
            get(name).filter(|value| !value.trim().is_empty()).unwrap_or_else(|| default.to_owned())
        };
        let endpoint = |name: &str, default: &str| {
            Endpoint::parse(&text(name, default)).map_err(|error| format!("{name}: {error}"))
        };
        Ok(Self {
            listen: endpoint("LISTEN", "tcp://127.0.0.1:2375")?,
            engine: endpoint("DOCKER_HOST", "unix:///var/run/docker.sock")?,
            container: ContainerName::parse(&text("TRAEFIK_CONTAINER", "traefik"))
                .map_err(|error| format!("TRAEFIK_CONTAINER: {error}"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn defaults_serve_this_machine_alone_and_mistakes_name_the_variable() {
        let options = Options::read(&|_| Some(" ".to_owned())).unwrap();
        assert_eq!(options.listen.to_string(), "tcp://127.0.0.1:2375");
        assert_eq!(options.engine.to_string(), "unix:///var/run/docker.sock");
        assert_eq!(options.container.as_str(), "traefik");
        for (name, value) in
            [("LISTEN", "2375"), ("DOCKER_HOST", "https://x"), ("TRAEFIK_CONTAINER", "a/../b")]
        {
            let error = Options::read(&|asked| (asked == name).then(|| value.to_owned())).unwrap_err();
            assert!(error.starts_with(&format!("{name}: ")), "{error}");
        }
    }
}
