//! Service and region of a Bedrock host, by its name.

use crate::family::vendor::is_below;

/// The domains of AWS's partitions, and those of their dual-stack hosts. Source: `dnsSuffix` and
/// `dualStackDnsSuffix` in botocore's `data/partitions.json`.
const SUFFIXES: &[&str] = &[
    // The public partition and AWS GovCloud (US).
    "amazonaws.com",
    "api.aws",
    // China.
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    // European Sovereign Cloud.
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    // The isolated partitions.
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
];

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

    /// The service that a signature names. `OpenAI`'s own client for Java signs so for both hosts
    /// (`bedrock.md` in openai/openai-java); for mantle, AWS grants rights of another service
    /// (BerriAI/litellm#31475).
    pub(super) const fn signing_service(&self) -> &'static str {
        match self.plane {
            Plane::Mantle => "bedrock-mantle",
            Plane::Control | Plane::Runtime | Plane::Unknown => "bedrock",
        }
    }

    pub(super) fn is_own(&self) -> bool {
        self.plane != Plane::Unknown
    }
}

/// Whether a name can only be that of a host of Bedrock, even if no such host exists.
pub(super) fn has_public_name(host: &str) -> bool {
    host.starts_with("bedrock") && SUFFIXES.iter().any(|suffix| is_below(host, suffix))
}

/// Whether a host serves all customers of AWS alike, unlike the endpoint of one customer's VPC.
pub(super) fn is_public(host: &str) -> bool {
    read(host).is_some()
}

fn read(host: &str) -> Option<BedrockEndpoint> {
    let (service, rest) = host.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let (plane, other) = service_of(service)?;
    if !SUFFIXES.contains(&suffix) || !is_region(region) {
        return None;
    }
    let sibling = other.map(|other| format!("{other}.{rest}"));
    Some(BedrockEndpoint { plane, region: Some(region.to_owned()), sibling })
}

/// `vpce-ID.bedrock-runtime.us-east-1.vpce.amazonaws.com`, from which no other service can be reached.
fn private(host: &str) -> Option<BedrockEndpoint> {
    let (labels, suffix) = host.split_once(".vpce.")?;
    let labels: Vec<_> = labels.split('.').collect();
    let [endpoint, service, region] = labels.as_slice() else { return None };
    let (plane, _) = service_of(service)?;
    let fits = endpoint.starts_with("vpce-") && is_region(region) && SUFFIXES.contains(&suffix);
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
    fn new_with_host_of_other_partition_reads_region_and_sibling() {
        for (region, suffix) in [
            ("us-gov-west-1", "amazonaws.com"),
            ("us-gov-east-1", "api.aws"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("cn-northwest-1", "api.amazonwebservices.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu"),
            ("eusc-de-east-1", "api.amazonwebservices.eu"),
            ("us-iso-east-1", "c2s.ic.gov"),
            ("us-iso-west-1", "api.aws.ic.gov"),
            ("us-isob-east-1", "sc2s.sgov.gov"),
            ("us-isob-west-1", "api.aws.scloud"),
            ("eu-isoe-west-1", "cloud.adc-e.uk"),
            ("eu-isoe-west-1", "api.cloud-aws.adc-e.uk"),
            ("us-isof-south-1", "csp.hci.ic.gov"),
            ("us-isof-east-1", "api.aws.hci.ic.gov"),
        ] {
            let runtime = format!("bedrock-runtime.{region}.{suffix}");
            let control = format!("bedrock.{region}.{suffix}");
            check(&runtime, Plane::Runtime, Some(region), Some(&control));
            check(&control, Plane::Control, Some(region), Some(&runtime));
            let private = format!("vpce-1-2.bedrock-runtime.{region}.vpce.{suffix}");
            check(&private, Plane::Runtime, Some(region), None);
            assert!(is_public(&runtime) && !is_public(&private), "{suffix}");
        }
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
            "vpce-1.bedrock.us-east-1.vpce.example.com",
            "bedrock.us-iso-east-1.ic.gov",
            "bedrock.us-iso-east-1.c2s.ic.gov.example",
            "bedrock.eu-isoe-west-1.adc-e.uk",
            "bedrock.c2s.ic.gov",
        ] {
            check(host, Plane::Unknown, None, None);
        }
    }
}
