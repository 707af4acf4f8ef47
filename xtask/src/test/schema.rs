//! Schemathesis against the OpenAPI document: what the document says is what the server does, for requests that nobody
//! would think of.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    lighthouse::Server,
    process::{self, Step},
    test::{count::Count, logs},
    workspace::Workspace,
};

/// The version that is installed.
const VERSION: &str = "4.32.5";
/// Two at once, each with requests of its own.
const SEEDS: [&str; 2] = ["1", "2"];
/// How many requests each operation gets from each of the two.
const EXAMPLES: &str = "760";
/// The fewest requests that they send together.
const REQUESTS_MIN: u64 = 20_000;

/// How long an answer may take that is asked for by hand.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Runs Schemathesis, each run one test, and their number of requests a third. The server logs to a file in `logs`.
pub(crate) fn run(workspace: &Workspace, logs: &Path) -> Result<Count> {
    let programs = install(workspace)?;
    let step = Step::begin("test: schema, with Schemathesis");
    let folder = workspace.root.join("target/schemathesis");
    let database = folder.join("run");
    if database.exists() {
        fs::remove_dir_all(&database)?;
    }
    fs::create_dir_all(&database)?;
    let program = workspace.target.join("debug/jinquan");
    let server = Server::start(&program, &database, &logs.join("schema.log"))?;
    let config = database.join("schemathesis.toml");
    fs::write(&config, configuration(&server)?)?;
    let runs: Vec<Child> = SEEDS
        .iter()
        .map(|seed| {
            let mut st = Command::new(programs.join("st"));
            st.arg("--config-file").arg(&config);
            st.arg("run").arg(format!("{}/api/v1/openapi.json", server.url));
            // A stream of events does not end, so no request of it would.
            st.args(["--exclude-path-regex", "/live$", "--phases", "examples,coverage,fuzzing"]);
            st.args(["--checks", "all", "--seed", seed, "--max-examples", EXAMPLES]);
            st.args(["--workers", "1", "--no-shrink", "--no-color", "--request-timeout", "30"]);
            st.current_dir(&database).stdin(Stdio::null()).stdout(Stdio::piped());
            st.spawn().context("Schemathesis could not be started")
        })
        .collect::<Result<_>>()?;
    let mut count = Count::default();
    let mut requests = 0;
    for run in runs {
        let output = run.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        requests += generated(&said);
        count += judge(output.status.success(), &said);
    }
    println!("    {requests} requests");
    count += judge(requests >= REQUESTS_MIN, "fewer requests than there must be");
    drop(server);
    step.end();
    Ok(count)
}

/// The same by itself; a failure is an error.
pub(crate) fn alone(workspace: &Workspace) -> Result<()> {
    let count = run(workspace, &logs::folder(workspace)?)?;
    println!("schema: {count}");
    if count.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

fn judge(passed: bool, said: &str) -> Count {
    if passed {
        return Count { passed: 1, failed: 0 };
    }
    println!("{said}");
    Count::failure()
}

/// `Test cases: 3092 generated, …` of a report.
fn generated(said: &str) -> u64 {
    let (_, cases) = said.split_once("Test cases:").unwrap_or_default();
    let (before, _) = cases.split_once(" generated").unwrap_or_default();
    let digits = before.rsplit(|it: char| !it.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// Schemathesis in a folder of its own, from `PyPI`; where it is there already, nothing is asked.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.root.join("target/schemathesis").join(VERSION);
    let programs = folder.join("bin");
    if folder.join(".installed").exists() {
        return Ok(programs);
    }
    let step = Step::begin(format!("tools: schemathesis {VERSION} from PyPI"));
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check"]);
    process::run(pip.arg(format!("schemathesis=={VERSION}")))?;
    fs::write(folder.join(".installed"), VERSION)?;
    step.end();
    Ok(programs)
}

/// A citizen's session and a till's key, and what counts as an answer to a request that fits the document: a code that
/// no voucher has, or a round that is not there, fits it, and is refused.
fn configuration(server: &Server) -> Result<String> {
    let demo = ask(&server.url, "GET /demo.json", "")?;
    let (_, body) = demo.split_once("\r\n\r\n").context("/demo.json has no body")?;
    let demo: Value = serde_json::from_str(body)?;
    let number = demo["citizens"][0]["identity_number"].as_str().context("no citizen")?;
    let key = demo["merchants"][0]["till_key"].as_str().context("no till key")?;
    let form = format!("name=T&identity_number={number}");
    let entered = ask(&server.url, "POST /sign-in/demo", &form)?;
    let cookie = entered.split("jinquan=").nth(1).and_then(|rest| rest.split(';').next());
    let cookie = cookie.context("no session")?;
    let refused = "\"2xx\", 401, 403, 404, 409, 422, 429";
    Ok(format!(
        "[checks.positive_data_acceptance]\nexpected-statuses = [{refused}]\n\n\
         [auth.openapi.key]\nbearer = \"{key}\"\n\n\
         [auth.openapi.session]\napi_key = \"{cookie}\"\n\n\
         # After which identifier a page begins is a text to the document; one that is not there is named.\n\
         [[operations]]\ninclude-path-regex = \"^/api/v1/(rounds|merchants)$\"\n\
         checks.positive_data_acceptance.expected-statuses = [{refused}, 400]\n\n\
         # A refund of 0 undoes a sale on which nothing was to pay; whether it was one, the document cannot say.\n\
         [[operations]]\ninclude-path-regex = \"/refunds$\"\n\
         checks.positive_data_acceptance.expected-statuses = [{refused}, 400]\n"
    ))
}

/// A request by hand; the whole answer.
fn ask(url: &str, head: &str, form: &str) -> Result<String> {
    let host = url.strip_prefix("http://").context("an address without http")?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    let length = form.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n{form}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.is_empty() {
        bail!("{head}: no answer");
    }
    Ok(answer)
}

/// Whether a virtual environment of Python can be made on this machine.
pub(crate) fn can_install() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import ensurepip, venv"]);
    Path::new("/usr").is_dir() && process::output(&mut python).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_requests_is_read() {
        assert_eq!(
            generated("mostly rejected generated data\nTest cases:\n  3092 generated, 7 found"),
            3_092
        );
        assert_eq!(generated("nothing"), 0);
    }
}
