//! What stands inside an action: declarations, commands, operands.

use std::ops::Range;

use super::{
    Mistake, What,
    certain::{self, Operand, Placed},
    lex::Kind,
    literal,
    parse::{Parser, Step, Stop},
    shown,
};
use crate::check::schema::functions::function;

/// The most variables of a template.
const MAX_VARIABLES: usize = 1_000;

impl<'a> Parser<'a> {
    pub(super) fn bad_text<T>(&mut self, span: Range<usize>) -> Step<T> {
        self.fails(span, "holds a string that Go does not read")
    }

    /// Commands up to an end; its operand, if there is only one.
    pub(super) fn pipeline(&mut self, end: Kind, is_loop: bool) -> Step<Option<Placed>> {
        self.declarations(is_loop)?;
        let (mut commands, mut only) = (0, None);
        loop {
            let token = self.next_word();
            if token.kind == end {
                if commands == 0 {
                    return self.fails(token.span, "ends where something is missing");
                }
                return Ok(only);
            }
            if !starts_operand(token.kind) {
                return self.unexpected(token);
            }
            self.back(token);
            let command = self.command(commands > 0)?;
            commands += 1;
            only = match <[Placed; 1]>::try_from(command) {
                Ok([operand]) if commands == 1 => Some(operand),
                _ => None,
            };
        }
    }

    /// `$a :=`, `$a =`, and in a loop `$a, $b :=`.
    fn declarations(&mut self, is_loop: bool) -> Step {
        let mut declared = 0;
        loop {
            if self.peek_word() != Kind::Variable {
                return Ok(());
            }
            let variable = self.next();
            let after = self.next();
            let (space, next) =
                if after.kind == Kind::Space { (Some(after), self.next_word()) } else { (None, after) };
            let name = self.words(&variable);
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    if next.kind == Kind::Assign && !self.variables.contains(&name) {
                        self.failed(variable.span, undeclared(name));
                    }
                    return self.declare(name);
                }
                Kind::Other if self.words(&next) == "," => {
                    self.declare(name)?;
                    declared += 1;
                    if !is_loop || declared == 2 {
                        return self.fails(variable.span, "declares too many variables");
                    }
                    let next = self.next_word();
                    if !matches!(next.kind, Kind::Variable | Kind::Close | Kind::RightParen) {
                        return self.unexpected(next);
                    }
                    self.back(next);
                }
                _ => {
                    self.back(next);
                    self.ahead.extend(space);
                    self.back(variable);
                    return Ok(());
                }
            }
        }
    }

    /// A template with more variables than anybody writes is not judged further: each is compared with all before.
    fn declare(&mut self, name: &'a str) -> Step {
        if self.variables.len() == MAX_VARIABLES {
            return Err(Stop);
        }
        self.variables.push(name);
        Ok(())
    }

    fn command(&mut self, is_piped: bool) -> Step<Vec<Placed>> {
        let was_certain = self.is_certain;
        let mut operands: Vec<Placed> = Vec::new();
        loop {
            if let Some(operand) = self.operand()? {
                operands.push(operand);
            }
            // These stop at the first argument that decides.
            if operands.len() == 2
                && matches!(operands.first(), Some((Operand::Function(name), _)) if name == "and" || name == "or")
            {
                self.is_certain = false;
            }
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::Pipe => break,
                Kind::Close | Kind::RightParen => {
                    self.back(token);
                    break;
                }
                _ => return self.unexpected(token),
            }
        }
        self.is_certain = was_certain;
        if let Some((_, span)) = operands.first().filter(|(operand, _)| is_piped && operand.is_value()) {
            return self.fails(span.clone(), "pipes into what is no function");
        }
        if let Some((what, span)) = certain::failure(&operands, is_piped) {
            self.failed(span, what);
        }
        Ok(operands)
    }

    fn operand(&mut self) -> Step<Option<Placed>> {
        let Some((operand, mut span)) = self.term()? else { return Ok(None) };
        if self.peek() != Kind::Field {
            return Ok(Some((operand, span)));
        }
        while self.peek() == Kind::Field {
            let field = self.next();
            if !operand.has_fields() {
                return self.fails(field.span, "reads a field of what has none");
            }
            span.end = field.span.end;
        }
        // The root holds nothing, unless somebody has declared another one.
        let is_root =
            operand == Operand::Variable && self.text.get(span.clone()).is_some_and(|t| t.starts_with("$."));
        if is_root && self.variables.iter().filter(|name| **name == "$").count() == 1 {
            self.no_data(span.clone());
        }
        Ok(Some((Operand::Fields, span)))
    }

    fn no_data(&mut self, span: Range<usize>) {
        let field = self.text.get(span.clone()).unwrap_or_default();
        let what = format!("reads `{}`, and Traefik gives templates no data", shown(field));
        self.failed(span, what);
    }

    /// One operand without the fields behind it; nothing where none begins.
    fn term(&mut self) -> Step<Option<Placed>> {
        let token = self.next_word();
        let (words, span) = (self.words(&token), token.span.clone());
        let operand = match token.kind {
            Kind::Identifier => {
                if function(words).is_none() {
                    self.mistakes
                        .push(Mistake { span: span.clone(), what: What::Function(words.to_owned()) });
                }
                Operand::Function(words.to_owned())
            }
            Kind::Dot => Operand::Dot,
            Kind::Nil => Operand::Nil,
            Kind::Bool => Operand::Bool,
            Kind::Variable => {
                if !self.variables.contains(&words) {
                    self.told(span.clone(), undeclared(words));
                }
                Operand::Variable
            }
            Kind::Field => {
                self.no_data(span.clone());
                Operand::Fields
            }
            Kind::Number if literal::is_number(words) => Operand::Number,
            Kind::Character if literal::is_character(words) => Operand::Number,
            Kind::Number => return self.fails(span, "holds a number that Go does not read"),
            Kind::Quoted if literal::text(words).is_some() => Operand::Text,
            Kind::Character | Kind::Quoted => return self.bad_text(span),
            Kind::LeftParen => {
                self.deeper(|parser| parser.pipeline(Kind::RightParen, false))?;
                Operand::Group
            }
            _ => {
                self.back(token);
                return Ok(None);
            }
        };
        Ok(Some((operand, span)))
    }
}

fn undeclared(name: &str) -> String {
    format!("uses the variable `{}`, which is not declared", shown(name))
}

fn starts_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::Character
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Nil
            | Kind::Quoted
            | Kind::Variable
            | Kind::LeftParen
    )
}
