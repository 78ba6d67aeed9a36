//! The server program, run as a process of its own.

use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::JoinHandle;

use llm_config_server::cli::ExitStatus;
use llm_config_store::testing::TestDatabase;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use tempfile::TempDir;

use super::Client;

/// The environment variable with the path of another build of the program, such as an earlier release.
const PROGRAM_VARIABLE: &str = "TEST_PROGRAM";

/// The path of the program: the value of [`PROGRAM_VARIABLE`], or else the output of one `cargo build` in the
/// profile of the tests.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(path) = std::env::var_os(PROGRAM_VARIABLE) {
            return PathBuf::from(path);
        }
        let test_binary = std::env::current_exe().expect("the path of the test binary");
        // target/debug/deps/it-…
        let folder = test_binary.ancestors().nth(2).expect("the directory of the profile");
        let target = folder.parent().expect("the target directory");
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--locked", "--quiet", "-p", "llm-config-server", "--target-dir"]).arg(target);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        let status = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
        assert!(status.success(), "`cargo build` of the server failed");
        folder.join("llm-config-server")
    })
}

/// A database, a data directory, and the settings with which the program starts.
pub(crate) struct Installation {
    pub(crate) database: Arc<TestDatabase>,
    pub(crate) folder: TempDir,
    settings: Vec<(String, String)>,
}

/// The exit code and the output of a program that has exited.
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
    /// An installation on a database of each kind.
    pub(crate) fn each() -> Vec<Self> {
        TestDatabase::each().into_iter().map(Self::with_database).collect()
    }

    pub(crate) fn with_database(database: TestDatabase) -> Self {
        Self::sharing_database(&Arc::new(database))
    }

    /// An installation with its own data directory on a database that others may use.
    pub(crate) fn sharing_database(database: &Arc<TestDatabase>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
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
        self.with_environment(Command::new(program()), arguments)
    }

    /// Adds the arguments, and replaces the environment variables by the data directory and the settings.
    fn with_environment(&self, mut command: Command, arguments: &[&str]) -> Command {
        command.args(arguments).env_clear().current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("LLM_CONFIG_DATA_DIR", self.data_dir());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program with these arguments until it exits.
    pub(crate) fn run(&self, arguments: &[&str]) -> ProgramOutput {
        ProgramOutput::from_command(self.command(arguments))
    }

    /// Writes a file that only its owner can read, and returns its path.
    pub(crate) fn write_file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        let mut options = std::fs::File::options();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(&path).expect("a new file");
        file.write_all(text.as_bytes()).expect("a writable file");
        path.into_os_string().into_string().expect("UTF-8")
    }

    /// Runs the program with these arguments and this standard input until it exits.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> ProgramOutput {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(input.as_ref()).expect("a writable file");
        file.rewind().expect("the temporary file is seekable");
        let mut command = self.command(arguments);
        command.stdin(file);
        ProgramOutput::from_command(command)
    }

    /// Starts the program at a pseudo-terminal, and returns the other end of that.
    pub(crate) fn start_at_terminal(&self, arguments: &[&str]) -> (File, Child) {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&terminal).expect("access to the pseudo-terminal");
        unlockpt(&terminal).expect("an unlocked pseudo-terminal");
        let name = ptsname(&terminal, Vec::new()).expect("the name of the pseudo-terminal");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let end = File::from(rustix::fs::open(&name, flags, Mode::empty()).expect("the program's end"));
        let handle = || Stdio::from(end.try_clone().expect("a handle to the program's end"));
        // A session of its own, whose controlling terminal is standard input.
        let program = program().to_str().expect("UTF-8");
        let arguments = [&["--ctty", "--wait", program], arguments].concat();
        let mut command = self.with_environment(Command::new("setsid"), &arguments);
        let child = command.stdin(handle()).stdout(handle()).stderr(handle()).spawn();
        (File::from(terminal), child.expect("`setsid` of util-linux"))
    }

    /// Runs the program with these arguments and `--json`, and returns the one document that it prints.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let stdout = self.run(&[arguments, &["--json"]].concat()).succeeded();
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {stdout}"))
    }

    /// Runs a line in a shell with these environment variables and the program in `PATH`.
    pub(crate) fn shell(&self, line: &str, variables: &[(&str, &str)]) -> ProgramOutput {
        let mut command = self.shell_command(line);
        command.env("no_proxy", "*").envs(variables.iter().copied());
        ProgramOutput::from_command(command)
    }

    fn shell_command(&self, line: &str) -> Command {
        let folder = program().parent().expect("the directory of the program");
        let mut command = self.with_environment(Command::new("sh"), &["-c", line]);
        command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display()));
        command
    }

    /// Runs the program with these arguments until it exits, without a reader of its standard output.
    pub(crate) fn run_without_reader(&self, arguments: &[&str]) -> ProgramOutput {
        let mut command = self.command(arguments);
        let ended =
            command.stdout(without_reader()).stderr(Stdio::piped()).spawn().expect("the program starts");
        ProgramOutput::new(ended.wait_with_output().expect("the program ends"))
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn start(&self) -> Server {
        start(self.command(&[]))
    }

    /// As [`Self::start`], in a shell after this line.
    pub(crate) fn start_after(&self, line: &str) -> Server {
        start(self.shell_command(&format!("{line} && exec llm-config-server")))
    }

    /// As [`Self::start`], without a reader of the server's standard output.
    pub(crate) fn start_without_reader(&self) -> Server {
        let stdout = tempfile::tempfile().expect("a temporary file");
        start_with_stdout(self.command(&[]), without_reader(), stdout)
    }
}

fn start(command: Command) -> Server {
    let stdout = tempfile::tempfile().expect("a temporary file");
    let to = stdout.try_clone().expect("a handle to the temporary file");
    start_with_stdout(command, to.into(), stdout)
}

fn start_with_stdout(mut command: Command, to: Stdio, stdout: std::fs::File) -> Server {
    command.stdout(to).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let lines = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
    let log = Arc::new(Mutex::new(String::new()));
    let (sender, receiver) = mpsc::channel();
    let log_of_reader = Arc::clone(&log);
    let reader = std::thread::spawn(move || {
        for line in lines {
            let line = line.expect("the log is UTF-8");
            if let Some(address) = address(&line) {
                // Only the first address is received. Sending another one fails.
                let _ = sender.send(address);
            }
            let mut log = log_of_reader.lock().expect("an unpoisoned log");
            log.push_str(&line);
            log.push('\n');
        }
    });
    let Ok(address) = receiver.recv() else {
        panic!("the server did not start: {}", log.lock().expect("an unpoisoned log"));
    };
    Server { child, base: format!("http://{address}"), stdout, log, reader: Some(reader) }
}

/// A pipe without a reader.
fn without_reader() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

/// The address that a log line of the form `listening … address=127.0.0.1:…` contains.
fn address(line: &str) -> Option<String> {
    let rest = &line[line.find("listening")?..];
    let rest = &rest[rest.find("address")?..];
    let rest = &rest[rest.find("127.0.0.1:")?..];
    Some(rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect())
}

impl ProgramOutput {
    /// Runs a command until it exits.
    fn from_command(mut command: Command) -> Self {
        Self::new(command.output().expect("the command starts"))
    }

    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        ProgramOutput { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Asserts exit code 0 and an empty standard error; returns the standard output.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.stdout);
        self.stdout
    }

    /// Asserts an exit status other than 0 and one error line that contains each of `parts`.
    #[track_caller]
    pub(crate) fn assert_error(&self, parts: &[&str]) {
        let status = ExitStatus::ALL.iter().find(|status| Some(i32::from(status.number())) == self.code);
        let status = *status.unwrap_or_else(|| panic!("an undocumented status: {self:?}"));
        assert_ne!(status, ExitStatus::Done, "{self:?}");
        self.assert_failed(status, parts);
    }

    /// Asserts an exit status and one error line that contains each of `parts`.
    #[track_caller]
    pub(crate) fn assert_failed(&self, status: ExitStatus, parts: &[&str]) {
        assert_eq!(self.code, Some(status.number().into()), "{self:?}");
        let errors: Vec<_> = self.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{self:?}");
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

    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn anonymous(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// The standard output so far.
    pub(crate) fn stdout(&self) -> String {
        let mut file = self.stdout.try_clone().expect("a handle to the temporary file");
        let mut text = String::new();
        file.rewind().expect("the temporary file is seekable");
        file.read_to_string(&mut text).expect("the output is UTF-8");
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
        // `kill` is a builtin of the shell; not every system has a program of this name.
        let kill = format!("kill {name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("`sh` runs").success());
    }

    /// Waits until the server exits. Returns the whole log and the exit code, or the negative number of the
    /// signal that killed the server.
    pub(crate) fn wait(mut self) -> (i32, String) {
        let status = self.child.wait().expect("the server process");
        let code = status.code().or(status.signal().map(|signal| -signal)).expect("an exit code or a signal");
        self.reader.take().expect("the thread that reads the log").join().expect("a complete log");
        let log = self.log.lock().expect("an unpoisoned log").clone();
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
        // Killing fails if the process has already exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.log.lock().expect("an unpoisoned log"));
        }
    }
}
