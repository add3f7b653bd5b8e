//! Python's memory as it is after the start, as part of the component: every run begins there.
//!
//! This is what `eryx::preinit` does, whose code it follows, but for one thing: chance is fixed. Otherwise the secret
//! of Python's hashes would be drawn on each machine anew, and with it the order of a set of texts.

use std::collections::HashSet;
use std::path::Path;

use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasmparser::{Parser, Payload};
use wasmtime::component::{Component, Instance};
use wasmtime::error::Context;
use wasmtime::{Result, Store, StoreLimitsBuilder, format_err};
use wasmtime_wasi::{Deterministic, DirPerms, FilePerms, WasiCtxBuilder};
use wasmtime_wizer::{WasmtimeWizerComponent, Wizer};

use super::interpreter::{Guest, engine, execute, linker};

/// Starts Python with its library in a folder, runs code, and returns the component that goes on from there.
pub(super) async fn take(library: &Path, code: String) -> Result<Vec<u8>> {
    let linked = eryx_runtime::linker::link_with_extensions(&[]);
    let linked = linked.map_err(|error| format_err!("cannot link Python: {error}"))?;
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument_component(&linked)?;
    let engine = engine().map_err(|error| format_err!("{error}"))?;
    let component = Component::new(&engine, &instrumented)?;
    let wasi = WasiCtxBuilder::new()
        .env("PYTHONHOME", "/python-stdlib")
        .env("PYTHONPATH", "/python-stdlib")
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONHASHSEED", "0")
        .secure_random(Deterministic::new(vec![1, 2, 3, 4]))
        .insecure_random(Deterministic::new(vec![1, 2, 3, 4]))
        .insecure_random_seed(1)
        .preopened_dir(library, "python-stdlib", DirPerms::READ, FilePerms::READ)?
        .build();
    let guest = Guest::new(wasi, StoreLimitsBuilder::new().build(), Box::new(|_| Ok(())));
    let mut store = Store::new(&engine, guest);
    let instance = linker(&engine)?.instantiate_async(&mut store, &component).await?;
    if !execute(&mut store, &instance, code).await? {
        return Err(format_err!("the code breaks off"));
    }
    finish(&mut store, &instance).await?;
    let image =
        wizer.snapshot_component(context, &mut WasmtimeWizerComponent { store: &mut store, instance }).await;
    with_initializers(&image.context("cannot keep the memory")?)
}

/// Lets go of open files, which the image cannot hold.
async fn finish(store: &mut Store<Guest>, instance: &Instance) -> Result<()> {
    let finish = instance.get_func(&mut *store, "finalize-preinit");
    let finish = finish.ok_or_else(|| format_err!("there is no `finalize-preinit`"))?;
    finish.call_async(&mut *store, &[], &mut []).await
}

/// Wizer takes the export `_initialize` away, which other modules of the component ask for. Modules without one get
/// one that does nothing.
fn with_initializers(bytes: &[u8]) -> Result<Vec<u8>> {
    let (mut having, mut asked, mut index) = (HashSet::new(), false, 0_u32);
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::ModuleSection { unchecked_range: range, .. } = payload? else { continue };
        for inner in Parser::new(0).parse_all(bytes.get(range).unwrap_or_default()) {
            match inner? {
                Payload::ExportSection(exports) => {
                    for export in exports {
                        if export?.name == "_initialize" {
                            having.insert(index);
                        }
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports {
                        asked |= import?.name == "_initialize";
                    }
                }
                _ => {}
            }
        }
        index += 1;
    }
    if !asked {
        return Ok(bytes.to_vec());
    }
    let mut component = wasm_encoder::Component::new();
    let (mut index, mut depth) = (0_u32, 0_u32);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { .. } => depth += 1,
            Payload::End { .. } => depth = depth.saturating_sub(1),
            // Inside of a module, which was taken as a whole.
            _ if depth > 1 => {}
            Payload::ModuleSection { unchecked_range: range, .. } => {
                let module = bytes.get(range).unwrap_or_default();
                let id = wasm_encoder::ComponentSectionId::CoreModule as u8;
                let whole = if having.contains(&index) { module.to_vec() } else { with_initializer(module)? };
                component.section(&wasm_encoder::RawSection { id, data: &whole });
                index += 1;
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = bytes.get(range).unwrap_or_default();
                    component.section(&wasm_encoder::RawSection { id, data });
                }
            }
        }
    }
    Ok(component.finish())
}

/// The module with a function `_initialize` more, its last one, of a type of its own.
fn with_initializer(bytes: &[u8]) -> Result<Vec<u8>> {
    let (mut types, mut functions) = (0_u32, 0_u32);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::TypeSection(reader) => {
                for group in reader {
                    types += u32::try_from(group?.types().count())?;
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader {
                    functions += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(reader) => functions += reader.count(),
            _ => {}
        }
    }
    let told = |error: wasm_encoder::reencode::Error| format_err!("cannot rebuild a module: {error}");
    let mut module = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::TypeSection(reader) => {
                let mut section = wasm_encoder::TypeSection::new();
                RoundtripReencoder.parse_type_section(&mut section, reader).map_err(told)?;
                section.ty().function([], []);
                module.section(&section);
            }
            Payload::FunctionSection(reader) => {
                let mut section = wasm_encoder::FunctionSection::new();
                RoundtripReencoder.parse_function_section(&mut section, reader).map_err(told)?;
                section.function(types);
                module.section(&section);
            }
            Payload::ExportSection(reader) => {
                let mut section = wasm_encoder::ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut section, reader).map_err(told)?;
                section.export("_initialize", wasm_encoder::ExportKind::Func, functions);
                module.section(&section);
            }
            Payload::CodeSectionStart { range, .. } => {
                let code = bytes.get(range).unwrap_or_default();
                let reader = wasmparser::CodeSectionReader::new(wasmparser::BinaryReader::new(code, 0))?;
                let mut section = wasm_encoder::CodeSection::new();
                RoundtripReencoder.parse_code_section(&mut section, reader).map_err(told)?;
                let mut nothing = wasm_encoder::Function::new([]);
                nothing.instructions().end();
                section.function(&nothing);
                module.section(&section);
            }
            Payload::CodeSectionEntry(_) | Payload::Version { .. } | Payload::End { .. } => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = bytes.get(range).unwrap_or_default();
                    module.section(&wasm_encoder::RawSection { id, data });
                }
            }
        }
    }
    Ok(module.finish())
}
