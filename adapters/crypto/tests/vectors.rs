//! Published vectors, values calculated by other implementations, and data that Traefik Manager 1.5.2 wrote.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;

use traefik_manager_core::{
    crypto::{
        CommonPasswords, CryptoError, Digests, Entropy, OneTimePasswords, PasswordHasher, SecretCipher, hex,
        random_token,
    },
    secret::Secret,
};
use traefik_manager_crypto::{Bcrypt, FernetCipher, HmacDigests, LeakedPasswords, OsEntropy, Totp};

const OTP_KEY_OF_1_5_2: &str = "jM7M-aTqgOS0FW1QnxTJ0pciv4vmUN6FK5l94TIXZXA=";
const OTP_SECRET_OF_1_5_2: &str = "gAAAAABrAGc-y-yJayXyM-ZNMujBqU2F5S2GNfnoxer4qsGTKVhlc6a5nz9bdsIPMn_uKMB4N5qGSMaj7PsV_9daVAzdxmPdRPdiTWZvt0GVO_kWV6dckrIRRl60ILgnJWziopde3EK4";
const HASH_OF_1_5_2: &str = "$2b$12$9b3iV1s7PzfV0wxCLnlKZea1YiDWQliK11jhazxQQzeoBQQ9TeSRi";

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

#[test]
fn sha256_gives_the_values_of_the_standard_and_of_stored_keys() {
    let digests = HmacDigests::new(b"any").unwrap();
    let of = |text: &str| hex(&digests.sha256(text.as_bytes()));
    // FIPS 180-4, example 1.
    assert_eq!(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // Two keys that 1.5.2 issued, with the digests in its manager.yml.
    assert_eq!(
        of("f9-N7utjFJVAMX_QRTGHugyCd2N4jyBpUj9eXECljdQ"),
        "b07ae5ac79c245af8fcbfe79f25fc736dfb120e2292c9063541bbc95453abc5f"
    );
    assert_eq!(
        of("YSrVfpmAw_BFgmUKLW9NFJYJOukz-rkRnyIlw201KhU"),
        "b33d24deb62da8a365a1e876eebb9698fc492e0330becc8fd37ed92ed2ae0600"
    );
}

/// Calculated with Python's `hmac`, from keys and texts of RFC 4231 (cases 2 and 6) behind a purpose and a zero byte.
#[test]
fn a_mac_is_hmac_sha256_of_purpose_zero_byte_and_data() {
    let short = HmacDigests::new(b"Jefe").unwrap();
    assert_eq!(
        hex(&short.mac("session", b"what do ya want for nothing?")),
        "3b7b2ce7b90cf1944751b9039b206a753fec8d1648654ed64cd24fe85f11c312"
    );
    let longer_than_a_block = HmacDigests::new(&[0xaa; 131]).unwrap();
    assert_eq!(
        hex(&longer_than_a_block.mac("csrf", b"Test Using Larger Than Block-Size Key - Hash Key First")),
        "e2a2f4726d2d34c7eb1b8afba3d7b5cf8e2a6d243214c59d590c92496f787cd3"
    );
}

#[test]
fn a_mac_is_bound_to_key_purpose_and_data() {
    let digests = HmacDigests::new(b"key").unwrap();
    let mac = digests.mac("session", b"id");
    assert_ne!(mac, digests.mac("csrf", b"id"));
    assert_ne!(mac, digests.mac("session", b"ie"));
    assert_ne!(mac, digests.mac("sessioni", b"d"), "where the purpose ends is part of it");
    assert_ne!(mac, HmacDigests::new(b"other").unwrap().mac("session", b"id"));
}

#[test]
fn an_empty_session_key_signs_and_seals_nothing() {
    assert!(matches!(HmacDigests::new(b""), Err(CryptoError::Refused(_))));
    assert!(matches!(FernetCipher::derived(b""), Err(CryptoError::Refused(_))));
}

/// `generate.json` and `verify.json` of the Fernet specification.
#[test]
fn fernet_opens_the_token_of_its_specification() {
    let cipher = FernetCipher::from_key("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=").unwrap();
    let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    assert_eq!(cipher.open(token).unwrap().expose(), "hello");
}

#[test]
fn fernet_opens_what_1_5_2_sealed_and_no_other_key_does() {
    let cipher = FernetCipher::from_key(&format!("{OTP_KEY_OF_1_5_2}\n")).unwrap();
    assert_eq!(cipher.open(OTP_SECRET_OF_1_5_2).unwrap().expose(), "E7YWV5AK5GTTOOXDX5BHXKME7LFFVGAC");
    let other = FernetCipher::derived(b"some session key").unwrap();
    assert_eq!(other.open(OTP_SECRET_OF_1_5_2).unwrap_err(), CryptoError::Undecipherable);
}

#[test]
fn fernet_returns_what_it_sealed() {
    let cipher = FernetCipher::derived(b"some session key").unwrap();
    for plain in ["", "x", "E7YWV5AK5GTTOOXDX5BHXKME7LFFVGAC", "Übung – 🔑"] {
        let sealed = cipher.seal(&secret(plain)).unwrap();
        assert!(sealed.starts_with("gAAAAA"), "a Fernet token");
        assert_ne!(sealed, cipher.seal(&secret(plain)).unwrap(), "a fresh initialisation vector each time");
        assert_eq!(cipher.open(&sealed).unwrap().expose(), plain);
    }
}

#[test]
fn fernet_opens_nothing_that_was_changed() {
    let cipher = FernetCipher::derived(b"some session key").unwrap();
    let sealed = cipher.seal(&secret("a secret")).unwrap();
    for end in 0..sealed.trim_end_matches('=').len() {
        assert!(cipher.open(&sealed[..end]).is_err(), "cut at {end}");
    }
    for at in 0..sealed.trim_end_matches('=').len() - 1 {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(cipher.open(&changed).is_err(), "changed at {at}");
    }
    for garbage in ["", "gAAAAA", "====", "é", "plain text", &"A".repeat(100_000)] {
        assert_eq!(cipher.open(garbage).unwrap_err(), CryptoError::Undecipherable);
    }
}

/// The derivation agrees with RFC 5869, test case 3, in the Python program that gave the expected key.
#[test]
fn the_derived_key_is_hkdf_sha256_of_the_session_key() {
    let session_key = "0b".repeat(32);
    let expected = FernetCipher::from_key("uvmmCH5sONno0PxM6PB3sqQtUtvhO12ndyN1VEz3QYA=").unwrap();
    let derived = FernetCipher::derived(session_key.as_bytes()).unwrap();
    assert_eq!(expected.open(&derived.seal(&secret("x")).unwrap()).unwrap().expose(), "x");
}

#[test]
fn a_text_that_is_no_fernet_key_is_refused_without_being_shown() {
    for text in ["", "short", "jM7M+aTqgOS0FW1Q", &"A".repeat(44), &"A".repeat(100), "ééééé"] {
        let refusal = FernetCipher::from_key(text).unwrap_err();
        assert!(matches!(refusal, CryptoError::Refused(_)), "{text}");
        assert!(text.len() < 5 || !refusal.to_string().contains(text));
    }
}

/// RFC 6238, appendix B, SHA-1, the last six digits.
#[test]
fn one_time_codes_are_those_of_the_standard() {
    let key = secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    for (time, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        let step = |time, used| Totp.matching_step(&key, code, time, used).unwrap();
        assert_eq!(step(time, None), Some(time / 30));
        assert_eq!(step(time - 30, None), Some(time / 30), "a clock that is one step behind");
        assert_eq!(step(time + 30, None), Some(time / 30), "a clock that is one step ahead");
        assert_eq!(step(time + 60, None), None);
        assert_eq!(step(time, Some(time / 30 - 1)), Some(time / 30));
        assert_eq!(step(time, Some(time / 30)), None, "used");
    }
    assert_eq!(Totp.matching_step(&key, "287082", 119, None).unwrap(), None, "two steps ahead");
}

#[test]
fn one_time_codes_are_six_ascii_digits_with_spaces_at_most() {
    let key = secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let matches = |code: &str| Totp.matching_step(&key, code, 59, None).unwrap().is_some();
    assert!(matches("287082"));
    assert!(matches(" 287 082\n"));
    for wrong in ["", "28708", "2870820", "+28708", "-87082", "２８７０８２", "28708a", "\u{661}87082"]
    {
        assert!(!matches(wrong), "{wrong:?}");
    }
    assert!(!matches(&format!("287082{}", " ".repeat(100_000))));
    for time in [0, 29, u64::MAX, u64::MAX - 30] {
        assert!(Totp.matching_step(&key, "000000", time, None).is_ok(), "no arithmetic overflows at {time}");
    }
}

#[test]
fn a_secret_that_is_not_base32_is_an_error_and_not_a_wrong_code() {
    for text in ["", "====", "not base32!", "GEZDGNBV", "é"] {
        let checked = Totp.matching_step(&secret(text), "287082", 59, None);
        assert!(matches!(checked, Err(CryptoError::Refused(_))), "{text:?}");
    }
    let spaced = secret("gezd gnbv gy3t qojq GEZD GNBV GY3T QOJQ");
    assert_eq!(Totp.matching_step(&spaced, "287082", 59, None).unwrap(), Some(1), "as people copy it");
}

#[test]
fn bcrypt_knows_the_hash_that_1_5_2_wrote() {
    let bcrypt = Bcrypt::default();
    assert_eq!(bcrypt.cost, 12);
    assert!(bcrypt.verify(&secret("Shared-fixture-pass-1"), HASH_OF_1_5_2));
    assert!(!bcrypt.verify(&secret("Shared-fixture-pass-2"), HASH_OF_1_5_2));
}

/// From the test suite of `crypt_blowfish`.
#[test]
fn bcrypt_gives_published_results() {
    let bcrypt = Bcrypt { cost: 5 };
    let of_u = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    assert!(bcrypt.verify(&secret("U*U"), of_u));
    assert!(!bcrypt.verify(&secret("U*V"), of_u));
    for version in ["$2b$", "$2y$"] {
        assert!(bcrypt.verify(&secret("U*U"), &of_u.replace("$2a$", version)), "{version}");
    }
    let of_72 = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    let longest = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    assert_eq!(longest.len(), 72);
    assert!(bcrypt.verify(&secret(longest), of_72));
    assert!(
        !bcrypt.verify(&secret(&format!("{longest}chars after 72 are ignored")), of_72),
        "a longer password has the same hash, and is refused"
    );
}

#[test]
fn bcrypt_hashes_what_it_can_look_at_whole() {
    let bcrypt = Bcrypt { cost: 4 };
    let longest = secret(&"é".repeat(36));
    let hash = bcrypt.hash(&longest).unwrap();
    assert!(hash.starts_with("$2b$04$"));
    assert!(bcrypt.verify(&longest, &hash));
    assert!(!bcrypt.verify(&secret(&"é".repeat(35)), &hash));
    assert_ne!(hash, bcrypt.hash(&longest).unwrap(), "a fresh salt each time");
    for refused in ["a".repeat(73), "é".repeat(37), "with\0zero".to_owned()] {
        let refusal = bcrypt.hash(&secret(&refused)).unwrap_err();
        assert!(matches!(refusal, CryptoError::Refused(_)));
        assert!(!refusal.to_string().contains(&refused));
    }
    let hash = bcrypt.hash(&secret("zero")).unwrap();
    assert!(!bcrypt.verify(&secret("zero\0zero"), &hash), "bcrypt itself goes around at the zero byte");
}

#[test]
fn what_is_not_a_hash_belongs_to_no_password() {
    let bcrypt = Bcrypt { cost: 4 };
    let cut = &HASH_OF_1_5_2[..59];
    for text in ["", "password", "$2b$", cut, "$2b$99$9b3iV1s7PzfV0wxCLnlKZea1YiDWQliK11jhazxQQzeoBQQ9TeSRi"]
    {
        assert!(!bcrypt.verify(&secret("password"), text), "{text:?}");
        assert!(!bcrypt.verify(&secret(""), text), "{text:?}");
        assert!(!bcrypt.verify(&secret(text), text), "{text:?}");
    }
}

#[test]
fn randomness_does_not_repeat() {
    let tokens: HashSet<String> = (0..1_000).map(|_| random_token(&OsEntropy, 32).unwrap()).collect();
    assert_eq!(tokens.len(), 1_000);
    assert!(tokens.iter().all(|token| token.len() == 43));
    OsEntropy.fill(&mut []).unwrap();
}

#[test]
fn nothing_shows_its_key() {
    let key = "jM7M";
    let shown = format!(
        "{:?} {:?}",
        FernetCipher::from_key(OTP_KEY_OF_1_5_2).unwrap(),
        HmacDigests::new(OTP_KEY_OF_1_5_2.as_bytes()).unwrap()
    );
    assert_eq!(shown, "FernetCipher(…) HmacDigests(…)");
    assert!(!shown.contains(key));
}

#[test]
fn leaked_passwords_are_known_from_the_first_to_the_last_thousands() {
    // From a list by frequency, of those with 8 characters or more: around the places 1, 500, 1,000, 2,000, 3,000,
    // 5,000, 8,000 and 11,000.
    for password in [
        "password",
        "12345678",
        "baseball",
        "qwerty123456",
        "vfrcbvrf",
        "02041982",
        "gamecock",
        "1q2q3q4q",
        "baberuth",
        "dkflbvbhjdyf",
        "44magnum",
        "samantha1",
        "clubpenguin",
        "foxglove",
        "toutoune",
        "monitor1",
        "khongbiet",
        "dragon19",
    ] {
        assert!(LeakedPasswords.contains(password), "{password}");
    }
    for password in [
        "",
        "correct horse battery",
        "blue-Tractor-19",
        "zwölf Boxkämpfer",
        "\",\"",
        "12345678\",\"123456789",
    ] {
        assert!(!LeakedPasswords.contains(password), "{password}");
    }
}
