//! Files: what is taken, how far each is.

use crate::client::request;

use super::composer::{File, FileState};
use super::effect::{Call, Effect};
use super::failure::Failure;
use super::item::Attachment;
use super::option::Files;
use super::state::State;

impl State {
    pub(super) fn add_files(&mut self, files: Vec<File>) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.composer.refusal = None;
        self.composer.menu = None;
        for file in files {
            let refusal = match &self.options.composer.files {
                Some(rules) if self.options.upload.is_some() => self.refuse(rules, &file),
                _ => Some(self.text.no_files),
            };
            if let Some(refusal) = refusal {
                let words = refusal.replace("{}", &file.name);
                effects.push(Effect::Forget(file.key));
                effects.push(Effect::Announce(words.clone()));
                self.composer.refusal = Some(words);
                continue;
            }
            effects.push(Effect::Upload(file.key));
            self.composer.files.push(file);
        }
        effects
    }

    fn refuse(&self, rules: &Files, file: &File) -> Option<&'static str> {
        if self.composer.files.len() >= rules.max_count {
            return Some(self.text.too_many_files);
        }
        if !is_accepted(&rules.accept, file) {
            return Some(self.text.file_type);
        }
        let of =
            |pattern: &str| rules.max_bytes.iter().find(|(mime, _)| mime == pattern).map(|(_, bytes)| *bytes);
        let family = file.mime_type.split('/').next().unwrap_or_default();
        let limit = of(&file.mime_type).or_else(|| of(&[family, "/*"].concat())).or_else(|| of("*"));
        limit.filter(|limit| file.bytes > *limit).map(|_| self.text.file_size)
    }

    pub(super) fn uploaded(&mut self, key: u32, result: Result<Attachment, Failure>) -> Vec<Effect> {
        let Some(file) = self.composer.files.iter_mut().find(|file| file.key == key) else {
            // Taken out while it travelled: the server should not keep it.
            return match result {
                Ok(attachment) => vec![delete(&attachment.id)],
                Err(_) => Vec::new(),
            };
        };
        match result {
            Ok(attachment) => {
                file.state = FileState::Ready(attachment);
                vec![Effect::Forget(key)]
            }
            Err(failure) => {
                file.state = FileState::Failed;
                let words = self.text.upload_failed.replace("{}", &file.name);
                self.composer.refusal = Some(words.clone());
                vec![Effect::EmitError(failure), Effect::Announce(words)]
            }
        }
    }

    pub(super) fn remove_file(&mut self, key: u32) -> Vec<Effect> {
        let Some(at) = self.composer.files.iter().position(|file| file.key == key) else { return Vec::new() };
        let file = self.composer.files.remove(at);
        self.composer.refusal = None;
        let mut effects = vec![Effect::Forget(key)];
        if let FileState::Ready(attachment) = file.state {
            effects.push(delete(&attachment.id));
        }
        effects
    }
}

fn delete(attachment_id: &str) -> Effect {
    Effect::Call(Box::new(Call::DeleteFile), request::delete_attachment(attachment_id))
}

fn is_accepted(accept: &str, file: &File) -> bool {
    let name = file.name.to_ascii_lowercase();
    accept.is_empty()
        || accept.split(',').map(str::trim).any(|rule| match rule.strip_suffix("/*") {
            Some(family) => family == "*" || file.mime_type.split('/').next() == Some(family),
            None if rule.starts_with('.') => name.ends_with(&rule.to_ascii_lowercase()),
            None => rule == file.mime_type,
        })
}
