//! Cryptography that is quick, repeatable and worthless.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::{
    crypto::{
        CommonPasswords, CryptoError, Digests, Entropy, OneTimePasswords, PasswordHasher, SecretCipher, hex,
    },
    secret::Secret,
};

/// Bytes that never repeat within a test and are the same in every run.
#[derive(Debug, Default)]
pub struct FakeEntropy {
    counter: AtomicU64,
    exhausted: AtomicBool,
}

impl FakeEntropy {
    /// Makes every following call fail, or work again.
    pub fn fail(&self, fails: bool) {
        self.exhausted.store(fails, Ordering::SeqCst);
    }
}

impl Entropy for FakeEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), CryptoError> {
        if self.exhausted.load(Ordering::SeqCst) {
            return Err(CryptoError::Unavailable("there is no randomness".to_owned()));
        }
        for chunk in bytes.chunks_mut(32) {
            let block = mix(&[b"entropy", &self.counter.fetch_add(1, Ordering::SeqCst).to_le_bytes()]);
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// Stores a password as `fake$<password>` and counts the work that bcrypt would have had.
#[derive(Debug, Default)]
pub struct FakePasswords {
    rounds: AtomicUsize,
}

impl FakePasswords {
    /// How many passwords were hashed or verified: each would have cost the time of one bcrypt.
    pub fn rounds(&self) -> usize {
        self.rounds.load(Ordering::SeqCst)
    }
}

impl PasswordHasher for FakePasswords {
    fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
        if password.expose().len() > 72 {
            return Err(CryptoError::Refused("a password may be at most 72 bytes long".to_owned()));
        }
        self.rounds.fetch_add(1, Ordering::SeqCst);
        Ok(format!("fake${}", password.expose()))
    }

    fn verify(&self, password: &Secret, hash: &str) -> bool {
        self.rounds.fetch_add(1, Ordering::SeqCst);
        hash.strip_prefix("fake$") == Some(password.expose())
    }
}

/// A list with one password in it, [`LISTED_PASSWORD`].
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeCommonPasswords;

/// The password on the list of [`FakeCommonPasswords`].
pub const LISTED_PASSWORD: &str = "gn56gn58z";

impl CommonPasswords for FakeCommonPasswords {
    fn contains(&self, password: &str) -> bool {
        password == LISTED_PASSWORD
    }
}

/// Digests that are equal exactly when what they are of is equal.
#[derive(Debug, Clone, Default)]
pub struct FakeDigests {
    key: Vec<u8>,
}

impl FakeDigests {
    /// Digests under another session key.
    pub fn with_key(key: &[u8]) -> Self {
        Self { key: key.to_vec() }
    }
}

impl Digests for FakeDigests {
    fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        mix(&[b"mac", &self.key, purpose.as_bytes(), data])
    }

    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        mix(&[b"sha256", data])
    }

    fn md5(&self, data: &[u8]) -> [u8; 16] {
        let mut half = [0; 16];
        half.copy_from_slice(&mix(&[b"md5", data])[..16]);
        half
    }
}

/// Seals under a named key, so that a wrong key can be played through.
#[derive(Debug, Clone)]
pub struct FakeCipher {
    key: String,
}

impl FakeCipher {
    /// A cipher with the key of that name, which has no `:` in it.
    pub fn with_key(key: &str) -> Self {
        Self { key: key.to_owned() }
    }
}

impl Default for FakeCipher {
    fn default() -> Self {
        Self::with_key("key")
    }
}

impl SecretCipher for FakeCipher {
    fn seal(&self, plain: &Secret) -> Result<String, CryptoError> {
        Ok(format!("sealed:{}:{}", self.key, hex(plain.expose().as_bytes())))
    }

    fn open(&self, sealed: &str) -> Result<Secret, CryptoError> {
        let digits = sealed
            .strip_prefix("sealed:")
            .and_then(|rest| rest.strip_prefix(self.key.as_str())?.strip_prefix(':'))
            .ok_or(CryptoError::Undecipherable)?;
        let bytes: Option<Vec<u8>> = (0..digits.len())
            .step_by(2)
            .map(|at| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Secret::new)
            .ok_or(CryptoError::Undecipherable)
    }
}

/// One-time passwords whose code is the time step itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeOneTimePasswords;

impl FakeOneTimePasswords {
    /// The code that is valid at that time.
    pub fn code_at(unix_time: u64) -> String {
        code(unix_time / 30)
    }
}

impl OneTimePasswords for FakeOneTimePasswords {
    fn matching_step(
        &self,
        secret: &Secret,
        entered: &str,
        unix_time: u64,
        used: Option<u64>,
    ) -> Result<Option<u64>, CryptoError> {
        let is_base32 = |c: char| matches!(c, 'A'..='Z' | '2'..='7');
        if secret.expose().is_empty() || !secret.expose().chars().all(is_base32) {
            return Err(CryptoError::Refused("the secret is not base32".to_owned()));
        }
        let present = unix_time / 30;
        Ok((present.saturating_sub(1)..=present + 1)
            .filter(|step| used.is_none_or(|used| *step > used))
            .find(|step| code(*step) == entered))
    }
}

fn code(step: u64) -> String {
    format!("{:06}", step % 1_000_000)
}

/// 32 bytes of the parts, which are kept apart by their lengths (FNV-1a with four bases, then a finaliser).
pub(super) fn mix(parts: &[&[u8]]) -> [u8; 32] {
    let mut out = [0; 32];
    for (lane, chunk) in (1_u64..).zip(out.chunks_exact_mut(8)) {
        let mut state = 0xcbf2_9ce4_8422_2325_u64 ^ lane.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for part in parts {
            let length = (part.len() as u64).to_le_bytes();
            for byte in length.iter().chain(*part) {
                state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
                state ^= state >> 29;
            }
        }
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(state ^ (state >> 31)).to_le_bytes());
    }
    out
}
