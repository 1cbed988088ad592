using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;

namespace Platform.Grains.PersonalData;

/// <summary>API keys that the person made for services, whose secrets it saw. Their rows stay, as those of all keys do: the audit trail names them.</summary>
internal sealed class PersonalKeys(IStateIndex rows, TenantGrains grains) : IPersonalStore
{
    public string Name => "issued-keys";

    public async ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel)
    {
        var found = new JsonArray();
        await foreach (var key in AllAsync(tenant, principal, cancel))
        {
            found.Add((JsonNode)new JsonObject
            {
                ["id"] = key.Id,
                ["name"] = key.Name,
                ["kind"] = key.Kind == KeyKind.Management ? "management" : "mcp",
                ["createdAt"] = key.CreatedAt,
                ["expiresAt"] = key.ExpiresAt,
                ["revokedAt"] = key.RevokedAt,
            });
        }

        return found;
    }

    public async ValueTask<Problem?> EraseAsync(PersonErasure erasure, CancellationToken cancel)
    {
        await foreach (var key in AllAsync(erasure.Tenant, erasure.Principal, cancel))
        {
            if (key.RevokedAt is null && (!erasure.KeepIssuedKeys || IsOwn(key, erasure.Principal))
                && (await grains.For(erasure.Tenant).Get<IKeyGrain>(key.Id).RevokeAsync(erasure.Caller)).Problem is { Code: not ProblemCode.NotFound } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private static bool IsOwn(KeyView key, string principal) => string.Equals(key.Principal, principal, StringComparison.Ordinal);

    private async IAsyncEnumerable<KeyView> AllAsync(TenantId tenant, string principal, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in rows.AllAsync(tenant.ToString(), "key", cancel))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.KeyView) is { } key
                && (IsOwn(key, principal) || string.Equals(key.CreatedBy, principal, StringComparison.Ordinal)))
            {
                yield return key;
            }
        }
    }
}
