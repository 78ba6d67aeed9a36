//! Tests of usage in its forms.

use super::*;

#[track_caller]
fn check(route: CallRoute, reports: &[&str], expected: Option<Usage>) {
    let mut reader = UsageReader::new(route);
    for report in reports {
        reader.read(report.as_bytes());
    }
    assert_eq!(reader.finish(), expected, "{route:?} {reports:?}");
}

fn usage(input: u64, output: u64) -> Usage {
    Usage { input, output, ..Usage::default() }
}

#[test]
fn usage_that_is_reported_in_no_field_is_none() {
    for report in ["", "null", "{}", "[]", "7", r#"{"prompt_tokens":null}"#, r#"{"total_tokens":5}"#, "{"] {
        check(CallRoute::ChatCompletions, &[report], None);
    }
    check(CallRoute::ChatCompletions, &[], None);
    check(CallRoute::ChatCompletions, &[r#"["prompt_tokens",5]"#], None);
    check(CallRoute::ChatCompletions, &[r#"{"input_tokens":5}"#], None);
}

#[test]
fn usage_with_hostile_numbers_ignores_them() {
    let numbers =
        ["-1", "-0", "1.5", "1.0", "1e3", "1e400", "\"5\"", "true", "[5]", "{}", "18446744073709551616"];
    for number in numbers {
        let report = format!(r#"{{"prompt_tokens":{number},"completion_tokens":{number}}}"#);
        check(CallRoute::ChatCompletions, &[&report], None);
        let known = r#"{"prompt_tokens":3,"completion_tokens":4}"#;
        check(CallRoute::ChatCompletions, &[known, &report], Some(usage(3, 4)));
        let beside = format!(r#"{{"prompt_tokens":3,"x":{number},"completion_tokens_details":{number}}}"#);
        check(CallRoute::ChatCompletions, &[&beside], Some(usage(3, 0)));
    }
}

#[test]
fn usage_with_largest_numbers_saturates_sums() {
    let most = u64::MAX;
    let report =
        format!(r#"{{"input_tokens":{most},"cache_read_input_tokens":{most},"output_tokens":{most}}}"#);
    check(CallRoute::Messages, &[&report], Some(Usage { cached: most, ..usage(most, most) }));
    let report =
        format!(r#"{{"promptTokenCount":{most},"toolUsePromptTokenCount":1,"thoughtsTokenCount":2}}"#);
    check(CallRoute::GenerateContent, &[&report], Some(Usage { reasoning: 2, ..usage(most, 2) }));
}

#[test]
fn usage_that_is_reported_again_takes_last_value_of_each_field() {
    let reports = [
        r#"{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}"#,
        r#"{"output_tokens":7}"#,
        r#"{"input_tokens":null,"output_tokens":9,"cache_creation_input_tokens":2}"#,
        r#"{"output_tokens":9,"#,
    ];
    let expected = Usage { cached: 5, cache_write: 2, ..usage(17, 9) };
    check(CallRoute::Messages, &reports, Some(expected));
    check(CallRoute::Completions, &[r#"{"prompt_tokens":1,"prompt_tokens":2}"#], Some(usage(2, 0)));
}

#[test]
fn usage_of_embeddings_has_no_output() {
    let report = r#"{"prompt_tokens":8,"completion_tokens":3,"total_tokens":8}"#;
    check(CallRoute::Embeddings, &[report], Some(usage(8, 0)));
    let report = r#"{"promptTokenCount":6,"candidatesTokenCount":2}"#;
    check(CallRoute::EmbedContent, &[report], Some(usage(6, 0)));
    check(CallRoute::BatchEmbedContents, &[report], Some(usage(6, 0)));
}

#[test]
fn usage_of_counting_is_zero_whatever_is_reported() {
    for route in [CallRoute::MessagesCountTokens, CallRoute::CountTokens] {
        check(route, &[], Some(Usage::default()));
        check(route, &[r#"{"input_tokens":5,"promptTokenCount":5}"#], Some(Usage::default()));
    }
}

#[test]
fn usage_of_audio_is_read_from_details() {
    let chat = r#"{"prompt_tokens":30,"completion_tokens":20,
        "prompt_tokens_details":{"audio_tokens":25,"cached_tokens":0},
        "completion_tokens_details":{"audio_tokens":15,"reasoning_tokens":0}}"#;
    let expected = Usage { audio_in: 25, audio_out: 15, ..usage(30, 20) };
    check(CallRoute::ChatCompletions, &[chat], Some(expected));
    let gemini = r#"{"promptTokenCount":30,"candidatesTokenCount":20,
        "promptTokensDetails":[{"modality":"TEXT","tokenCount":5},{"modality":"AUDIO","tokenCount":25}],
        "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":15},{"tokenCount":1},null,7]}"#;
    check(CallRoute::GenerateContent, &[gemini], Some(expected));
}
