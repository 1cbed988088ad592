using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Tenants;

public sealed record TenantDirectoryState : IProjected
{
    public TenantId Tenant { get; init; }

    /// <summary>False between the claim and the tenant's creation: the next creation of the slug finishes it.</summary>
    public bool Created { get; init; }

    /// <summary>True once the tenant is purged: the slug is nobody's, and nobody gets it.</summary>
    public bool Retired { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsServed => Created && !Retired;

    [System.Text.Json.Serialization.JsonIgnore]
    public string? Info => IsServed ? Tenant.ToString() : null;

    [System.Text.Json.Serialization.JsonIgnore]
    public DateTimeOffset? ExpiresAt => null;
}

[GrainType("tenant-directory")]
internal sealed class TenantDirectoryGrain(
    [PersistentState("directory")] IPersistentState<TenantDirectoryState> state,
    TenantGrains grains) : Grain, ITenantDirectoryGrain
{
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(2);
    private IGrainTimer? _leaving;

    private bool IsServed => state.State.IsServed;

    public async Task<Result<TenantView>> CreateAsync(CreateTenant command, Caller caller)
    {
        if (!TenantSlug.IsValid(command.Slug) || !string.Equals(command.Slug, GrainContext.RestOf(), StringComparison.Ordinal))
        {
            return Problem.InvalidParams("The slug is not valid.");
        }

        if (state.State.Created)
        {
            return Problem.Conflict($"The slug '{command.Slug}' is taken.");
        }

        if (!state.RecordExists)
        {
            await state.SaveAsync(new TenantDirectoryState { Tenant = TenantId.New() });
        }

        var created = await grains.For(state.State.Tenant).The<ITenantGrain>().CreateAsync(command, caller);
        if (created.Problem is null)
        {
            await state.SaveAsync(state.State with { Created = true });
        }

        return created;
    }

    public async Task RetireAsync(TenantId tenant, bool release)
    {
        if (state.State.Tenant != tenant)
        {
            return;
        }

        await (release ? state.ClearStateAsync() : state.SaveAsync(state.State with { Retired = true }));
    }

    public Task<Result<TenantId>> FindAsync()
    {
        if (state.State.IsServed)
        {
            return Task.FromResult<Result<TenantId>>(state.State.Tenant);
        }

        // Anybody can ask for any slug: one that nobody has must not stay in memory. A moment later, though: a crowd that asks at once would else meet an activation that is ending.
        _leaving ??= this.RegisterGrainTimer(static (self, _) =>
        {
            self._leaving = null;
            if (!self.IsServed)
            {
                self.DeactivateOnIdle();
            }

            return Task.CompletedTask;
        }, this, Stay, Timeout.InfiniteTimeSpan);
        return Task.FromResult<Result<TenantId>>(Problem.TenantNotFound());
    }
}
