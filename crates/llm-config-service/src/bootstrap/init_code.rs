//! The initialisation code: a file that only the server's user can read.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A code of 128 random bits and its file, which is removed on drop.
pub(super) struct InitCode {
    text: Zeroizing<String>,
    file: PathBuf,
}

impl InitCode {
    /// Generates a code and writes it to `file`, in place of the file of an earlier start.
    pub(super) fn create(file: PathBuf) -> io::Result<Self> {
        let mut bits = Zeroizing::new([0; 16]);
        getrandom::fill(bits.as_mut()).map_err(io::Error::other)?;
        let text = Zeroizing::new(format!("{:032x}", u128::from_be_bytes(*bits)));
        remove(&file)?;
        let mut options = OpenOptions::new();
        // Writes neither through a symbolic link nor into a file that another user holds open.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut opened = options.open(&file)?;
        // From here on, an error removes the file again.
        let code = Self { text, file };
        opened.write_all(Zeroizing::new(format!("{}\n", *code.text)).as_bytes())?;
        Ok(code)
    }

    /// Whether `code` is correct. The time of the comparison depends on the length only.
    pub(super) fn matches(&self, code: &str) -> bool {
        self.text.as_bytes().ct_eq(code.as_bytes()).into()
    }
}

impl Drop for InitCode {
    fn drop(&mut self) {
        // Another server with this data directory may have replaced the file by its own.
        let is_ours = match fs::read_to_string(&self.file).map(Zeroizing::new) {
            Ok(text) => text.is_empty() || self.matches(text.trim_end()),
            Err(_) => false,
        };
        if is_ours {
            discard(&self.file);
        }
    }
}

/// Removes a code file; a failure is logged.
pub(super) fn discard(file: &Path) {
    if let Err(error) = remove(file) {
        tracing::warn!(file = %file.display(), error = %error, "the initialisation code cannot be removed");
    }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_of_a_code_removes_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("init-code");
        fs::write(&file, "left behind").unwrap();
        let code = InitCode::create(file.clone()).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let text = text.trim_end();
        assert!(text.len() == 32 && text.chars().all(|c| c.is_ascii_hexdigit()), "{text}");
        assert!(code.matches(text));
        for wrong in ["", "left behind", &text[1..], &format!("{text}0"), &"0".repeat(32)] {
            assert!(!code.matches(wrong), "{wrong}");
        }
        drop(code);
        assert!(!file.exists());
    }

    #[test]
    fn drop_of_a_code_keeps_the_file_of_another_server() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("init-code");
        let first = InitCode::create(file.clone()).unwrap();
        let second = InitCode::create(file.clone()).unwrap();
        drop(first);
        assert!(second.matches(fs::read_to_string(&file).unwrap().trim_end()));
    }

    #[cfg(unix)]
    #[test]
    fn create_over_a_symbolic_link_keeps_the_target() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("init-code"), folder.path().join("other"));
        fs::write(&other, "kept").unwrap();
        symlink(&other, &file).unwrap();
        let _code = InitCode::create(file.clone()).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
        let found = file.symlink_metadata().unwrap();
        assert!(found.is_file());
        assert_eq!(found.permissions().mode() & 0o777, 0o600);
    }
}
