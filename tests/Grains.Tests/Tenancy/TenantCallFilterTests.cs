using System.Reflection;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Keys;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Tenancy;

/// <summary>Attacks on every method of every grain interface, found by reflection: a new grain is attacked the day it is written.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AZ-4")]
public sealed class TenantCallFilterTests(SharedCluster shared)
{
    private const string Rest = "0000000000000000";

    private readonly GrainCluster _cluster = shared.Cluster;

    public static TheoryData<Type> Contracts => [.. AllContracts()];

    /// <summary>What grains of <c>_sys</c> may not call in a tenant.</summary>
    public static TheoryData<Type> ContractsClosedToThePlatform => [.. AllContracts().Where(contract => !contract.IsDefined(typeof(OpenToPlatformGrainsAttribute)))];

    /// <summary>What grains of a tenant may not call in <c>_sys</c>.</summary>
    public static TheoryData<Type> ContractsClosedToTenants => [.. AllContracts().Where(contract => !contract.IsDefined(typeof(OpenToTenantGrainsAttribute)))];

    [Fact]
    public void What_is_open_to_tenants_in_the_platform_and_to_the_platform_in_tenants_is_named_here()
    {
        Assert.Equal([typeof(IAuditSignerGrain), typeof(IChangeFeedGrain), typeof(IKeyOwnerGrain)], AllContracts().Except(ContractsClosedToTenants.Select(row => row.Data)));
        Assert.Equal([typeof(IAuditUpkeepGrain), typeof(IRateLimitBookGrain), typeof(ITenantEstateGrain), typeof(ITenantGrain)], AllContracts().Except(ContractsClosedToThePlatform.Select(row => row.Data)));
    }

    [Theory, MemberData(nameof(Contracts))]
    public async Task A_client_of_one_tenant_cannot_call_another_tenants_grain(Type contract)
    {
        TenantScope.Enter(TenantId.New());

        await AssertRefusedAsync(contract, _cluster.Unbound, GrainKeys.For(TenantId.New(), Rest));
    }

    [Theory, MemberData(nameof(Contracts))]
    public async Task A_client_of_a_tenant_cannot_call_the_platforms_grain(Type contract)
    {
        TenantScope.Enter(TenantId.New());

        await AssertRefusedAsync(contract, _cluster.Unbound, GrainKeys.For(TenantId.Platform, Rest));
    }

    [Theory, MemberData(nameof(Contracts))]
    public async Task A_client_of_the_platform_cannot_call_a_tenants_grain(Type contract)
    {
        TenantScope.Enter(TenantId.Platform);

        await AssertRefusedAsync(contract, _cluster.Unbound, GrainKeys.For(TenantId.New(), Rest));
    }

    [Theory, MemberData(nameof(Contracts))]
    public async Task A_client_without_a_scope_cannot_call_anything(Type contract)
    {
        RequestContext.Clear();

        await AssertRefusedAsync(contract, _cluster.Unbound, GrainKeys.For(TenantId.New(), Rest));
        await AssertRefusedAsync(contract, _cluster.Unbound, GrainKeys.For(TenantId.Platform, Rest));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("*")]
    [InlineData("aaaaaaa")]
    [InlineData("aaaaaaaaa")]
    [InlineData("AAAAAAAA")]
    [InlineData(" aaaaaaaa")]
    [InlineData("aaaaaaaa ")]
    [InlineData("aaaaaaaa/")]
    [InlineData("aaaaaaaa/x")]
    [InlineData("aaaaaaaa\0")]
    [InlineData("aaaaaaaa,bbbbbbbb")]
    [InlineData("_sys")]
    [InlineData("_sys/aaaaaaaa")]
    [InlineData("ａaaaaaaa")]
    public async Task A_scope_that_is_not_the_tenants_id_to_the_letter_is_refused(string scope)
    {
        RequestContext.Set(TenantScope.Key, scope);

        await AssertRefusedAsync(typeof(ITenantGrain), _cluster.Unbound, "aaaaaaaa");
    }

    [Fact]
    public async Task A_scope_that_is_no_text_is_refused()
    {
        RequestContext.Set(TenantScope.Key, new[] { "aaaaaaaa" });

        await AssertRefusedAsync(typeof(ITenantGrain), _cluster.Unbound, "aaaaaaaa");
    }

    [Theory]
    [InlineData("", "/x")]
    [InlineData("short", "short/x")]
    [InlineData("UPPERCASE", "UPPERCASE/x")]
    [InlineData("_SYS", "_SYS/x")]
    public async Task A_scope_and_a_key_that_agree_on_no_tenant_are_refused(string scope, string key)
    {
        RequestContext.Set(TenantScope.Key, scope);

        await AssertRefusedAsync(typeof(Abstractions.RateLimits.IRateLimitBucketGrain), _cluster.Unbound, key);
    }

    [Theory, MemberData(nameof(Contracts))]
    public async Task A_grain_of_one_tenant_cannot_call_another_tenants_grain(Type contract)
    {
        var source = await ActiveGrainAsync(await _cluster.GivenTenantAsync());

        await _cluster.AsGrainAsync(source, async factory =>
        {
            // A forged scope does not help: of a grain only its own key counts.
            var victim = TenantId.New();
            TenantScope.Enter(victim);
            await AssertRefusedAsync(contract, factory, GrainKeys.For(victim, Rest));
            return true;
        });
    }

    [Theory, MemberData(nameof(ContractsClosedToTenants))]
    public async Task A_tenants_grain_cannot_call_the_platforms_grain(Type contract)
    {
        var source = await ActiveGrainAsync(await _cluster.GivenTenantAsync());

        await _cluster.AsGrainAsync(source, async factory =>
        {
            TenantScope.Enter(TenantId.Platform);
            await AssertRefusedAsync(contract, factory, GrainKeys.For(TenantId.Platform, Rest));
            return true;
        });
    }

    [Fact]
    public async Task A_tenants_grain_may_call_the_change_feed()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var source = await ActiveGrainAsync(tenant);

        Assert.True(await _cluster.AsGrainAsync(source, async factory =>
        {
            await factory.GetGrain<IChangeFeedGrain>("_sys/changes").PublishAsync(new Change(tenant, ChangeKind.Tenant, "x"));
            return true;
        }));
    }

    [Fact]
    public async Task A_tenants_grain_cannot_call_another_tenants_change_feed()
    {
        var source = await ActiveGrainAsync(await _cluster.GivenTenantAsync());

        await _cluster.AsGrainAsync(source, async factory =>
        {
            await AssertRefusedAsync(typeof(IChangeFeedGrain), factory, GrainKeys.For(TenantId.New(), "changes"));
            return true;
        });
    }

    [Theory, MemberData(nameof(ContractsClosedToThePlatform))]
    public async Task A_grain_of_the_platform_cannot_call_a_tenants_grain(Type contract)
    {
        var source = await ActiveDirectoryAsync();

        await _cluster.AsGrainAsync(source, async factory =>
        {
            var victim = TenantId.New();
            TenantScope.Enter(victim);
            await AssertRefusedAsync(contract, factory, GrainKeys.For(victim, Rest));
            return true;
        });
    }

    [Fact]
    public async Task A_grain_of_the_platform_may_call_the_tenant()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var source = await ActiveDirectoryAsync();

        var view = await _cluster.AsGrainAsync(source, factory => factory.GetGrain<ITenantGrain>(GrainKeys.For(tenant)).GetAsync()).Value();

        Assert.Equal(tenant, view.Id);
    }

    [Fact]
    public async Task A_grain_may_call_its_own_tenants_grains()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var source = await ActiveGrainAsync(tenant);

        var roles = await _cluster.AsGrainAsync(source, factory => factory.GetGrain<Abstractions.Roles.IRoleBookGrain>(GrainKeys.For(tenant)).RulesAsync(["user"])).Value();

        Assert.Equal(["tools:read", "resources:read"], Assert.Single(roles).Allow);
    }

    [Theory, MemberData(nameof(Contracts))]
    public async Task A_client_of_the_tenant_is_let_through(Type contract)
    {
        var tenant = await _cluster.GivenTenantAsync();
        TenantScope.Enter(tenant);

        var failures = await FailuresAsync(contract, _cluster.Unbound, GrainKeys.For(tenant, Rest), methods => methods.Where(method => method.GetParameters().Length == 0));

        Assert.DoesNotContain(failures, failure => failure.Failure is TenantAccessException);
    }

    [Fact]
    public async Task A_reference_used_in_another_scope_is_refused_not_served()
    {
        var (first, second) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        var reference = _cluster.For(first).The<ITenantGrain>();
        _cluster.For(second);

        await Assert.ThrowsAsync<TenantAccessException>(reference.GetAsync);
    }

    private async Task<ITenantGrain> ActiveGrainAsync(TenantId tenant)
    {
        var grain = _cluster.For(tenant).The<ITenantGrain>();
        await grain.GetAsync();
        return grain;
    }

    private async Task<ITenantDirectoryGrain> ActiveDirectoryAsync()
    {
        // One that has a tenant: an entry that leads nowhere does not stay active.
        var slug = $"owner{TenantId.New()}";
        var grain = _cluster.For(TenantId.Platform).Get<ITenantDirectoryGrain>(slug);
        await grain.CreateAsync(new CreateTenant { Slug = slug }, GrainCluster.CallerOf(TenantId.Platform));
        return grain;
    }

    private static IEnumerable<Type> AllContracts() => typeof(TenantId).Assembly.GetTypes()
        .Where(type => type.IsInterface && typeof(IGrainWithStringKey).IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>Every method is refused by the filter, whatever its arguments: they are all default here.</summary>
    private static async Task AssertRefusedAsync(Type contract, IGrainFactory factory, string key)
    {
        var calls = await FailuresAsync(contract, factory, key, methods => methods);

        Assert.NotEmpty(calls);
        Assert.All(calls, call => Assert.True(call.Failure is TenantAccessException, $"{contract.Name}.{call.Method} was not refused: {call.Failure}"));
    }

    private static async Task<IReadOnlyList<(string Method, Exception? Failure)>> FailuresAsync(
        Type contract, IGrainFactory factory, string key, Func<IEnumerable<MethodInfo>, IEnumerable<MethodInfo>> choose)
    {
        var grain = factory.GetGrain(contract, key);
        var calls = new List<(string, Exception?)>();
        foreach (var method in choose(contract.GetMethods()))
        {
            calls.Add((method.Name, await Record.ExceptionAsync(() => CallAsync(grain, method))));
        }

        return calls;
    }

    private static Task CallAsync(IGrain grain, MethodInfo method)
    {
        var arguments = method.GetParameters().Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
        var called = method.Invoke(grain, arguments)!;
        return called as Task ?? (Task)called.GetType().GetMethod(nameof(ValueTask.AsTask))!.Invoke(called, null)!;
    }
}
