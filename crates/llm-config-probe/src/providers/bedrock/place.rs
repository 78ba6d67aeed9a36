//! Where in AWS a host is, by its name.

/// What is assumed where the host does not tell.
pub(super) const ASSUMED_REGION: &str = "us-east-1";

/// Which of Bedrock's services answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plane {
    /// Lists models and says who may use them.
    Control,
    /// Calls models.
    Runtime,
    /// Speaks like `OpenAI`.
    Mantle,
    /// Not AWS by its name: a gateway, or a test.
    Unknown,
}

/// Where a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) plane: Plane,
    /// `None` where the host does not tell.
    pub(super) region: Option<String>,
    /// The host of the other plane, control or runtime, in the same region.
    pub(super) sister: Option<String>,
}

impl Place {
    /// Reads `bedrock[-runtime|-mantle][-fips].REGION.SUFFIX`, and the same within the name of a
    /// VPC's endpoint. Anything else is unknown.
    pub(super) fn of(host: &str) -> Self {
        read(host).or_else(|| private(host)).unwrap_or(Self {
            plane: Plane::Unknown,
            region: None,
            sister: None,
        })
    }

    pub(super) fn is_vendor(&self) -> bool {
        self.plane != Plane::Unknown
    }
}

/// Whether a host serves all customers of AWS alike, unlike the endpoint of one customer's VPC.
pub(super) fn is_public(host: &str) -> bool {
    read(host).is_some()
}

fn read(host: &str) -> Option<Place> {
    let (service, rest) = host.split_once('.')?;
    let (region, suffix) = rest.split_once('.')?;
    let is_suffix = matches!(suffix, "amazonaws.com" | "amazonaws.com.cn" | "amazonaws.eu" | "api.aws");
    let (plane, other) = service_of(service)?;
    if !is_suffix || !is_region(region) {
        return None;
    }
    let sister = other.map(|other| format!("{other}.{rest}"));
    Some(Place { plane, region: Some(region.to_owned()), sister })
}

/// `vpce-ID.bedrock-runtime.us-east-1.vpce.amazonaws.com`: there is no way to another service.
fn private(host: &str) -> Option<Place> {
    let labels: Vec<_> = host.strip_suffix(".vpce.amazonaws.com")?.split('.').collect();
    let [endpoint, service, region] = labels.as_slice() else { return None };
    let (plane, _) = service_of(service)?;
    let fits = endpoint.starts_with("vpce-") && is_region(region);
    fits.then(|| Place { plane, region: Some((*region).to_owned()), sister: None })
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
    let is_of = |part: &str, allowed: fn(&u8) -> bool| !part.is_empty() && part.bytes().all(|b| allowed(&b));
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    is_of(number, u8::is_ascii_digit)
        && words.contains('-')
        && words.split('-').all(|word| is_of(word, u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, plane: Plane, region: Option<&str>, sister: Option<&str>) {
        let own = |text: Option<&str>| text.map(str::to_owned);
        assert_eq!(Place::of(host), Place { plane, region: own(region), sister: own(sister) }, "{host}");
    }

    #[test]
    fn a_host_of_aws_tells_its_region_and_its_sister() {
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
    fn a_host_that_only_looks_like_aws_is_unknown() {
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
