//! A server in the process of the tests.

use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::{Runtime, System};
use llm_config_core::caller::Caller;
use llm_config_core::grant::Grants;
use llm_config_probe::{Guard, KnownVendorHosts, Prober, RootCertificates};
use llm_config_probe::{Loopback, NetworkPolicy, Resolver, SystemResolver};
use llm_config_secrets::SecretResolver;
use llm_config_server::http;
use llm_config_service::{Bootstrap, CallSlotLimits, ProviderAccess, QuotaLimits, Service};
use llm_config_store::clock::Clock;
use llm_config_store::testing::TestDatabase;
use llm_config_store::{Options, Store, TokenText};

use super::Client;

/// A server on a free port of loopback. Dropping this value stops the server.
pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) store: Store,
    /// The use cases of the server.
    pub(crate) service: Service,
    root: String,
    runtime: Runtime,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    /// The last field, so that the database is dropped after everything that uses it.
    pub(crate) database: Arc<TestDatabase>,
}

/// What tests change of a server.
struct Settings {
    resolver: Arc<dyn Resolver>,
    clock: Option<Arc<dyn Clock>>,
    limits: CallSlotLimits,
    quotas: QuotaLimits,
    secrets: Option<SecretResolver>,
    calls_providers: bool,
    http: http::Options,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            resolver: Arc::new(SystemResolver),
            clock: None,
            limits: CallSlotLimits::default(),
            quotas: QuotaLimits::default(),
            secrets: None,
            calls_providers: true,
            http: http::Options::default(),
        }
    }
}

impl TestApp {
    /// A server on an empty database, with a root user.
    pub(crate) fn with_database(database: TestDatabase) -> Self {
        let mut app = Self::start(Arc::new(database), String::new(), Bootstrap::closed());
        let created =
            app.block_on(app.store.create_root(&Caller::operator(), TokenText::generate())).unwrap();
        let (_, token) = created.expect("an empty database has no root user");
        token.expose().clone_into(&mut app.root);
        app
    }

    /// A server on an empty database that waits for `POST /v1/system/init`.
    pub(crate) fn with_wait_for_init(database: TestDatabase) -> Self {
        // No test needs the code, because requests of the server's own user initialise without a code.
        let folder = tempfile::tempdir().expect("a temporary directory");
        let bootstrap =
            Bootstrap::waiting(folder.path().join("init-code")).expect("a file for the initialisation code");
        Self::start(Arc::new(database), String::new(), bootstrap)
    }

    /// A second server on the same database.
    pub(crate) fn second_server(&self) -> Self {
        self.second_server_with(Settings::default())
    }

    /// The same with another resolver of host names.
    pub(crate) fn second_server_with_resolver(&self, resolver: impl Resolver + 'static) -> Self {
        self.second_server_with(Settings { resolver: Arc::new(resolver), ..Settings::default() })
    }

    /// The same with another clock.
    pub(crate) fn second_server_with_clock(&self, clock: impl Clock + 'static) -> Self {
        self.second_server_with(Settings { clock: Some(Arc::new(clock)), ..Settings::default() })
    }

    /// The same with other options of HTTP.
    pub(crate) fn second_server_with_http(&self, http: http::Options) -> Self {
        self.second_server_with(Settings { http, ..Settings::default() })
    }

    /// The same with another write timeout.
    pub(crate) fn second_server_with_write_timeout(&self, write_timeout: Duration) -> Self {
        let http = http::Options { write_timeout, ..http::Options::default() };
        self.second_server_with(Settings { http, ..Settings::default() })
    }

    /// The same with other limits of model calls.
    pub(crate) fn second_server_with_call_limits(&self, limits: CallSlotLimits) -> Self {
        self.second_server_with(Settings { limits, ..Settings::default() })
    }

    /// The same with other quotas.
    pub(crate) fn second_server_with_quotas(&self, quotas: QuotaLimits) -> Self {
        self.second_server_with(Settings { quotas, ..Settings::default() })
    }

    /// The same with secret stores.
    pub(crate) fn second_server_with_secrets(&self, secrets: SecretResolver) -> Self {
        self.second_server_with(Settings { secrets: Some(secrets), ..Settings::default() })
    }

    /// The same without access to providers.
    pub(crate) fn second_server_without_provider_access(&self) -> Self {
        self.second_server_with(Settings { calls_providers: false, ..Settings::default() })
    }

    fn second_server_with(&self, settings: Settings) -> Self {
        let (database, root) = (Arc::clone(&self.database), self.root.clone());
        Self::start_with(database, root, Bootstrap::closed(), settings)
    }

    fn start(database: Arc<TestDatabase>, root: String, bootstrap: Bootstrap) -> Self {
        Self::start_with(database, root, bootstrap, Settings::default())
    }

    fn start_with(
        database: Arc<TestDatabase>,
        root: String,
        bootstrap: Bootstrap,
        settings: Settings,
    ) -> Self {
        let Settings { resolver, clock, limits, quotas, secrets, calls_providers, http } = settings;
        let options = database.options();
        let options = Options { clock: clock.unwrap_or_else(|| Arc::clone(&options.clock)), ..options };
        let runtime = Runtime::new().expect("a runtime starts");
        let access =
            if calls_providers { provider_access(&resolver, secrets) } else { ProviderAccess::disabled() };
        let options = Options { connections: 4, ..options };
        let store = runtime.block_on(Store::open(options)).expect("the store opens");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("the address of the listener"));
        let service = Service::new(store.clone()).with_provider_access(access).with_bootstrap(bootstrap);
        let service = service.with_call_limits(limits).with_quotas(quotas);
        let usage = service.usage_recorder().metrics();
        let (checks, calls) = (service.check_metrics(), service.call_metrics());
        let metrics = http::Metrics::new(checks, calls, service.limit_metrics(), usage, || false);
        let of_server = service.clone();
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async move {
                let options = http::Options { workers: Some(2), metrics, ..http };
                let server = http::server(of_server, listener, options).expect("the server starts");
                sender.send(server.handle()).expect("the test waits for the handle");
                server.await.expect("the server runs until it is stopped");
            });
        });
        let handle = receiver.recv().expect("the server thread sends its handle");
        Self { base, store, service, root, runtime, handle, thread: Some(thread), database }
    }

    /// Runs a future of the store.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// A client with this token.
    pub(crate) fn client(&self, token: &str) -> Client {
        Client::new(&self.base, Some(token))
    }

    pub(crate) fn root(&self) -> Client {
        self.client(&self.root)
    }

    pub(crate) fn anonymous(&self) -> Client {
        Client::new(&self.base, None)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.runtime.block_on(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            // A server thread that panicked has already printed its message.
            let _ = thread.join();
        }
    }
}

/// Access to providers as in a program that listens on loopback. Blocked calls return after 10 ms instead of
/// 2 s.
fn provider_access(resolver: &Arc<dyn Resolver>, secrets: Option<SecretResolver>) -> ProviderAccess {
    let trust = RootCertificates::new(None).expect("TLS");
    let prober = |loopback| {
        let policy = NetworkPolicy { loopback, ..NetworkPolicy::default() };
        let guard = Guard::new(policy, trust.clone()).with_refusals_after(Duration::from_millis(10));
        Prober::new(guard.with_resolver(Arc::clone(resolver)))
    };
    let trusted = prober(Loopback::Allowed { except_ports: Vec::new() });
    let none = || SecretResolver::new(Grants::default(), Arc::new(KnownVendorHosts));
    ProviderAccess::new(prober(Loopback::Denied), trusted, secrets.unwrap_or_else(none))
}
