//! From words to a tree, by Go's grammar of expressions.

use super::{
    Expression, Matcher, RuleError,
    matcher::{Kind, Matchers},
    scan::{Scanner, Word},
};

/// How deep parentheses and `!` may nest. Traefik allows more than anybody writes; this keeps the stack small.
const MAX_DEPTH: usize = 100;

pub(super) fn parse(text: &str, matchers: Matchers) -> Result<Expression, RuleError> {
    let mut parser = Parser { scanner: Scanner::new(text), at: 0, word: Word::End, matchers };
    parser.advance()?;
    let expression = parser.any(0)?;
    // Go puts a semicolon at a line break after the last word and lets that one pass, but nothing after it.
    if parser.word == Word::LineEnd {
        let line_end = parser.unexpected("");
        parser.advance()?;
        return if parser.word == Word::End { Ok(expression) } else { Err(line_end) };
    }
    if parser.word == Word::End { Ok(expression) } else { Err(parser.unexpected("&& or ||")) }
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    /// Where the current word starts, in bytes.
    at: usize,
    word: Word,
    matchers: Matchers,
}

impl Parser<'_> {
    fn advance(&mut self) -> Result<Word, RuleError> {
        let (at, word) = self.scanner.next_word()?;
        self.at = at;
        Ok(std::mem::replace(&mut self.word, word))
    }

    fn any(&mut self, depth: usize) -> Result<Expression, RuleError> {
        let first = self.all(depth)?;
        let mut parts = vec![first];
        while self.word == Word::Or {
            self.advance()?;
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, Expression::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, RuleError> {
        let first = self.one(depth)?;
        let mut parts = vec![first];
        while self.word == Word::And {
            self.advance()?;
            parts.push(self.one(depth)?);
        }
        Ok(joined(parts, Expression::All))
    }

    fn one(&mut self, depth: usize) -> Result<Expression, RuleError> {
        if depth > MAX_DEPTH {
            return Err(RuleError::new(self.at, "the rule nests too deeply", "use fewer parentheses"));
        }
        match &self.word {
            Word::Not => {
                self.advance()?;
                Ok(Expression::Not(Box::new(self.one(depth + 1)?)))
            }
            Word::Open => {
                self.advance()?;
                let inner = self.any(depth + 1)?;
                self.expect_close()?;
                Ok(inner)
            }
            Word::Name(name) => {
                let kind = self.matchers.find(name).map_err(|problem| problem.at(self.at))?;
                self.call(kind).map(Expression::Matcher)
            }
            _ => Err(self.unexpected("a matcher like Host(`example.com`)")),
        }
    }

    fn call(&mut self, kind: &'static Kind) -> Result<Matcher, RuleError> {
        let start = self.at;
        self.advance()?;
        if self.word != Word::Open {
            return Err(self.unexpected(&format!("( after {}", kind.name)));
        }
        self.advance()?;
        let mut arguments = Vec::new();
        let mut offsets = Vec::new();
        while self.word != Word::Close {
            let at = self.at;
            match self.advance()? {
                Word::Text(text) => arguments.push(text),
                _ => {
                    return Err(RuleError::new(
                        at,
                        format!("{} takes only texts", kind.name),
                        "write each value between backticks",
                    ));
                }
            }
            offsets.push(at);
            if self.word == Word::Comma {
                self.advance()?;
            } else if self.word != Word::Close {
                return Err(self.unexpected(", or )"));
            }
        }
        self.expect_close()?;
        kind.check(&arguments).map_err(|problem| {
            let argument = problem.argument().and_then(|index| offsets.get(index));
            problem.at(argument.copied().unwrap_or(start))
        })?;
        Ok(Matcher { name: kind.name, arguments })
    }

    fn expect_close(&mut self) -> Result<(), RuleError> {
        if self.word != Word::Close {
            return Err(self.unexpected(")"));
        }
        self.advance().map(|_| ())
    }

    fn unexpected(&self, wanted: &str) -> RuleError {
        let (message, remedy) = match &self.word {
            Word::End => ("the rule ends too early".to_owned(), format!("add {wanted}")),
            Word::LineEnd => (
                "the line breaks in the wrong place".to_owned(),
                "break the line after && or ||, not before".to_owned(),
            ),
            word => (format!("{} stands where {wanted} should", shown(word)), format!("write {wanted} here")),
        };
        RuleError::new(self.at, message, remedy)
    }
}

fn shown(word: &Word) -> String {
    match word {
        Word::Name(name) => format!("`{name}`"),
        Word::Text(_) => "a value".to_owned(),
        Word::Open => "(".to_owned(),
        Word::Close => ")".to_owned(),
        Word::Comma => "a comma".to_owned(),
        Word::And => "&&".to_owned(),
        Word::Or => "||".to_owned(),
        Word::Not => "!".to_owned(),
        Word::LineEnd | Word::End => "the end".to_owned(),
    }
}

/// One part stands for itself.
fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
