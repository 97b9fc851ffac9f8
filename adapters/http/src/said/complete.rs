//! Nothing that the program says is forgotten, and nothing is in the catalogues that it does not say any more.

use std::collections::BTreeSet;

use super::{
    Arguments, Known, Looking, arguments,
    sources::{self, Text, VARIES},
};
use crate::words::{Language, SAID};

/// Where the program's sentences are.
const SOURCES: &[&str] = &[
    "core/src",
    "adapters/crypto/src",
    "adapters/git/src",
    "adapters/http/src",
    "adapters/oidc/src",
    "adapters/restart/src",
    "adapters/storage-fs/src",
    "adapters/toml/src",
    "adapters/traefik-api/src",
    "adapters/traefik-files/src",
    "adapters/webhook/src",
    "adapters/yaml/src",
];
/// So many words make a sentence.
const WORDS: usize = 3;

/// So few letters tell nothing of where a sentence is from.
const LEAST: usize = 3;

/// What is no sentence that a page shows, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "what programs are answered when something is done or asked, which pages say by themselves",
        "the password is changed
        the old static configuration comes back, and Traefik is restarted with it
        The clock of this machine is wrong by years, so nobody is let in; set it and try again.
        this is what would be written; nothing was
        written, not confirmed: Traefik's API does not show what was changed
        written, not confirmed: templates make up the file, so nobody but Traefik knows what becomes of it, and ten seconds later its API shows no difference; whether it took the file, only its log tells. Unless the change is kept, or a later one shows that Traefik goes on taking changes, it puts itself back
        the key is revoked
        the backup is deleted
        the backup is restored
        the configuration is backed up
        the groups are saved
        the tile is saved
        commit zz is pushed
        the files of the commit are restored
        the repository has everything already
        the copy is pushed
        the change is kept
        the change is undone
        the choice is kept in this browser
        the peer is a trusted proxy, so what it says of the client counts
        the peer is no trusted proxy (TRUSTED_PROXIES), so what it says does not count
        the peer is the client
        the peer is trusted, and says of no other client
        middleware `zz` is deleted
        middleware `zz` is saved
        all notifications are deleted
        the notification is deleted
        the zz is saved
        single sign-on is saved
        the plugin is in the configuration; Traefik loads it when it is restarted
        the plugin is taken out of the configuration; Traefik forgets it when it is restarted
        the route is saved
        route `zz` is as asked already
        route `zz` is deleted
        route `zz` is saved
        the route to this program is saved
        all other sessions are ended
        the session is ended
        go on with the route
        the connection is saved
        enter the one-time code
        the static configuration is saved; Traefik reads it when it is restarted
        nothing is pending
        the change is kept among the pending ones; nothing is written yet
        the pending changes are carried over
        the pending changes are discarded
        the template is deleted
        the template is saved",
    ),
    (
        "what the program says when it starts, or on the command line",
        "no key follows from an empty session key
        the encryption key (OTP_ENCRYPTION_KEY or .otp_key) is not a Fernet key, which has 44 characters of URL-safe base64; restore the key that the stored secrets were written with
        the session key is empty; set SECRET_KEY or remove the empty .secret_key
        the session key: zz
        a socket is named by its whole path, such as unix:///var/run/docker.sock
        after tcp:// there must be a host and a port, and nothing else
        it must begin with tcp:// or unix://; an engine behind TLS or SSH needs a socket proxy beside it
        its port must be a number from 1 to 65535
        it is empty; restore it from a backup, or remove it to have a new one made
        it is not a key; restore it from a backup
        zz has mode zz, so others can look into it; set it to zz
        TLS cannot be set up for Traefik's API: zz
        TLS cannot be set up for webhooks: zz
        This program can do everything that the container engine can, which is to be root on the host. Use a socket proxy instead where you can.
        This program can do with the container engine what the proxy in between lets through. traefik-manager-socket-proxy lets it look at one container and restart it, and nothing else; a proxy that allows POST and CONTAINERS as a whole lets it become root on the host.
        This program can write one file and has no access to the container engine. Traefik's health check finds the file and ends Traefik, and the engine starts it again.",
    ),
    (
        "the audit trail's own words, for which pages have theirs",
        "edited on disk
        not confirmed: Traefik's API shows nothing by which it could be told
        on trial until zz UTC
        at the identity provider
        behind another guard
        by the identity provider
        change identity provider
        make API key
        make recovery codes
        refuse API key
        revoke API key
        switch off second factor
        switch on second factor
        use recovery code
        with password and code
        zz more since zz UTC",
    ),
    (
        "what `audit verify` finds",
        "find head.json of the audit trail missing
        the entry before this line is missing
        the head file is missing or broken: whether entries were cut off the end cannot be told
        the line does not belong here: it was moved or added
        the line is no entry of the audit trail
        the line was changed after it was written
        the newest entry was cut off the end
        the newest zz entries were cut off the end
        the zz entries before this line are missing",
    ),
    (
        "names, configuration and patterns, and what is sent elsewhere",
        r#"could not read Username
        A program over HTTP
        A server that takes updates (RFC 2136)
        A server that takes updates, up to Traefik 3.6
        Akamai Edge DNS
        Alibaba Cloud DNS
        DNS Made Easy
        Gandi, of old
        Google Cloud DNS
        Open Telekom Cloud
        Selectel, of old
        Tencent Cloud DNS
        cPanel and WHM
        zstd
        default-src 'none'; sandbox; frame-ancestors 'none'
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        certificates:
        clientAuth:
        defaultCertificate:
        defaultGeneratedCert:
        forwardingTimeouts:
        minVersion: VersionTLS12
        # The settings of Traefik Manager. Comments and keys that it does not know are kept.
        - {msg: "zz", ts: 'zz', type: zz}
        \ No newline at end of file
        This is a test of Traefik Manager's notifications.
        Traefik Manager - zz UTC
        Mac OS X
        Any C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square
        alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit"#,
    ),
    (
        "what only the log tells",
        "a handler panicked
        the provider's address is no header
        the lock on changes
        it has no header
        it is too long
        it is too short
        its content is damaged
        its header is damaged
        it has version zz
        a change of the settings was not made: zz
        the file would not say what it should
        a file was changed by somebody else after a write was interrupted
        a file was changed by somebody else in the middle of a write
        nothing but comments
        it wrote a text and told no revision",
    ),
];

/// What begins their ids says other programs' sentences, which ours passes on.
const OF_OTHERS: [&str; 4] = ["said-glue-toml-", "said-os-", "said-toml-", "said-traefik-"];

/// A line with something in the place of what varies.
fn sample(line: &str) -> String {
    let mut text = String::new();
    for letter in line.chars() {
        if letter.is_control() && !letter.is_whitespace() { text.push_str("zz") } else { text.push(letter) }
    }
    text
}

fn is_sentence(text: &Text) -> bool {
    let words = text.line.split([' ', '\n', VARIES]).filter(|word| {
        let word = word.trim_matches(|letter: char| ".,:;()".contains(letter));
        !word.is_empty() && word.chars().all(|letter| letter.is_alphabetic() || letter == '\'')
    });
    words.count() >= if text.is_error { 1 } else { WORDS }
}

/// Whether nothing of a text would stay English.
fn is_said(known: &Known, text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    if words.all(|word| word.len() < 2 || word == "zz") {
        return true;
    }
    let are_said = |found: Arguments<'_>| found.iter().flatten().all(|part| is_said(known, part));
    if let Some((_, found)) = Looking::new(known, Language::english()).find(text) {
        return are_said(found);
    }
    known.patterns.iter().take(known.glue).any(|glue| {
        let joints = (0..super::MOST_JOINTS).map_while(|joint| arguments(glue.lines[0], text, joint));
        joints.into_iter().any(are_said)
    })
}

/// A text with something in the place of what is in backticks.
fn without_names(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { "zz" } else { part });
    parts.collect::<Vec<_>>().join("`")
}

/// Whether a text is a part of a longer line, which the program puts together.
fn is_part(text: &str) -> bool {
    SAID[0].lines().any(|line| sample(line).contains(text.trim()))
}

#[test]
fn every_sentence_of_the_program_is_said_in_every_language() {
    let known = Known::all();
    let texts = sources::texts(SOURCES);
    assert!(texts.len() > 5_000, "{}", texts.len());
    let excepted: BTreeSet<&str> =
        EXCEPTIONS.iter().flat_map(|(_, lines)| lines.lines()).map(str::trim).collect();
    let (mut forgotten, mut met) = (BTreeSet::new(), BTreeSet::new());
    for text in texts.iter().filter(|text| is_sentence(text)) {
        let sample = sample(&text.line);
        let first = sample.trim().lines().next().unwrap_or_default();
        if let Some(exception) = excepted.get(first) {
            met.insert(*exception);
        } else if !is_said(known, &sample) && !is_said(known, &without_names(&sample)) && !is_part(&sample) {
            forgotten.insert(format!("{}: {sample:?}", text.file.display()));
        }
    }
    assert!(forgotten.is_empty(), "{}", forgotten.into_iter().collect::<Vec<_>>().join("\n"));
    let left: Vec<_> = excepted.difference(&met).collect();
    assert!(left.is_empty(), "these are no sentences of the program: {left:#?}");
}

#[test]
fn every_sentence_of_the_catalogues_is_the_programs() {
    let texts = sources::texts(SOURCES);
    let patterns: Vec<String> = texts.iter().filter_map(|text| numbered(&text.line)).collect();
    let others: BTreeSet<String> = include_str!("../../lang/en.ftl")
        .lines()
        .filter(|line| OF_OTHERS.iter().any(|prefix| line.starts_with(prefix)))
        .filter_map(|line| line.split_once(" = "))
        .map(|(_, text)| of_catalogue(text))
        .collect();
    let all = texts.iter().fold(String::new(), |all, text| all + &text.line + "\n").to_lowercase();
    let has = |part: &str| all.contains(&part.trim_matches([' ', '`']).to_lowercase());
    let is_there = |line: &str| {
        let sample = sample(line);
        others.contains(&sample)
            || line.split(char::is_control).all(|piece| is_made_of(piece, &has))
            || patterns.iter().any(|pattern| arguments(pattern, &sample, 0).is_some())
    };
    let dead: Vec<&str> = SAID[0].lines().filter(|line| !is_there(line)).collect();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

/// Whether a piece is in the sources, or put together of two or more that are.
fn is_made_of(piece: &str, has: &impl Fn(&str) -> bool) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric();
    // The longest first: short ones are everywhere, and each would be tried with all that may follow it.
    let mut ends =
        piece.char_indices().skip(1).collect::<Vec<_>>().into_iter().rev().filter(|(at, letter)| {
            let before = piece.get(..*at).and_then(|before| before.chars().next_back());
            !before.is_some_and(is_word) || !is_word(*letter)
        });
    has(piece) || ends.any(|(at, _)| has(&piece[..at]) && is_made_of(&piece[at..], has))
}

/// A text as a pattern whose arguments are all different; `None` where it has hardly a word of its own.
fn numbered(text: &str) -> Option<String> {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let mut number = 0;
    let line = text.chars().map(|letter| {
        if letter == VARIES {
            number += 1;
            char::from(number)
        } else {
            letter
        }
    });
    let line: String = line.collect();
    (letters >= LEAST && usize::from(number) <= super::MOST_ARGUMENTS && number > 0).then_some(line)
}

/// A catalogue's text with something in the place of what varies.
fn of_catalogue(text: &str) -> String {
    text.split("{ $").enumerate().fold(String::new(), |all, (at, part)| match part.split_once(" }") {
        Some((_, after)) if at > 0 => all + "zz" + after,
        _ => all + part,
    })
}
