//! Text to certificate: PEM around X.509 (RFC 7468, RFC 5280).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use traefik_manager_core::{clock::Timestamp, traefik::certificate::Certificate};
use x509_cert::{
    der::{
        Decode as _, Tag, Tagged as _,
        asn1::{PrintableStringRef, Utf8StringRef},
    },
    ext::pkix::{SubjectAltName, name::GeneralName},
    name::RdnSequence,
    time::Time,
};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Common name and organisation (RFC 4519).
const COMMON_NAME: &str = "2.5.4.3";
const ORGANISATION: &str = "2.5.4.10";

/// Base64 as it is found: with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes base64, blanks and line ends left out.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64.decode(text).ok()
}

/// The first certificate in a text, which is that of the server; those of authorities follow.
pub(crate) fn first(text: &str) -> Option<Certificate> {
    let (_, after) = text.split_once(BEGIN)?;
    let (body, _) = after.split_once(END)?;
    read(&from_base64(body)?)
}

fn read(der: &[u8]) -> Option<Certificate> {
    let certificate = x509_cert::Certificate::from_der(der).ok()?.tbs_certificate;
    let named: Vec<String> = match certificate.get::<SubjectAltName>() {
        Ok(Some((_, SubjectAltName(names)))) => names.iter().filter_map(general_name).collect(),
        _ => Vec::new(),
    };
    let subject = attribute(&certificate.subject, COMMON_NAME);
    let main = subject.or_else(|| named.first().cloned()).unwrap_or_default();
    let issuer = &certificate.issuer;
    let of = [attribute(issuer, ORGANISATION), attribute(issuer, COMMON_NAME)];
    Some(Certificate {
        sans: named.into_iter().filter(|name| *name != main).collect(),
        main,
        issuer: of.into_iter().flatten().collect::<Vec<_>>().join(", "),
        not_before: moment(certificate.validity.not_before),
        not_after: moment(certificate.validity.not_after),
    })
}

fn moment(time: Time) -> Timestamp {
    Timestamp(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}

fn general_name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
        GeneralName::IpAddress(bytes) => {
            let bytes = bytes.as_bytes();
            let v4 = || <[u8; 4]>::try_from(bytes).ok().map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes)));
            let v6 = || <[u8; 16]>::try_from(bytes).ok().map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes)));
            v4().or_else(v6).map(|address| address.to_string())
        }
        _ => None,
    }
}

fn attribute(name: &RdnSequence, oid: &str) -> Option<String> {
    let attributes = name.0.iter().flat_map(|set| set.0.iter());
    attributes.filter(|one| one.oid.to_string() == oid).find_map(|one| match one.value.tag() {
        Tag::Utf8String => {
            one.value.decode_as::<Utf8StringRef<'_>>().ok().map(|text| text.as_str().to_owned())
        }
        Tag::PrintableString => {
            one.value.decode_as::<PrintableStringRef<'_>>().ok().map(|text| text.as_str().to_owned())
        }
        _ => None,
    })
}
