//! Findings for programs: JSON, SARIF, and GitHub's annotations.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde_json::{Value, json};
use traefik_manager_core::check::{Finding, Level};

use super::Outcome;

/// One JSON document.
pub(super) fn json(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let findings: Vec<Value> = outcome
        .findings
        .iter()
        .map(|finding| {
            json!({
                "level": finding.level.as_str(),
                "effect": finding.effect.as_str(),
                "code": finding.code,
                "file": finding.file.as_str(),
                "line": finding.position.line,
                "column": finding.position.column,
                "span": [finding.span.start, finding.span.end],
                "path": finding.path.to_string(),
                "message": finding.message,
                "remedy": finding.remedy,
                "disables": finding.disables,
            })
        })
        .collect();
    let files: Vec<&str> = outcome.sources.iter().map(|source| source.id.as_str()).collect();
    let document = json!({
        "traefikVersion": outcome.version,
        "files": files,
        "errors": outcome.count(Level::Error),
        "warnings": outcome.count(Level::Warning),
        "lints": outcome.count(Level::Lint),
        "findings": findings,
    });
    writeln!(out, "{document:#}")
}

/// SARIF 2.1.0, which code scanning reads.
pub(super) fn sarif(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let rules: BTreeMap<&str, Value> =
        outcome.findings.iter().map(|finding| (finding.code, json!({ "id": finding.code }))).collect();
    let results: Vec<Value> = outcome.findings.iter().map(result).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "traefik-manager",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(out, "{document:#}")
}

fn result(finding: &Finding) -> Value {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Lint => "note",
    };
    json!({
        "ruleId": finding.code,
        "level": level,
        "message": { "text": format!("{}; {}", finding.message, finding.remedy) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(finding.file.as_str()) },
            "region": { "startLine": finding.position.line, "startColumn": finding.position.column },
        } }],
    })
}

/// A path as a relative reference: everything but plain characters in percent.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Annotations on the lines of a pull request.
pub(super) fn github(out: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    for finding in &outcome.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Lint => "notice",
        };
        writeln!(
            out,
            "::{command} file={},line={},col={},title={}::{}",
            property(finding.file.as_str()),
            finding.position.line,
            finding.position.column,
            property(finding.code),
            data(&format!("{}; {}", finding.message, finding.remedy)),
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{property, uri};

    #[test]
    fn names_of_files_break_no_format() {
        assert_eq!(property("a,b:c\n::error::%"), "a%2Cb%3Ac%0A%3A%3Aerror%3A%3A%25");
        assert_eq!(uri("sub folder/é.yml"), "sub%20folder/%C3%A9.yml");
    }
}
