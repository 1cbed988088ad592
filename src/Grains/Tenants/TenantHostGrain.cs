using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Tenants;

public sealed record TenantHostState : IProjected
{
    public TenantId Tenant { get; init; }

    public string Slug { get; init; } = "";

    /// <summary>False from the claim until the tenant has noted the name, and again while it is given up: such a name is not served.</summary>
    public bool Ready { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public string? Info => Ready ? Slug : null;

    [System.Text.Json.Serialization.JsonIgnore]
    public DateTimeOffset? ExpiresAt => null;
}

/// <summary>
/// Claims before the tenant notes the name, and gives it up in the opposite order. What is cut short is not served, and the next claim takes it over:
/// a name cannot be lost to a claim that nobody finished.
/// </summary>
[GrainType("tenant-host")]
internal sealed class TenantHostGrain(
    [PersistentState("host")] IPersistentState<TenantHostState> state,
    TenantGrains grains) : Grain, ITenantHostGrain
{
    private string Host => GrainContext.RestOf();

    public async Task<Problem?> ClaimAsync(TenantId tenant, Caller caller)
    {
        if (!HostName.IsValid(Host))
        {
            DeactivateOnIdle();
            return Problem.InvalidParams("The host name is not valid.");
        }

        if (!(await Tenant(tenant).GetAsync()).Try(out var owner, out var unknown))
        {
            return unknown;
        }

        var own = state.RecordExists && state.State.Tenant == tenant;
        if (!own && state.State.Ready)
        {
            return Problem.Conflict($"The host name '{Host}' is taken.");
        }

        if (!own)
        {
            if (state.RecordExists)
            {
                await Tenant(state.State.Tenant).DetachHostAsync(Host);
            }

            await state.SaveAsync(new TenantHostState { Tenant = tenant, Slug = owner.Slug });
        }

        if (await Tenant(tenant).AttachHostAsync(Host) is { } refused)
        {
            await ForgetAsync();
            return refused;
        }

        if (!state.State.Ready)
        {
            await state.SaveAsync(state.State with { Ready = true });
        }

        // Told even when nothing changed: a repeated claim repairs a push that was lost.
        await TellAsync(owner.Slug);
        return null;
    }

    public async Task<Problem?> ReleaseAsync(TenantId tenant, Caller caller)
    {
        if (!state.RecordExists)
        {
            // Anybody who may ask can ask for any name: one that nobody has must not stay in memory.
            DeactivateOnIdle();
            return Problem.NotFound("host");
        }

        if (state.State.Tenant != tenant)
        {
            return Problem.NotFound("host");
        }

        if (state.State.Ready)
        {
            await state.SaveAsync(state.State with { Ready = false });
        }

        await TellAsync(slug: null);
        await Tenant(tenant).DetachHostAsync(Host);
        await ForgetAsync();
        return null;
    }

    private ITenantGrain Tenant(TenantId tenant) => grains.For(tenant).The<ITenantGrain>();

    private async Task TellAsync(string? slug)
    {
        await grains.Platform.Get<IHostIndexGrain>("index").ChangedAsync(Host, slug);
        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(TenantId.Platform, ChangeKind.Hosts, Host));
    }

    private async Task ForgetAsync()
    {
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }
}
