//! What the labels of Traefik's container say at the start, in place of variables that say nothing.
//!
//! An engine is asked only where one is named (`DOCKER_HOST`) or its socket is there, only for what no variable says, and
//! not for long: what it does not say by then is not set. Who may set labels may start containers, which is more than they
//! say here; still only one container is believed, and what cannot be meant ends the start as a variable does.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{task::JoinHandle, time::timeout};
use traefik_manager_core::restart::{Labels, METHOD_LABEL, Method, RestartError, STATIC_FILE_LABEL};
use traefik_manager_restart::{Endpoint, EngineRestarter};

use crate::{
    cli::Failure,
    environment::{ENGINE_SOCKET, Options},
};

/// How long the engine has.
const BUDGET: Duration = Duration::from_millis(500);

/// A question that is under way.
#[derive(Debug)]
pub(crate) struct Asked(JoinHandle<Result<Option<Labels>, Failure>>);

/// Asks the engine; `None` where there is none, or nothing to ask.
pub(crate) fn ask(options: &Options) -> Option<Asked> {
    let restart = &options.restart;
    let says_all = options.static_config.is_some() && restart.method.is_some();
    if says_all || restart.method == Some(Method::PoisonPill) {
        return None;
    }
    let is_named = restart.engine.is_some();
    let socket = || Path::new(ENGINE_SOCKET).exists().then(|| Endpoint::Unix(PathBuf::from(ENGINE_SOCKET)));
    let engine = restart.engine.clone().or_else(socket)?;
    let container = restart.container.clone();
    Some(Asked(tokio::spawn(async move {
        let engine = EngineRestarter::socket(engine, container);
        let reason = match timeout(BUDGET, engine.labels()).await {
            Ok(Ok(labels)) => return Ok(labels),
            Ok(Err(error @ RestartError::Ambiguous { .. })) => return Err(Failure::new(error)),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("the engine did not answer within {} ms", BUDGET.as_millis()),
        };
        // Whoever has an engine on the machine need not mean it.
        if is_named {
            tracing::warn!(
                "the labels of Traefik's container cannot be read, so only variables count: {reason}"
            );
        } else {
            tracing::debug!("the labels of Traefik's container cannot be read: {reason}");
        }
        Ok(None)
    })))
}

impl Asked {
    /// Fills in what the variables leave open.
    pub(crate) async fn fill_in(self, options: &mut Options) -> Result<(), Failure> {
        match self.0.await {
            Ok(labels) => labels?.map_or(Ok(()), |labels| fill_in(options, labels)),
            Err(error) => Err(Failure::of("labels of Traefik's container", &error)),
        }
    }
}

fn fill_in(options: &mut Options, labels: Labels) -> Result<(), Failure> {
    let Labels { container, method, static_file } = labels;
    let said =
        |value: Option<String>| value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let refused = |label: &str, value: &str, expected: &str| {
        let value = value.escape_debug();
        Failure::new(format_args!(
            "the label {label} of the container {container} is `{value}`, but must be {expected}"
        ))
    };
    if let Some(method) = said(method).filter(|_| options.restart.method.is_none()) {
        let known = Method::parse(&method);
        let known = known.ok_or_else(|| refused(METHOD_LABEL, &method, "proxy, socket or poison-pill"))?;
        tracing::info!("Traefik is restarted by {known}, as the label {METHOD_LABEL} of {container} says");
        options.restart.method = Some(known);
    }
    if let Some(file) = said(static_file).filter(|_| options.static_config.is_none()) {
        if !file.starts_with('/') || file.contains(char::is_control) {
            return Err(refused(STATIC_FILE_LABEL, &file, "the whole path of a file"));
        }
        tracing::info!(
            "the static configuration is {file}, as the label {STATIC_FILE_LABEL} of {container} says"
        );
        options.static_config = Some(PathBuf::from(file));
    }
    options.restart.container.get_or_insert(container);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use traefik_manager_core::restart::ContainerName;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Options {
        let get =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Options::read(get).unwrap()
    }

    fn labels(method: Option<&str>, static_file: Option<&str>) -> Labels {
        let container = ContainerName::parse("edge").unwrap();
        Labels { container, method: method.map(str::to_owned), static_file: static_file.map(str::to_owned) }
    }

    #[test]
    fn labels_fill_in_what_no_variable_says() {
        let mut options = read(&[]);
        fill_in(&mut options, labels(Some(" poison-pill "), Some("/etc/traefik/traefik.yml"))).unwrap();
        assert_eq!(options.restart.method, Some(Method::PoisonPill));
        assert_eq!(options.static_config, Some(PathBuf::from("/etc/traefik/traefik.yml")));
        assert_eq!(options.restart.container.map(|name| name.to_string()).as_deref(), Some("edge"));

        let said = [
            ("RESTART_METHOD", "socket"),
            ("STATIC_CONFIG_PATH", "/mine.yml"),
            ("TRAEFIK_CONTAINER", "traefik"),
        ];
        let mut options = read(&said);
        // What is not needed is not judged either.
        fill_in(&mut options, labels(Some("nonsense"), Some("relative.yml"))).unwrap();
        let before = read(&said);
        assert_eq!((options.restart, options.static_config), (before.restart, before.static_config));
        let mut options = read(&[]);
        fill_in(&mut options, labels(Some(""), Some(" "))).unwrap();
        assert_eq!((options.restart.method, options.static_config), (None, None));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_the_name_of_its_label() {
        for (labels, words) in [
            (
                labels(Some("docker"), None),
                "traefik-manager.restart-method of the container edge is `docker`",
            ),
            (
                labels(None, Some("traefik.yml")),
                "traefik-manager.static-config of the container edge is `traefik.yml`",
            ),
            (labels(None, Some("/a\nb")), "is `/a\\nb`, but must be the whole path"),
        ] {
            let failure = format!("{:?}", fill_in(&mut read(&[]), labels).unwrap_err());
            assert!(failure.contains(&words.replace('\\', "\\\\")), "{failure}");
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_who_is_not_there_or_has_nothing_to_add() {
        assert!(ask(&read(&[])).is_none() || Path::new(ENGINE_SOCKET).exists());
        let engine = ("DOCKER_HOST", "tcp://127.0.0.1:1");
        assert!(ask(&read(&[engine, ("RESTART_METHOD", "poison-pill")])).is_none());
        let all = [engine, ("RESTART_METHOD", "proxy"), ("STATIC_CONFIG_PATH", "/t.yml")];
        assert!(ask(&read(&all)).is_none());
        let mut options = read(&[engine]);
        ask(&options).unwrap().fill_in(&mut options).await.unwrap();
        assert_eq!(
            (options.static_config, options.restart.container),
            (None, None),
            "an engine that is gone"
        );
    }
}
