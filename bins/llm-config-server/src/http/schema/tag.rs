//! The groups of a document's operations.

/// A group of operations. Generators make modules and classes from the name, so it is a word or two.
pub(crate) struct DescribedTag {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
}

/// Declares tags: a constant for each name, and `ALL` with the descriptions in the order of the document.
macro_rules! tags {
    ($($constant:ident = $name:literal $description:literal;)*) => {
        $(pub(crate) const $constant: &str = $name;)*

        /// The tags in the order of the document.
        pub(crate) const ALL: &[$crate::http::schema::tag::DescribedTag] = &[$(
            $crate::http::schema::tag::DescribedTag { name: $name, description: $description },
        )*];
    };
}
pub(crate) use tags;
