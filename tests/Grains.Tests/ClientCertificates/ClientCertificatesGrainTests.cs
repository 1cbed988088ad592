using Platform.Abstractions.Changes;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.ClientCertificates;

[Collection(OnTheCluster.Name), Trait("Control", "TR-4")]
public sealed class ClientCertificatesGrainTests(SharedCluster shared)
{
    private const string Principal = "svc_client";

    private readonly GrainCluster _cluster = shared.Cluster;

    [Fact]
    public async Task A_registration_outlives_its_grain_and_opens_what_its_principal_may()
    {
        var tenant = await GivenTenantAsync();
        var made = await Grain(tenant).RegisterAsync(Pin('a'), CallerOf(tenant)).Value();
        await _cluster.DeactivateAsync(Grain(tenant));

        var verdict = await Grain(tenant).VerdictAsync(made.Id).Value();

        Assert.Equal((tenant, made.Id, Principal), (verdict.Tenant, verdict.Registration, verdict.Principal));
        Assert.Equal(["tools:read", "resources:read"], verdict.Rules.SelectMany(rule => rule.Allow));
    }

    [Fact]
    public async Task A_revoked_registration_opens_nothing_and_every_node_heard_of_it()
    {
        var tenant = await GivenTenantAsync();
        var node = await _cluster.GivenNodeAsync();
        var made = await Grain(tenant).RegisterAsync(Pin('a'), CallerOf(tenant)).Value();
        var heard = node.Heard.Count(change => change.Tenant == tenant);

        Assert.Null(await Grain(tenant).RevokeAsync(made.Id, CallerOf(tenant)));

        Assert.Equal(heard + 1, node.Heard.Count(change => change.Tenant == tenant && change.Kind == ChangeKind.Principal));
        Assert.Equal(ProblemCode.Unauthenticated, await Grain(tenant).VerdictAsync(made.Id).Refusal());
        Assert.Equal(ProblemCode.NotFound, (await Grain(tenant).RevokeAsync(made.Id, CallerOf(tenant)))?.Code);
    }

    [Fact]
    public async Task What_is_known_by_its_version_is_not_sent_again_until_it_changes()
    {
        var tenant = await GivenTenantAsync();
        var empty = (await Grain(tenant).TrustAsync(-1))!;
        Assert.Null(await Grain(tenant).TrustAsync(empty.Version));

        await Grain(tenant).RegisterAsync(Pin('a'), CallerOf(tenant)).Value();

        Assert.Single((await Grain(tenant).TrustAsync(empty.Version))!.Registrations);
    }

    [Fact]
    public async Task A_registration_ends_when_it_says_so()
    {
        var tenant = await GivenTenantAsync();
        var made = await Grain(tenant).RegisterAsync(Pin('a') with { ExpiresAt = _cluster.Clock.GetUtcNow().AddMinutes(1) }, CallerOf(tenant)).Value();
        await Grain(tenant).VerdictAsync(made.Id).Value();

        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ProblemCode.Unauthenticated, await Grain(tenant).VerdictAsync(made.Id).Refusal());
    }

    [Fact]
    public async Task An_authority_is_kept_as_long_as_a_registration_names_it()
    {
        var tenant = await GivenTenantAsync();
        using var authority = CertificateForge.Authority("Example CA");
        var command = Pin('a') with { Thumbprint = null, Authority = authority.ExportCertificatePem(), Subject = new CertificateName(CertificateNameKind.Uri, "spiffe://a/b") };
        var first = await Grain(tenant).RegisterAsync(command, CallerOf(tenant)).Value();
        var second = await Grain(tenant).RegisterAsync(command with { Subject = new CertificateName(CertificateNameKind.Uri, "spiffe://a/c") }, CallerOf(tenant)).Value();

        await Grain(tenant).RevokeAsync(first.Id, CallerOf(tenant));
        Assert.Single((await Grain(tenant).TrustAsync(-1))!.Authorities);

        await Grain(tenant).RevokeAsync(second.Id, CallerOf(tenant));
        Assert.Empty((await Grain(tenant).TrustAsync(-1))!.Authorities);
    }

    [Fact]
    public async Task An_authority_that_is_named_again_needs_a_list_at_least_as_new_as_it_had()
    {
        var tenant = await GivenTenantAsync();
        using var authority = CertificateForge.Authority("Example CA");
        using var stolen = CertificateForge.Client(authority);
        string List(TimeSpan age) => CertificateForge.Revocations(authority, TimeSpan.FromDays(10_000), _cluster.Clock.GetUtcNow() - age - TimeProvider.System.GetUtcNow(), stolen);
        var (older, had, newer) = (List(TimeSpan.FromHours(2)), List(TimeSpan.FromHours(1)), List(TimeSpan.Zero));
        var command = Pin('a') with { Thumbprint = null, Authority = authority.ExportCertificatePem(), Subject = new CertificateName(CertificateNameKind.Uri, "spiffe://a/b") };
        var first = await Grain(tenant).RegisterAsync(command with { RevocationList = had }, CallerOf(tenant)).Value();
        Assert.Null(await Grain(tenant).RevokeAsync(first.Id, CallerOf(tenant)));
        await _cluster.DeactivateAsync(Grain(tenant));

        Assert.Equal(ProblemCode.InvalidParams, await Grain(tenant).RegisterAsync(command, CallerOf(tenant)).Refusal());
        Assert.Equal(ProblemCode.InvalidParams, await Grain(tenant).RegisterAsync(command with { RevocationList = older }, CallerOf(tenant)).Refusal());

        foreach (var list in new[] { had, newer })
        {
            var again = await Grain(tenant).RegisterAsync(command with { RevocationList = list }, CallerOf(tenant)).Value();
            Assert.NotNull(again.RevocationListUntil);
            Assert.Null(await Grain(tenant).RevokeAsync(again.Id, CallerOf(tenant)));
        }

        Assert.Equal(ProblemCode.InvalidParams, await Grain(tenant).RegisterAsync(command with { RevocationList = had }, CallerOf(tenant)).Refusal());
    }

    [Fact]
    public async Task An_authority_that_never_had_a_list_is_named_again_without_one()
    {
        var tenant = await GivenTenantAsync();
        using var authority = CertificateForge.Authority("Example CA");
        var command = Pin('a') with { Thumbprint = null, Authority = authority.ExportCertificatePem(), Subject = new CertificateName(CertificateNameKind.Uri, "spiffe://a/b") };
        await Grain(tenant).RevokeAsync((await Grain(tenant).RegisterAsync(command, CallerOf(tenant)).Value()).Id, CallerOf(tenant));

        await Grain(tenant).RegisterAsync(command, CallerOf(tenant)).Value();
    }

    [Fact]
    public async Task Nobody_is_bound_who_does_not_exist()
    {
        var tenant = await GivenTenantAsync();

        Assert.Equal(ProblemCode.NotFound, await Grain(tenant).RegisterAsync(Pin('a') with { Principal = "svc_nobody" }, CallerOf(tenant)).Refusal());
    }

    [Fact]
    public async Task A_tenant_has_so_many_registrations_and_no_more()
    {
        var tenant = await GivenTenantAsync();
        for (var i = 0; i < ClientCertificateView.Most; i++)
        {
            await Grain(tenant).RegisterAsync(Pin('a') with { Thumbprint = i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture) }, CallerOf(tenant)).Value();
        }

        Assert.Equal(ProblemCode.QuotaExceeded, await Grain(tenant).RegisterAsync(Pin('a'), CallerOf(tenant)).Refusal());
    }

    private IClientCertificatesGrain Grain(TenantId tenant) => _cluster.For(tenant).The<IClientCertificatesGrain>();

    private async Task<TenantId> GivenTenantAsync()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await _cluster.For(tenant).Get<IPrincipalGrain>(Principal).CreateAsync(new CreatePrincipal(PrincipalKind.Service, "client", ["user"]), CallerOf(tenant)).Value();
        return tenant;
    }

    private static RegisterClientCertificate Pin(char digit) => new() { Name = "client", Principal = Principal, Thumbprint = new string(digit, 64) };
}
