//! Slow hashing of passwords.
//!
//! A hash keeps a processor busy for a third of a second. However many are asked for at once, they take turns on half
//! of the processors, so that whoever tries passwords slows down sign-ins and nothing else.

use std::{
    sync::{Condvar, Mutex, OnceLock, PoisonError},
    thread::available_parallelism,
};

use traefik_manager_core::{
    crypto::{CryptoError, PasswordHasher},
    secret::Secret,
};

/// bcrypt looks at no more.
const MAX_BYTES: usize = 72;
/// The work for text that is not a hash needs some salt, and any will do.
const NO_SALT: [u8; 16] = [0; 16];

/// bcrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bcrypt {
    /// Two to the power of this many rounds; 4 to 31.
    pub cost: u32,
}

/// Cost 12, as the security page of the product promises; ASVS 5.0 asks for 10 at least.
impl Default for Bcrypt {
    fn default() -> Self {
        Self { cost: 12 }
    }
}

impl Bcrypt {
    /// As much work as one comparison, for a password or a text that nothing can be compared with.
    fn work_for_nothing(self) {
        // The result is of no use; `black_box` keeps the work from being left out.
        let _turn = Turns::wait();
        let _ = std::hint::black_box(bcrypt::hash_with_salt("", self.cost, NO_SALT));
    }
}

impl PasswordHasher for Bcrypt {
    fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        if let Some(why) = unusable(password) {
            return Err(CryptoError::Refused(why.to_owned()));
        }
        let _turn = Turns::wait();
        bcrypt::hash(password.expose(), self.cost)
            .map_err(|error| CryptoError::Unavailable(format!("bcrypt: {error}")))
    }

    fn verify(&self, password: &Secret, hash: &str) -> bool {
        let compared = match unusable(password) {
            None => {
                let _turn = Turns::wait();
                bcrypt::verify(password.expose(), hash).ok()
            }
            Some(_) => None,
        };
        if compared.is_none() {
            self.work_for_nothing();
        }
        compared == Some(true)
    }
}

/// How many hashes may still begin, in this process.
struct Turns {
    free: Mutex<usize>,
    came_free: Condvar,
}

/// A hash under way.
struct Turn(&'static Turns);

impl Turns {
    /// Waits until a hash may begin. Blocks.
    fn wait() -> Turn {
        static ALL: OnceLock<Turns> = OnceLock::new();
        let turns = ALL.get_or_init(|| {
            let processors = available_parallelism().map_or(1, usize::from);
            Turns { free: Mutex::new((processors / 2).max(1)), came_free: Condvar::new() }
        });
        let free = turns.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free =
            turns.came_free.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        drop(free);
        Turn(turns)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.came_free.notify_one();
    }
}

/// bcrypt cuts at 72 bytes and goes around at a zero byte, so that other passwords would fit the same hash.
fn unusable(password: &Secret) -> Option<&'static str> {
    if password.expose().len() > MAX_BYTES {
        Some("a password may be at most 72 bytes long")
    } else if password.expose().contains('\0') {
        Some("a password must not contain a zero byte")
    } else {
        None
    }
}
