//! The templates of version 2, `{name:pattern}` inside plain text (`gorilla/mux`, of which Traefik has a copy).

use std::collections::HashSet;

use super::{matcher::Problem, regex};

pub(super) fn host(matcher: &str, template: &str) -> Result<(), Problem> {
    mux_template(matcher, template).map(|_| ())
}

pub(super) fn path(matcher: &str, template: &str) -> Result<(), Problem> {
    if !template.starts_with('/') {
        return Err(Problem::new(format!("{matcher} has a path without a slash"), "begin it with /"));
    }
    mux_template(matcher, template).map(|_| ())
}

/// TCP's own reading, which looks only at the whole.
pub(super) fn sni(matcher: &str, template: &str) -> Result<(), Problem> {
    let parts = split(matcher, template)?;
    compile(matcher, &parts)
}

/// `a=b`, or a name and a value in turn.
pub(super) fn queries(arguments: &[String]) -> Result<(), Problem> {
    let halves: Vec<&str> = arguments.iter().flat_map(|argument| argument.splitn(2, '=')).collect();
    if !halves.len().is_multiple_of(2) {
        return Err(Problem::new("Query has a name without a value", "write Query(`name=value`)"));
    }
    let mut names = HashSet::new();
    for pair in halves.chunks(2) {
        for name in mux_template("Query", &pair.join("="))? {
            if !names.insert(name.clone()) {
                return Err(Problem::new(
                    format!("Query uses the variable `{name}` twice"),
                    "give each variable its own name",
                ));
            }
        }
    }
    Ok(())
}

/// A piece of a template.
enum Part<'a> {
    Plain(&'a str),
    Variable { name: &'a str, pattern: &'a str },
}

/// Checks a template as mux does and returns the names of its variables.
fn mux_template(matcher: &str, template: &str) -> Result<Vec<String>, Problem> {
    let parts = split(matcher, template)?;
    let mut names = Vec::new();
    for part in &parts {
        if let Part::Variable { name, pattern } = part {
            regex::check(&format!("^{pattern}$")).map_err(|reason| unreadable(matcher, &reason))?;
            names.push((*name).to_owned());
        }
    }
    compile(matcher, &parts)?;
    Ok(names)
}

/// Reads the regular expression that the template stands for.
fn compile(matcher: &str, parts: &[Part<'_>]) -> Result<(), Problem> {
    let mut whole = String::from("^");
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Plain(text) => {
                for c in text.chars() {
                    if c.is_ascii_punctuation() {
                        whole.push('\\');
                    }
                    whole.push(c);
                }
            }
            Part::Variable { pattern, .. } => whole.extend(["(?P<v", &index.to_string(), ">", pattern, ")"]),
        }
    }
    whole.push('$');
    regex::check(&whole).map_err(|reason| unreadable(matcher, &reason))
}

fn unreadable(matcher: &str, reason: &str) -> Problem {
    Problem::new(format!("{matcher} has a pattern that Go cannot read: {reason}"), "correct it")
}

/// Cuts at the outermost braces.
fn split<'a>(matcher: &str, template: &'a str) -> Result<Vec<Part<'a>>, Problem> {
    let unbalanced = || {
        Problem::new(format!("{matcher} has unbalanced braces"), "close each { with }, as in {name:[a-z]+}")
    };
    let mut parts = Vec::new();
    let (mut level, mut start, mut plain_from) = (0_usize, 0, 0);
    for (offset, c) in template.char_indices() {
        match c {
            '{' => {
                level += 1;
                if level == 1 {
                    start = offset;
                }
            }
            '}' => {
                level = level.checked_sub(1).ok_or_else(unbalanced)?;
                if level == 0 {
                    parts.push(Part::Plain(template.get(plain_from..start).unwrap_or_default()));
                    let inside = template.get(start + 1..offset).unwrap_or_default();
                    let (name, pattern) = inside.split_once(':').unwrap_or((inside, "[^.]+"));
                    if name.is_empty() || pattern.is_empty() {
                        return Err(Problem::new(
                            format!("{matcher} has braces without a name or pattern"),
                            "write {name} or {name:pattern}",
                        ));
                    }
                    parts.push(Part::Variable { name, pattern });
                    plain_from = offset + 1;
                }
            }
            _ => {}
        }
    }
    if level > 0 {
        return Err(unbalanced());
    }
    parts.push(Part::Plain(template.get(plain_from..).unwrap_or_default()));
    Ok(parts)
}
