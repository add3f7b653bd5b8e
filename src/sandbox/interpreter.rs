//! The interpreter: CPython as a WebAssembly component, made by eryx, run by wasmtime.
//!
//! eryx could run it too, but its engine counts instructions and looks for a deadline in every loop, and both together
//! take more than a quarter of a computing program's time. Neither is needed: a run that takes too long ends with its
//! whole process (see `worker`), which serves nobody else.

use std::path::Path;

use wasmtime::component::{Accessor, Component, InstancePre, Linker, LinkerInstance, ResourceTable, Val};
use wasmtime::{Config, Engine, OptLevel, Store, StoreContextMut, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::protocol::End;

/// A run has at most this much to say: every event of a card with all values at their largest is below it.
const FLOOD: usize = 4 << 20;

/// The network that the component asks of its host beside WASI's; there is none.
const NETWORK: [(&str, &[&str]); 2] = [
    ("eryx:net/tcp@0.1.0", &["connect", "read", "write", "close"]),
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

/// One run's side of the host.
struct Guest {
    wasi: WasiCtx,
    table: ResourceTable,
    limits: StoreLimits,
    said: usize,
    report: Report,
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

    /// Runs Python code in a fresh copy, with this much memory.
    pub async fn run(&self, code: String, memory: u64, report: Report) -> End {
        match self.try_run(code, memory, report).await {
            Ok(true) => End::Done,
            Err(error) if error.is::<Flood>() => End::Flood,
            // It has left the interpreter, broken it, or got out of our `run` with an exception.
            Ok(false) | Err(_) => End::Broken,
        }
    }

    async fn try_run(&self, code: String, memory: u64, report: Report) -> wasmtime::Result<bool> {
        let limits = StoreLimitsBuilder::new().memory_size(usize::try_from(memory)?).build();
        // No file, no variable, no argument, no network, and what it writes goes nowhere.
        let wasi = WasiCtxBuilder::new().allow_tcp(false).allow_udp(false).build();
        let guest = Guest { wasi, table: ResourceTable::new(), limits, said: 0, report };
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.limits);
        store.set_hostcall_fuel(2 * FLOOD);
        let instance = self.component.instantiate_async(&mut store).await?;
        let execute = instance.get_func(&mut store, "execute");
        let execute = execute.ok_or_else(|| wasmtime::format_err!("there is no `execute`"))?;
        let mut results = [Val::Bool(false)];
        execute.call_async(&mut store, &[Val::String(code)], &mut results).await?;
        Ok(matches!(results, [Val::Result(Ok(_))]))
    }
}

/// Everything that the component asks of its host.
fn linker(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    for (interface, functions) in NETWORK {
        let mut interface = linker.instance(interface)?;
        for function in functions {
            refused(&mut interface, function)?;
        }
    }
    let mut root = linker.root();
    root.func_wrap("report-output", |mut store: StoreContextMut<'_, Guest>, event: (u32, String)| {
        let guest = store.data_mut();
        guest.said += event.1.len();
        if guest.said > FLOOD {
            return Err(Flood.into());
        }
        (guest.report)(event.1).map_err(wasmtime::Error::msg)
    })?;
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
