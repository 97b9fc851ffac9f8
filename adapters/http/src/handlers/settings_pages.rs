//! The pages of the settings that are about looks, files, and the program itself.

use traefik_manager_core::{
    auth::{InterfacePatch, SettingsPatch},
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
};

use super::{done, settings};

pub(crate) async fn interface(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await.narrow();
    let settings = call.app.manager().settings().current();
    Ok(frame.reply("Interface", Tab::Access, &pages::interface(&settings.visible_tabs, &frame.csrf)))
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
    let named_by =
        if manager.configuration().can_create_files() { "CONFIG_DIR" } else { "CONFIG_PATHS or CONFIG_PATH" };
    let named = |what, path: &str, named_by| pages::NamedFile { what, path: path.to_owned(), named_by };
    let dynamic: Vec<_> =
        snapshot.files().iter().map(|file| named("Dynamic configuration", file.path(), named_by)).collect();
    let mut fixed = Vec::new();
    fixed.extend(
        snapshot.static_file().map(|file| named("Static configuration", file.path(), "STATIC_CONFIG_PATH")),
    );
    fixed.push(named("Settings of this program", "manager.yml", "SETTINGS_PATH"));
    fixed.push(named("Templates, notifications, dashboard", "beside the settings", "SETTINGS_PATH"));
    fixed.push(named("Icons of the dashboard", "icons, beside the settings", "SETTINGS_PATH"));
    fixed.push(named("Backups and copies for git", "a folder of its own", "BACKUP_DIR"));
    let paths = &manager.settings().current().paths;
    Ok(frame.reply("Files", Tab::Access, &pages::files(&dynamic, &fixed, paths)))
}

pub(crate) async fn about(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await.narrow();
    let content = pages::about(&pages::AboutPage {
        version: &call.app.policy().version,
        traefik: frame.live.version.as_ref().map(|version| version.number.clone()),
        idle_minutes: call.app.manager().access().idle_minutes(),
    });
    Ok(frame.reply("About", Tab::Access, &content))
}
