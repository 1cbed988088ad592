using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;

namespace Platform.Grains.PersonalData;

/// <summary>Sessions, with the addresses and the browsers that they were opened from; those too that nobody can use any more.</summary>
internal sealed class PersonalSessions(IStateIndex rows, TenantGrains grains) : IPersonalStore
{
    public string Name => "sessions";

    public async ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel)
    {
        var found = new JsonArray();
        await foreach (var session in AllAsync(tenant, principal, cancel))
        {
            found.Add((JsonNode)new JsonObject
            {
                ["id"] = session.Id,
                ["openedAt"] = session.OpenedAt,
                ["lastUsedAt"] = session.LastUsedAt,
                ["expiresAt"] = session.ExpiresAt,
                ["address"] = session.Address,
                ["agent"] = session.Agent,
                ["secondFactor"] = session.SecondFactor,
            });
        }

        return found;
    }

    public async ValueTask<Problem?> EraseAsync(PersonErasure erasure, CancellationToken cancel)
    {
        await foreach (var session in AllAsync(erasure.Tenant, erasure.Principal, cancel))
        {
            await grains.For(erasure.Tenant).Get<IConsoleSessionGrain>(session.Id).CloseAsync();
        }

        return null;
    }

    private async IAsyncEnumerable<SessionEntry> AllAsync(TenantId tenant, string principal, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in rows.AllAsync(tenant.ToString(), "console-session", cancel))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.SessionEntry) is { } session && string.Equals(session.Principal, principal, StringComparison.Ordinal))
            {
                yield return session;
            }
        }
    }
}
