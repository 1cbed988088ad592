using Orleans.Runtime;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenants;
using Platform.Testing;
using static Platform.Testing.GrainCluster;

namespace Platform.Grains.Tests.Tenancy;

/// <summary>Names that anybody can make up must not fill memory: what is not there is forgotten as soon as it was answered, or within seconds.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "IN-8")]
public sealed class MadeUpNameTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly string _name = $"madeup{TenantId.New()}";

    [Fact]
    public async Task A_slug_that_nobody_has_leaves_no_activation_after_two_seconds()
    {
        Assert.Equal(ProblemCode.TenantNotFound, await _cluster.For(TenantId.Platform).Get<ITenantDirectoryGrain>(_name).FindAsync().Refusal());
        _cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await ActivationsAsync("tenant-directory"));
    }

    [Fact]
    public async Task A_host_that_nobody_has_leaves_no_activation()
    {
        var tenant = await _cluster.GivenTenantAsync();
        Assert.Equal(ProblemCode.NotFound, await _cluster.For(TenantId.Platform).Get<ITenantHostGrain>(_name).ReleaseAsync(tenant, CallerOf(TenantId.Platform)).Refusal());

        Assert.Equal(0, await ActivationsAsync("tenant-host"));
    }

    [Fact]
    public async Task A_console_session_that_was_never_opened_leaves_no_activation()
    {
        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(TenantId.Platform).Get<IConsoleSessionGrain>(_name).UseAsync(SessionToken.Mint(TenantId.Platform, SessionToken.NewId())).Refusal());

        Assert.Equal(0, await ActivationsAsync("console-session"));
    }

    [Fact]
    public async Task A_user_that_nobody_has_leaves_no_activation()
    {
        Assert.Equal(ProblemCode.Unauthenticated, await _cluster.For(TenantId.Platform).Get<ILoginGrain>(_name).VerifyAsync(new LoginProof("a password of nobody", Code: null)).Refusal());

        Assert.Equal((0, 0), (await ActivationsAsync("login"), await ActivationsAsync("principal")));
    }

    [Fact]
    public async Task An_mcp_session_that_was_never_opened_leaves_no_activation()
    {
        var tenant = await _cluster.GivenTenantAsync();
        Assert.Equal(ProblemCode.SessionNotFound, await _cluster.For(tenant).Get<IMcpSessionGrain>(_name).UseAsync(CallerOf(tenant)).Refusal());

        Assert.Equal(0, await ActivationsAsync("mcp-session"));
    }

    [Fact]
    public async Task A_memory_resource_that_is_not_there_leaves_no_activation()
    {
        var tenant = await _cluster.GivenTenantAsync();
        Assert.Equal(ProblemCode.ResourceNotFound, await _cluster.For(tenant).Get<IMemoryResourceGrain>(_name).GetAsync().Refusal());

        Assert.Equal(0, await ActivationsAsync("memory-resource"));
    }

    private Task<int> ActivationsAsync(string type) => EventuallyAsync(
        async () => (await _cluster.Unbound.GetGrain<IManagementGrain>(0).GetActiveGrains(GrainType.Create(type))).Count(grain => grain.Key.ToString()!.EndsWith(_name, StringComparison.Ordinal)),
        count => count == 0);
}
