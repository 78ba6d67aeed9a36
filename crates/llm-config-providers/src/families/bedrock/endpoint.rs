//! Service and region of a Bedrock host, by its name.

/// The region that is assumed if the host names none.
pub(super) const ASSUMED_REGION: &str = "us-east-1";

/// A service of Bedrock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plane {
    /// Lists models and their availability.
    Control,
    /// Calls models.
    Runtime,
    /// The OpenAI-compatible service.
    Mantle,
    /// Not AWS by its name: a gateway, or a test.
    Unknown,
}

/// A host of Bedrock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BedrockEndpoint {
    pub(super) plane: Plane,
    /// `None` if the host names none.
    pub(super) region: Option<String>,
    /// The host of the other plane, control or runtime, in the same region.
    pub(super) sibling: Option<String>,
}

impl BedrockEndpoint {
    /// Reads `bedrock[-runtime|-mantle][-fips].REGION.SUFFIX`, and the same within the name of a
    /// VPC's endpoint. Any other name is unknown.
    pub(super) fn new(host: &str) -> Self {
        read(host).or_else(|| private(host)).unwrap_or(Self {
            plane: Plane::Unknown,
            region: None,
            sibling: None,
        })
    }

    pub(super) fn is_own(&self) -> bool {
        self.plane != Plane::Unknown
    }
}

/// Whether a host serves all customers of AWS alike, unlike the endpoint of one customer's VPC.
pub(super) fn is_public(host: &str) -> bool {
    read(host).is_some()
}

fn read(host: &str) -> Option<BedrockEndpoint> {
    let (service, rest) = host.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let is_suffix = matches!(suffix, "amazonaws.com" | "amazonaws.com.cn" | "amazonaws.eu" | "api.aws");
    let (plane, other) = service_of(service)?;
    if !is_suffix || !is_region(region) {
        return None;
    }
    let sibling = other.map(|other| format!("{other}.{rest}"));
    Some(BedrockEndpoint { plane, region: Some(region.to_owned()), sibling })
}

/// `vpce-ID.bedrock-runtime.us-east-1.vpce.amazonaws.com`, from which no other service can be reached.
fn private(host: &str) -> Option<BedrockEndpoint> {
    let labels: Vec<_> = host.strip_suffix(".vpce.amazonaws.com")?.split('.').collect();
    let [endpoint, service, region] = labels.as_slice() else { return None };
    let (plane, _) = service_of(service)?;
    let fits = endpoint.starts_with("vpce-") && is_region(region);
    fits.then(|| BedrockEndpoint { plane, region: Some((*region).to_owned()), sibling: None })
}

const fn service_of(label: &str) -> Option<(Plane, Option<&'static str>)> {
    match label.as_bytes() {
        b"bedrock" => Some((Plane::Control, Some("bedrock-runtime"))),
        b"bedrock-fips" => Some((Plane::Control, Some("bedrock-runtime-fips"))),
        b"bedrock-runtime" => Some((Plane::Runtime, Some("bedrock"))),
        b"bedrock-runtime-fips" => Some((Plane::Runtime, Some("bedrock-fips"))),
        b"bedrock-mantle" | b"bedrock-mantle-fips" => Some((Plane::Mantle, None)),
        _ => None,
    }
}

/// `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`: two words or more, then a number. Not `s3` and not
/// `s3-us-west-2`, where customers choose the label before it.
fn is_region(text: &str) -> bool {
    let consists_of =
        |part: &str, allowed: fn(&u8) -> bool| !part.is_empty() && part.bytes().all(|b| allowed(&b));
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    consists_of(number, u8::is_ascii_digit)
        && words.contains('-')
        && words.split('-').all(|word| consists_of(word, u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, plane: Plane, region: Option<&str>, sibling: Option<&str>) {
        let own = |text: Option<&str>| text.map(str::to_owned);
        assert_eq!(
            BedrockEndpoint::new(host),
            BedrockEndpoint { plane, region: own(region), sibling: own(sibling) },
            "{host}"
        );
    }

    #[test]
    fn new_with_host_of_aws_reads_region_and_sibling() {
        let (us, eu) = (Some("us-east-1"), Some("eu-central-1"));
        check(
            "bedrock.us-east-1.amazonaws.com",
            Plane::Control,
            us,
            Some("bedrock-runtime.us-east-1.amazonaws.com"),
        );
        check(
            "bedrock-runtime.eu-central-1.api.aws",
            Plane::Runtime,
            eu,
            Some("bedrock.eu-central-1.api.aws"),
        );
        check(
            "bedrock-runtime-fips.us-east-1.amazonaws.com",
            Plane::Runtime,
            us,
            Some("bedrock-fips.us-east-1.amazonaws.com"),
        );
        check("bedrock-mantle.us-east-1.api.aws", Plane::Mantle, us, None);
        check("vpce-1-2.bedrock-runtime.us-east-1.vpce.amazonaws.com", Plane::Runtime, us, None);
    }

    #[test]
    fn new_with_lookalike_host_is_unknown() {
        for host in [
            "127.0.0.1",
            "bedrock.example.com",
            "bedrock.us-east-1.amazonaws.com.evil.example",
            "bedrock.us-east-1.amazonaws.org",
            "bedrock.us_east.amazonaws.com",
            "bedrock..amazonaws.com",
            "evil-bedrock.us-east-1.amazonaws.com",
            "bedrock.a.b.amazonaws.com",
            "x.bedrock.us-east-1.vpce.amazonaws.com",
        ] {
            check(host, Plane::Unknown, None, None);
        }
    }
}
