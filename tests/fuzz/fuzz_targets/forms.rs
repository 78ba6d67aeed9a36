//! Runs the fuzzer on the property in `src/forms.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| llm_config_fuzz::forms::check(data));
