//! The interpreter: CPython as a WebAssembly component, made by eryx, run by wasmtime.
//!
//! eryx could run it too, but its engine counts instructions and looks for a deadline in every loop, and both together
//! take more than a quarter of a computing program's time. Neither is needed: a run that takes too long ends with its
//! whole process (see `worker`), which serves nobody else.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc};
use wasmtime::component::{
    Accessor, Component, ComponentType, Instance, InstancePre, Lift, Linker, LinkerInstance, Lower,
    ResourceTable, Val,
};
use wasmtime::{Config, Engine, OptLevel, Store, StoreContextMut, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::protocol::End;

/// What one call has to say at the most: its result, its arguments and what it printed, each as large as it may be.
const REPORT: usize = 1 << 20;
/// The longest message from one interpreter to the other, with room for its envelope.
const MESSAGE: usize = 17 << 20;
/// Messages that wait to be read. The two take turns, so there is hardly ever more than one.
const WAITING: usize = 4;

/// Where a guest reports to its peer instead of to us.
const OTHER: u32 = 2;
/// The one interface of [`NETWORK`] that is put to a use.
const TCP: &str = "eryx:net/tcp@0.1.0";

/// The network that the component asks of its host beside WASI's; there is none. Its `read` waits for a message of the
/// other interpreter instead.
const NETWORK: [(&str, &[&str]); 2] = [
    (TCP, &["connect", "read", "write", "close"]),
    ("eryx:net/tls@0.1.0", &["upgrade", "read", "write", "close"]),
];

/// The engine that translates the interpreter and runs it; both must be set alike.
///
/// # Errors
/// A message: the system cannot run WebAssembly.
pub(super) fn engine() -> Result<Engine, String> {
    let mut config = Config::new();
    config.wasm_component_model_async(true);
    config.cranelift_opt_level(OptLevel::Speed);
    // The host's own calls need room on the stack beside the program's.
    config.max_wasm_stack(512 << 10).async_stack_size(1 << 20);
    // Every call by pointer is shorter if the tables are filled before the run, and so are the runs themselves.
    config.table_lazy_init(false);
    // SAFETY: this flag takes nothing from the check of an index, only the extra instruction after it that keeps a
    // processor from guessing past it (Spectre). That would hide a process's secrets from the code in it; a worker
    // has none: no environment, no expected results, nothing but the program under test.
    #[allow(unsafe_code, reason = "the only way to set a flag of the compiler")]
    unsafe {
        config.cranelift_flag_set("enable_table_access_spectre_mitigation", "false");
    }
    // Nobody reads where in the interpreter it stopped.
    config.generate_address_map(false).wasm_backtrace_max_frames(None);
    Engine::new(&config).map_err(|error| error.to_string())
}

/// The interpreter, loaded and ready to be copied for each run.
pub(super) struct Interpreter {
    engine: Engine,
    component: InstancePre<Guest>,
}

/// What takes a guest's events. An error ends the run.
pub(super) type Report = Box<dyn FnMut(String) -> Result<(), String> + Send>;

/// A way to another interpreter and back: the one that runs a program, or the one that tests it.
pub(super) struct Wire {
    to: mpsc::Sender<String>,
    from: Arc<Mutex<mpsc::Receiver<String>>>,
}

impl Wire {
    /// The two ends of one wire. When an interpreter ends, so does its end, and the other is told.
    pub fn pair() -> (Self, Self) {
        let (to_one, from_other) = mpsc::channel(WAITING);
        let (to_other, from_one) = mpsc::channel(WAITING);
        let end = |to, from| Self { to, from: Arc::new(Mutex::new(from)) };
        (end(to_other, from_other), end(to_one, from_one))
    }
}

/// One run: what it may use and who hears of it.
pub(super) struct Run {
    /// Python code.
    pub code: String,
    /// Bytes of memory.
    pub memory: u64,
    /// How many calls it reports.
    pub calls: usize,
    /// Takes the events.
    pub report: Report,
    /// The other interpreter, if there is one.
    pub wire: Option<Wire>,
}

/// One run's side of the host.
pub(super) struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
    limits: StoreLimits,
    said: usize,
    flood: usize,
    report: Report,
    wire: Option<Wire>,
}

impl Guest {
    /// One that talks to nobody else.
    pub fn new(wasi: WasiCtx, limits: StoreLimits, report: Report) -> Self {
        Self { wasi, table: ResourceTable::new(), limits, said: 0, flood: REPORT, report, wire: None }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// The guest has said more than any run has to say.
#[derive(Debug, thiserror::Error)]
#[error("it reports too much")]
struct Flood;

impl Interpreter {
    /// Loads native code that [`engine`] has made.
    ///
    /// # Errors
    /// A message: it is not of this engine, or not a whole file.
    ///
    /// # Safety
    /// The file is run as it is: it must come from this engine unchanged and stay so.
    #[allow(unsafe_code, reason = "loading native code that we made is the point")]
    pub unsafe fn load(file: &Path) -> Result<Self, String> {
        let engine = engine()?;
        // SAFETY: our caller's promise.
        let component = unsafe { Component::deserialize_file(&engine, file) };
        let component = component.and_then(|component| linker(&engine)?.instantiate_pre(&component));
        let component = component.map_err(|error| format!("{error:#}"))?;
        Ok(Self { engine, component })
    }

    /// Runs Python code in a fresh copy.
    pub async fn run(&self, run: Run) -> End {
        match self.try_run(run).await {
            Ok(true) => End::Done,
            Err(error) if error.is::<Flood>() => End::Flood,
            // It has left the interpreter, broken it, or got out of our `run` with an exception.
            Ok(false) | Err(_) => End::Broken,
        }
    }

    async fn try_run(&self, run: Run) -> wasmtime::Result<bool> {
        let Run { code, memory, calls, report, wire } = run;
        let limits = StoreLimitsBuilder::new().memory_size(usize::try_from(memory)?).build();
        // No file, no variable, no argument, no network, and what it writes goes nowhere.
        let wasi = WasiCtxBuilder::new().allow_tcp(false).allow_udp(false).build();
        let flood = (calls + 1) * REPORT;
        let guest = Guest { flood, wire, ..Guest::new(wasi, limits, report) };
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.limits);
        store.set_hostcall_fuel(2 * MESSAGE);
        let instance = self.component.instantiate_async(&mut store).await?;
        execute(&mut store, &instance, code).await
    }
}

/// Runs Python code; whether it came to its end.
pub(super) async fn execute(
    store: &mut Store<Guest>,
    instance: &Instance,
    code: String,
) -> wasmtime::Result<bool> {
    let execute = instance.get_func(&mut *store, "execute");
    let execute = execute.ok_or_else(|| wasmtime::format_err!("there is no `execute`"))?;
    let mut results = [Val::Bool(false)];
    execute.call_async(&mut *store, &[Val::String(code)], &mut results).await?;
    Ok(matches!(results, [Val::Result(Ok(_))]))
}

/// Everything that the component asks of its host.
pub(super) fn linker(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    for (name, functions) in &NETWORK {
        let mut interface = linker.instance(name)?;
        for function in *functions {
            match (*name, *function) {
                // A program can as well call this itself: it gets what is meant for it.
                (TCP, "read") => interface.func_wrap_async(function, received)?,
                _ => refused(&mut interface, function)?,
            }
        }
    }
    let mut root = linker.root();
    root.func_wrap(
        "report-output",
        |mut store: StoreContextMut<'_, Guest>, (stream, text): (u32, String)| {
            let guest = store.data_mut();
            if let (OTHER, Some(wire)) = (stream, &guest.wire) {
                return match wire.to.try_send(text) {
                    // The other has ended: whoever waits for its answer will be told.
                    Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
                    Err(TrySendError::Full(_)) => Err(Flood.into()),
                };
            }
            guest.said += text.len();
            if guest.said > guest.flood {
                return Err(Flood.into());
            }
            (guest.report)(text).map_err(wasmtime::Error::msg)
        },
    )?;
    root.func_wrap("report-trace", |_: StoreContextMut<'_, Guest>, _: (u32, String, String)| Ok(()))?;
    root.func_new("list-callbacks", |_, _, _, results| {
        results.fill(Val::List(Vec::new()));
        Ok(())
    })?;
    root.func_wrap_concurrent("invoke", |_: &Accessor<Guest>, _: (String, String)| {
        Box::pin(async { Ok((Err::<String, _>("there is nobody to call".to_owned()),)) })
    })?;
    Ok(linker)
}

type Answer<'a> = Box<dyn Future<Output = wasmtime::Result<(Result<Vec<u8>, TcpError>,)>> + Send + 'a>;

/// Waits for the next message of the other interpreter.
fn received(store: StoreContextMut<'_, Guest>, _: (u32, u32, u32)) -> Answer<'_> {
    let from = store.data().wire.as_ref().map(|wire| Arc::clone(&wire.from));
    Box::new(async move {
        let Some(from) = from else { return Ok((Err(TcpError::InvalidHandle),)) };
        let message = from.lock().await.recv().await;
        Ok((message.map(String::into_bytes).ok_or(TcpError::ConnectionReset),))
    })
}

/// The component's own type for what may go wrong on a network.
#[derive(ComponentType, Lift, Lower)]
#[component(variant)]
#[allow(dead_code, reason = "the type must have every case")]
enum TcpError {
    #[component(name = "connection-refused")]
    ConnectionRefused,
    #[component(name = "connection-reset")]
    ConnectionReset,
    #[component(name = "timed-out")]
    TimedOut,
    #[component(name = "host-not-found")]
    HostNotFound,
    #[component(name = "io-error")]
    IoError(String),
    #[component(name = "not-permitted")]
    NotPermitted(String),
    #[component(name = "invalid-handle")]
    InvalidHandle,
}

/// Answers every call with an error, which Python raises as an `OSError`.
fn refused(interface: &mut LinkerInstance<'_, Guest>, function: &str) -> wasmtime::Result<()> {
    let (case, text) = match function {
        "connect" => ("not-permitted", Some(Box::new(Val::String("there is no network here".to_owned())))),
        _ => ("invalid-handle", None),
    };
    let error = Val::Result(Err(Some(Box::new(Val::Variant(case.to_owned(), text)))));
    interface.func_new(function, move |_, _, _, results| {
        // `close` has no result to give.
        results.fill(error.clone());
        Ok(())
    })
}
