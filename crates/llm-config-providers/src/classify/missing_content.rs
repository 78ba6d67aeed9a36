//! The refusal of an empty call for its missing content.

use crate::error_body::ErrorBody;

/// The missing content of an empty call, after the key was accepted, in the words of the validators of
/// many servers: pydantic, zod, ajv, serde, Go's validator, Bean Validation.
const MISSING_CONTENT: &[&str] = &[
    "messages",
    "missing required",
    "missing field",
    "missing properties",
    "field required",
    "is required",
    "are required",
    "required property",
    "required tag",
    "required body",
    "required request body",
    "validation",
    "prompt",
    "too short",
    "input_value",
    "contents is not specified",
    "must not be empty",
    "cannot be empty",
    "can not be empty",
    "must not be null",
    "may not be null",
    "cannot be null",
    "must be provided",
    "不能为空",
    "缺少",
    "必填",
    "必须提供",
    "obligatorio",
    "obrigatório",
    "erforderlich",
    "obligatoire",
    "обязател",
    "必須",
    "필수",
];

/// Words about the key or a header, which an error about missing content does not have.
const ABOUT_KEY: &[&str] = &[
    "api key",
    "api_key",
    "api-key",
    "apikey",
    "\"header\"",
    " header",
    "query parameter",
    "api-version",
    "api version",
    "authorization",
    "authenti",
    "unauthorized",
    "credential",
    "access token",
    "bearer",
    "token is required",
    "missing token",
    "密钥",
    "令牌",
    "鉴权",
    "认证",
];

/// Whether an error, also one in plain text, concerns the missing content of an empty call, so that the key
/// was accepted.
pub(crate) fn is_about_missing_content(error: &ErrorBody) -> bool {
    error.contains_any(MISSING_CONTENT) && !error.contains_any(ABOUT_KEY)
}

#[cfg(test)]
mod tests {
    use super::is_about_missing_content;
    use crate::response::Response;

    #[track_caller]
    fn check(status: u16, body: &str, expected: bool) {
        assert_eq!(is_about_missing_content(Response::of(status, body).error()), expected, "{body}");
    }

    #[test]
    fn missing_content_is_recognised_in_the_words_of_many_validators() {
        check(
            422,
            "Failed to deserialize the JSON body into the target type: missing field `messages`",
            true,
        );
        check(
            422,
            r#"{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]}"#,
            true,
        );
        check(
            400,
            r#"{"success":false,"error":{"issues":[{"code":"invalid_type","path":["messages"],"message":"Required"}],"name":"ZodError"}}"#,
            true,
        );
        check(
            400,
            r#"{"statusCode":400,"error":"Bad Request","message":"body must have required property 'messages'"}"#,
            true,
        );
        check(
            400,
            r#"{"error":"Key: 'ChatRequest.Messages' Error:Field validation for 'Messages' failed on the 'required' tag"}"#,
            true,
        );
        check(
            400,
            r#"{"status":400,"error":"Bad Request","message":"Validation failed","errors":[{"field":"messages","defaultMessage":"must not be empty"}]}"#,
            true,
        );
        check(
            400,
            r#"{"title":"One or more validation errors occurred.","status":400,"errors":{"Messages":["The Messages field is required."]}}"#,
            true,
        );
        check(400, r#"{"code":"InvalidParameter","message":"输入消息不能为空"}"#, true);
        check(400, r#"{"error":{"code":"1213","message":"未正常接收到prompt参数。"}}"#, true);
    }

    #[test]
    fn missing_key_is_not_missing_content() {
        check(400, "Missing required header: x-api-key", false);
        check(
            422,
            r#"{"detail":[{"type":"missing","loc":["header","authorization"],"msg":"Field required"}]}"#,
            false,
        );
        check(400, r#"{"error":{"message":"API key is required"}}"#, false);
        check(400, r#"{"message":"缺少令牌"}"#, false);
        check(400, r#"{"error":{"message":"Bad request"}}"#, false);
    }
}
