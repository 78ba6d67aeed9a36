//! Tests of the reviewed routes, and of paths near them, against a running server.

use std::collections::BTreeSet;

use crate::http::docs;
use crate::http::docs::swagger_ui::{FILES, POLICY};
use crate::http::document::Document;
use crate::http::routes::{self, Route, RouteAuth};
use crate::http::test_server::{send, with_server};

fn all_routes() -> impl Iterator<Item = &'static Route> {
    Document::ALL.into_iter().flat_map(routes::for_document)
}

/// A path that the pattern matches.
fn path(pattern: &str) -> String {
    let pattern = pattern.replace("{file}", "index.css").replace("{email}", "none@example.com");
    pattern.replace("{id}", ID).replace("{userId}", ID)
}

const ID: &str = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a";

/// The reviewed route that matches a path. A parameter matches any word.
fn matching_route(method: &str, path: &str) -> Option<&'static Route> {
    let matches = |pattern: &str| {
        let (pattern, path) = (pattern.split('/'), path.split('/'));
        pattern.clone().count() == path.clone().count()
            && pattern.zip(path).all(|(part, word)| part == word || part.starts_with('{'))
    };
    all_routes().find(|route| route.method == method && matches(route.path))
}

#[actix_web::test]
async fn call_without_token_has_the_reviewed_status() {
    with_server(|server| {
        for Route { method, path: pattern, auth } in all_routes() {
            let expected = match auth {
                RouteAuth::Token => 401,
                RouteAuth::Documentation if *pattern == "/" => 307,
                RouteAuth::Public | RouteAuth::Documentation => 200,
            };
            assert_eq!(send(server, method, &path(pattern)).status, expected, "{method} {pattern}");
        }
    })
    .await;
}

#[actix_web::test]
async fn call_with_other_method_is_405() {
    with_server(|server| {
        for Route { path: pattern, .. } in all_routes() {
            let path = path(pattern);
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
                // `HEAD` is answered wherever `GET` is.
                let listed = if method == "HEAD" { "GET" } else { method };
                if matching_route(listed, &path).is_none() {
                    assert_eq!(send(server, method, &path).status, 405, "{method} {path}");
                }
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn docs_page_loads_files_of_this_server_only() {
    with_server(|server| {
        for path in ["/docs", "/docs/"] {
            let page = send(server, "GET", path);
            let html = String::from_utf8(page.body).unwrap();
            let policy = format!("content-security-policy: {POLICY}").to_lowercase();
            assert!(page.head.contains(&policy), "{}", page.head);
            assert!(page.head.contains("x-content-type-options: nosniff"), "{}", page.head);
            assert!(html.contains("<title>llm-config API</title>"), "{html}");
            let parts = ["src=\"", "href=\""].into_iter().flat_map(|attribute| html.split(attribute).skip(1));
            let named: BTreeSet<_> = parts.map(|part| part.split('"').next().unwrap().to_owned()).collect();
            assert_eq!(named, FILES.map(|file| format!("/docs/{file}")).into(), "{html}");
            for part in &named {
                let response = send(server, "GET", part);
                assert!(response.status == 200 && !response.body.is_empty(), "{part}");
                assert!(response.head.contains("content-security-policy"), "{part}");
            }
            let inline = html.split("<script").skip(1).any(|script| !script.trim_start().starts_with("src="));
            assert!(!inline && !html.contains("<style") && !html.contains("style="), "{html}");
        }
        assert_eq!(send(server, "GET", "/docs/oauth2-redirect.html").status, 404);
    })
    .await;
}

#[actix_web::test]
async fn docs_page_offers_the_served_documents() {
    with_server(|server| {
        let start = send(server, "GET", "/docs/swagger-initializer.js");
        let start = String::from_utf8(start.body).unwrap();
        assert!(!start.contains("http:") && !start.contains("https:"), "{start}");
        for document in Document::ALL {
            let path = format!("/openapi/{}.json", document.name());
            assert!(start.contains(&path), "{start}");
            let served = send(server, "GET", &path);
            assert!(served.head.contains("content-type: application/json"), "{}", served.head);
            assert_eq!(String::from_utf8(served.body).unwrap(), docs::json(document).unwrap());
        }
    })
    .await;
}
