using System.Security.Cryptography.X509Certificates;
using Platform.Abstractions.ClientCertificates;
using Platform.Api.ClientCertificates;
using Platform.Hosting.Listeners;
using Platform.Testing;

namespace Platform.Api.Tests.ClientCertificates;

/// <summary>What cannot be shown over the wire: a client's own TLS refuses a weak key, and time does not pass.</summary>
[Trait("Control", "TR-4")]
public sealed class CertificateJudgeTests
{
    private const string Uri = "spiffe://example/billing";

    private readonly X509Certificate2 _authority = CertificateForge.Authority("Example CA");

    [Theory]
    [InlineData(1024, false)]
    [InlineData(2048, true)]
    [InlineData(0, true)]
    public void A_weak_key_is_worth_nothing_even_when_it_is_pinned(int rsaBits, bool isGood)
    {
        using var certificate = CertificateForge.Client(rsaBits: rsaBits);

        Assert.Equal(isGood, Judge(certificate, Pinned(certificate)) is not null);
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(2048, true)]
    public void A_weak_key_is_worth_nothing_whoever_issued_it(int rsaBits, bool isGood)
    {
        using var certificate = CertificateForge.Client(_authority, uri: Uri, rsaBits: rsaBits);

        Assert.Equal(isGood, Judge(certificate, Trusted(null)) is not null);
    }

    [Fact]
    public void A_revocation_list_that_ended_revokes_everything()
    {
        using var certificate = CertificateForge.Client(_authority, uri: Uri);
        Assert.True(RevocationList.TryDecode(CertificateForge.Revocations(_authority, TimeSpan.FromHours(1), null), out var list));

        Assert.NotNull(Judge(certificate, Trusted(list)));
        Assert.Null(Judge(certificate, Trusted(list), TimeSpan.FromHours(2)));
    }

    [Fact]
    public void A_revocation_list_that_was_changed_on_disk_revokes_everything()
    {
        using var certificate = CertificateForge.Client(_authority, uri: Uri);
        Assert.True(RevocationList.TryDecode(CertificateForge.Revocations(_authority, null, null), out var list));
        list[^1] ^= 1;

        Assert.Null(Judge(certificate, Trusted(list)));
    }

    [Fact]
    public void A_verdict_ends_with_the_certificate_or_before_it_with_the_registration()
    {
        using var certificate = CertificateForge.Client();
        var pinned = Pinned(certificate);
        var soon = TimeProvider.System.GetUtcNow().AddMinutes(1);

        Assert.Equal(new DateTimeOffset(certificate.NotAfter), Judge(certificate, pinned)!.Until);
        Assert.Equal(soon, Judge(certificate, pinned with { Registrations = [pinned.Registrations[0] with { ExpiresAt = soon }] })!.Until);
        Assert.Null(Judge(certificate, pinned with { Registrations = [pinned.Registrations[0] with { ExpiresAt = soon.AddMinutes(-2) }] }));
    }

    [Fact]
    public void A_certificate_with_the_names_of_two_principals_is_nobodys()
    {
        using var certificate = CertificateForge.Client(_authority, uri: Uri, dns: "billing.example");
        var trust = Trusted(null);
        var second = trust.Registrations[0] with { Id = "crt_second", Subject = new CertificateName(CertificateNameKind.Dns, "billing.example") };

        Assert.NotNull(Judge(certificate, trust));
        Assert.Null(Judge(certificate, trust with { Registrations = [.. trust.Registrations, second] }));
    }

    [Fact]
    public void Bytes_that_are_no_certificate_are_nobodys()
    {
        using var certificate = CertificateForge.Client();

        Assert.False(RevocationList.TryRead(certificate.RawData, out _));
        Assert.False(RevocationList.TryRead(new byte[] { 0x30, 0x80, 0x00 }, out _));
    }

    private static CertificateFinding? Judge(X509Certificate2 certificate, CertificateTrust trust, TimeSpan later = default) =>
        CertificateJudge.Judge(PresentedCertificate.Of(certificate)!, trust, TimeProvider.System.GetUtcNow() + later);

    private static CertificateTrust Pinned(X509Certificate2 certificate) => new()
    {
        Version = 1,
        Registrations = [Registration(thumbprint: CertificateForge.Thumbprint(certificate))],
        Authorities = [],
    };

    private CertificateTrust Trusted(byte[]? list) => new()
    {
        Version = 1,
        Registrations = [Registration(authority: CertificateForge.Thumbprint(_authority), subject: new CertificateName(CertificateNameKind.Uri, Uri))],
        Authorities = [new TrustedAuthority { Thumbprint = CertificateForge.Thumbprint(_authority), Certificate = _authority.RawData, RevocationList = list }],
    };

    private static ClientCertificateView Registration(string? thumbprint = null, string? authority = null, CertificateName? subject = null) => new()
    {
        Id = "crt_test",
        Name = "test",
        Principal = "svc_test",
        Thumbprint = thumbprint,
        Authority = authority,
        Subject = subject,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        CreatedBy = "usr_test",
    };
}
