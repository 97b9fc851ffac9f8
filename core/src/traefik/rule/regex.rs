//! Whether Go's `regexp` can read an expression: the syntax of RE2 as `regexp/syntax` (Go 1.26) checks it.
//!
//! Nothing is matched here. A reader for Rust's own expressions would not do: the two languages differ in
//! escapes, groups, classes and limits.

/// Go's limits keep programs small; this one keeps every expression below them.
const MAX_BYTES: usize = 16 * 1024;
/// `maxHeight` of `regexp/syntax`; a group counts for up to three levels.
const MAX_HEIGHT: usize = 1000;
/// The most that nested repetitions may multiply to.
const MAX_REPEAT: usize = 1000;
/// Below `maxSize` of `regexp/syntax`, 3.3 million instructions.
const MAX_SIZE: usize = 3_000_000;

/// What has been read between two parentheses, or at the top.
#[derive(Debug, Default)]
struct Group {
    /// The last thing, which a repetition would repeat; `None` at the start and after `|`.
    last: Option<Item>,
    /// The largest of the things before it.
    most: Item,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    repeat: usize,
    height: usize,
    size: usize,
}

impl Default for Item {
    fn default() -> Self {
        Self { repeat: 1, height: 1, size: 1 }
    }
}

impl Item {
    /// Both side by side.
    fn beside(self, other: Self) -> Self {
        Self {
            repeat: self.repeat.max(other.repeat),
            height: self.height.max(other.height),
            size: self.size.saturating_add(other.size),
        }
    }
}

impl Group {
    fn push(&mut self, item: Item) {
        if let Some(last) = self.last.replace(item) {
            self.most = self.most.beside(last);
        }
    }

    fn whole(self) -> Item {
        let inner = self.last.map_or(self.most, |last| self.most.beside(last));
        Item { height: inner.height + 3, size: inner.size.saturating_add(2), ..inner }
    }
}

/// Reads an expression.
///
/// # Errors
/// In words, what Go would not read.
pub(crate) fn check(text: &str) -> Result<(), String> {
    if text.len() > MAX_BYTES {
        return Err(format!("it is longer than {MAX_BYTES} bytes"));
    }
    let mut reader = Reader { rest: text, open: Vec::new(), group: Group::default() };
    let mut repeated = false;
    while !reader.rest.is_empty() {
        repeated = reader.step(repeated)?;
    }
    if reader.open.is_empty() { Ok(()) } else { Err("a parenthesis is not closed".to_owned()) }
}

struct Reader<'a> {
    rest: &'a str,
    open: Vec<Group>,
    group: Group,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn take_if(&mut self, prefix: &str) -> bool {
        self.rest.strip_prefix(prefix).map(|rest| self.rest = rest).is_some()
    }

    /// Reads one thing; says whether it was a repetition, which may not follow another.
    fn step(&mut self, repeated: bool) -> Result<bool, String> {
        if let Some((least, most)) = self.repetition()? {
            if repeated {
                return Err("a repetition follows a repetition".to_owned());
            }
            self.take_if("?");
            self.repeat(least, most)?;
            return Ok(true);
        }
        if self.rest.starts_with('\\') {
            self.escape_outside()?;
            return Ok(false);
        }
        match self.take() {
            Some('(') => self.open_group()?,
            Some(')') => {
                let outer = self.open.pop().ok_or("a parenthesis is closed that was never opened")?;
                let inner = std::mem::replace(&mut self.group, outer).whole();
                if inner.height > MAX_HEIGHT {
                    return Err("it nests too deeply".to_owned());
                }
                self.group.push(inner);
            }
            Some('|') => {
                self.group.push(Item::default());
                if let Some(last) = self.group.last.take() {
                    self.group.most = self.group.most.beside(last);
                }
            }
            Some('[') => {
                self.class()?;
                self.group.push(Item::default());
            }
            _ => self.group.push(Item::default()),
        }
        Ok(false)
    }

    /// `*`, `+`, `?`, `{2}`, `{2,}` or `{2,5}`, if one stands here. Other braces stand for themselves.
    fn repetition(&mut self) -> Result<Option<(usize, Option<usize>)>, String> {
        let simple = match self.rest.as_bytes().first() {
            Some(b'*') => Some((0, None)),
            Some(b'+') => Some((1, None)),
            Some(b'?') => Some((0, Some(1))),
            _ => None,
        };
        if let Some(range) = simple {
            self.take();
            return Ok(Some(range));
        }
        let Some((inside, rest)) = self.rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
            return Ok(None);
        };
        let range = match inside.split_once(',') {
            None => number(inside).map(|count| (count, Some(count))),
            Some((least, "")) => number(least).map(|least| (least, None)),
            Some((least, most)) => number(least).zip(number(most)).map(|(least, most)| (least, Some(most))),
        };
        let Some((least, most)) = range else { return Ok(None) };
        self.rest = rest;
        if least > MAX_REPEAT || most.is_some_and(|most| most > MAX_REPEAT || most < least) {
            return Err(format!("the repetition {{{inside}}} is not possible"));
        }
        Ok(Some((least, most)))
    }

    fn repeat(&mut self, least: usize, most: Option<usize>) -> Result<(), String> {
        let item = self.group.last.ok_or("there is nothing to repeat")?;
        let times = most.unwrap_or(least);
        let product = if most == Some(0) { 1 } else { item.repeat.saturating_mul(times.max(1)) };
        if product > MAX_REPEAT && times >= 2 {
            return Err(format!("nested repetitions repeat more than {MAX_REPEAT} times"));
        }
        let size = item.size.saturating_mul(times.max(1)).saturating_add(times.saturating_add(2));
        if size > MAX_SIZE || item.height >= MAX_HEIGHT {
            return Err("it is too large".to_owned());
        }
        self.group.last = Some(Item { repeat: product, height: item.height + 1, size });
        Ok(())
    }

    /// After `(`: a plain group, a named one, one with flags, or flags alone.
    fn open_group(&mut self) -> Result<(), String> {
        if self.take_if("?P<") || self.take_if("?<") {
            let (name, rest) = self.rest.split_once('>').ok_or("the name of a group does not end")?;
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return Err(format!("`{name}` is no name for a group"));
            }
            self.rest = rest;
        } else if self.take_if("?") && !self.flags()? {
            return Ok(());
        }
        self.open.push(std::mem::take(&mut self.group));
        Ok(())
    }

    /// Reads `i-s:` or `i-s)`; says whether a group begins.
    fn flags(&mut self) -> Result<bool, String> {
        let (mut minus, mut after_minus) = (false, false);
        loop {
            match self.take() {
                Some('i' | 'm' | 's' | 'U') => after_minus = minus,
                Some('-') if !minus => minus = true,
                Some(':') if minus == after_minus => return Ok(true),
                Some(')') if minus == after_minus => return Ok(false),
                _ => return Err("(? is followed by something that Go does not know".to_owned()),
            }
        }
    }

    fn escape_outside(&mut self) -> Result<(), String> {
        if self.take_if("\\Q") {
            let (text, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            self.rest = rest;
            for _ in text.chars() {
                self.group.push(Item::default());
            }
            return Ok(());
        }
        let anchor = ["\\A", "\\b", "\\B", "\\z"].into_iter().any(|anchor| self.take_if(anchor));
        if !anchor && !self.class_escape()? {
            self.character_escape()?;
        }
        self.group.push(Item::default());
        Ok(())
    }

    /// `\d` and its like, or `\p{Greek}`, if one stands here.
    fn class_escape(&mut self) -> Result<bool, String> {
        if ["\\d", "\\D", "\\s", "\\S", "\\w", "\\W"].into_iter().any(|class| self.take_if(class)) {
            return Ok(true);
        }
        if !self.take_if("\\p") && !self.take_if("\\P") {
            return Ok(false);
        }
        let whole = self.rest;
        let name = match self.take() {
            Some('{') => {
                let (name, rest) = self.rest.split_once('}').ok_or("\\p{ is not closed")?;
                self.rest = rest;
                name.strip_prefix('^').unwrap_or(name)
            }
            Some(c) => whole.get(..c.len_utf8()).unwrap_or_default(),
            None => "",
        };
        if UNICODE.split_ascii_whitespace().any(|known| known == name) {
            Ok(true)
        } else {
            Err(format!("`{name}` is no class of characters"))
        }
    }

    /// A backslash and what it escapes: one character.
    fn character_escape(&mut self) -> Result<char, String> {
        self.take();
        let c = self.take().ok_or("it ends with a backslash")?;
        let wrong = || format!("\\{c} means nothing to Go");
        match c {
            'a' => Ok('\x07'),
            'f' => Ok('\x0c'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\x0b'),
            'x' => self.hexadecimal().and_then(char::from_u32).ok_or_else(wrong),
            '0'..='7' => self.octal(c).ok_or_else(wrong),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(c),
            _ => Err(wrong()),
        }
    }

    /// `\0`, or up to three digits of which there must be two; `\1` alone would refer to a group.
    fn octal(&mut self, first: char) -> Option<char> {
        let is_digit = |rest: &str| rest.starts_with(|c: char| ('0'..='7').contains(&c));
        if first != '0' && !is_digit(self.rest) {
            return None;
        }
        let mut value = first.to_digit(8)?;
        for _ in 0..2 {
            if is_digit(self.rest) {
                value = value * 8 + self.take()?.to_digit(8)?;
            }
        }
        char::from_u32(value)
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        if self.take_if("{") {
            let (digits, rest) = self.rest.split_once('}')?;
            self.rest = rest;
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
            return plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
        }
        let (high, low) = (self.take()?.to_digit(16)?, self.take()?.to_digit(16)?);
        Some(high * 16 + low)
    }

    /// After `[`.
    fn class(&mut self) -> Result<(), String> {
        self.take_if("^");
        let mut first = true;
        while first || !self.take_if("]") {
            first = false;
            if let Some((name, rest)) = self.rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) {
                let name = name.strip_prefix('^').unwrap_or(name);
                if !POSIX.split_ascii_whitespace().any(|known| known == name) {
                    return Err(format!("[:{name}:] is no class of characters"));
                }
                self.rest = rest;
                continue;
            }
            if self.class_escape()? {
                continue;
            }
            let low = self.class_character()?;
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() > 1 {
                self.take();
                if self.class_character()? < low {
                    return Err("a range of characters runs backwards".to_owned());
                }
            }
        }
        Ok(())
    }

    fn class_character(&mut self) -> Result<char, String> {
        if self.rest.starts_with('\\') {
            return self.character_escape();
        }
        self.take().ok_or_else(|| "a [ is not closed".to_owned())
    }
}

/// A count without leading zeros; one beyond every limit where it does not fit.
fn number(digits: &str) -> Option<usize> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    (plain && !leading_zero).then(|| digits.parse().unwrap_or(usize::MAX))
}

const POSIX: &str = "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit";

/// The general categories, and the scripts that `unicode.Scripts` of Go 1.26 (Unicode 15) has.
const UNICODE: &str = "Any C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So \
    Z Zl Zp Zs Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali \
    Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham \
    Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra \
    Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati \
    Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited \
    Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi \
    Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani \
    Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui \
    Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari \
    New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian \
    Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong \
    Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian \
    Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le \
    Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai \
    Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square";
