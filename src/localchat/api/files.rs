//! Photos, documents, and fetching what a learner sent.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::messages::{caption, send, sending};
use super::params::Params;
use super::{Answer, ApiError};
use crate::localchat::core::Core;
use crate::localchat::model::Content;
use crate::localchat::picture;
use crate::localchat::reply::file_path;

const DOCUMENT_LIMIT: usize = 50 * 1024 * 1024;
const PHOTO_LIMIT: usize = 10 * 1024 * 1024;
const FETCH_LIMIT: u64 = 20 * 1024 * 1024;

pub(super) fn send_photo(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["has_spoiler", "show_caption_above_media"]);
    let caption = caption(params)?;
    let content = match params.upload("photo") {
        Some(upload) => {
            if upload.bytes.len() > PHOTO_LIMIT {
                return Err(ApiError::new(413, "Request Entity Too Large").faulty());
            }
            let picture = picture::read(&upload.bytes);
            let picture = picture.ok_or_else(|| ApiError::bad("IMAGE_PROCESS_FAILED").faulty())?;
            let (width, height) = (picture.width, picture.height);
            if width + height > 10_000 || width > 20 * height || height > 20 * width {
                return Err(ApiError::bad("PHOTO_INVALID_DIMENSIONS").faulty());
            }
            let file = keep(core, &upload.name, picture.mime, upload.bytes.to_vec())?;
            Content::Photo { file, width, height, caption }
        }
        None => {
            let file = known_file(core, params, "photo")?;
            let again = core.look(|inner| {
                inner.world.messages.values().find_map(|message| match &message.content {
                    Content::Photo { file: known, width, height, .. } if *known == file => {
                        Some((*width, *height))
                    }
                    _ => None,
                })
            });
            let (width, height) =
                again.ok_or_else(|| ApiError::bad("can't use file of type Document as Photo").faulty())?;
            Content::Photo { file, width, height, caption }
        }
    };
    let to = sending(core, params)?;
    Ok(send(core, to, content))
}

pub(super) fn send_document(core: &Core, params: &mut Params) -> Answer {
    params.ignore(&["disable_content_type_detection", "thumbnail"]);
    let caption = caption(params)?;
    let file = match params.upload("document") {
        Some(upload) => {
            if upload.bytes.len() > DOCUMENT_LIMIT {
                return Err(ApiError::new(413, "Request Entity Too Large").faulty());
            }
            if upload.bytes.is_empty() {
                return Err(ApiError::bad("file must be non-empty").faulty());
            }
            keep(core, &upload.name, &upload.mime, upload.bytes.to_vec())?
        }
        None => known_file(core, params, "document")?,
    };
    let to = sending(core, params)?;
    Ok(send(core, to, Content::Document { file, caption }))
}

fn keep(core: &Core, name: &str, mime: &str, bytes: Vec<u8>) -> Result<String, ApiError> {
    core.keep_file(name, mime, bytes).map_err(|error| {
        tracing::error!(%error, "a file was not kept");
        ApiError::new(500, "Internal Server Error")
    })
}

fn known_file(core: &Core, params: &mut Params, key: &str) -> Result<String, ApiError> {
    let id = params.text(key)?.unwrap_or_default();
    if id.is_empty() {
        return Err(ApiError::bad(format!("there is no {key} in the request")).faulty());
    }
    let wrong = || ApiError::bad("wrong file identifier/HTTP URL specified").faulty();
    core.look(|inner| inner.world.files.contains_key(&id)).then_some(id).ok_or_else(wrong)
}

pub(super) fn get_file(core: &Core, params: &mut Params) -> Answer {
    let id = params.text("file_id")?.unwrap_or_default();
    core.look(|inner| {
        let file = inner.world.files.get(&id).ok_or_else(|| ApiError::bad("invalid file_id").faulty())?;
        if file.size > FETCH_LIMIT {
            return Err(ApiError::bad("file is too big"));
        }
        let mut value: Value = inner.file(&id);
        value["file_path"] = file_path(file).into();
        Ok(value)
    })
}

pub(super) fn download(core: &Core, path: &str) -> Response {
    let not_found = || ApiError::new(404, "Not Found").into_response();
    let Some((_, id)) = path.split_once('/') else { return not_found() };
    let known = core.look(|inner| inner.world.files.get(id).is_some_and(|file| file_path(file) == path));
    match core.store.get(id).filter(|_| known) {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response(),
        None => not_found(),
    }
}
