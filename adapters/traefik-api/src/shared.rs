//! One fetch for many who ask for the same list at the same time.
//!
//! The list of ten thousand routers is megabytes, and fetching it once for each of many writers would keep Traefik
//! busy for longer than a call may take. Whoever comes while a list is being fetched waits for the next one, which
//! then serves all who waited: an answer is never older than the question.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{sync::Mutex, time::Instant};

/// Lists by what they are of. The last who waits drops them; one who goes away leaves that to the next.
#[derive(Debug)]
pub(crate) struct Shared<K, T> {
    present: AtomicUsize,
    lists: Mutex<HashMap<K, List<T>>>,
}

#[derive(Debug)]
struct List<T> {
    /// When the fetch began.
    begun: Instant,
    items: Arc<Vec<T>>,
}

/// Somebody who waits for a list, or holds the lock.
struct Present<'s>(&'s AtomicUsize);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<K: Eq + Hash + Send, T: Send + Sync> Shared<K, T> {
    pub(crate) fn new() -> Self {
        Self { present: AtomicUsize::new(0), lists: Mutex::new(HashMap::new()) }
    }

    /// The list of `key` as it is after this call began, fetched here or by somebody else.
    ///
    /// A fetch that fails fails for its caller alone.
    pub(crate) async fn get<E: Send>(
        &self,
        key: K,
        fetch: impl Future<Output = Result<Vec<T>, E>> + Send,
    ) -> Result<Arc<Vec<T>>, E> {
        let asked = Instant::now();
        self.present.fetch_add(1, Ordering::SeqCst);
        let present = Present(&self.present);
        let mut lists = self.lists.lock().await;
        let known = lists.get(&key).filter(|list| list.begun > asked).map(|list| Arc::clone(&list.items));
        let items = match known {
            Some(items) => Ok(items),
            None => {
                let begun = Instant::now();
                fetch.await.map(Arc::new).inspect(|items| {
                    lists.insert(key, List { begun, items: Arc::clone(items) });
                })
            }
        };
        drop(present);
        if self.present.load(Ordering::SeqCst) == 0 {
            lists.clear();
        }
        items
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::time::Duration;

    use super::*;

    type Cell = Arc<Shared<&'static str, usize>>;

    /// Asks for a list that takes a second and holds how many were fetched before it.
    async fn ask(cell: Cell, fetched: Arc<AtomicUsize>) -> Vec<usize> {
        let fetch = async {
            let number = fetched.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok::<_, ()>(vec![number])
        };
        cell.get("routers", fetch).await.unwrap().to_vec()
    }

    #[tokio::test(start_paused = true)]
    async fn many_at_once_fetch_twice_and_nobody_gets_an_old_answer() {
        let (cell, fetched): (Cell, Arc<AtomicUsize>) = (Arc::new(Shared::new()), Arc::default());
        let first = tokio::spawn(ask(cell.clone(), fetched.clone()));
        tokio::time::sleep(Duration::from_millis(500)).await;
        let later: Vec<_> = (0..63).map(|_| tokio::spawn(ask(cell.clone(), fetched.clone()))).collect();
        assert_eq!(first.await.unwrap(), [0]);
        for asked in later {
            assert_eq!(asked.await.unwrap(), [1], "the fetch that was under way when they asked is too old");
        }
        assert_eq!(fetched.load(Ordering::SeqCst), 2);
        assert!(cell.lists.lock().await.is_empty(), "nothing is kept for nobody");
        assert_eq!(ask(cell, fetched).await, [2]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_goes_away_and_one_who_fails_leave_the_others_alone() {
        let (cell, fetched): (Cell, Arc<AtomicUsize>) = (Arc::new(Shared::new()), Arc::default());
        let gone = tokio::spawn(ask(cell.clone(), fetched.clone()));
        tokio::time::sleep(Duration::from_millis(500)).await;
        let waiting = tokio::spawn(ask(cell.clone(), fetched.clone()));
        tokio::task::yield_now().await;
        gone.abort();
        assert_eq!(waiting.await.unwrap(), [1]);
        assert_eq!(cell.get("routers", async { Err(()) }).await, Err(()));
        assert_eq!(ask(cell.clone(), fetched).await, [2]);
        assert_eq!(cell.present.load(Ordering::SeqCst), 0);
    }
}
