//! `zhangben serve` in a process of its own, and a client of it.

use super::binary::zhangben;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A serving process; killed when dropped.
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts it on a free port and waits until it listens.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = zhangben(folder);
        command.args(arguments).args(["serve", "--bind", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut document = String::new();
        for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
            let line = line.expect("text");
            document.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let announced: Value = serde_json::from_str(&document).expect("its address");
        let url = announced["address"].as_str().expect("an address").to_owned();
        Server { child, url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// `kill -9`: nothing of it is asked. The process is reaped when this is dropped.
    pub fn kill(&self) {
        self.signal("-KILL");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().expect("kill runs").success());
    }

    /// SIGTERM, and how it ended.
    pub fn terminate(mut self) -> ExitStatus {
        self.signal("-TERM");
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What comes back: status and bytes; `Err`: nobody answered.
pub fn send(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    token: &str,
    body: Option<(&str, &Value)>,
) -> Result<(u16, Vec<u8>), ureq::Error> {
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", format!("Bearer {token}"));
    let response = match body {
        Some((key, body)) => {
            let request = request.header("idempotency-key", key).header("content-type", "application/json");
            agent.run(request.body(body.to_string().into_bytes()).expect("a request"))?
        }
        None => agent.run(request.body(()).expect("a request"))?,
    };
    let (parts, mut body) = response.into_parts();
    Ok((parts.status.as_u16(), body.with_config().limit(64 << 20).read_to_vec()?))
}

/// A client that takes every answer as one, and does not wait for ever for what a dead process owes.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent()
}
