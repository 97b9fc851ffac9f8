//! What Traefik refuses of Go templates before it knows what they make of the file, and what fails for certain.

use super::{context, findings_in, told};

fn with(template: &str) -> String {
    format!("http: {{routers: {{a: {{rule: Host(`a`), service: noop@internal}}}}}}\n# {template}\n")
}

/// The findings about templates, as `code: words`.
fn words(template: &str) -> Vec<String> {
    let found = findings_in(&[&with(template)], &context(7));
    let of_templates = found.iter().filter(|finding| finding.code.starts_with("template"));
    of_templates.map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

#[test]
fn a_function_that_traefik_does_not_have_refuses_the_file_wherever_it_stands() {
    for template in [
        "{{ nosuch }}",
        "{{ \"a\" | nosuch }}",
        "{{ ((\"a\") | (nosuch)) }}",
        "{{ if false }}{{ nosuch }}{{ end }}",
        "{{ if nosuch }}{{ end }}",
        "{{ define \"x\" }}{{ nosuch }}{{ end }}",
        "{{ and false (nosuch .) }}",
        "{{- print\n nosuch -}}",
    ] {
        let expected = "template-function: this Go template calls `nosuch`, a function that Traefik does not have, \
                        so Traefik refuses the file";
        assert_eq!(words(template), [expected], "{template}");
    }
    let found = findings_in(&["a: '{{ upperr \"a\" }}'\nb: '{{ Env \"B\" }}'\n"], &context(7));
    let told: Vec<_> = found
        .iter()
        .filter(|finding| finding.code == "template-function")
        .map(|finding| format!("{} {} {}", finding.position, finding.effect.as_str(), finding.remedy))
        .collect();
    assert_eq!(told, ["1:8 refuses-file did you mean `upper`?", "2:8 refuses-file did you mean `env`?"]);
}

#[test]
fn what_looks_like_a_function_and_is_none_is_taken() {
    for template in [
        "{{/* nosuch */}}",
        "{{ \"nosuch }}\" }}",
        "{{ `nosuch` }}",
        "{{ $nosuch := 1 }}{{ $nosuch }}",
        "{{ (dict \"nosuch\" 1).nosuch }}",
        "{{ if false }}{{ .nosuch }}{{ end }}",
        "{{ 'n' }}",
        "nosuch }}",
        "{{ define \"nosuch\" }}{{ .nosuch }}{{ end }}",
        "{{ range $i, $e := until 2 }}{{ if eq $i 1 }}{{ break }}{{ else if $e }}x{{ else }}{{ continue }}{{ end }}{{ end }}",
        "{{ with false }}a{{ else with true }}b{{ end }}",
        "{{ block \"b\" 1 }}{{ . }}{{ end }}{{ template \"b\" 2 }}",
        "{{ . }}{{ $ }}{{ print nil . 1.5 0x1p4 1+2i -1 }}",
        "{{ or true .nosuch }}{{ and false $.nosuch }}",
        "{{ print 1 | }}",
    ] {
        assert_eq!(words(template), [""; 0], "{template}");
    }
}

#[test]
fn what_does_not_parse_or_fails_for_certain_refuses_the_file() {
    for (template, part) in [
        ("{{ .X }}", "reads `.X`, and Traefik gives templates no data"),
        ("{{ if .X }}{{ end }}", "reads `.X`"),
        ("{{ $.X.Y }}", "reads `$.X.Y`"),
        ("{{ or false (print .X) }}", ""),
        ("{{ $x }}", "uses the variable `$x`, which is not declared"),
        ("{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", "uses the variable `$x`"),
        ("{{ $x := 1 }}{{ define \"a\" }}{{ $x }}{{ end }}", "uses the variable `$x`"),
        ("{{ $x = 1 }}", "uses the variable `$x`"),
        ("{{ template \"nosuch\" }}", "calls the template `nosuch`, which the file does not define"),
        ("{{ break }}", "has a `break` outside of `range`"),
        ("{{ range 2 }}{{ else }}{{ continue }}{{ end }}", "has a `continue` outside of `range`"),
        ("{{ end }}", "has an `end` too many"),
        ("{{ else }}", "has an `else` too many"),
        ("{{ if true }}{{ else }}{{ else }}{{ end }}", "has two `else`"),
        ("{{ if true }}", "is never ended with `{{ end }}`"),
        ("{{ if true }}{{ define \"a\" }}{{ end }}{{ end }}", "has `define` where it cannot stand"),
        ("{{ define \"a\" }}1{{ end }}{{ define \"a\" }}2{{ end }}", "defines `a` a second time"),
        ("{{ }}", "ends where something is missing"),
        ("{{ 1, 2 }}", "has `,` where it cannot stand"),
        ("{{ 1 ) }}", "closes a parenthesis that it has not opened"),
        ("{{ 1a }}", "holds a number that Go does not read"),
        ("{{ print 08 }}", "holds a number that Go does not read"),
        ("{{ \"\\q\" }}", "holds a string that Go does not read"),
        ("{{ \"a\" | \"b\" }}", "pipes into what is no function"),
        ("{{ \"a\".X }}", "reads a field of what has none"),
        ("{{ env }}", "gives `env` 0 arguments, and it takes 1"),
        ("{{ \"a\" | env \"b\" }}", "gives `env` 2 arguments, and it takes 1"),
        ("{{ default }}", "gives `default` 0 arguments, and it takes at least 1"),
        ("{{ true 1 }}", "gives an argument to what is no function"),
        ("{{ nil }}", "is `nil`"),
        ("{{ range . }}{{ end }}", "ranges over what is no list"),
        ("{{ range 3.5 }}{{ end }}", "ranges over what is no list"),
        ("{{ range 1e3 }}{{ end }}", "ranges over what is no list"),
        ("{{ range 0x1p4 }}{{ end }}", "ranges over what is no list"),
        ("{{ range 2i }}{{ end }}", "ranges over what is no list"),
        ("{{ range $i, $e := 3 }}{{ end }}", "ranges over what is no list"),
        (
            "{{ range $i := 3 }}{{ end }}{{ range 0x1e }}{{ end }}{{ range 'a' }}{{ end }}{{ range -1_0 }}{{ end }}",
            "",
        ),
        ("{{ if false }}{{ range 3.5 }}{{ end }}{{ end }}", ""),
        ("{{ a:b }}", "calls `a`"),
    ] {
        let words = words(template);
        if part.is_empty() {
            assert_eq!(words, [""; 0], "{template}");
        } else {
            assert!(words.first().is_some_and(|word| word.contains(part)), "{template}: {words:?}");
        }
    }
    // 3.0 cannot go on with `else with`.
    let later = with("{{ with false }}a{{ else with true }}b{{ end }}");
    assert!(told(&later, 0).iter().any(|line| line.starts_with("error refuses-file template ")));
    // Nor count before 3.4.
    let counted = with("{{ range 3 }}{{ end }}");
    let is_refused =
        |minor| told(&counted, minor).iter().any(|line| line.starts_with("error refuses-file template "));
    assert_eq!([0, 2, 3, 4, 7].map(is_refused), [true, true, true, false, false]);
}

#[test]
fn what_is_nested_without_end_is_not_judged() {
    for template in ["{{ (", "{{ if (", "{{ if true }}", "{{ if true }}{{ else if (", "{{ block \"a\" ("] {
        let found = words(&template.repeat(20_000));
        assert!(found.len() < 200, "{template}: {}", found.len());
    }
}

#[test]
fn names_without_end_and_texts_are_not_repeated() {
    let long = "x".repeat(100_000);
    for template in [
        format!("{{{{ {long} }}}}"),
        format!("{{{{ ${long} }}}}"),
        format!("{{{{ .{long} }}}}"),
        format!("{{{{ template \"{long}\" }}}}"),
        format!("{{{{ else {long} }}}}"),
    ] {
        let told = words(&template);
        assert!(!told.is_empty() && told.iter().all(|told| told.len() < 300), "{told:?}");
    }
    let told = words("{{ \"a\"\"hunter2\" }}");
    assert!(!told.is_empty() && !told.iter().any(|told| told.contains("hunter2")), "{told:?}");
}

/// Each variable is compared with all before it.
#[test]
fn a_template_with_more_variables_than_anybody_writes_is_not_judged() {
    let declared = |count: usize| {
        let declarations: Vec<String> = (0..count).map(|n| format!("{{{{ $v{n} := 1 }}}}")).collect();
        declarations.concat()
    };
    assert_eq!(words(&format!("{}{{{{ $other }}}}", declared(500))).len(), 1);
    assert_eq!(words(&format!("{}{{{{ $other }}}}", declared(100_000))), [""; 0]);
}
