//! The real program, in its own process.

use std::io::{BufRead, BufReader, Read as _, Seek as _};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::JoinHandle;

use llm_config_store::testing::TestDatabase;
use serde_json::Value;
use tempfile::TempDir;

use super::Client;

/// The environment variable with the path of another build of the program, such as an earlier release.
const PROGRAM_VARIABLE: &str = "TEST_PROGRAM";

/// The path of the program: from the environment, or built once in the profile of these tests.
fn program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        if let Some(named) = std::env::var_os(PROGRAM_VARIABLE) {
            return PathBuf::from(named);
        }
        let here = std::env::current_exe().expect("a path");
        // target/debug/deps/it-…
        let folder = here.ancestors().nth(2).expect("the profile's folder");
        let target = folder.parent().expect("the target folder");
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--locked", "--quiet", "-p", "llm-config-server", "--target-dir"]).arg(target);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo");
        assert!(status.success(), "the program is built");
        folder.join("llm-config-server")
    })
}

/// A database, a data directory, and the settings with which the program starts.
pub(crate) struct Installation {
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) folder: TempDir,
    settings: Vec<(String, String)>,
}

/// The output of a program that has ended.
#[derive(Debug)]
pub(crate) struct ProgramOutput {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) base: String,
    stdout: std::fs::File,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Installation {
    /// One on a database of each kind.
    pub(crate) fn each() -> Vec<Self> {
        TestDatabase::each().into_iter().map(Self::on).collect()
    }

    pub(crate) fn on(database: TestDatabase) -> Self {
        Self::of(&Arc::new(database))
    }

    /// One with another data directory on the same database.
    pub(crate) fn of(database: &Arc<TestDatabase>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = [("DATABASE_URL", database.url()), ("LISTEN", "127.0.0.1:0"), ("WORKERS", "2")];
        let installation = Self { folder, settings: Vec::new(), database: Arc::clone(database) };
        settings.into_iter().fold(installation, |installation, (name, value)| installation.with(name, value))
    }

    /// Adds a setting, by the name of its environment variable without `LLM_CONFIG_`.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((format!("LLM_CONFIG_{name}"), value.to_owned()));
        self
    }

    /// Removes a setting.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(setting, _)| *setting != format!("LLM_CONFIG_{name}"));
        self
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn keyring(&self) -> PathBuf {
        self.data_dir().join("keyring")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(Command::new(program()), arguments)
    }

    fn prepared(&self, mut command: Command, arguments: &[&str]) -> Command {
        command.args(arguments).env_clear().current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("LLM_CONFIG_DATA_DIR", self.data_dir());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command until it ends.
    pub(crate) fn run(&self, arguments: &[&str]) -> ProgramOutput {
        ProgramOutput::of(self.command(arguments))
    }

    /// Runs a command with `--json` and returns its one document.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.run(&[arguments, &["--json"]].concat()).succeeded();
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {printed}"))
    }

    /// Runs a line in a shell that has the program in its PATH, with these environment variables.
    pub(crate) fn shell(&self, line: &str, variables: &[(&str, &str)]) -> ProgramOutput {
        let folder = program().parent().expect("the profile's folder");
        let mut command = self.prepared(Command::new("sh"), &["-c", line]);
        command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display()));
        command.env("no_proxy", "*").envs(variables.iter().copied());
        ProgramOutput::of(command)
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn start(&self) -> Server {
        let stdout = tempfile::tempfile().expect("a file");
        let mut command = self.command(&[]);
        command.stdout(stdout.try_clone().expect("a file")).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a program");
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (sender, receiver) = mpsc::channel();
        let written = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in lines {
                let line = line.expect("UTF-8");
                if let Some(address) = address(&line) {
                    // The receiver takes only the first.
                    let _ = sender.send(address);
                }
                let mut log = written.lock().expect("a log");
                log.push_str(&line);
                log.push('\n');
            }
        });
        let Ok(address) = receiver.recv() else {
            panic!("the server did not start: {}", log.lock().expect("a log"));
        };
        Server { child, base: format!("http://{address}"), stdout, log, reader: Some(reader) }
    }
}

/// The address in the log line that reports listening.
fn address(line: &str) -> Option<String> {
    let rest = &line[line.find("listening")?..];
    let rest = &rest[rest.find("address")?..];
    let rest = &rest[rest.find("127.0.0.1:")?..];
    Some(rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect())
}

impl ProgramOutput {
    fn of(mut command: Command) -> Self {
        let output = command.output().expect("a program");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        ProgramOutput { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Asserts exit code 0 and an empty standard error; returns the standard output.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        self.stdout
    }

    /// Asserts exit code 1 and one error line that contains each of `parts`.
    #[track_caller]
    pub(crate) fn assert_error(&self, parts: &[&str]) {
        let errors: Vec<_> = self.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!((self.code, errors.len()), (Some(1), 1), "{self:?}");
        for part in parts {
            assert!(errors[0].contains(part), "`{}` does not contain `{part}`", errors[0]);
        }
        assert!(!self.stderr.contains("panic"), "{}", self.stderr);
        assert_eq!(self.stdout, "");
    }
}

impl Server {
    pub(crate) fn client(&self, token: &str) -> Client {
        Client::new(&self.base, Some(token))
    }

    pub(crate) fn anonymous(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// The standard output so far.
    pub(crate) fn stdout(&self) -> String {
        let mut file = self.stdout.try_clone().expect("a file");
        let mut text = String::new();
        file.rewind().expect("a file");
        file.read_to_string(&mut text).expect("UTF-8");
        text
    }

    /// The token that the first start printed.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let stdout = self.stdout();
        let token = stdout.lines().map(str::trim).find(|line| line.starts_with("gm_"));
        token.unwrap_or_else(|| panic!("no token in `{stdout}`")).to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        // The shell's builtin, because not every system has the program `kill`.
        let kill = format!("kill {name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
    }

    /// Waits until the server ends. Returns its exit code, or the negative number of the signal that ended
    /// it, and its whole log.
    pub(crate) fn wait(mut self) -> (i32, String) {
        let status = self.child.wait().expect("a child");
        let code = status.code().or(status.signal().map(|signal| -signal)).expect("an end");
        self.reader.take().expect("a reader").join().expect("a log");
        let log = self.log.lock().expect("a log").clone();
        (code, log)
    }

    /// Stops the server, asserts exit code 0, and returns its log.
    #[track_caller]
    pub(crate) fn stop(self) -> String {
        self.signal("-TERM");
        let (code, log) = self.wait();
        assert_eq!(code, 0, "{log}");
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.log.lock().expect("a log"));
        }
    }
}
