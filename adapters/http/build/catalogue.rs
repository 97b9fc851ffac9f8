//! The catalogues in `lang`, one file for each language, in the syntax of Project Fluent.
//!
//! `en.ftl` says which messages there are and what they are told. Every other catalogue must have the same messages with
//! the same arguments and the same markup, or the program is not built: whoever adds a language cannot forget one, and
//! whoever adds a message cannot forget a language. The ids become a sorted table, in which the macro `t!` looks them up
//! while the program is compiled.
//!
//! Messages that begin with `said-` are another matter, see [`said`].

#[path = "said.rs"]
mod said;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser, serializer,
    unicode::unescape_unicode_to_string,
};

/// The language that says which messages there are.
const FIRST: &str = "en";
/// The ids of messages for scripts begin with this.
const FOR_SCRIPTS: &str = "script-";
/// The message that says what a language calls itself.
const NAME: &str = "language-name";

/// What is compared between languages.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    arguments: BTreeSet<String>,
    /// Tags, as they are written: a translation may move them and not change them.
    tags: BTreeSet<String>,
}

#[derive(Debug)]
struct Catalogue {
    code: String,
    name: String,
    path: PathBuf,
    text: String,
    /// By their ids; an attribute of one has its name behind a dot.
    messages: BTreeMap<String, Shape>,
    /// What the program says in English, and how it is said in this language.
    said: BTreeMap<String, said::Words>,
}

/// The tables of messages and languages, as Rust.
pub(crate) fn generate(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut catalogues = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            catalogues.push(read(&path)?);
        }
    }
    catalogues.sort_by_key(|catalogue| (catalogue.code != FIRST, catalogue.code.clone()));
    let (first, others) = catalogues.split_first().ok_or("there is no catalogue in lang")?;
    let mut faults = String::new();
    said::check(&first.said, &mut faults);
    for other in others {
        compare(first, other, &mut faults);
        said::compare(&first.said, &other.said, &other.path, &mut faults);
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let mut code = String::from("const IDS: &[(&str, &[&str])] = &[\n");
    let (mut names, mut ends) = (String::new(), Vec::new());
    for (id, shape) in &first.messages {
        let arguments: Vec<&String> = shape.arguments.iter().collect();
        writeln!(code, "    ({id:?}, &{arguments:?}),")?;
        names.push_str(id);
        ends.push(names.len());
    }
    code.push_str("];\nconst OF_SCRIPTS: &[(&str, &[&str])] = &[\n");
    for (id, shape) in first.messages.iter().filter(|(id, _)| id.starts_with(FOR_SCRIPTS)) {
        let arguments: Vec<&String> = shape.arguments.iter().collect();
        writeln!(code, "    ({id:?}, &{arguments:?}),")?;
    }
    writeln!(code, "];\nconst FOR_SCRIPTS: &str = {FOR_SCRIPTS:?};")?;
    writeln!(code, "static NAMES: &str = {names:?};")?;
    writeln!(code, "static ENDS: [u32; {}] = {ends:?};", ends.len())?;
    writeln!(code, "pub(crate) static CATALOGUES: [Catalogue; {}] = [", catalogues.len())?;
    for catalogue in &catalogues {
        let Catalogue { code: language, name, text, .. } = catalogue;
        writeln!(code, "    Catalogue::new({language:?}, {name:?}, {text:?}),")?;
    }
    code.push_str("];\n");
    code.push_str(&said::table(catalogues.iter().map(|catalogue| &catalogue.said), &first.said));
    Ok(code)
}

fn read(path: &Path) -> Result<Catalogue, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let shown = path.display();
    let mut resource =
        parser::parse(text.as_str()).map_err(|(_, errors)| format!("{shown}: {}", place(&text, &errors)))?;
    let code =
        path.file_stem().and_then(|stem| stem.to_str()).ok_or("a catalogue is called after its language")?;
    let said = said::take(&mut resource).map_err(|fault| format!("{shown}: {fault}"))?;
    let (mut name, mut messages) = (String::new(), BTreeMap::new());
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name;
        let pattern = message.value.as_ref().ok_or_else(|| format!("{shown}: {id} says nothing"))?;
        let own = message.attributes.iter().map(|more| (format!("{id}.{}", more.id.name), &more.value));
        for (id, pattern) in std::iter::once((id.to_owned(), pattern)).chain(own) {
            let (mut shape, mut said) = (Shape::default(), String::new());
            let looked = look(pattern, &mut shape, &mut said).and_then(|()| tags(&said));
            shape.tags = looked.map_err(|fault| format!("{shown}: {id}: {fault}"))?;
            if id == NAME {
                name = said;
            }
            if messages.insert(id.clone(), shape).is_some() {
                return Err(format!("{shown}: {id} is there twice").into());
            }
        }
    }
    resource.body.retain(|entry| matches!(entry, Entry::Message(_)));
    let text = serializer::serialize(&resource);
    Ok(Catalogue { code: code.into(), name, path: path.into(), text, messages, said })
}

fn place(text: &str, errors: &[parser::ParserError]) -> String {
    errors.iter().fold(String::new(), |mut all, error| {
        let line = text.get(..error.pos.start).map_or(0, |before| before.matches('\n').count() + 1);
        let _ = write!(all, "line {line}: {error}; ");
        all
    })
}

/// What a pattern is told, and all that it can say.
fn look(pattern: &Pattern<&str>, shape: &mut Shape, said: &mut String) -> Result<(), String> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => said.push_str(value),
            PatternElement::Placeable { expression } => {
                let selector = match expression {
                    Expression::Inline(inline) => inline,
                    Expression::Select { selector, variants } => {
                        for variant in variants {
                            look(&variant.value, shape, said)?;
                        }
                        selector
                    }
                };
                match selector {
                    InlineExpression::VariableReference { id } => {
                        shape.arguments.insert(id.name.to_owned());
                    }
                    InlineExpression::NumberLiteral { .. } => {}
                    InlineExpression::StringLiteral { value } => {
                        said.push_str(&unescape_unicode_to_string(value));
                    }
                    _ => return Err("only arguments and literals are known here".to_owned()),
                }
            }
        }
    }
    Ok(())
}

/// The tags in a text. Quotation marks outside of them would end an attribute that the text stands in.
fn tags(said: &str) -> Result<BTreeSet<String>, String> {
    let mut tags = BTreeSet::new();
    let mut rest = said;
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').ok_or("a tag does not end")?;
        check_quotes(before)?;
        tags.insert(tag.to_owned());
        rest = after;
    }
    check_quotes(rest)?;
    Ok(tags)
}

fn check_quotes(text: &str) -> Result<(), String> {
    if text.contains(['"', '>']) {
        Err("write “ and ” for quotation marks, and no bare >".to_owned())
    } else {
        Ok(())
    }
}

fn compare(first: &Catalogue, other: &Catalogue, faults: &mut String) {
    let file = other.path.display();
    for (id, shape) in &first.messages {
        let fault = match other.messages.get(id) {
            None => format!("{file}: {id} is missing"),
            Some(others) if others != shape => format!("{file}: {id} has {others:?}, and English {shape:?}"),
            Some(_) => continue,
        };
        let _ = writeln!(faults, "{fault}");
    }
    for id in other.messages.keys().filter(|id| !first.messages.contains_key(*id)) {
        let _ = writeln!(faults, "{file}: {id} is not in {}", first.path.display());
    }
}
