//! The config of an image.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use stagewright::resolve;
use tsify::Tsify;

/// The config that the resulting image carries, as far as the file sets it; what its base image brings
/// along is not known.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null, hashmap_as_object)]
pub struct ImageConfig {
    /// Variables, in the order in which they were first set.
    pub env: Vec<EnvVariable>,
    /// The command.
    pub cmd: Option<Vec<String>>,
    /// The entry point.
    pub entrypoint: Option<Vec<String>>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Ports as `80/tcp`.
    pub exposed_ports: Vec<String>,
    /// Folders that are volumes.
    pub volumes: Vec<String>,
    /// The user; empty for root.
    pub user: String,
    /// The working directory; empty where none is set.
    pub working_dir: String,
    /// The shell of the shell form; empty for `/bin/sh -c`.
    pub shell: Vec<String>,
    /// The signal that stops a container; empty for the default.
    pub stop_signal: String,
    /// The health check.
    pub healthcheck: Option<Healthcheck>,
    /// Triggers for the stages that start from this one.
    pub on_build: Vec<String>,
}

/// A variable of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
pub struct EnvVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A health check. Times are in nanoseconds, and 0 stands for the default.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Healthcheck {
    /// `NONE`, or `CMD` or `CMD-SHELL` and the command.
    pub test: Vec<String>,
    /// Between two checks.
    pub interval: f64,
    /// After which a check has failed.
    pub timeout: f64,
    /// In which failures do not count.
    pub start_period: f64,
    /// Between two checks in that time.
    pub start_interval: f64,
    /// Failures in a row that make it unhealthy; 0 stands for the default.
    pub retries: f64,
}

impl From<&resolve::ImageConfig> for ImageConfig {
    fn from(config: &resolve::ImageConfig) -> Self {
        let variable = |(name, value): &(Arc<str>, Arc<str>)| EnvVariable { name: name.to_string(), value: value.to_string() };
        Self {
            env: config.env.iter().map(variable).collect(),
            cmd: config.cmd.clone(),
            entrypoint: config.entrypoint.clone(),
            labels: config.labels.clone(),
            exposed_ports: config.exposed_ports.iter().cloned().collect(),
            volumes: config.volumes.iter().cloned().collect(),
            user: config.user.clone(),
            working_dir: config.working_dir.clone(),
            shell: config.shell.clone(),
            stop_signal: config.stop_signal.clone(),
            healthcheck: config.healthcheck.as_ref().map(Healthcheck::from),
            on_build: config.on_build.clone(),
        }
    }
}

impl From<&resolve::HealthcheckConfig> for Healthcheck {
    fn from(check: &resolve::HealthcheckConfig) -> Self {
        // Numbers of JavaScript: exact up to a hundred days, and close beyond.
        Self {
            test: check.test.clone(),
            interval: check.interval as f64,
            timeout: check.timeout as f64,
            start_period: check.start_period as f64,
            start_interval: check.start_interval as f64,
            retries: check.retries as f64,
        }
    }
}
