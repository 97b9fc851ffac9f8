//! One-time codes.

use totp_rs::Builder;
use traefik_manager_core::{
    crypto::{CryptoError, OneTimePasswords},
    secret::Secret,
};
use zeroize::Zeroizing;

const STEP_SECONDS: u64 = 30;
/// 80 bits: what authenticators were given before RFC 4226's 128 became usual. Ours are 160.
const MIN_SECRET_BYTES: usize = 10;
/// Six digits, and spaces as people copy them.
const MAX_CODE_BYTES: usize = 32;

/// Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, 30 s, one step to either side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totp;

impl OneTimePasswords for Totp {
    fn matching_step(
        &self,
        secret: &Secret,
        code: &str,
        unix_time: u64,
        used: Option<u64>,
    ) -> Result<Option<u64>, CryptoError> {
        let totp = totp(secret)?;
        let Some(code) = six_digits(code) else { return Ok(None) };
        let present = unix_time / STEP_SECONDS;
        let step = (present.saturating_sub(1)..=present.saturating_add(1))
            .filter(|step| used.is_none_or(|used| *step > used))
            .filter_map(|step| step.checked_mul(STEP_SECONDS))
            .find_map(|time| totp.check(&code, time));
        Ok(step)
    }
}

/// The library compares one step at a time, because a used step must not hide the next one.
fn totp(secret: &Secret) -> Result<totp_rs::Totp, CryptoError> {
    let not_base32 = || CryptoError::Refused("the one-time secret is not base32".to_owned());
    let plain: Zeroizing<String> =
        Zeroizing::new(secret.expose().to_ascii_uppercase().split_whitespace().collect());
    let unpadded = plain.trim_end_matches('=');
    if unpadded.is_empty() {
        return Err(not_base32());
    }
    let bytes = totp_rs::Secret::try_from_base32(unpadded).map_err(|_| not_base32())?;
    if bytes.as_bytes().len() < MIN_SECRET_BYTES {
        return Err(CryptoError::Refused("the one-time secret is shorter than 80 bits".to_owned()));
    }
    Ok(Builder::new().with_secret(bytes).with_skew(0).build_noncompliant())
}

fn six_digits(code: &str) -> Option<Zeroizing<String>> {
    if code.len() > MAX_CODE_BYTES {
        return None;
    }
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| Zeroizing::new(digits))
}
