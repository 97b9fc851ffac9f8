//! The grammar of templates, as Go's parser takes it: the same words in the same order, refused at the same places.

use std::{collections::HashMap, ops::Range};

use super::{
    Mistake, What,
    certain::{self, Operand},
    lex::{Kind, Lexer, Token},
    literal, shown,
};
use crate::check::version::TraefikVersion;

/// How deep actions and parentheses may be nested; what is deeper is not judged.
const MAX_DEPTH: usize = 128;

/// What keeps Traefik from running the templates of a text: all that can be told apart, in the order of the text.
pub(super) fn mistakes(text: &str, version: TraefikVersion) -> Vec<Mistake> {
    let mut parser = Parser {
        text,
        version,
        lexer: Lexer::new(text),
        ahead: Vec::new(),
        variables: vec!["$"],
        ranges: 0,
        depth: 0,
        is_certain: true,
        defined: HashMap::new(),
        called: Vec::new(),
        mistakes: Vec::new(),
        failures: Vec::new(),
    };
    if parser.file().is_ok() {
        parser.unknown_calls();
    }
    let Parser { mut mistakes, failures, .. } = parser;
    if mistakes.is_empty() {
        mistakes = failures;
    }
    mistakes.sort_by_key(|mistake| mistake.span.start);
    mistakes
}

/// Nothing behind this place can be judged.
pub(super) struct Stop;

pub(super) type Step<T = ()> = Result<T, Stop>;

/// What ended a list of actions.
enum Ended {
    End,
    Else,
}

/// Where the reading is, and what it has found.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    version: TraefikVersion,
    lexer: Lexer<'a>,
    /// Words that were looked at, the next one last.
    pub(super) ahead: Vec<Token>,
    /// Those that are declared here, the innermost last.
    pub(super) variables: Vec<&'a str>,
    /// How many loops this is in.
    ranges: usize,
    depth: usize,
    /// Whether what stands here is run whenever the file is.
    pub(super) is_certain: bool,
    /// The templates of the file, and whether they hold anything.
    defined: HashMap<String, bool>,
    called: Vec<(String, Range<usize>)>,
    pub(super) mistakes: Vec<Mistake>,
    /// What fails only when it is run, which nothing is while there are mistakes.
    failures: Vec<Mistake>,
}

impl<'a> Parser<'a> {
    pub(super) fn told(&mut self, span: Range<usize>, what: impl Into<String>) {
        self.mistakes.push(Mistake { span, what: What::Other(what.into()) });
    }

    /// What stands here fails if it is run for certain.
    pub(super) fn failed(&mut self, span: Range<usize>, what: impl Into<String>) {
        if self.is_certain {
            self.failures.push(Mistake { span, what: What::Other(what.into()) });
        }
    }

    pub(super) fn fails<T>(&mut self, span: Range<usize>, what: impl Into<String>) -> Step<T> {
        self.told(span, what);
        Err(Stop)
    }

    pub(super) fn unexpected<T>(&mut self, token: Token) -> Step<T> {
        let what = match token.kind {
            Kind::Wrong(what) => what.to_owned(),
            Kind::End => "is never closed with `}}`".to_owned(),
            Kind::Close => "ends where something is missing".to_owned(),
            // It may be a secret.
            Kind::Quoted | Kind::Character => "has a text where it cannot stand".to_owned(),
            _ => format!("has `{}` where it cannot stand", shown(self.words(&token).trim())),
        };
        self.fails(token.span, what)
    }

    pub(super) fn words(&self, token: &Token) -> &'a str {
        self.text.get(token.span.clone()).unwrap_or_default()
    }

    pub(super) fn next(&mut self) -> Token {
        self.ahead.pop().unwrap_or_else(|| self.lexer.next())
    }

    pub(super) fn next_word(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    pub(super) fn back(&mut self, token: Token) {
        self.ahead.push(token);
    }

    pub(super) fn peek(&mut self) -> Kind {
        let token = self.next();
        let kind = token.kind;
        self.back(token);
        kind
    }

    pub(super) fn peek_word(&mut self) -> Kind {
        let token = self.next_word();
        let kind = token.kind;
        self.back(token);
        kind
    }

    fn takes_keyword(&mut self, name: &str) -> bool {
        let token = self.next_word();
        let is_it = token.kind == Kind::Keyword && self.words(&token) == name;
        if !is_it {
            self.back(token);
        }
        is_it
    }

    fn close(&mut self) -> Step {
        match self.next_word() {
            token if token.kind == Kind::Close => Ok(()),
            token => self.unexpected(token),
        }
    }

    pub(super) fn deeper<T>(&mut self, step: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        if self.depth == MAX_DEPTH {
            return Err(Stop);
        }
        self.depth += 1;
        let done = step(self);
        self.depth -= 1;
        done
    }

    /// A part that is not run for certain.
    fn perhaps<T>(&mut self, step: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        let before = std::mem::replace(&mut self.is_certain, false);
        let done = step(self);
        self.is_certain = before;
        done
    }

    fn file(&mut self) -> Step {
        loop {
            let token = self.next();
            match token.kind {
                Kind::End => return Ok(()),
                Kind::Text => {}
                Kind::Open if self.takes_keyword("define") => self.definition(token.span)?,
                Kind::Open => match self.action(token.span.clone())? {
                    None => {}
                    Some(Ended::End) => return self.fails(token.span, "has an `end` too many"),
                    Some(Ended::Else) => return self.fails(token.span, "has an `else` too many"),
                },
                _ => return self.unexpected(token),
            }
        }
    }

    /// All up to the `end` or `else` that belongs to an action, and whether there was anything.
    fn list(&mut self, opened: &Range<usize>) -> Step<(Ended, bool)> {
        let mut has_content = false;
        loop {
            let token = self.next();
            match token.kind {
                Kind::End => return self.fails(opened.clone(), "is never ended with `{{ end }}`"),
                Kind::Text => has_content |= !self.words(&token).trim().is_empty(),
                Kind::Open => match self.action(token.span)? {
                    None => has_content = true,
                    Some(ended) => return Ok((ended, has_content)),
                },
                _ => return self.unexpected(token),
            }
        }
    }

    /// One action behind its `{{`.
    fn action(&mut self, span: Range<usize>) -> Step<Option<Ended>> {
        let token = self.next_word();
        let keyword = if token.kind == Kind::Keyword { self.words(&token) } else { "" };
        match keyword {
            "if" | "with" | "range" => self.control(keyword, &span)?,
            "block" => self.block(&span)?,
            "template" => self.call()?,
            "break" | "continue" => {
                self.close()?;
                if self.ranges == 0 {
                    return self.fails(token.span, format!("has a `{keyword}` outside of `range`"));
                }
            }
            "end" => {
                self.close()?;
                return Ok(Some(Ended::End));
            }
            "else" => {
                let next = self.next_word();
                let goes_on = next.kind == Kind::Keyword && matches!(self.words(&next), "if" | "with");
                if next.kind != Kind::Close && !goes_on {
                    return self.unexpected(next);
                }
                if goes_on {
                    self.back(next);
                }
                return Ok(Some(Ended::Else));
            }
            _ => {
                self.back(token);
                self.pipeline(Kind::Close, false)?;
            }
        }
        Ok(None)
    }

    fn control(&mut self, keyword: &'a str, span: &Range<usize>) -> Step {
        let declared = self.variables.len();
        let is_loop = keyword == "range";
        let only = self.pipeline(Kind::Close, is_loop)?;
        if let Some((operand, place)) = only.filter(|_| is_loop) {
            // From 3.4 on, a whole number is as many rounds, of which there is one thing to tell.
            let is_counted = self.version.minor() >= 4
                && self.variables.len() < declared + 2
                && self.text.get(place.clone()).is_some_and(literal::is_whole);
            if certain::is_no_list(&operand) || (operand == Operand::Number && !is_counted) {
                self.failed(place, "ranges over what is no list");
            }
        }
        self.deeper(|parser| parser.perhaps(|parser| parser.branches(keyword, span)))?;
        self.variables.truncate(declared);
        Ok(())
    }

    fn branches(&mut self, keyword: &'a str, span: &Range<usize>) -> Step {
        let is_loop = keyword == "range";
        self.ranges += usize::from(is_loop);
        let (ended, _) = self.list(span)?;
        self.ranges -= usize::from(is_loop);
        if matches!(ended, Ended::End) {
            return Ok(());
        }
        // `else if` needs no `end` of its own.
        let goes_on = keyword == "if" || (keyword == "with" && self.version.minor() >= 2);
        if goes_on && self.takes_keyword(keyword) {
            return self.control(keyword, span);
        }
        match self.list(span)?.0 {
            Ended::End => Ok(()),
            Ended::Else => self.fails(span.clone(), "has two `else`"),
        }
    }

    fn definition(&mut self, span: Range<usize>) -> Step {
        let name = self.name()?;
        self.close()?;
        self.body(name, &span)
    }

    fn block(&mut self, span: &Range<usize>) -> Step {
        let name = self.name()?;
        self.pipeline(Kind::Close, false)?;
        self.body(name, span)
    }

    /// A template of its own: nothing of what is around it holds in it.
    fn body(&mut self, name: String, span: &Range<usize>) -> Step {
        let variables = std::mem::replace(&mut self.variables, vec!["$"]);
        let ranges = std::mem::take(&mut self.ranges);
        let (ended, has_content) = self.deeper(|parser| parser.perhaps(|parser| parser.list(span)))?;
        if matches!(ended, Ended::Else) {
            return self.fails(span.clone(), "has an `else` too many");
        }
        (self.variables, self.ranges) = (variables, ranges);
        let had_content = self.defined.get(&name).copied().unwrap_or_default();
        if has_content && had_content {
            return self.fails(span.clone(), format!("defines `{}` a second time", shown(&name)));
        }
        self.defined.insert(name, has_content || had_content);
        Ok(())
    }

    fn call(&mut self) -> Step {
        let place = self.next_word();
        let span = place.span.clone();
        self.back(place);
        let name = self.name()?;
        if self.is_certain {
            self.called.push((name, span));
        }
        if self.peek_word() == Kind::Close {
            return self.close();
        }
        self.pipeline(Kind::Close, false).map(drop)
    }

    fn unknown_calls(&mut self) {
        for (name, span) in std::mem::take(&mut self.called) {
            if !self.defined.contains_key(&name) {
                self.failed(
                    span,
                    format!("calls the template `{}`, which the file does not define", shown(&name)),
                );
            }
        }
    }

    fn name(&mut self) -> Step<String> {
        let token = self.next_word();
        match literal::text(self.words(&token)) {
            Some(name) if token.kind == Kind::Quoted => Ok(name),
            None if token.kind == Kind::Quoted => self.bad_text(token.span),
            _ => self.unexpected(token),
        }
    }
}
