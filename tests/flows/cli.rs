//! Exit codes, `--json`, and what a user reads when something is wrong.

use super::binary::{ACME, json, path, run, zhangben};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn wrong_arguments_end_with_2_and_say_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, named) in [
        (vec!["frobnicate"], "frobnicate"),
        (vec!["verify", "--wrong"], "--wrong"),
        (vec!["statement", "run"], "--cut-off"),
        (vec!["statement", "run", "--cut-off", "2026-02-30"], "2026-02-30"),
        (vec!["import", "invoices"], "FILES"),
        (vec!["import", "stock", "x.ndjson"], "stock"),
        (vec!["--clock", "yesterday", "verify"], "yesterday"),
        (vec!["replay"], "--invoice"),
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(named), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_ends_with_0() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [vec!["--help"], vec!["plugin", "run", "--help"], vec!["--version"]] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn settings_that_are_not_known_end_with_2_and_no_secret_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("zhangben.toml"), "databse = \"x\"\n").expect("written");
    let output = run(folder.path(), &["verify"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("databse"));
    std::fs::write(folder.path().join("zhangben.toml"), "vault_key = \"geheim\"\n").expect("written");
    let output = run(folder.path(), &["verify"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!text(&output.stderr).contains("geheim"), "{}", text(&output.stderr));
    std::fs::remove_file(folder.path().join("zhangben.toml")).expect("removed");
    let output =
        zhangben(folder.path()).env("ZHANGBEN_DATABSE", "x").arg("verify").output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_database_that_is_not_there_is_5_and_one_that_is_not_migrated_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = json(folder.path(), 5, &["verify"]);
    assert!(missing["error"]["message"].as_str().is_some_and(|m| m.contains("zhangben.sqlite")), "{missing}");
    assert!(!folder.path().join("zhangben-data").exists(), "nothing is made by looking");
    let url = format!("sqlite://{}", folder.path().join("empty.sqlite").display());
    std::fs::write(folder.path().join("empty.sqlite"), b"").expect("written");
    let empty = json(folder.path(), 5, &["verify", "--database", &url]);
    assert!(empty["error"]["message"].as_str().is_some_and(|m| m.contains("zhangben migrate")), "{empty}");
    // no database is away, the argument is wrong
    for url in ["mysql://li:geheim@host/db", "zhangben.db", "sqlite://:memory:"] {
        let scheme = json(folder.path(), 2, &["verify", "--database", url]);
        assert_eq!(scheme["error"]["code"], "database", "{scheme}");
        assert!(!scheme.to_string().contains("geheim"), "{scheme}");
    }
}

#[test]
fn a_company_is_made_and_found_and_what_is_not_there_is_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    json(at, 0, &["migrate"]);
    assert_eq!(json(at, 3, &["verify"])["error"]["code"], "not-found");
    assert_eq!(json(at, 0, &ACME)["code"], "acme");
    assert_eq!(json(at, 1, &ACME)["error"]["code"], "code-taken");
    assert_eq!(json(at, 0, &["company", "list"])["companies"][0]["code"], "acme");
    assert_eq!(json(at, 3, &["verify", "--company", "other"])["error"]["code"], "not-found");
    assert_eq!(json(at, 3, &["customer", "balance", "C1"])["error"]["code"], "not-found");
    assert_eq!(json(at, 0, &["verify"])["holds"], true);
    let health = json(at, 0, &["health"]);
    assert_eq!(health["database"]["kind"], "sqlite", "{health}");
    let last = &health["verification"];
    assert_eq!(
        (&last["state"], &last["holds"]),
        (&"ok".into(), &true.into()),
        "as it was found before: {last}"
    );
    assert_eq!(health["database"]["pending"], 0, "{health}");
    assert!(health["disk"]["free_bytes"].as_u64() <= health["disk"]["all_bytes"].as_u64(), "{health}");
    assert!(health["disk"]["all_bytes"].as_u64().is_some(), "{health}");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"), "{health}");
    let user = json(at, 0, &["user", "create", "--login", "li", "--name", "Li", "--role", "clerk"]);
    assert!(user["id"].as_str().is_some_and(|id| id.starts_with("usr_")));
    let token = json(at, 0, &["token", "issue", "--user", "li", "--label", "x"]);
    assert!(token["secret"].as_str().is_some_and(|secret| secret.starts_with("zb_")));
    let forbidden = json(at, 1, &["period", "lock", "--through", "2026-10-31", "--as", "li"]);
    assert_eq!(forbidden["error"]["code"], "forbidden");
    let said = forbidden["error"]["message"].as_str().expect("a message");
    assert!(said.contains("lock periods") && said.contains("administrator or reviewer"), "{forbidden}");
    assert!(forbidden["error"]["next"].as_str().is_some_and(|next| next.contains("--as")), "{forbidden}");
    json(at, 0, &["period", "lock", "--through", "2026-10-31"]);
    let id = token["id"].as_str().expect("an id");
    assert_eq!(json(at, 0, &["token", "revoke", id])["already"], false);
    let again = json(at, 0, &["token", "revoke", id]);
    assert_eq!(
        (&again["revoked"], &again["already"]),
        (&true.into(), &true.into()),
        "it is ended, as was wanted"
    );
    let unknown = json(at, 3, &["token", "revoke", "tok_01234567012345670123456701234567"]);
    assert_eq!(unknown["error"]["code"], "not-found", "{unknown}");
    let run = "run_01234567012345670123456701234567";
    let unknown = json(at, 3, &["statement", "export", "--run", run, "--to", "out"]);
    assert!(unknown["error"]["message"].as_str().is_some_and(|said| said.contains(run)), "{unknown}");
    assert!(!at.join("out").exists());
}

/// What an argument says is wrong before any rule is asked; a rule's refusal stays 1.
#[test]
fn values_of_arguments_that_cannot_be_accepted_are_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    json(at, 0, &["migrate"]);
    let zone = json(at, 2, &[&ACME[..], &["--time-zone", "Mars/Olympus"]].concat());
    assert_eq!(
        (&zone["error"]["code"], &zone["error"]["pointer"]),
        (&"invalid-field".into(), &"/time_zone".into())
    );
    json(at, 0, &[&ACME[..], &["--time-zone", "Europe/Berlin"]].concat());
    let future = json(at, 2, &["statement", "run", "--cut-off", "2198-12-31"]);
    assert_eq!(future["error"]["pointer"], "/cut_off", "{future}");
    assert_eq!(json(at, 1, &ACME)["error"]["code"], "code-taken");
}

#[test]
fn wrong_arguments_with_json_are_one_document() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [&["frobnicate"][..], &["verify", "--wrong"], &["statement", "run"]] {
        let refused = json(folder.path(), 2, arguments);
        assert_eq!(refused["error"]["code"], "usage");
        assert!(refused["error"]["message"].as_str().is_some_and(|m| m.contains("Usage:")), "{refused}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let script =
        format!("'{}' plugin schema tax --json | true; '{0}' verify --json 2>&1 | true", path().display());
    for _ in 0..3 {
        let mut shell = std::process::Command::new("bash");
        shell.args(["-c", &format!("{script}; echo ${{PIPESTATUS[0]}}")]).current_dir(folder.path());
        let output = shell.output().expect("bash runs");
        assert_eq!(text(&output.stdout).trim(), "5", "{}", text(&output.stderr));
        assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
    }
}
