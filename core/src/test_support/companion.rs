//! Small files, icons and letters in memory.

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;

use super::lock;
use crate::{
    companion::{Icon, IconStore, SmallFile},
    config::store::StorageError,
    notices::{Letter, Postman},
};

/// A [`SmallFile`] that keeps its text in memory.
#[derive(Debug, Default)]
pub struct MemorySmallFile {
    text: Mutex<String>,
    writes: Mutex<usize>,
    aside: Mutex<Vec<String>>,
}

impl MemorySmallFile {
    /// A file with this text.
    pub fn with(text: &str) -> Self {
        Self { text: Mutex::new(text.to_owned()), ..Self::default() }
    }

    /// The present text.
    pub fn text(&self) -> String {
        lock(&self.text).clone()
    }

    /// What was set aside, in this order.
    pub fn aside(&self) -> Vec<String> {
        lock(&self.aside).clone()
    }

    /// How often it was written.
    pub fn writes(&self) -> usize {
        *lock(&self.writes)
    }
}

impl SmallFile for MemorySmallFile {
    fn name(&self) -> &'static str {
        "small.yml"
    }

    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError> {
        let mut text = lock(&self.text);
        if let Some(new) = change(&text) {
            *text = new;
            *lock(&self.writes) += 1;
        }
        Ok(())
    }

    fn set_aside(&self, text: &str) -> Result<Option<String>, StorageError> {
        let mut present = lock(&self.text);
        if *present != text {
            return Ok(None);
        }
        lock(&self.aside).push(std::mem::take(&mut present));
        Ok(Some("small.yml.broken".to_owned()))
    }
}

/// An [`IconStore`] in memory.
#[derive(Debug, Default)]
pub struct MemoryIcons(Mutex<BTreeMap<String, Icon>>);

impl MemoryIcons {
    /// Puts an icon there.
    pub fn put(&self, slug: &str, icon: Icon) {
        lock(&self.0).insert(slug.to_owned(), icon);
    }
}

impl IconStore for MemoryIcons {
    fn find(&self, slug: &str) -> Result<Option<Icon>, StorageError> {
        Ok(lock(&self.0).get(slug).cloned())
    }

    fn slugs(&self) -> Result<Vec<String>, StorageError> {
        Ok(lock(&self.0).keys().cloned().collect())
    }
}

/// A [`Postman`] who keeps everything.
#[derive(Debug, Default)]
pub struct MemoryPostman {
    letters: Mutex<Vec<Letter>>,
    refuses: Mutex<Option<String>>,
}

impl MemoryPostman {
    /// Everything that was posted or delivered.
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.letters).clone()
    }

    /// Makes every delivery fail.
    pub fn refuse(&self, why: &str) {
        *lock(&self.refuses) = Some(why.to_owned());
    }
}

#[async_trait]
impl Postman for MemoryPostman {
    async fn deliver(&self, letter: &Letter) -> Result<(), String> {
        lock(&self.letters).push(letter.clone());
        lock(&self.refuses).clone().map_or(Ok(()), Err)
    }

    fn post(&self, letter: Letter) -> bool {
        lock(&self.letters).push(letter);
        true
    }
}
