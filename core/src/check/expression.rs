//! The expressions of circuit breakers and of buffering, which Traefik reads as Go.
//!
//! What is accepted here, Traefik accepts; some odd spellings that it accepts too (comments, escapes in texts) are not.

/// Which functions an expression may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `circuitBreaker.expression`.
    CircuitBreaker,
    /// `buffering.retryExpression`.
    Retry,
}

/// What a comparison compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Int,
    Float,
    Text,
    /// The function is a condition by itself.
    Condition,
}

/// Checks an expression.
///
/// # Errors
/// What is wrong, as a part of a sentence.
pub(super) fn check(text: &str, dialect: Dialect) -> Result<(), String> {
    let mut parser = Parser { rest: text, dialect, depth: 0 };
    parser.any()?;
    parser.skip();
    if parser.rest.is_empty() { Ok(()) } else { Err(format!("`{}` is not expected", parser.word())) }
}

struct Parser<'a> {
    rest: &'a str,
    dialect: Dialect,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// What comes next, for messages.
    fn word(&self) -> &'a str {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        self.rest.get(..end).unwrap_or_default()
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn any(&mut self) -> Result<(), String> {
        loop {
            self.term()?;
            if !self.take("&&") && !self.take("||") {
                return Ok(());
            }
        }
    }

    fn term(&mut self) -> Result<(), String> {
        if self.take("(") {
            self.depth += 1;
            if self.depth > 50 {
                return Err("the parentheses are nested too deep".into());
            }
            self.any()?;
            self.depth -= 1;
            return if self.take(")") { Ok(()) } else { Err("a ) is missing".into()) };
        }
        if self.take("!") {
            return Err("! is not supported; turn the comparison round".into());
        }
        self.skip();
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err(if self.rest.is_empty() {
                "a comparison is missing".into()
            } else {
                format!("`{}` is not expected", self.word())
            });
        }
        let (arguments, value): (&[Value], Value) = match (self.dialect, name) {
            (Dialect::CircuitBreaker, "NetworkErrorRatio") => (&[], Value::Float),
            (Dialect::CircuitBreaker, "LatencyAtQuantileMS") => (&[Value::Float], Value::Int),
            (Dialect::CircuitBreaker, "ResponseCodeRatio") => (&[Value::Int; 4], Value::Float),
            (Dialect::Retry, "Attempts" | "ResponseCode") => (&[], Value::Int),
            (Dialect::Retry, "RequestMethod") => (&[], Value::Text),
            (Dialect::Retry, "IsNetworkError") => (&[], Value::Condition),
            _ => return Err(format!("there is no function `{name}`")),
        };
        self.rest = rest;
        self.arguments(name, arguments)?;
        if value == Value::Condition { Ok(()) } else { self.comparison(name, value) }
    }

    fn arguments(&mut self, name: &str, wanted: &[Value]) -> Result<(), String> {
        if !self.rest.starts_with('(') {
            return Err(format!("`{name}` needs parentheses behind it"));
        }
        self.take("(");
        for (index, value) in wanted.iter().enumerate() {
            if index > 0 && !self.take(",") {
                return Err(format!("`{name}` takes {} arguments", wanted.len()));
            }
            self.literal(*value)?;
        }
        if self.take(")") { Ok(()) } else { Err(format!("`{name}` takes {} arguments", wanted.len())) }
    }

    fn comparison(&mut self, name: &str, value: Value) -> Result<(), String> {
        let equals = ["==", "!="];
        let orders = ["<=", ">=", "<", ">"];
        let compares = equals.into_iter().any(|operator| self.take(operator))
            || (value != Value::Text && orders.into_iter().any(|operator| self.take(operator)));
        if !compares {
            return Err(format!("`{name}` must be compared with something"));
        }
        self.literal(value)
    }

    fn literal(&mut self, wanted: Value) -> Result<(), String> {
        self.skip();
        if wanted == Value::Text {
            let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '`'));
            let inside = quote.and_then(|quote| self.rest.get(1..)?.split_once(quote));
            return match inside {
                Some((text, rest)) if !text.contains(['\\', '\n']) => {
                    self.rest = rest;
                    Ok(())
                }
                _ => Err("a text in quotes is needed".into()),
            };
        }
        let is_part = |(at, c): (usize, char)| {
            let before = at.checked_sub(1).and_then(|at| self.rest.as_bytes().get(at));
            c.is_ascii_alphanumeric()
                || matches!(c, '.' | '_')
                || (matches!(c, '+' | '-') && matches!(before, Some(b'e' | b'E')))
        };
        let end = self.rest.char_indices().find(|&c| !is_part(c)).map_or(self.rest.len(), |(at, _)| at);
        let (text, rest) = self.rest.split_at(end);
        let is_int = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
        let is_octal = text.len() > 1 && text.starts_with('0');
        let is_float = !is_int
            && text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b))
            && text.parse::<f64>().is_ok_and(f64::is_finite);
        match wanted {
            Value::Int if is_int && !is_octal => {}
            Value::Float if is_float => {}
            Value::Int => return Err(format!("`{}` is no whole number", self.word())),
            _ if is_int => return Err(format!("a number with a dot is needed: write {text}.0 for {text}")),
            _ => return Err(format!("`{}` is no number with a dot", self.word())),
        }
        self.rest = rest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, check};

    #[test]
    fn circuit_breakers_as_traefik_reads_them() {
        let check = |text| check(text, Dialect::CircuitBreaker);
        for good in [
            "NetworkErrorRatio() > 0.5",
            "NetworkErrorRatio()>=.5",
            "NetworkErrorRatio() > 1e-2",
            "LatencyAtQuantileMS(50.0) > 100",
            "ResponseCodeRatio(500, 600, 0, 600) > 0.5 || NetworkErrorRatio() != 0.1",
            "(NetworkErrorRatio() > 0.5 && (LatencyAtQuantileMS(99.0) == 5))",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "true",
            "1 > 0",
            "NetworkErrorRatio() > 1",
            "NetworkErrorRatio()",
            "NetworkErrorRatio > 0.5",
            "networkErrorRatio() > 0.5",
            "0.5 < NetworkErrorRatio()",
            "LatencyAtQuantileMS(50) > 100",
            "LatencyAtQuantileMS(50.0) > 100.0",
            "LatencyAtQuantileMS() > 100",
            "LatencyAtQuantileMS(50.0, 1) > 100",
            "LatencyAtQuantileMS(-1.0) > 100",
            "LatencyAtQuantileMS(50.0) > 1_000",
            "LatencyAtQuantileMS(50.0) > 0x10",
            "ResponseCodeRatio(500, 600, 0) > 0.5",
            "!(NetworkErrorRatio() > 0.5)",
            "NetworkErrorRatio() > -0.5",
            "NetworkErrorRatio() > \"0.5\"",
            "NetworkErrorRatio() > 0.5 &&",
            "(NetworkErrorRatio() > 0.5",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn retries_as_traefik_reads_them() {
        let check = |text| check(text, Dialect::Retry);
        for good in [
            "IsNetworkError() && Attempts() < 2",
            "RequestMethod() == \"GET\"",
            "RequestMethod() == `GET`",
            "Attempts() != 2 || (IsNetworkError())",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "x",
            "Attempts()",
            "Attempts() < 2.0",
            "2 > Attempts()",
            "!IsNetworkError()",
            "Attempts() == 2 &&",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check(&"(".repeat(100_000)).is_err());
    }
}
