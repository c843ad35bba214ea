//! Sending files: in one step as a form, or in two, announced first.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::FormData;

use super::app::{Shared, dispatch};
use crate::client::api::{self, Endpoint, Stopped};
use crate::client::request;
use crate::json::{Json, object};
use crate::model::{Attachment, Failure, FailureKind, File, FileState, Msg, Upload};

/// Takes files under new keys and offers them to the composer.
pub(super) fn take(app: &Shared, files: Vec<web_sys::File>) {
    let mut offered = Vec::new();
    for file in files {
        let mut app = app.borrow_mut();
        app.next_file += 1;
        let key = app.next_file;
        offered.push(File {
            key,
            name: file.name(),
            mime_type: file.type_(),
            bytes: file.size() as usize,
            state: FileState::Pending,
        });
        app.files.insert(key, file);
    }
    if !offered.is_empty() {
        dispatch(app, Msg::AddFiles(offered));
    }
}

pub(super) fn start(app: &Shared, key: u32) {
    let (file, strategy, endpoint) = {
        let app = app.borrow();
        (app.files.get(key).cloned(), app.state.options.upload.clone(), app.endpoint())
    };
    let (Some(file), Some(strategy), Some(endpoint)) = (file, strategy, endpoint) else { return };
    let app = Rc::clone(app);
    spawn_local(async move {
        let result = match send(&endpoint, &strategy, &file).await {
            Ok(attachment) if !attachment.id.is_empty() => Ok(attachment),
            Ok(_) => Err(Failure::new(
                FailureKind::Upload,
                Some("The server answered without an attachment id.".to_owned()),
            )),
            Err(Stopped::Failed(failure)) => Err(failure),
            Err(Stopped::Aborted) => Err(Failure::new(FailureKind::Upload, None)),
        };
        dispatch(&app, Msg::Uploaded(key, result));
    });
}

async fn send(endpoint: &Endpoint, strategy: &Upload, file: &web_sys::File) -> Result<Attachment, Stopped> {
    match strategy {
        Upload::Direct(url) => {
            let language = object([("Accept-Language", endpoint.locale.as_str().into())]);
            let answer = api::upload(endpoint, url, "POST", &language, form(file)?).await?;
            Ok(Attachment::read(&answer))
        }
        Upload::TwoPhase => {
            let body = request::create_attachment(&file.name(), file.size() as usize, &file.type_());
            let announced = api::call(endpoint, &body).await?;
            let target = announced.get("upload_descriptor");
            let url =
                target.filled("url").or_else(|| announced.filled("upload_url")).ok_or(FailureKind::Upload)?;
            let method = target.filled("method").unwrap_or_else(|| "PUT".to_owned());
            let headers = match target.get("headers") {
                Json::Object(members) => Json::Object(members.clone()),
                _ => Json::Object(Vec::new()),
            };
            // A store's address takes the bytes as they are (PUT), a form handler wants a form (POST).
            let bytes = if method == "POST" { form(file)? } else { file.into() };
            api::upload(endpoint, &url, &method, &headers, bytes).await?;
            Ok(Attachment::read(&announced))
        }
    }
}

fn form(file: &web_sys::File) -> Result<JsValue, Stopped> {
    let form = FormData::new().map_err(|_| FailureKind::Upload)?;
    form.append_with_blob_and_filename("file", file, &file.name()).map_err(|_| FailureKind::Upload)?;
    Ok(form.into())
}
