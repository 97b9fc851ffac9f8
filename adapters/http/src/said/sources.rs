//! The texts in the program's sources: as much of Rust as it takes to find them.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::BTreeSet,
    fs,
    iter::Peekable,
    path::{Path, PathBuf},
    str::Chars,
};

/// A text of the program, with a control character for what is put into it.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) file: PathBuf,
    pub(super) line: String,
    /// Whether it is what an error says.
    pub(super) is_error: bool,
}

/// What stands for whatever is put into a text.
pub(super) const VARIES: char = '\u{1}';

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    /// With whether it follows at once.
    Sign(char, bool),
}

/// The texts in the sources of these folders, without those of tests, of the log and of programmers.
pub(super) fn texts(folders: &[&str]) -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut texts, mut of_tests) = (Vec::new(), BTreeSet::new());
    for folder in folders {
        gather(&root.join(folder), Path::new(folder), &mut texts, &mut of_tests);
    }
    let is_test = |text: &Text| {
        text.file.iter().any(|part| of_tests.contains(part.to_str().unwrap().trim_end_matches(".rs")))
    };
    texts.retain(|text| !is_test(text));
    texts
}

fn gather(folder: &Path, shown: &Path, texts: &mut Vec<Text>, of_tests: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let shown = shown.join(name);
        if path.is_dir() {
            gather(&path, &shown, texts, of_tests);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let tokens = tokens(&fs::read_to_string(&path).unwrap());
            let mut reader = Reader { tokens: &tokens, at: 0, texts: Vec::new(), of_tests: Vec::new() };
            reader.read();
            let found = reader.texts.into_iter();
            texts.extend(found.map(|(line, is_error)| Text { file: shown.clone(), line, is_error }));
            of_tests.extend(reader.of_tests);
        }
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    texts: Vec<(String, bool)>,
    /// Modules that are files of their own and only there for tests.
    of_tests: Vec<String>,
}

impl Reader<'_> {
    fn ahead(&self, steps: usize) -> Option<&Token> {
        self.tokens.get(self.at + steps)
    }

    fn is_sign(&self, steps: usize, sign: char) -> bool {
        matches!(self.ahead(steps), Some(Token::Sign(found, _)) if *found == sign)
    }

    fn is_word(&self, steps: usize, word: &str) -> bool {
        matches!(self.ahead(steps), Some(Token::Word(found)) if found == word)
    }

    fn read(&mut self) {
        while let Some(token) = self.ahead(0) {
            match token {
                Token::Sign('#', _) if self.is_sign(1, '[') => self.attribute(),
                Token::Sign('#', _) if self.is_sign(1, '!') => {
                    self.at += 2;
                    self.pass_over();
                }
                Token::Sign('.', _) if self.is_word(1, "expect") && self.is_sign(2, '(') => {
                    self.at += 2;
                    self.pass_over();
                }
                Token::Word(word) if matches!(self.ahead(1), Some(Token::Sign('!', true))) => {
                    let word = word.clone();
                    self.invocation(&word);
                }
                Token::Text(text) => {
                    let is_pattern = (self.is_sign(1, '=') && self.is_sign(2, '>'))
                        || (self.is_sign(1, '|') && !self.is_sign(2, '|'));
                    if !is_pattern {
                        self.texts.push((text.clone(), false));
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
    }

    fn attribute(&mut self) {
        let start = self.at;
        self.at += 1;
        self.pass_over();
        let inside = self.tokens.get(start + 2..self.at - 1).unwrap_or_default();
        let is = |word: &str| inside.contains(&Token::Word(word.to_owned()));
        if let [Token::Word(name), _, Token::Text(text), ..] = inside
            && name == "error"
        {
            self.texts.push((shape(text), true));
        } else if (is("cfg") && (is("test") || inside.contains(&Token::Text("test-support".to_owned()))))
            || inside == [Token::Word("test".to_owned())]
        {
            let steps = usize::from(self.is_word(0, "pub"));
            if self.is_word(steps, "mod")
                && self.is_sign(steps + 2, ';')
                && let Some(Token::Word(name)) = self.ahead(steps + 1)
            {
                self.of_tests.push(name.clone());
            }
            // What it is for, to the end of its block or its semicolon.
            while self.ahead(0).is_some() && !self.is_sign(0, ';') && !self.is_sign(0, '{') {
                if self.is_sign(0, '(') || self.is_sign(0, '[') { self.pass_over() } else { self.at += 1 }
            }
            self.pass_over();
        }
    }

    fn invocation(&mut self, name: &str) {
        self.at += 2;
        match name {
            "vec" | "matches" => {}
            "format" | "format_args" | "write" | "writeln" => {
                while !matches!(self.ahead(0), None | Some(Token::Text(_))) {
                    self.at += 1;
                }
                if let Some(Token::Text(text)) = self.ahead(0) {
                    let shape = shape(text);
                    self.texts.push((shape, false));
                    self.at += 1;
                }
            }
            _ => {
                while self.ahead(0).is_some_and(|token| matches!(token, Token::Word(_))) {
                    self.at += 1;
                }
                self.pass_over();
            }
        }
    }

    /// Goes to what follows the brackets that begin here.
    fn pass_over(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.ahead(0) {
            match token {
                Token::Sign('(' | '[' | '{', _) => depth += 1,
                Token::Sign(')' | ']' | '}', _) => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }
}

/// A format string with what varies as a control character.
fn shape(format: &str) -> String {
    let (mut line, mut letters) = (String::new(), format.chars().peekable());
    while let Some(letter) = letters.next() {
        match letter {
            '{' | '}' if letters.next_if_eq(&letter).is_some() => line.push(letter),
            '{' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                if inside.ends_with(":?") {
                    line.extend(['"', VARIES, '"']);
                } else {
                    line.push(VARIES);
                }
            }
            letter => line.push(letter),
        }
    }
    line
}

fn tokens(code: &str) -> Vec<Token> {
    let (mut tokens, mut rest, mut has_gap) = (Vec::new(), code.chars().peekable(), true);
    while let Some(letter) = rest.next() {
        match letter {
            '/' if rest.next_if_eq(&'/').is_some() => {
                rest.by_ref().find(|letter| *letter == '\n');
            }
            '"' => tokens.push(Token::Text(text(&mut rest))),
            '\'' => character(&mut rest),
            letter if letter.is_alphanumeric() || letter == '_' => {
                let mut word = String::from(letter);
                word.extend(std::iter::from_fn(|| {
                    rest.next_if(|letter| letter.is_alphanumeric() || *letter == '_')
                }));
                if word == "r" && begins_raw(&rest) {
                    tokens.push(Token::Text(raw(&mut rest)));
                } else if word == "b" && rest.next_if_eq(&'"').is_some() {
                    text(&mut rest);
                } else {
                    tokens.push(Token::Word(word));
                }
            }
            letter if letter.is_whitespace() => {}
            sign => tokens.push(Token::Sign(sign, !has_gap)),
        }
        has_gap = letter.is_whitespace();
    }
    tokens
}

/// A literal's text, behind the quotation mark.
fn text(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(letter) = rest.next() {
        match letter {
            '"' => return text,
            '\\' => match rest.next().unwrap() {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'u' => {
                    let code: String = rest.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                'x' => text.push(VARIES),
                '\n' => while rest.next_if(|letter| letter.is_whitespace()).is_some() {},
                letter => text.push(letter),
            },
            letter => text.push(letter),
        }
    }
    text
}

/// Whether it is a raw literal and no raw name.
fn begins_raw(rest: &Peekable<Chars<'_>>) -> bool {
    rest.clone().find(|letter| *letter != '#') == Some('"')
}

/// A raw literal's text, behind the letter.
fn raw(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut end = String::from("\"");
    while rest.next_if_eq(&'#').is_some() {
        end.push('#');
    }
    rest.next();
    let mut text = String::new();
    while !text.ends_with(&end) {
        text.push(rest.next().unwrap());
    }
    text.truncate(text.len() - end.len());
    text
}

/// A character or a lifetime, behind the quotation mark.
fn character(rest: &mut Peekable<Chars<'_>>) {
    match rest.next() {
        Some('\\') => {
            rest.next();
            rest.find(|letter| *letter == '\'');
        }
        Some(_) => {
            rest.next_if_eq(&'\'');
        }
        None => {}
    }
}
