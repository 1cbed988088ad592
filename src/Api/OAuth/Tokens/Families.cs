using System.Collections.Concurrent;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Api.Authentication.Tokens;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// Ends families of tokens: at every gate, and their records. One that must end because a token of it was used twice is refused by this node while that cannot be written, by the others as soon as one of
/// the two stores has it, and each try to use it tries to write it again: a store that fails is no way to keep a stolen family alive.
/// </summary>
internal sealed class Families(ITokenRevocation revocations)
{
    private const int MaxSuspects = 10_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, string Family), byte> _suspects = new();

    /// <summary>Ends a family, or throws and remembers that it has to end.</summary>
    public async ValueTask RevokeAsync(ITokenRecords records, string family, Caller caller, CancellationToken cancel)
    {
        if (_suspects.Count < MaxSuspects)
        {
            _suspects[(caller.Tenant, family)] = 0;
        }

        try
        {
            await RefuseAsync(RevokedKind.Family, family, caller);
        }
        finally
        {
            await records.RevokeFamilyAsync(family, cancel);
        }

        _suspects.TryRemove((caller.Tenant, family), out _);
    }

    /// <summary>Takes access tokens back at every gate, or throws.</summary>
    public async ValueTask RefuseAsync(RevokedKind kind, string id, Caller caller)
    {
        if (await revocations.RevokeAsync(kind, id, caller) is { } refused)
        {
            throw new InvalidOperationException($"Access tokens could not be taken back: {refused.Code}.");
        }
    }

    /// <summary>Whether the gates were told to refuse it.</summary>
    public async ValueTask<bool> IsOverAsync(TenantId tenant, string? family) => family is not null && await revocations.IsFamilyRevokedAsync(tenant, family);

    public bool IsSuspect(TenantId tenant, string? family) => family is not null && _suspects.ContainsKey((tenant, family));
}
