//! The pages of the settings that are about looks, files, and the program itself.

use maud::{Markup, html};
use traefik_manager_core::{
    auth::{InterfacePatch, SettingsPart, SettingsPatch},
    settings::TABS,
};

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        settings_more as pages,
    },
    reply::Reply,
    words::{message, t},
};

use super::{done, settings};

pub(crate) async fn interface(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await.narrow();
    let settings = call.app.manager().settings().current();
    let version = settings::version(&call, SettingsPart::Interface, &settings);
    Ok(frame.reply(
        t!("settings-interface"),
        Tab::Access,
        &pages::interface(&settings.visible_tabs, &version, &frame.csrf),
    ))
}

pub(crate) async fn save_interface(call: Call) -> Result<Reply, Failure> {
    let mut tabs = Vec::new();
    for name in TABS {
        tabs.extend(call.fields.last_flag(name)?.map(|shown| (name.to_owned(), shown)));
    }
    let interface = InterfacePatch { tabs, ..InterfacePatch::default() };
    let changed =
        settings::save_patch(&call, SettingsPatch { interface, ..SettingsPatch::default() }).await?;
    let code = if changed { "saved" } else { "unchanged" };
    Ok(done(&call, &format!("/settings/interface?done={code}"), code))
}

pub(crate) async fn files(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let manager = call.app.manager();
    let snapshot = manager.configuration().snapshot();
    let named_by = if manager.configuration().can_create_files() {
        html! { "CONFIG_DIR" }
    } else {
        t!("settings-files-paths")
    };
    let named = |what, path: Markup, named_by: Markup| pages::NamedFile { what, path, named_by };
    let dynamic = message!("settings-files-dynamic");
    let dynamic: Vec<_> = snapshot
        .files()
        .iter()
        .map(|file| named(dynamic, html! { (file.path()) }, named_by.clone()))
        .collect();
    let mut fixed = Vec::new();
    fixed.extend(snapshot.static_file().map(|file| {
        let path = html! { (file.path()) };
        named(message!("settings-files-static"), path, html! { "STATIC_CONFIG_PATH" })
    }));
    let by_settings = html! { "SETTINGS_PATH" };
    for (what, path) in [
        (message!("settings-files-settings"), html! { "manager.yml" }),
        (message!("settings-files-beside"), t!("settings-files-beside-path")),
        (message!("settings-files-icons"), t!("settings-files-icons-path")),
    ] {
        fixed.push(named(what, path, by_settings.clone()));
    }
    let backups = message!("settings-files-backups");
    fixed.push(named(backups, t!("settings-files-backups-path"), html! { "BACKUP_DIR" }));
    let paths = &manager.settings().current().paths;
    Ok(frame.reply(t!("files"), Tab::Access, &pages::files(&dynamic, &fixed, paths)))
}

pub(crate) async fn about(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await.narrow();
    let content = pages::about(&pages::AboutPage {
        version: &call.app.policy().version,
        traefik: frame.live.version.as_ref().map(|version| version.number.clone()),
        idle_minutes: call.app.manager().access().idle_minutes(),
    });
    Ok(frame.reply(t!("settings-about"), Tab::Access, &content))
}
