//! Slow hashing of passwords.

use traefik_manager_core::{
    crypto::{CryptoError, PasswordHasher},
    secret::Secret,
};

use crate::aside;

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
        aside::run(move || drop(std::hint::black_box(bcrypt::hash_with_salt("", self.cost, NO_SALT))));
    }
}

impl PasswordHasher for Bcrypt {
    fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        if let Some(why) = unusable(password) {
            return Err(CryptoError::Refused(why.to_owned()));
        }
        let (password, cost) = (password.clone(), self.cost);
        aside::run(move || bcrypt::hash(password.expose(), cost))
            .map_err(|error| CryptoError::Unavailable(format!("bcrypt: {error}")))
    }

    fn verify(&self, password: &Secret, hash: &str) -> bool {
        let compared = match unusable(password) {
            None => {
                let (password, hash) = (password.clone(), hash.to_owned());
                aside::run(move || bcrypt::verify(password.expose(), &hash).ok())
            }
            Some(_) => None,
        };
        if compared.is_none() {
            self.work_for_nothing();
        }
        compared == Some(true)
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
