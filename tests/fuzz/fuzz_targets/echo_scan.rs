//! Runs the fuzzer on the property in `src/echo_scan.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::echo_scan::check(data));
