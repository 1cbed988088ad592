using System.Text.Json.Serialization;
using Orleans.Concurrency;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Keys;

public sealed record KeyOwnerState : IProjected
{
    public TenantId Tenant { get; init; }

    [JsonIgnore]
    public string? Info => Tenant.IsValid ? Tenant.ToString() : null;

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => null;
}

[GrainType("key-owner")]
internal sealed class KeyOwnerGrain(
    [PersistentState("owner")] IPersistentState<KeyOwnerState> state,
    TenantGrains grains) : Grain, IKeyOwnerGrain
{
    public async Task<Problem?> ClaimAsync(TenantId tenant)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The key's id is taken. Try again.");
        }

        await state.SaveAsync(new KeyOwnerState { Tenant = tenant });
        await grains.Platform.Get<IKeyOwnerIndexGrain>("index").ClaimedAsync(new KeyOwner(GrainContext.RestOf(), tenant));
        DeactivateOnIdle();
        return null;
    }

    public async Task ReleaseAsync(TenantId tenant)
    {
        if (state.RecordExists && state.State.Tenant != tenant)
        {
            return;
        }

        // Told also when the row is gone already: what was cut short is finished by the next try.
        await state.ClearStateAsync();
        await grains.Platform.Get<IKeyOwnerIndexGrain>("index").ReleasedAsync(GrainContext.RestOf());
        DeactivateOnIdle();
    }
}

/// <summary>All claims in memory, rebuilt from their own rows. Reentrant: a claim that is being stored tells this grain about itself.</summary>
[GrainType("key-owner-index"), Reentrant]
internal sealed class KeyOwnerIndexGrain(IStateIndex rows) : Grain, IKeyOwnerIndexGrain
{
    private readonly Dictionary<string, KeyOwner> _owners = new(StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "key-owner", cancellationToken))
        {
            if (TenantId.TryParse(row.Info, out var tenant))
            {
                _owners[row.Key] = new KeyOwner(row.Key, tenant);
            }
        }
    }

    public Task<KeyOwner[]> AllAsync() => Task.FromResult(_owners.Values.ToArray());

    public Task ReleasedAsync(string keyId)
    {
        _owners.Remove(keyId);
        return Task.CompletedTask;
    }

    public Task ClaimedAsync(KeyOwner owner)
    {
        _owners[owner.KeyId] = owner;
        return Task.CompletedTask;
    }
}
