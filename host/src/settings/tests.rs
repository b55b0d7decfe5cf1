#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;

fn load(file: &str, environment: &[(&str, &str)], flags: Flags) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("z.toml");
    std::fs::write(&path, file).unwrap();
    let environment = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Settings::load(&Flags { settings: Some(path), ..flags }, environment)
}

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[test]
fn later_layers_win() {
    let file = "data = \"/from-file\"\nbind = \"127.0.0.1:1\"\nconnections_max = 3\n";
    let plain = load(file, &[], Flags::default()).unwrap();
    assert_eq!(plain.data, Path::new("/from-file"));
    assert_eq!(plain.database.reveal(), "sqlite:///from-file/zhangben.sqlite");
    assert_eq!(plain.connections_max, Some(3));
    let environment = [("ZHANGBEN_DATA", "/from-env"), ("ZHANGBEN_CONNECTIONS_MAX", "5")];
    let over = load(file, &environment, Flags::default()).unwrap();
    assert_eq!((over.data.as_path(), over.connections_max), (Path::new("/from-env"), Some(5)));
    assert_eq!(over.bind.port(), 1);
    let flags = Flags { data: Some("/from-flag".into()), bind: Some("[::1]:9".into()), ..Flags::default() };
    let flagged = load(file, &environment, flags).unwrap();
    assert_eq!((flagged.data.as_path(), flagged.bind.port()), (Path::new("/from-flag"), 9));
}

#[test]
fn without_any_layer_the_data_lies_in_the_current_folder() {
    let settings = load("", &[("HOME", "/home/li")], Flags::default()).unwrap();
    assert_eq!(settings.database.reveal(), "sqlite://zhangben-data/zhangben.sqlite");
    assert_eq!(settings.bind.to_string(), BIND_DEFAULT);
    assert!(settings.bind.ip().is_loopback());
    assert!(settings.cache_dir.starts_with("/home/li"));
}

#[test]
fn unknown_keys_are_refused_by_name() {
    let in_file = load("databse = \"sqlite://x\"", &[], Flags::default()).unwrap_err();
    assert!(in_file.to_string().contains("databse"), "{in_file}");
    let in_environment = load("", &[("ZHANGBEN_FONTT", "x")], Flags::default()).unwrap_err();
    assert!(in_environment.to_string().contains("fontt"), "{in_environment}");
    let of_the_tests = [("ZHANGBEN_TEST_PG_URL", "x"), ("ZHANGBEN_PEER_DATA", "x"), ("ZHANGBEN_CACHE", "x")];
    assert!(load("", &of_the_tests, Flags::default()).is_ok());
    // a build without debug assertions, as every one that ships, knows of no such thing
    let aborting = load("", &[("ZHANGBEN_ABORT_AT", "commit.after:1")], Flags::default());
    assert_eq!(aborting.is_ok(), cfg!(debug_assertions));
}

#[test]
fn secrets_do_not_print() {
    let file =
        format!("vault_key = \"{KEY}\"\ndatabase = \"postgres://li:geheim@db/zhangben?sslmode=require\"");
    let settings = load(&file, &[], Flags::default()).unwrap();
    assert_eq!(settings.vault_key.as_ref().unwrap().reveal()[1], 0x11);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("geheim") && !shown.contains("aabbcc"), "{shown}");
    assert_eq!(settings.database.to_string(), "postgres://li:…@db/zhangben?sslmode=require");
    assert!(settings.database.reveal().contains("geheim"));
}

#[test]
fn every_form_of_password_is_redacted() {
    let cases = [
        ("postgres://u:p@ss/w@host/db", "postgres://u:…@host/db"),
        ("postgres://u:p?s@host/db?password=x", "postgres://u:…@host/db?password=…"),
        ("postgres://u@host/db", "postgres://u@host/db"),
        ("postgres://host/db?user=u&password=geheim", "postgres://host/db?user=u&password=…"),
        ("postgres://host/db?sslpassword=geheim&x=1", "postgres://host/db?sslpassword=…&x=1"),
        ("sqlite:///tmp/a.sqlite", "sqlite:///tmp/a.sqlite"),
        ("u:geheim", "…"),
    ];
    for (url, shown) in cases {
        assert_eq!(DatabaseUrl::new(url).to_string(), shown);
    }
}

#[test]
fn refusals_do_not_quote_a_secret() {
    let bad = [
        format!("vault_key = \"{KEY}zz\""),
        format!("vault_key = {KEY}"),
        format!("vault_key = [\"{KEY}\"]"),
        format!("vault_key = \"{KEY}"),
    ];
    for file in bad {
        let error = load(&file, &[], Flags::default()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("aabbcc"), "{shown}");
    }
}

#[test]
fn a_named_file_must_be_there_and_addresses_must_be_addresses() {
    let missing = Flags { settings: Some("/nowhere/z.toml".into()), ..Flags::default() };
    assert!(matches!(Settings::load(&missing, []), Err(SettingsError::File { .. })));
    assert!(matches!(load("bind = \"here\"", &[], Flags::default()), Err(SettingsError::Bind(_))));
    assert!(load("log_format = \"xml\"", &[], Flags::default()).is_err());
}

#[test]
fn files_that_are_gone_once_they_are_sent_may_lie_elsewhere() {
    assert_eq!(load("", &[], Flags::default()).unwrap().temp_dir, None);
    let file = "temp_dir = \"/var/tmp/lists\"";
    assert_eq!(load(file, &[], Flags::default()).unwrap().temp_dir, Some("/var/tmp/lists".into()));
    let environment = [("ZHANGBEN_TEMP_DIR", "/scratch")];
    assert_eq!(load(file, &environment, Flags::default()).unwrap().temp_dir, Some("/scratch".into()));
}

#[test]
fn an_attachment_is_bounded_by_what_the_door_holds_of_a_file() {
    let most = ATTACHMENT_BYTES_CEILING;
    let settled = |bytes: usize| load(&format!("attachment_bytes_max = {bytes}"), &[], Flags::default());
    assert_eq!(settled(most).unwrap().attachment_bytes_max, Some(most));
    for bytes in [0, most + 1] {
        let error = settled(bytes).unwrap_err();
        assert!(matches!(error, SettingsError::Attachment { number, .. } if number == bytes), "{error}");
        assert!(error.to_string().contains(&most.to_string()), "{error}");
    }
}
