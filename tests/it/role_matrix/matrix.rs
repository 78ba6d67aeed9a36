//! A matrix as text: a line for each row, below the name of its route or page, and a column for each role.

use llm_config_store::testing::TestDatabase;

use super::actor::{Actor, COLUMNS};
use crate::support::TestApp;

/// The widths of the column of objects and of the others.
const OBJECT: usize = 40;
const COLUMN: usize = 11;

/// How many columns are requested at a time, each on its own server. Cells of pages are several requests,
/// which a busy machine must not let time out.
const CONCURRENT: usize = 3;

/// A row of a matrix.
pub(super) trait MatrixRow: Sync {
    /// The method and the path, as in the reviewed table of routes or pages.
    fn route(&self) -> String;

    /// The object of the request.
    fn object(&self) -> &'static str;

    /// Sends the request as `actor` and returns what the cell says.
    fn cell_text(&self, app: &TestApp, actor: Actor) -> String;
}

/// The matrix as text, below its legend.
pub(super) fn matrix(legend: &str, rows: &[&impl MatrixRow]) -> String {
    let column = |actor| {
        let app = TestApp::with_database(TestDatabase::sqlite());
        rows.iter().map(|row| row.cell_text(&app, actor)).collect::<Vec<_>>()
    };
    let columns = COLUMNS.chunks(CONCURRENT).flat_map(|columns| {
        std::thread::scope(|scope| {
            let threads: Vec<_> =
                columns.iter().map(|(_, actor)| scope.spawn(move || column(*actor))).collect();
            threads.into_iter().map(|thread| thread.join().expect("a column")).collect::<Vec<_>>()
        })
    });
    let columns: Vec<Vec<String>> = columns.collect();
    let line = |object: &str, cells: &mut dyn Iterator<Item = &str>| {
        let start = format!("{object:<OBJECT$}");
        cells.fold(start, |row, cell| format!("{row}{cell:<COLUMN$}")).trim_end().to_owned() + "\n"
    };
    let mut text = format!("{legend}\n{}", line("", &mut COLUMNS.iter().map(|(name, _)| *name)));
    let mut route = String::new();
    for (n, row) in rows.iter().enumerate() {
        if row.route() != route {
            route = row.route();
            text.extend(["\n", &route, "\n"]);
        }
        text += &line(&format!("  {}", row.object()), &mut columns.iter().map(|column| column[n].as_str()));
    }
    text
}
