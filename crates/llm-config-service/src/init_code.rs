//! The code against which the first token is handed out: in a file that only the server's user reads.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// 128 random bits and the file that they are written to. The file is removed when this is dropped.
pub(crate) struct InitCode {
    text: Zeroizing<String>,
    file: PathBuf,
}

impl InitCode {
    /// Makes a fresh code and writes it to `file`, in place of one that an earlier start left behind.
    pub(crate) fn create(file: PathBuf) -> io::Result<Self> {
        let mut bits = Zeroizing::new([0; 16]);
        getrandom::fill(bits.as_mut()).map_err(io::Error::other)?;
        let text = Zeroizing::new(format!("{:032x}", u128::from_be_bytes(*bits)));
        remove(&file)?;
        let mut options = OpenOptions::new();
        // Neither a link that leads elsewhere nor a file that another user holds open is written to.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut opened = options.open(&file)?;
        // From here on the file is removed again, whatever fails.
        let code = Self { text, file };
        opened.write_all(Zeroizing::new(format!("{}\n", *code.text)).as_bytes())?;
        Ok(code)
    }

    /// Whether this is the code; the time that it takes tells only whether the length is right.
    pub(crate) fn is(&self, given: &str) -> bool {
        self.text.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl Drop for InitCode {
    fn drop(&mut self) {
        // Another server with this data directory may have put its own code there meanwhile.
        let is_ours = match fs::read_to_string(&self.file).map(Zeroizing::new) {
            Ok(text) => text.is_empty() || self.is(text.trim_end()),
            Err(_) => false,
        };
        if is_ours {
            discard(&self.file);
        }
    }
}

/// Removes a code that is of no use any more.
pub(crate) fn discard(file: &Path) {
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
    fn code_is_in_its_file_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("init-code");
        fs::write(&file, "left behind").unwrap();
        let code = InitCode::create(file.clone()).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let text = text.trim_end();
        assert!(text.len() == 32 && text.chars().all(|it| it.is_ascii_hexdigit()), "{text}");
        assert!(code.is(text));
        for wrong in ["", "left behind", &text[1..], &format!("{text}0"), &"0".repeat(32)] {
            assert!(!code.is(wrong), "{wrong}");
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
        assert!(second.is(fs::read_to_string(&file).unwrap().trim_end()));
    }

    #[cfg(unix)]
    #[test]
    fn creation_in_place_of_a_link_leaves_what_it_leads_to() {
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
