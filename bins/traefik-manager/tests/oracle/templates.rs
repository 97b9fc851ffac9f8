//! What Traefik makes of Go templates, asked about every function that we know, and about templates made by dice.

use traefik_manager_core::check::{Context, TraefikVersion, schema::functions::FUNCTIONS};

use crate::{
    Oracle, Verdict,
    judge::{self, Ours},
    mutate::Dice,
    number, programs,
};

/// Values that stand anywhere.
const GOOD: [&str; 17] = [
    "1",
    "-1",
    "+1",
    "0x1F",
    "1_000",
    "1.5e3",
    "1+2i",
    "\"a\"",
    "\"a\\n\"",
    "`b`",
    "'c'",
    "true",
    ".",
    "$",
    "(list 1 2)",
    "(dict \"X\" 1).X",
    "(now)",
];
/// Values that stand nowhere, or somewhere only.
const ODD: [&str; 21] = [
    "08", "1a", "\"\\q\"", "'cd'", "nil", ".X", ".X.Y", "$.X", "$v", "$w", "$v.X", "\"a\".X", "nosuch",
    "now", "upper", "print", "(", ")", "\"a", "..", "@",
];
const GOOD_BEFORE: [&str; 9] =
    ["print ", "println ", "list ", "quote ", "and ", "or ", "$v := print ", "$w := list ", "coalesce "];
const ODD_BEFORE: [&str; 10] =
    ["not ", "len ", "index ", "env ", "default ", "$w = ", "$v, $w := ", "dict ", "", "upper "];
const ODD_BETWEEN: [&str; 9] = ["", ", ", "\n", " := ", " = ", " || ", " | ", " |  print ", "| upper |"];
const KEYWORDS: [&str; 16] = [
    "if",
    "if",
    "with",
    "range",
    "range $v :=",
    "range $v, $w :=",
    "else",
    "else if",
    "else with",
    "end",
    "end",
    "break",
    "continue",
    "block \"b\"",
    "template \"b\"",
    "define \"b\"",
];
/// One roll in so many is odd.
const ODDITY: usize = 16;

fn either(dice: &mut Dice, good: &[&'static str], odd: &[&'static str]) -> &'static str {
    let list = if dice.roll(ODDITY) == 0 { odd } else { good };
    list[dice.roll(list.len())]
}

fn pipeline(dice: &mut Dice) -> String {
    let mut made = either(dice, &GOOD_BEFORE, &ODD_BEFORE).to_owned();
    for index in 0..=dice.roll(3) {
        if index > 0 {
            made.push_str(either(dice, &[" ", " ", " | print "], &ODD_BETWEEN));
        }
        made.push_str(either(dice, &GOOD, &ODD));
    }
    made
}

/// An action that opens or closes nothing but what it should, most of the time.
fn part(dice: &mut Dice, depth: usize) -> String {
    let (open, close) = ([("{{", "}}"), ("{{ ", " }}"), ("{{- ", " -}}")])[dice.roll(3)];
    let action = |text: &str| format!("{open}{text}{close}");
    match dice.roll(if depth < 3 { 16 } else { 5 }) {
        0..4 => action(&pipeline(dice)),
        4 => action(["/* nosuch */", "/* a */", " /* a */", ""][dice.roll(4)]),
        5 if dice.roll(4) == 0 => {
            let keyword = KEYWORDS[dice.roll(KEYWORDS.len())];
            let rest = if dice.roll(2) == 0 { String::new() } else { format!(" {}", pipeline(dice)) };
            action(&format!("{keyword}{rest}"))
        }
        5..7 => {
            let name = dice.roll(1000);
            format!(
                "{}{}{}{}",
                action(&format!("block \"{name}\" .")),
                part(dice, depth + 1),
                action("end"),
                action(&format!("template \"{}\"", if dice.roll(4) == 0 { name + 1 } else { name })),
            )
        }
        7 => format!("{}{}", action("$v := 1"), part(dice, depth + 1)),
        kind => {
            let condition = ["true", "false", "until 2", "$v := true", "$v := until 1", "list"][dice.roll(6)];
            let keyword = ["if", "with", "range", "range"][kind % 4];
            let other = match dice.roll(4) {
                0 => format!("{}{}", action("else"), part(dice, depth + 1)),
                1 => format!("{}{}", action(&format!("else {keyword} 1")), part(dice, depth + 1)),
                _ => String::new(),
            };
            let loops = if keyword == "range" && dice.roll(2) == 0 { action("break") } else { String::new() };
            format!(
                "{}{}{loops}{other}{}",
                action(&format!("{keyword} {condition}")),
                part(dice, depth + 1),
                action("end")
            )
        }
    }
}

fn remark(template: &str) -> String {
    format!("http: {{routers: {{a: {{rule: \"Host(`a`)\", service: noop@internal}}}}}}\n# {template}\n")
}

fn is_refused(template: &str, context: &Context) -> bool {
    !Ours::of(&[remark(template)], context).fatal.is_empty()
}

#[test]
fn templates_that_traefik_refuses_unread_never_pass() {
    for (name, program) in programs() {
        let version = TraefikVersion::parse(&name).expect("a version");
        let mut oracle = Oracle::start(&program);
        let context = judge::context(&oracle.static_text(), version);
        let mut ask = |template: &str| match oracle.ask(&[remark(template)]) {
            Verdict::Refused(why) => Some(why),
            Verdict::Taken(_) => None,
            Verdict::Broken => panic!("{template}: Traefik answers no more"),
        };
        functions(&context, &mut ask);
        dice(&context, &mut ask);
    }
}

fn functions(context: &Context, ask: &mut impl FnMut(&str) -> Option<String>) {
    let unrun = |name: &str| format!("{{{{ if false }}}}{{{{ {name} }}}}{{{{ end }}}}");
    let all: String = FUNCTIONS.iter().map(|function| unrun(function.name)).collect();
    assert_eq!(ask(&all), None, "Traefik has them all");
    assert!(!is_refused(&all, context));
    for name in
        ["nosuch", "Upper", "sha512sum", "toYaml", "gte", "getenv", "randSeededNumeric", "mustRegexQuoteMeta"]
    {
        let why = ask(&unrun(name)).unwrap_or_else(|| panic!("Traefik has `{name}`"));
        assert!(why.contains("not defined"), "{name}: {why}");
        assert!(is_refused(&unrun(name), context), "{name}");
    }
    // With how many arguments, for those with a limit: one too many, which is told before any is looked at.
    // All of them where there is time for thousands of templates, else a few.
    let step = if number("ORACLE_TEMPLATES", 0) > 0 { 1 } else { 10 };
    for function in FUNCTIONS.iter().step_by(step) {
        let too_many = format!("{{{{ {}{} }}}}", function.name, " 1".repeat(7));
        if is_refused(&too_many, context) {
            let why = ask(&too_many).unwrap_or_else(|| panic!("{too_many}"));
            assert!(why.contains("wrong number of args"), "{too_many}: {why}");
        }
        let too_few = format!("{{{{ {} }}}}", function.name);
        let why = ask(&too_few).filter(|why| why.contains("wrong number of args"));
        assert_eq!(why.is_some(), is_refused(&too_few, context), "{too_few}: {why:?}");
    }
}

fn dice(context: &Context, ask: &mut impl FnMut(&str) -> Option<String>) {
    let mut dice = Dice(number("ORACLE_SEED", 20_261_127) as u64);
    let (mut refused, mut taken, mut only_run) = (0, 0, 0);
    for _ in 0..number("ORACLE_TEMPLATES", 300) {
        let template = (0..=dice.roll(2)).map(|_| part(&mut dice, 0)).collect::<String>();
        let ours = Ours::of(&[remark(&template)], context).fatal;
        let theirs = ask(&template);
        match (&theirs, ours.first()) {
            // What functions make of their arguments, and what is printed, nobody can know without running them.
            (Some(why), None) if why.contains("executing") || !why.starts_with("template:") => only_run += 1,
            (Some(why), None) => panic!("Traefik refuses what we take: {template:?}: {why}"),
            (None, Some(finding)) => panic!("Traefik takes what we refuse: {template:?}: {finding}"),
            (Some(_), Some(_)) => refused += 1,
            (None, None) => taken += 1,
        }
    }
    assert!(
        refused > 50 && taken > 50,
        "one-sided dice prove little: {refused} refused, {taken} taken, {only_run} refused when run"
    );
}
