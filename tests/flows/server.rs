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
    setup: Option<String>,
}

impl Server {
    /// Starts it on a free port and waits until it listens.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        Self::started(zhangben(folder).args(arguments).stderr(Stdio::null()))
    }

    /// As [`Self::start`], of a command that was prepared.
    pub fn started(command: &mut Command) -> Self {
        command.args(["serve", "--bind", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
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
        let setup = announced["setup"].as_str().map(str::to_owned);
        Server { child, url, setup }
    }

    /// The address of the first run, where there is no company.
    pub fn setup(&self) -> Option<&str> {
        self.setup.as_deref()
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
        self.ends(Duration::from_secs(60)).expect("it ends")
    }

    /// How it ended, if it does so in time.
    pub fn ends(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return Some(status);
            }
            if Instant::now() > deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
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
    let answer = ask(agent, method, url, &[("authorization", format!("Bearer {token}").as_str())], body)?;
    Ok((answer.status, answer.bytes))
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }
}

/// As [`send()`], with headers both ways.
pub fn ask(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<(&str, &Value)>,
) -> Result<Answer, ureq::Error> {
    let mut headers = headers.to_vec();
    headers.extend(body.map(|(key, _)| ("idempotency-key", key)));
    ask_without_key(agent, method, url, &headers, body.map(|(_, body)| body))
}

/// As [`ask()`], with what has no key: a login, say.
pub fn ask_without_key(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Result<Answer, ureq::Error> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = match body {
        Some(body) => {
            let request = request.header("content-type", "application/json");
            agent.run(request.body(body.to_string().into_bytes()).expect("a request"))?
        }
        None => agent.run(request.body(()).expect("a request"))?,
    };
    let (parts, mut body) = response.into_parts();
    let bytes = body.with_config().limit(64 << 20).read_to_vec()?;
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, bytes })
}

/// A client that takes every answer as one, and does not wait for ever for what a dead process owes.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent()
}
