//! Tests of the pages against a running server: who may open them, and the headers of their responses.

use std::net::SocketAddr;

use actix_web::http::Method;

use super::headers::POLICY;
use super::pages::{Page, PageAccess, all};
use crate::http::Options;
use crate::http::test_server::{Response, send_with, with_options, with_server};

const ID: &str = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a";

/// The headers of a browser that opens a page of the console, or posts one of its forms.
const OWN_PAGE: &[(&str, &str)] = &[("host", "localhost"), ("sec-fetch-site", "same-origin")];

fn path(page: &Page) -> String {
    format!("/console{}", page.path).replace("{id}", ID).replace("{user}", ID).replace("{name}", "none.css")
}

#[track_caller]
fn check_headers(response: &Response) {
    for (name, expected) in [
        ("content-security-policy", POLICY.to_lowercase().as_str()),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(response.header(name), Some(expected), "{}", response.head);
    }
    assert!(response.header("permissions-policy").is_some(), "{}", response.head);
}

#[actix_web::test]
async fn page_without_session_leads_to_sign_in_or_is_refused() {
    with_server(|server| {
        for page in all() {
            let method = page.method.as_str();
            let response = send_with(server, method, &path(&page), OWN_PAGE, "");
            let expected = match (page.access, &page.method) {
                (PageAccess::SignedIn, &Method::GET) => 303,
                (PageAccess::SignedIn, _) => 401,
                // No such file.
                (PageAccess::Public, &Method::GET) if page.path.contains("{name}") => 404,
                (PageAccess::Public, &Method::GET) => 200,
                // No token and no code.
                (PageAccess::Public, _) => 422,
            };
            assert_eq!(response.status, expected, "{method} {}", page.path);
            check_headers(&response);
            if expected == 303 {
                let location = response.header("location").unwrap();
                assert!(location.starts_with("/console/login?next=%2fconsole"), "{location}");
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn change_from_page_of_other_site_is_refused() {
    with_server(|server| {
        let port = server.port();
        let own = format!("http://localhost:{port}");
        let other_port = format!("http://localhost:{}", port ^ 1);
        for (headers, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], 401),
            (&[("origin", own.as_str())], 401),
            (&[], 403),
            (&[("sec-fetch-site", "same-site")], 403),
            (&[("sec-fetch-site", "cross-site")], 403),
            (&[("sec-fetch-site", "none")], 403),
            (&[("sec-fetch-site", "cross-site"), ("origin", own.as_str())], 403),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")], 403),
            (&[("origin", "null")], 403),
            (&[("origin", "https://evil.example")], 403),
            (&[("origin", other_port.as_str())], 403),
        ] {
            let headers: Vec<_> =
                [("host", "localhost")].into_iter().chain(headers.iter().copied()).collect();
            let response = send_with(server, "POST", "/console/logout", &headers, "");
            assert_eq!(response.status, expected, "{headers:?}");
            check_headers(&response);
        }
    })
    .await;
}

fn status_at(server: SocketAddr, host: &str) -> u16 {
    send_with(server, "GET", "/console/login", &[("host", host)], "").status
}

#[actix_web::test]
async fn page_at_other_host_is_421() {
    with_server(|server| {
        for host in ["localhost", "127.0.0.1:8080", "[::1]"] {
            assert_eq!(status_at(server, host), 200, "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "llm.example", "10.0.0.1"] {
            assert_eq!(status_at(server, host), 421, "{host}");
        }
    })
    .await;
}

#[actix_web::test]
async fn page_below_public_url_has_links_and_headers_of_that_url() {
    let options = Options {
        workers: Some(1),
        public_url: Some("https://llm.example/registry/".parse().unwrap()),
        ..Options::default()
    };
    with_options(options, |server| {
        assert_eq!(status_at(server, "evil.example"), 421);
        assert_eq!(status_at(server, "llm.example:80"), 421);
        let page = send_with(server, "GET", "/console/login", &[("host", "llm.example")], "");
        assert_eq!(page.status, 200);
        assert!(page.header("strict-transport-security").is_some(), "{}", page.head);
        let html = String::from_utf8(page.body).unwrap();
        let attributes = ["href=\"", "src=\"", "action=\""];
        let links = attributes.iter().flat_map(|attribute| html.split(attribute).skip(1));
        for link in links.map(|rest| rest.split('"').next().unwrap()) {
            assert!(link.starts_with("/registry/console") || link.starts_with('#'), "{link}");
        }
        let start = [("host", "llm.example"), ("accept", "text/html")];
        let start = send_with(server, "GET", "/", &start, "");
        assert_eq!(start.header("location"), Some("/registry/console"));
        let origin = [("host", "llm.example"), ("origin", "https://llm.example")];
        assert_eq!(send_with(server, "POST", "/console/logout", &origin, "").status, 401);
        let docs = send_with(server, "GET", "/docs", &[("host", "llm.example")], "");
        assert!(String::from_utf8(docs.body).unwrap().contains("\"/registry/docs/index.css\""));
    })
    .await;
}

#[actix_web::test]
async fn root_leads_browsers_to_the_console_and_programs_to_the_documents() {
    with_server(|server| {
        for (headers, expected) in [
            (&[("host", "localhost"), ("accept", "text/html,*/*")][..], "/console"),
            (&[("host", "localhost"), ("accept", "*/*")], "/docs"),
            (&[("host", "localhost")], "/docs"),
            (&[("host", "llm.example"), ("accept", "text/html")], "/docs"),
        ] {
            let response = send_with(server, "GET", "/", headers, "");
            assert_eq!((response.status, response.header("location")), (307, Some(expected)), "{headers:?}");
        }
    })
    .await;
}

#[actix_web::test]
async fn file_of_pages_is_kept_for_ever_and_unknown_page_is_404() {
    with_server(|server| {
        let page = send_with(server, "GET", "/console/login", OWN_PAGE, "");
        let html = String::from_utf8(page.body).unwrap();
        let style = html.split('"').find(|text| text.contains("/assets/console-")).unwrap();
        let file = send_with(server, "GET", style, OWN_PAGE, "");
        assert_eq!((file.status, file.header("content-type")), (200, Some("text/css; charset=utf-8")));
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let unknown = send_with(server, "GET", "/console/nothing", OWN_PAGE, "");
        assert_eq!((unknown.status, unknown.header("content-type")), (404, Some("text/html; charset=utf-8")));
        check_headers(&unknown);
        let deleted = OWN_PAGE;
        assert_eq!(send_with(server, "DELETE", "/console/login", deleted, "").status, 405);
    })
    .await;
}
