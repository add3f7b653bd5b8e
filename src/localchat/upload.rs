//! Files that a learner sends, from the page or from a test.

use super::core::Core;
use super::detect::detect;
use super::learner::Refusal;
use super::model::{Content, Text};
use super::picture;

/// Sends a learner's photo.
pub(super) fn send_photo(core: &Core, learner: i64, bytes: &[u8], caption: &str) -> Result<i32, Refusal> {
    let picture = picture::read(bytes).ok_or(Refusal::File)?;
    let (width, height) = (picture.width, picture.height);
    let name = if picture.mime == "image/png" { "photo.png" } else { "photo.jpg" };
    let file = keep(core, learner, name, picture.mime, bytes)?;
    let content = Content::Photo { file, width, height, caption: caption_text(caption) };
    core.act(|inner, now| inner.post(learner, content, false, None, now))
}

/// Sends a learner's document.
pub(super) fn send_document(
    core: &Core,
    learner: i64,
    name: &str,
    bytes: &[u8],
    caption: &str,
) -> Result<i32, Refusal> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = if name.is_empty() { "file" } else { name };
    let file = keep(core, learner, name, mime(name), bytes)?;
    let content = Content::Document { file, caption: caption_text(caption) };
    core.act(|inner, now| inner.post(learner, content, false, None, now))
}

fn keep(core: &Core, learner: i64, name: &str, mime: &str, bytes: &[u8]) -> Result<String, Refusal> {
    if core.look(|inner| inner.learner(learner).map(|learner| learner.blocked))? {
        return Err(Refusal::Blocked);
    }
    core.keep_file(name, mime, bytes.to_vec()).map_err(|error| {
        tracing::error!(%error, "a file was not kept");
        Refusal::File
    })
}

fn caption_text(caption: &str) -> Text {
    Text { text: caption.trim().to_owned(), entities: detect(caption.trim(), &[]) }
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("tsv") => "text/tab-separated-values",
        Some("py") => "text/x-python",
        Some("txt" | "md") => "text/plain",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}
