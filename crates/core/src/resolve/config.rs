//! The config of an image: what its metadata instructions add up to.
//!
//! Values only. The fields and their rules are those of the Docker image specification.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The config that an image carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// Variables, in the order in which they were first set. Their texts are shared by the stages that start
    /// from one another.
    pub env: Vec<(Arc<str>, Arc<str>)>,
    /// The command; none where it was not set, or an ENTRYPOINT took it away.
    pub cmd: Option<Vec<String>>,
    /// The entry point.
    pub entrypoint: Option<Vec<String>>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Ports as `80/tcp`.
    pub exposed_ports: BTreeSet<String>,
    /// Folders that are volumes.
    pub volumes: BTreeSet<String>,
    /// The user; empty for root.
    pub user: String,
    /// The working directory; empty where none is set.
    pub working_dir: String,
    /// The shell of the shell form; empty for `/bin/sh -c`.
    pub shell: Vec<String>,
    /// The signal that stops a container; empty for the default.
    pub stop_signal: String,
    /// The health check.
    pub healthcheck: Option<HealthcheckConfig>,
    /// Triggers for the stages that start from this one.
    pub on_build: Vec<String>,
    /// Set by every CMD; kept for old clients.
    pub args_escaped: bool,
}

/// The health check of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthcheckConfig {
    /// The test: `NONE`, or `CMD` or `CMD-SHELL` and the command.
    pub test: Vec<String>,
    /// Time between two checks in nanoseconds; nought for the default, as below.
    pub interval: i64,
    /// Time after which a check has failed, in nanoseconds.
    pub timeout: i64,
    /// Time in which failures do not count, in nanoseconds.
    pub start_period: i64,
    /// Time between two checks while it starts, in nanoseconds.
    pub start_interval: i64,
    /// Failures in a row that make it unhealthy.
    pub retries: i64,
}

impl ImageConfig {
    /// Number of its variables, labels, ports, volumes and triggers.
    pub(super) fn n_entries(&self) -> usize {
        self.env.len() + self.labels.len() + self.exposed_ports.len() + self.volumes.len() + self.on_build.len()
    }
}
